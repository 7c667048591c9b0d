#include "host.h"
#include "messages.h"
#include "session.h"
#include "signals.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { LONG_MS = 1000 };        /* a file that takes longer than this is a long one */

static int open_one(struct session *s, const char *interface_name, ipfunnel_error *error)
{
    ipfunnel_options options = s->settings->options;
    ipfunnel *capture = NULL;
    int status;

    if (interface_name)
        options.interface_name = interface_name;
    status = ipfunnel_open(&capture, &options, error);
    if (status < 0)
        return status;
    status = ipfunnel_set_mode(capture, s->settings->mode);
    if (status < 0) {
        *error = *ipfunnel_last_error(capture);
        ipfunnel_close(capture);
        return status;
    }
    s->captures[s->count++] = capture;
    return 0;
}

/* One capture for each interface that is up. One that cannot be opened is left out with a note, unless none can. */
static int open_all(struct session *s)
{
    const ipfunnel_interface *chain = NULL;
    ipfunnel_error error = { .status = 0 }, first = { .status = 0 };
    char failed[512] = "";
    size_t used = 0;
    int n = ipfunnel_interfaces(&chain, &error);

    if (n < 0)
        return complain(&error);
    s->captures = calloc((size_t)n + 1, sizeof *s->captures);
    if (!s->captures) {
        ipfunnel_interfaces_free(chain);
        note("out of memory");
        return EXIT_CAPTURE;
    }
    for (const ipfunnel_interface *i = chain; i; i = i->next) {
        if (!(i->flags & IPFUNNEL_INTERFACE_UP) || open_one(s, i->name, &error) == 0)
            continue;
        if (!first.status)
            first = error;
        if (used < sizeof failed)
            used += (size_t)snprintf(failed + used, sizeof failed - used, "%s%s", used ? ", " : "", i->name);
    }
    ipfunnel_interfaces_free(chain);
    if (s->count) {
        if (first.status)
            note("going on without %s: %s", failed, first.text);
        return EXIT_DONE;
    }
    if (first.status)
        return complain(&first);
    note("no interface is up; bring one up or name one with -i");
    return EXIT_CAPTURE;
}

static int open_captures(struct session *s)
{
    ipfunnel_error error = { .status = 0 };

    if (s->settings->any)
        return open_all(s);
    s->captures = calloc(1, sizeof *s->captures);
    if (!s->captures) {
        note("out of memory");
        return EXIT_CAPTURE;
    }
    return open_one(s, NULL, &error) < 0 ? complain(&error) : EXIT_DONE;
}

static int open_file(struct session *s)
{
    ipfunnel_error error = { .status = 0 };

    if (capture_file_open(&s->file, s->settings, &error) < 0)
        return complain(&error);
    for (int i = 0; i < s->count && !s->settings->options.file; i++)
        if (capture_file_add(s->file, s->captures[i]) < 0)
            return complain(capture_file_error(s->file));
    return EXIT_DONE;
}

void session_need_file(struct session *s)
{
    if (s->settings->write_name && !s->file && s->outcome == OUTCOME_RUNNING && open_file(s) != EXIT_DONE)
        s->outcome = OUTCOME_FAILED;
}

int session_open(struct session *s, const struct capture_settings *settings)
{
    const bool file_on_stdout = settings->write_name && strcmp(settings->write_name, "-") == 0;
    int status;

    *s = (struct session){
        .settings = settings,
        .style = { .out = file_on_stdout ? stderr : stdout, .verbose = settings->verbose, .dump = settings->dump },
        .print_to_pipe = (file_on_stdout || settings->print) && host_output_is_pipe(),
        .end_ms = -1,
        .counter = settings->write_name && settings->verbose && !settings->print && host_is_terminal(stderr),
    };
    if (s->style.out == stdout)
        setvbuf(stdout, NULL, _IOFBF, 1 << 16);
    status = open_captures(s);
    if (status == EXIT_DONE && settings->write_name && !settings->options.file)
        status = open_file(s);
    if (status != EXIT_DONE)
        return status;
    if (settings->exclude_self) {
        s->leave_own_out = own_connection_find(&s->own);
        if (!s->leave_own_out)
            note("--exclude-self: no SSH session found above this process; nothing is left out");
    }
    for (int i = 0; i < s->count; i++) {
        ipfunnel_capture_info info = IPFUNNEL_CAPTURE_INFO_INIT;
        ipfunnel_info(s->captures[i], &info);
        if (settings->options.file) {
            s->progress = info.file_size > 0 && host_is_terminal(stderr)
                          && !(settings->print && host_is_terminal(stdout));
            s->next_look_ms = host_milliseconds() + LONG_MS;
        } else if ((int)strlen(info.interface_name) > s->style.name_width)
            s->style.name_width = (int)strlen(info.interface_name);
    }
    if (settings->duration_ms)
        s->end_ms = host_milliseconds() + (int64_t)settings->duration_ms;
    s->started = true;
    return EXIT_DONE;
}

void session_close(struct session *s)
{
    signals_watch(NULL, 0);
    for (int i = 0; i < s->count; i++)
        ipfunnel_close(s->captures[i]);
    free(s->captures);
    s->captures = NULL;
    s->count = 0;
}

static char *size_text(uint64_t bytes, char *out, size_t size)
{
    if (bytes >= 10 << 20)
        snprintf(out, size, "%" PRIu64 " MiB", (bytes + (1 << 19)) >> 20);
    else
        snprintf(out, size, "%" PRIu64 " KiB", (bytes + 1023) >> 10);
    return out;
}

/* ", promiscuous" and the like: only where it says something about the one interface. */
static const char *promiscuous_text(const struct session *s, const ipfunnel_capture_info *info)
{
    if (s->count != 1 || info->mode != IPFUNNEL_MODE_ON || !(info->capabilities & IPFUNNEL_CAN_PROMISCUOUS))
        return "";
    return info->promiscuous == IPFUNNEL_YES  ? ", promiscuous"
           : info->promiscuous == IPFUNNEL_NO ? ", not promiscuous: the interface refuses"
                                              : ", promiscuous or not is unknown";
}

void session_print_start(const struct session *s)
{
    char size[32], names[512] = "";
    size_t used = 0;
    ipfunnel_capture_info info = IPFUNNEL_CAPTURE_INFO_INIT;

    for (int i = 0; i < s->count; i++) {
        ipfunnel_info(s->captures[i], &info);
        if (info.families_failed)
            note("%s: %s could not be opened and is not captured", info.interface_name,
                 info.families_failed == IPFUNNEL_IPV6 ? "IPv6" : "IPv4");
        if (info.interface_name[0] && used < sizeof names)
            used += (size_t)snprintf(names + used, sizeof names - used, "%s%s", used ? ", " : " on ",
                                     info.interface_name);
    }
    if (s->settings->options.file)
        note("reading %s (%s)", s->settings->options.file, info.backend);
    else
        note("capturing%s (%s, mode %s%s), ring %s%s; ^C ends", names, info.backend,
             info.mode == IPFUNNEL_MODE_IPLEVEL ? "iplevel" : "on", promiscuous_text(s, &info),
             size_text(info.buffer_bytes, size, sizeof size), s->count > 1 ? " each" : "");
}
