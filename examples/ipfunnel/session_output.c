#include "host.h"
#include "json_output.h"
#include "messages.h"
#include "session.h"
#include <errno.h>
#include <inttypes.h>
#include <string.h>

static bool over(const struct session *s)
{
    return s->outcome == OUTCOME_FAILED || s->outcome == OUTCOME_OUTPUT_CLOSED;
}

void session_file_failed(struct session *s, const ipfunnel_error *error)
{
    if (over(s))
        return;
    if (strcmp(s->settings->write_name, "-") == 0 && (error->os_code == EPIPE || host_output_closed())) {
        s->outcome = OUTCOME_OUTPUT_CLOSED;
        return;
    }
    session_end_counter(s);
    complain(error);
    s->outcome = OUTCOME_FAILED;
}

void session_file_status(struct session *s, int status)
{
    if (status < 0)
        session_file_failed(s, capture_file_error(s->file));
}

void session_close_file(struct session *s)
{
    ipfunnel_error error = { .status = 0 };

    if (capture_file_close(s->file, &error) < 0)
        session_file_failed(s, &error);
    s->file = NULL;
}

void session_tell_several(struct session *s)
{
    const struct capture_settings *settings = s->settings;

    if (s->told_several || settings->hide_all_but_totals || settings->format != IPFUNNEL_FILE_PCAPNG ||
        capture_file_interfaces(s->file) < 2)
        return;
    s->told_several = true;
    session_end_counter(s);
    note("tcpdump cannot read a pcapng file with several interfaces; for it use FILE.pcap or --format pcap");
}

/* After printing: errno is that of the last write if it failed. Also when the capture is over: the last buffer is
 * written then. */
static void check_print(struct session *s)
{
    int code = errno;

    if (!ferror(stdout) || over(s))
        return;
    if (code == EPIPE || host_output_closed()) {
        s->outcome = OUTCOME_OUTPUT_CLOSED;
        return;
    }
    session_end_counter(s);
    note("cannot write to standard output: %s; make room or print less", strerror(code));
    s->outcome = OUTCOME_FAILED;
}

void session_flush(struct session *s)
{
    s->unflushed = false;
    fflush(stdout);
    check_print(s);
}

void session_end_lines(struct session *s)
{
    if (s->unflushed && (s->settings->line_buffered || host_is_terminal(stdout)))
        session_flush(s);
}

void session_deliver(struct session *s, ipfunnel *capture, const ipfunnel_datagram *datagrams[], int count)
{
    const struct capture_settings *settings = s->settings;
    const bool text = settings->print && !settings->json;
    int kept = 0;

    for (int i = 0; i < count; i++) {
        const ipfunnel_datagram *d = datagrams[i];
        const bool own = s->leave_own_out && own_connection_has(&s->own, d);
        if (text)
            text_losses(&s->style, d);
        if (own)
            continue;
        if (text)
            text_datagram(&s->style, d);
        else if (settings->print)
            json_datagram(stdout, d, settings->dump != DUMP_NONE);
        datagrams[kept++] = d;
    }
    s->left_out += (uint64_t)(count - kept);
    s->delivered += (uint64_t)kept;
    if (settings->print) {
        s->unflushed = true;
        check_print(s);
    }
    if (s->file && kept) {
        session_file_status(s, capture_file_write(s->file, capture, datagrams, kept));
        session_tell_several(s);
    }
    if (settings->count && s->delivered >= settings->count && s->outcome == OUTCOME_RUNNING)
        s->outcome = OUTCOME_ENOUGH;
}

void session_show_event(struct session *s, const ipfunnel_event *event, const char *interface_name)
{
    if (!s->settings->print || !(s->settings->options.flags & IPFUNNEL_OPEN_EVENTS))
        return;
    if (s->settings->json)
        json_event(stdout, event, interface_name);
    else
        text_event(&s->style, event, interface_name);
    s->unflushed = true;
}

void session_event(struct session *s, ipfunnel *capture)
{
    ipfunnel_event event = IPFUNNEL_EVENT_INIT;
    ipfunnel_capture_info info = IPFUNNEL_CAPTURE_INFO_INIT;

    ipfunnel_info(capture, &info);
    while (ipfunnel_next_event(capture, &event) == 1) {
        if (!s->settings->print)
            note("%s: %s", info.interface_name, event_words(event.kind));
        session_show_event(s, &event, info.interface_name);
    }
}

void session_print_totals(struct session *s)
{
    struct totals totals = s->closed;
    ipfunnel_statistics statistics = IPFUNNEL_STATISTICS_INIT;

    for (int i = 0; i < s->count; i++)
        if (ipfunnel_stats(s->captures[i], &statistics) == 0)
            totals_add(&totals, &statistics);
    if (!totals.parts)
        totals.sum.available = UINT64_MAX;      /* nothing was open: there was nothing to count */
    totals.delivered = s->delivered;
    totals.own = s->left_out;
    totals.count_all = s->settings->options.flags & IPFUNNEL_OPEN_COUNT_ALL;
    totals.ended = s->outcome != OUTCOME_RUNNING;
    session_end_counter(s);
    totals_print(stderr, &totals);
}

void session_print_counter(struct session *s)
{
    ipfunnel_capture_info info = IPFUNNEL_CAPTURE_INFO_INIT;

    if (s->progress && ipfunnel_info(s->captures[0], &info) == 0 && info.file_size > 0)
        fprintf(stderr, "\ripfunnel: %3d %%, %" PRIu64 " datagrams",
                (int)((double)info.file_position * 100 / (double)info.file_size), s->delivered);
    else
        fprintf(stderr, "\ripfunnel: %" PRIu64 " datagrams", s->delivered);
    fflush(stderr);
    s->counter_shown = true;
}

void session_end_counter(struct session *s)
{
    if (s->counter_shown)
        fputc('\n', stderr);
    s->counter_shown = false;
}
