#include "capture_settings.h"
#include "commands.h"
#include "filter_option.h"
#include "messages.h"
#include "option_parser.h"
#include "settings_check.h"
#include <string.h>

enum {
    OPT_INTERFACE = 1, OPT_READ, OPT_BACKEND, OPT_MODE, OPT_IPLEVEL, OPT_WRITE, OPT_COUNT, OPT_SNAP, OPT_BUFFER,
    OPT_IPV4, OPT_IPV6, OPT_NO_OUTGOING, OPT_COUNT_ALL, OPT_VLAN, OPT_LATENCY, OPT_DURATION, OPT_EXCLUDE_SELF,
    OPT_PRECISION, OPT_ROTATE_TIME, OPT_ROTATE_SIZE, OPT_FILE_LIMIT, OPT_PACKET_BUFFERED, OPT_QUIET, OPT_VERBOSE,
    OPT_HEX, OPT_HEX_TEXT, OPT_TIME, OPT_FORMAT, OPT_NO_NAMES, OPT_LINE_BUFFERED, OPT_JSON, OPT_EVENTS, OPT_PRINT,
    OPT_ON_WIRE, OPT_FOLLOW, OPT_LIST, OPT_PROGRAM, OPT_FILTER_FILE, OPT_HELP, OPT_IMMEDIATE
};

/* Letters and long names that tcpdump has mean the same here, except -q, -m and -b. */
static const struct option_row table[] = {
    { .letter = 'i', .name = "interface", .value = "INTERFACE", .id = OPT_INTERFACE },
    { .name = "follow", .id = OPT_FOLLOW },
    { .letter = 'r', .name = "read", .value = "FILE", .id = OPT_READ },
    { .letter = 'b', .name = "backend", .value = "BACKEND", .id = OPT_BACKEND },
    { .letter = 'm', .name = "mode", .value = "on|iplevel", .id = OPT_MODE },
    { .letter = 'p', .name = "no-promiscuous-mode", .id = OPT_IPLEVEL },
    { .letter = 'w', .name = "write", .value = "FILE", .id = OPT_WRITE },
    { .name = "format", .value = "pcap|pcapng", .id = OPT_FORMAT },
    { .letter = 'c', .value = "N", .id = OPT_COUNT },
    { .letter = 's', .name = "snapshot-length", .value = "BYTES", .id = OPT_SNAP },
    { .letter = 'B', .name = "buffer-size", .value = "KIB", .id = OPT_BUFFER },
    { .letter = '4', .id = OPT_IPV4 },
    { .letter = '6', .id = OPT_IPV6 },
    { .name = "on-wire", .id = OPT_ON_WIRE },
    { .name = "no-outgoing", .id = OPT_NO_OUTGOING },
    { .name = "count-all", .id = OPT_COUNT_ALL },
    { .name = "vlan", .value = "own|all|VID", .id = OPT_VLAN },
    { .name = "latency", .value = "MS", .id = OPT_LATENCY },
    { .name = "immediate-mode", .id = OPT_IMMEDIATE },
    { .name = "duration", .value = "SECONDS", .id = OPT_DURATION },
    { .name = "exclude-self", .id = OPT_EXCLUDE_SELF },
    { .name = "time-stamp-precision", .value = "micro|nano", .id = OPT_PRECISION },
    { .letter = 'G', .value = "SECONDS", .id = OPT_ROTATE_TIME },
    { .letter = 'C', .value = "MILLION_BYTES", .id = OPT_ROTATE_SIZE },
    { .letter = 'W', .value = "COUNT", .id = OPT_FILE_LIMIT },
    { .letter = 'U', .name = "packet-buffered", .id = OPT_PACKET_BUFFERED },
    { .letter = 'q', .name = "quiet", .id = OPT_QUIET },
    { .letter = 'v', .name = "verbose", .id = OPT_VERBOSE },
    { .letter = 'x', .id = OPT_HEX },
    { .letter = 'X', .id = OPT_HEX_TEXT },
    { .letter = 't', .id = OPT_TIME },
    { .letter = 'n', .id = OPT_NO_NAMES },
    { .letter = 'l', .id = OPT_LINE_BUFFERED },
    { .name = "json", .id = OPT_JSON },
    { .name = "events", .id = OPT_EVENTS },
    { .name = "print", .id = OPT_PRINT },
    { .letter = 'd', .id = OPT_PROGRAM },
    { .letter = 'F', .value = "FILE", .id = OPT_FILTER_FILE },
    { .letter = 'D', .name = "list-interfaces", .id = OPT_LIST },
    { .letter = 'h', .name = "help", .id = OPT_HELP },
    { .id = 0 },
};

static bool bad_value(const struct option_reader *r, const char *wanted)
{
    usage_error("capture", "%s takes %s, not \"%s\"", r->as_written, wanted, r->value);
    return false;
}

static bool read_vlan(struct capture_settings *s, const struct option_reader *r)
{
    uint64_t n = 0;

    if (strcmp(r->value, "own") == 0)
        s->options.vlan = IPFUNNEL_VLAN_OWN;
    else if (strcmp(r->value, "all") == 0)
        s->options.vlan = IPFUNNEL_VLAN_ALL;
    else if (parse_number(r->value, 1, 4094, &n))
        s->options.vlan = (uint32_t)n;
    else
        return bad_value(r, "own, all or a number from 1 to 4094");
    return true;
}

static bool read_mode(struct capture_settings *s, const struct option_reader *r)
{
    if (strcmp(r->value, "on") == 0)
        s->mode = IPFUNNEL_MODE_ON;
    else if (strcmp(r->value, "iplevel") == 0)
        s->mode = IPFUNNEL_MODE_IPLEVEL;
    else
        return bad_value(r, "on or iplevel");
    return true;
}

static bool read_format(struct capture_settings *s, const struct option_reader *r)
{
    if (strcmp(r->value, "pcap") == 0)
        s->form = FILE_PCAP;
    else if (strcmp(r->value, "pcapng") == 0)
        s->form = FILE_PCAPNG;
    else
        return bad_value(r, "pcap or pcapng");
    return true;
}

static bool read_precision(struct capture_settings *s, const struct option_reader *r)
{
    s->precision_given = true;
    if (strcmp(r->value, "micro") == 0)
        s->format = IPFUNNEL_FILE_PCAP_US;
    else if (strcmp(r->value, "nano") == 0)
        s->format = IPFUNNEL_FILE_PCAP_NS;
    else
        return bad_value(r, "micro or nano");
    return true;
}

/* There is one of it: a second one would silently win. */
static bool read_once(const char **out, const struct option_reader *r, const char *wanted)
{
    if (*out) {
        usage_error("capture", "%s is given twice: %s", r->as_written, wanted);
        return false;
    }
    *out = r->value;
    return true;
}

static bool read_time(struct capture_settings *s)
{
    if (s->time_form == TIME_SINCE_FIRST) {
        usage_error("capture", "-t takes at most five t");
        return false;
    }
    s->time_form = (enum time_form)(s->time_form + 1);
    return true;
}

static bool read_count(const struct option_reader *r, uint64_t *out)
{
    return parse_number(r->value, 1, UINT64_MAX, out) || bad_value(r, "a number from 1");
}

/* -C: millions of bytes, or with a suffix multiples of 1024, as newer versions of tcpdump have it. */
static bool read_size(const struct option_reader *r, uint64_t *bytes)
{
    static const struct { char letter; uint64_t unit; } suffixes[] = {
        { 'k', 1 << 10 }, { 'K', 1 << 10 }, { 'm', 1 << 20 }, { 'M', 1 << 20 }, { 'g', 1 << 30 }, { 'G', 1 << 30 },
    };
    char digits[16];
    size_t length = strlen(r->value);
    uint64_t unit = 1000000, n = 0;

    for (size_t i = 0; length && i < sizeof suffixes / sizeof suffixes[0]; i++)
        if (r->value[length - 1] == suffixes[i].letter) {
            unit = suffixes[i].unit;
            length--;
            break;
        }
    if (length < sizeof digits) {
        memcpy(digits, r->value, length);
        digits[length] = 0;
        if (parse_number(digits, 1, 1000000000, &n)) {
            *bytes = n * unit;
            return true;
        }
    }
    return bad_value(r, "a number of million bytes, or with k, m or g behind it of KiB, MiB or GiB");
}

static bool take_option(struct capture_settings *s, int id, const struct option_reader *r)
{
    ipfunnel_options *o = &s->options;
    uint64_t n = 0;

    switch (id) {
    case OPT_INTERFACE: return read_once(&o->interface_name, r, "name one interface, or any");
    case OPT_READ: return read_once(&o->file, r, "read one file at a time");
    case OPT_BACKEND: return read_once(&o->backend, r, "name one backend");
    case OPT_MODE: return read_mode(s, r);
    case OPT_IPLEVEL: s->mode = IPFUNNEL_MODE_IPLEVEL; return true;
    case OPT_WRITE: return read_once(&s->write_name, r, "name one file");
    case OPT_FORMAT: return read_format(s, r);
    case OPT_COUNT: return read_count(r, &s->count);
    case OPT_SNAP:
        if (!parse_number(r->value, 0, UINT32_MAX, &n))
            return bad_value(r, "a number of bytes (0: all)");
        o->snap_length = (uint32_t)n;
        return true;
    case OPT_BUFFER:
        if (!parse_number(r->value, 1, UINT64_MAX / 1024, &n))
            return bad_value(r, "a number of KiB");
        o->ring_bytes = n * 1024;
        return true;
    case OPT_IPV4: o->families |= IPFUNNEL_IPV4; return true;
    case OPT_IPV6: o->families |= IPFUNNEL_IPV6; return true;
    case OPT_ON_WIRE: o->flags |= IPFUNNEL_OPEN_ON_WIRE; return true;
    case OPT_NO_OUTGOING: o->flags |= IPFUNNEL_OPEN_NO_OUTGOING; return true;
    case OPT_COUNT_ALL: o->flags |= IPFUNNEL_OPEN_COUNT_ALL; return true;
    case OPT_VLAN: return read_vlan(s, r);
    case OPT_LATENCY:
        if (!parse_seconds(r->value, &n) || n > 1000000)      /* thousandths of the unit, so microseconds here */
            return bad_value(r, "milliseconds from 0.001 to 1000");
        o->latency_us = (uint32_t)n;
        return true;
    case OPT_IMMEDIATE: o->latency_us = IPFUNNEL_LATENCY_LOWEST; return true;
    case OPT_DURATION:
        return parse_seconds(r->value, &s->duration_ms) || bad_value(r, "seconds such as 10 or 0.5");
    case OPT_EXCLUDE_SELF: s->exclude_self = true; return true;
    case OPT_PRECISION: return read_precision(s, r);
    case OPT_ROTATE_TIME:
        return parse_seconds(r->value, &s->rotate_ms) || bad_value(r, "seconds such as 60");
    case OPT_ROTATE_SIZE: return read_size(r, &s->rotate_bytes);
    case OPT_FILE_LIMIT: return read_count(r, &s->file_limit);
    case OPT_PACKET_BUFFERED: s->packet_buffered = true; return true;
    case OPT_QUIET: s->hide_all_but_totals = true; return true;
    case OPT_VERBOSE: s->verbose++; return true;
    case OPT_HEX: s->dump = DUMP_HEX; return true;
    case OPT_HEX_TEXT: s->dump = DUMP_HEX_AND_TEXT; return true;
    case OPT_TIME: return read_time(s);
    case OPT_NO_NAMES: return true;
    case OPT_LINE_BUFFERED: s->line_buffered = true; return true;
    case OPT_JSON: s->json = true; return true;
    case OPT_EVENTS: o->flags |= IPFUNNEL_OPEN_EVENTS; return true;
    case OPT_FOLLOW: s->follow = true; return true;
    case OPT_PRINT: s->print = true; return true;
    case OPT_PROGRAM: s->print_program = true; return true;
    case OPT_FILTER_FILE: return read_once(&s->filter_file, r, "name one file");
    default: return false;
    }
}

int capture_settings_read(struct capture_settings *s, int argc, char *const argv[], int *exit_status)
{
    struct option_reader reader = { .argc = argc, .argv = argv, .table = table };
    const ipfunnel_options defaults = IPFUNNEL_OPTIONS_INIT;
    int id;

    *s = (struct capture_settings){ .options = defaults, .mode = IPFUNNEL_MODE_ON };
    *exit_status = EXIT_USAGE;
    while ((id = option_next(&reader)) != OPTION_DONE) {
        switch (id) {
        case OPTION_BAD:
            usage_error("capture", "%s", reader.message);
            return SETTINGS_LEAVE;
        case OPTION_OPERAND:
            if (!filter_append(&s->filter, reader.value)) {
                *exit_status = EXIT_CAPTURE;
                return SETTINGS_LEAVE;
            }
            break;
        case OPT_HELP:
            print_help("capture");
            *exit_status = finish_output();
            return SETTINGS_LEAVE;
        case OPT_LIST:
            *exit_status = list_command(0, argv);
            return SETTINGS_LEAVE;
        default:
            if (!take_option(s, id, &reader))
                return SETTINGS_LEAVE;
        }
    }
    if (!settings_agree(s))
        return SETTINGS_LEAVE;
    if (s->filter_file && (*exit_status = filter_append_file(&s->filter, s->filter_file)) != EXIT_DONE)
        return SETTINGS_LEAVE;
    s->options.filter = s->filter;
    if (s->print_program) {
        *exit_status = filter_print_program(s->filter);
        return SETTINGS_LEAVE;
    }
    settings_fill_in(s);
    *exit_status = EXIT_DONE;
    return SETTINGS_OK;
}
