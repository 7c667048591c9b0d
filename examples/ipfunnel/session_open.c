#include "filter_option.h"
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

static bool make_room(struct session *s, int captures)
{
    s->captures = calloc((size_t)captures, sizeof *s->captures);
    s->batches = calloc((size_t)captures, sizeof *s->batches);
    if (s->captures && s->batches)
        return true;
    note("out of memory; close other programs");
    return false;
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
    if (!make_room(s, n + 1)) {
        ipfunnel_interfaces_free(chain);
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
        return filter_complain(s->settings->filter, &first);
    note("no interface is up; bring one up or name one with -i");
    return EXIT_CAPTURE;
}

static int open_captures(struct session *s)
{
    ipfunnel_error error = { .status = 0 };

    if (s->settings->any)
        return open_all(s);
    if (!make_room(s, 1))
        return EXIT_CAPTURE;
    return open_one(s, NULL, &error) < 0 ? filter_complain(s->settings->filter, &error) : EXIT_DONE;
}

static void open_file(struct session *s)
{
    ipfunnel_error error = { .status = 0 };

    if (capture_file_open(&s->file, s->settings, &error) < 0) {
        session_file_failed(s, &error);
        return;
    }
    for (int i = 0; i < s->count && !s->settings->options.file && s->outcome == OUTCOME_RUNNING; i++)
        session_file_status(s, capture_file_add(s->file, s->captures[i]));
    session_tell_several(s);
}

void session_need_file(struct session *s)
{
    if (s->settings->write_name && !s->file && s->outcome == OUTCOME_RUNNING)
        open_file(s);
}

void session_open(struct session *s, const struct capture_settings *settings)
{
    const bool file_on_stdout = settings->write_name && strcmp(settings->write_name, "-") == 0;

    *s = (struct session){
        .settings = settings,
        .style = { .out = stdout, .verbose = settings->verbose, .dump = settings->dump,
                   .clock = { .form = settings->time_form, .nanoseconds = settings->verbose > 0 } },
        .print_to_pipe = (file_on_stdout || settings->print) && host_output_is_pipe(),
        .end_ms = -1,
        .counter = settings->write_name && settings->verbose && !settings->print && host_is_terminal(stderr),
    };
    setvbuf(stdout, NULL, _IOFBF, 1 << 16);
    if ((s->failure = open_captures(s)) != EXIT_DONE)
        s->outcome = OUTCOME_FAILED;
    if (!settings->options.file)
        session_need_file(s);
    if (s->outcome != OUTCOME_RUNNING)
        return;
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
}

void session_close(struct session *s)
{
    signals_watch(NULL, 0);
    for (int i = 0; i < s->count; i++)
        ipfunnel_close(s->captures[i]);
    free(s->captures);
    free(s->batches);
    s->captures = NULL;
    s->batches = NULL;
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

/* An interface that is down is captured all the same, silently until it comes up. */
static void tell_down(const char *name, uint32_t index)
{
    const ipfunnel_interface *chain = NULL;

    if (!index || ipfunnel_interfaces(&chain, NULL) < 0)
        return;
    for (const ipfunnel_interface *i = chain; i; i = i->next)
        if (i->index == index && !(i->flags & IPFUNNEL_INTERFACE_UP))
            note("%s is down; waiting until it comes up", name);
    ipfunnel_interfaces_free(chain);
}

void session_print_start(const struct session *s)
{
    char size[32], names[512] = "";
    size_t used = 0;
    ipfunnel_capture_info info = IPFUNNEL_CAPTURE_INFO_INIT;
    const char *family;

    for (int i = 0; i < s->count; i++) {
        ipfunnel_info(s->captures[i], &info);
        if (info.families_failed)
            note("%s: %s could not be opened and is not captured", info.interface_name,
                 info.families_failed == IPFUNNEL_IPV6 ? "IPv6" : "IPv4");
        if (!s->settings->any && !s->settings->options.file)
            tell_down(info.interface_name, info.interface_index);
        if (info.interface_name[0] && used < sizeof names)
            used += (size_t)snprintf(names + used, sizeof names - used, "%s%s", used ? ", " : " on ",
                                     info.interface_name);
    }
    family = info.families == IPFUNNEL_IPV4 ? ", IPv4 only" : info.families == IPFUNNEL_IPV6 ? ", IPv6 only" : "";
    if (s->settings->options.file)
        note("reading %s (%s%s)", s->settings->options.file, info.backend, family);
    else
        note("capturing%s (%s, mode %s%s%s), ring %s%s; ^C ends", names, info.backend,
             info.mode == IPFUNNEL_MODE_IPLEVEL ? "iplevel" : "on", promiscuous_text(s, &info), family,
             size_text(info.buffer_bytes, size, sizeof size), s->count > 1 ? " each" : "");
    if (!s->settings->options.file && info.mode == IPFUNNEL_MODE_ON && host_caveat(info.backend))
        note("%s", host_caveat(info.backend));
}
