/* file_writer.c - the public functions of ipfunnel_file.h: checks, numbering, rotation. */
#include "error.h"
#include "file_format.h"
#include "file_output.h"
#include "options.h"
#include <stdlib.h>

#define TEXT(x) TEXT_OF(x)
#define TEXT_OF(x) #x

struct ipfunnel_writer {
    const struct ipfunnel__file_format *format;
    uint32_t flags;
    struct ipfunnel__output output;
    struct ipfunnel__file_port *ports;      /* by interface number */
    int port_count;
    uint8_t *preamble;                      /* section and interfaces as written: how each further file begins */
    size_t preamble_length;
    ipfunnel_error error;
};

static const struct ipfunnel__file_format *const formats[] = {
    [IPFUNNEL_FILE_PCAPNG] = &ipfunnel__file_pcapng,
    [IPFUNNEL_FILE_PCAP_NS] = &ipfunnel__file_pcap_ns,
    [IPFUNNEL_FILE_PCAP_US] = &ipfunnel__file_pcap_us,
};

static int bad(ipfunnel_error *error, const char *where, const char *text, const char *remedy)
{
    ipfunnel__fail(error, IPFUNNEL_EINVAL, 0, where, "%s", text);
    return ipfunnel__remedy(error, "%s", remedy);
}

/* Makes the record part of the file and of the beginning of the files to come. */
static int commit_to_preamble(ipfunnel_writer *w, const struct ipfunnel__block *record, const char *where)
{
    if (record->overflow)
        return bad(&w->error, where, "a text is longer than 65535 bytes, or all together exceed 256 KiB",
                   "shorten the description, the comment or the filter, or pass fewer addresses");
    if (record->length == 0)
        return 0;
    uint8_t *grown = realloc(w->preamble, w->preamble_length + record->length);
    if (!grown)
        return ipfunnel__no_memory(&w->error, where);
    memcpy(grown + w->preamble_length, record->bytes, record->length);
    w->preamble = grown;
    w->preamble_length += record->length;
    return ipfunnel__output_commit(&w->output, record);
}

static bool too_long(const char *text) { return text && strlen(text) > UINT16_MAX; }

/* Before the file is created: a refusal must not overwrite one. */
static int check_options(const ipfunnel_writer_options *o, ipfunnel_error *error)
{
    static const char where[] = "ipfunnel_writer_open";
    if (!o->path || !*o->path)
        return bad(error, where, "no path is given", "set options.path to a file name, or \"-\" for standard output");
    if (o->format >= sizeof formats / sizeof *formats)
        return bad(error, where, "options.format is none of IPFUNNEL_FILE_*", "use 0 for pcapng");
    if (o->flags & ~(uint32_t)IPFUNNEL_WRITER_FLUSH_EACH)
        return bad(error, where, "options.flags has unknown bits", "use IPFUNNEL_WRITER_FLUSH_EACH or 0");
    if (too_long(o->application) || too_long(o->comment))
        return bad(error, where, "options.application or .comment is longer than 65535 bytes", "shorten it");
    return 0;
}

/* On failure *w is half open, for close. */
static int open_checked(ipfunnel_writer *w, const ipfunnel_writer_options *o)
{
    static const char library[] = "ipfunnel " TEXT(IPFUNNEL_VERSION_MAJOR) "." TEXT(IPFUNNEL_VERSION_MINOR) "."
                                  TEXT(IPFUNNEL_VERSION_PATCH);
    w->format = formats[o->format];
    w->flags = o->flags;
    w->output.error = &w->error;
    int status = ipfunnel__output_open(&w->output, o->path);
    if (status < 0)
        return status;
    struct ipfunnel__block record = ipfunnel__output_room(&w->output);
    w->format->section(&record, o->application ? o->application : library, o->comment);
    status = commit_to_preamble(w, &record, "ipfunnel_writer_open");
    return status < 0 ? status : ipfunnel__output_flush(&w->output);
}

int ipfunnel_writer_open(ipfunnel_writer **out, const ipfunnel_writer_options *options, ipfunnel_error *error)
{
    static const char where[] = "ipfunnel_writer_open";
    ipfunnel_writer_options o = IPFUNNEL_WRITER_OPTIONS_INIT;
    ipfunnel_error scratch;
    if (!error)
        error = &scratch;

    int status = ipfunnel__take_sized(&o, sizeof o, options, "ipfunnel_writer_options", error);
    if (status == 0)
        status = check_options(&o, error);
    if (status < 0)
        return status;
    if (!out)
        return bad(error, where, "out is NULL", "pass the address of an ipfunnel_writer pointer");
    ipfunnel_writer *w = calloc(1, sizeof *w);
    if (!w)
        return ipfunnel__no_memory(error, where);

    status = open_checked(w, &o);
    if (status < 0) {
        *error = w->error;
        ipfunnel_writer_close(w, NULL);
        return status;
    }
    *out = w;
    return 0;
}

static int check_interface(const ipfunnel_writer_interface *d, ipfunnel_error *error)
{
    static const char where[] = "ipfunnel_writer_add_interface";
    if (d->address_count > 0 && !d->addresses)
        return bad(error, where, "addresses is NULL, address_count is not 0", "pass the addresses or count 0");
    if (d->hardware_address_length > 0 && !d->hardware_address)
        return bad(error, where, "hardware_address is NULL, its length is not 0", "pass the address or length 0");
    if (d->dropped_unknown > 1)
        return bad(error, where, "dropped_unknown is neither 0 nor 1", "use 0 or 1");
    for (uint32_t i = 0; i < d->address_count; i++) {
        const ipfunnel_address *a = &d->addresses[i];
        if ((a->version != 4 && a->version != 6) || a->prefix_length > (a->version == 4 ? 32 : 128)) {
            ipfunnel__fail(error, IPFUNNEL_EINVAL, 0, where, "address number %u has version %u and prefix length %u",
                           (unsigned)i, (unsigned)a->version, (unsigned)a->prefix_length);
            return ipfunnel__remedy(error, "use version 4 with at most 32 bits, or 6 with at most 128");
        }
    }
    return 0;
}

int ipfunnel_writer_add_interface(ipfunnel_writer *w, const ipfunnel_writer_interface *description)
{
    static const char where[] = "ipfunnel_writer_add_interface";
    ipfunnel_writer_interface d = IPFUNNEL_WRITER_INTERFACE_INIT;
    if (w->output.failed)
        return w->error.status;
    int status = ipfunnel__take_sized(&d, sizeof d, description, "ipfunnel_writer_interface", &w->error);
    if (status == 0)
        status = check_interface(&d, &w->error);
    if (status < 0)
        return status;

    struct ipfunnel__file_port *grown = realloc(w->ports, ((size_t)w->port_count + 1) * sizeof *grown);
    if (!grown)
        return ipfunnel__no_memory(&w->error, where);
    w->ports = grown;
    struct ipfunnel__file_port *port = &w->ports[w->port_count];
    bool limited = d.snap_length > 0 && d.snap_length < IPFUNNEL__FILE_MOST_BYTES;
    *port = (struct ipfunnel__file_port){
        .number = (uint32_t)w->port_count,
        .snap_length = limited ? d.snap_length : IPFUNNEL__FILE_MOST_BYTES,
        .dropped_unknown = d.dropped_unknown == 1,
    };
    struct ipfunnel__block record = ipfunnel__output_room(&w->output);
    w->format->interface(&record, port, &d);
    status = commit_to_preamble(w, &record, where);
    if (status == 0)
        status = ipfunnel__output_flush(&w->output);      /* libpcap opens no file without an interface */
    return status < 0 ? status : w->port_count++;
}

/* The status that ends the call before it begins, or 0: an earlier failure, or no such interface. */
static int refuse(ipfunnel_writer *w, int number, const char *where)
{
    if (w->output.failed)
        return w->error.status;
    if (number >= 0 && number < w->port_count)
        return 0;
    ipfunnel__fail(&w->error, IPFUNNEL_EINVAL, 0, where, "there is no interface number %d, only %d of them", number,
                   w->port_count);
    return ipfunnel__remedy(&w->error, "use a number that ipfunnel_writer_add_interface returned");
}

/* Hands over to the system now if the caller asked for that. */
static int after_call(ipfunnel_writer *w)
{
    return w->flags & IPFUNNEL_WRITER_FLUSH_EACH ? ipfunnel__output_flush(&w->output) : 0;
}

/* What stays where it is has to be written before the call returns, which should not make the writes many and small. */
static bool is_much(const ipfunnel_datagram *const datagrams[], int count)
{
    enum { MUCH = IPFUNNEL__FLUSH_AT / 8 };
    uint64_t sum = 0;
    for (int i = 0; i < count; i++)
        sum += datagrams[i]->length;
    return sum >= MUCH;
}

int ipfunnel_writer_write(ipfunnel_writer *w, int interface_number, const ipfunnel_datagram *const datagrams[],
                          int count)
{
    static const char where[] = "ipfunnel_writer_write";
    int status = refuse(w, interface_number, where);
    if (status < 0)
        return status;
    if (count < 0 || (count > 0 && !datagrams))
        return bad(&w->error, where, "count is negative, or datagrams is NULL", "pass what ipfunnel_recv returned");

    const struct ipfunnel__file_port *port = &w->ports[interface_number];
    const bool may_stay = ipfunnel__os_gathers() && is_much(datagrams, count);
    for (int i = 0; i < count && status == 0; i++) {
        struct ipfunnel__block record = ipfunnel__output_room(&w->output);
        record.may_stay = may_stay;
        w->format->datagram(&record, port, datagrams[i]);
        status = ipfunnel__output_commit(&w->output, &record);
    }
    if (status == 0 && w->output.piece_count > 0)
        status = ipfunnel__output_flush(&w->output);
    return status < 0 ? status : after_call(w);
}

int ipfunnel_writer_statistics(ipfunnel_writer *w, int interface_number, const ipfunnel_statistics *statistics,
                               int64_t start_ns, int64_t end_ns)
{
    ipfunnel_statistics s = IPFUNNEL_STATISTICS_INIT;
    int status = refuse(w, interface_number, "ipfunnel_writer_statistics");
    if (status == 0)
        status = ipfunnel__take_sized(&s, sizeof s, statistics, "ipfunnel_statistics", &w->error);
    if (status < 0)
        return status;

    struct ipfunnel__block record = ipfunnel__output_room(&w->output);
    w->format->statistics(&record, &w->ports[interface_number], &s, start_ns, end_ns);
    status = ipfunnel__output_commit(&w->output, &record);
    return status < 0 ? status : after_call(w);
}

uint64_t ipfunnel_writer_bytes(const ipfunnel_writer *w) { return w->output.total; }

int ipfunnel_writer_flush(ipfunnel_writer *w)
{
    return w->output.failed ? w->error.status : ipfunnel__output_flush(&w->output);
}

int ipfunnel_writer_rotate(ipfunnel_writer *w, const char *path)
{
    if (w->output.failed)
        return w->error.status;
    if (!path || !*path)
        return bad(&w->error, "ipfunnel_writer_rotate", "no path is given", "pass a file name");
    int status = ipfunnel__output_move(&w->output, path);
    return status < 0 ? status : ipfunnel__output_append(&w->output, w->preamble, w->preamble_length);
}

int ipfunnel_writer_close(ipfunnel_writer *w, ipfunnel_error *error)
{
    if (!w)
        return 0;
    bool failed_before = w->output.failed;
    int status = ipfunnel__output_close(&w->output);
    if (failed_before)
        status = w->error.status;
    if (status < 0 && error)
        *error = w->error;
    free(w->ports);
    free(w->preamble);
    free(w);
    return status;
}

const ipfunnel_error *ipfunnel_writer_last_error(const ipfunnel_writer *w) { return &w->error; }
