#include "settings_check.h"
#include "file_name.h"
#include "host.h"
#include "messages.h"
#include <stdlib.h>
#include <string.h>

static bool ends_with(const char *text, const char *end)
{
    size_t a = strlen(text), b = strlen(end);
    return a >= b && strcmp(text + a - b, end) == 0;
}

static bool is_pcap(const struct capture_settings *s)
{
    return s->form == FILE_PCAP || (s->form == FILE_BY_NAME && ends_with(s->write_name, ".pcap"));
}

/* False after saying that the backend that was asked for has nothing to capture: the library would wait for the frames
 * of its caller, and rightly. */
static bool backend_has_source(const struct capture_settings *s)
{
    const ipfunnel_backend *backend;
    const char *name = s->options.backend;

    if (s->options.file)
        return true;
    if (!name || !*name)
        name = getenv("IPFUNNEL_BACKEND");
    for (int i = 0; name && (backend = ipfunnel_backend_at(i)) != NULL; i++) {
        if (!backend->built || strcmp(backend->name, name) != 0 || (backend->capabilities & IPFUNNEL_CAN_LIVE))
            continue;
        note("%s %s; \"ipfunnel backends\" shows what each backend can do", name,
             backend->capabilities & IPFUNNEL_CAN_PUSH
                 ? "takes frames from a program (ipfunnel_push), and this command has none to give"
                 : "reads files: give one with -r");
        return false;
    }
    return true;
}

/* Of the file that is written. */
static const char *file_contradiction(const struct capture_settings *s)
{
    if (strcmp(s->write_name, "") == 0)
        return "-w needs the name of a file";
    if (s->file_limit && !s->rotate_ms && !s->rotate_bytes)
        return "-W limits the files of -C or -G: give one of them";
    if (strcmp(s->write_name, "-") == 0) {
        if (s->rotate_ms || s->rotate_bytes)
            return "-C and -G need a file to begin anew: standard output is none";
        if (s->print || s->json)
            return "-w - fills standard output with the file: for --print or --json as well write to a named file";
        if (host_is_terminal(stdout))
            return "-w - would write a capture file to the terminal: redirect the output";
    } else if (s->options.file && host_same_file(s->options.file, s->write_name)) {
        return "-r and -w name the same file";
    }
    if (s->filter_file && host_same_file(s->filter_file, s->write_name))
        return "-F and -w name the same file";
    if (s->rotate_ms && !s->rotate_bytes && !file_name_has_time(s->write_name))
        return "-G would overwrite the file again and again: put the time into its name, such as x-%H%M%S.pcapng";
    if (s->precision_given && !is_pcap(s))
        return "--time-stamp-precision is for pcap, FILE.pcap or --format pcap: pcapng always has nanoseconds";
    return NULL;
}

static const char *contradiction(const struct capture_settings *s)
{
    const ipfunnel_options *o = &s->options;

    if (o->interface_name && o->file)
        return "-i and -r exclude each other: capture or read a file";
    if (s->follow && o->file)
        return "--follow is about interfaces: -r reads a file to its end";
    if (o->file && strcmp(o->file, "") == 0)
        return "-r needs the name of a file";
    if (s->filter_file && strcmp(s->filter_file, "") == 0)
        return "-F needs the name of a file";
    if (s->filter && s->filter_file)
        return "-F and an expression exclude each other: write it into the file, or on the command line";
    if (o->families == (IPFUNNEL_IPV4 | IPFUNNEL_IPV6))
        return "-4 and -6 exclude each other; without them both families are captured";
    if (s->hide_all_but_totals && (s->json || s->print || s->verbose || s->dump || s->time_form != TIME_OF_DAY))
        return "-q prints totals only and excludes --json, --print, -v, -x, -X and -t";
    if (s->json && s->time_form != TIME_OF_DAY)
        return "-t is about lines of text: --json always has \"time\" and \"time_ns\"";
    if (!s->write_name && (s->rotate_ms || s->rotate_bytes || s->file_limit || s->packet_buffered ||
                           s->precision_given || s->form != FILE_BY_NAME))
        return "-C, -G, -W, -U, --format and --time-stamp-precision are about a file: they need -w FILE";
    return s->write_name ? file_contradiction(s) : NULL;
}

bool settings_agree(const struct capture_settings *s)
{
    const char *wrong = contradiction(s);

    if (!wrong)
        return backend_has_source(s);
    usage_error("capture", "%s", wrong);
    return false;
}

void settings_fill_in(struct capture_settings *s)
{
    ipfunnel_options *o = &s->options;

    if (o->interface_name && strcmp(o->interface_name, "any") == 0) {
        s->any = true;
        o->interface_name = NULL;
    } else if (!o->interface_name && !o->file) {
        o->interface_name = "default";
    }
    if (s->write_name && !s->precision_given)
        s->format = is_pcap(s) ? IPFUNNEL_FILE_PCAP_US : IPFUNNEL_FILE_PCAPNG;
    s->print = !s->hide_all_but_totals && (s->print || s->json || !s->write_name);
}
