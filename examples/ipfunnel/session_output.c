#include "host.h"
#include "json_output.h"
#include "messages.h"
#include "session.h"
#include <errno.h>
#include <inttypes.h>
#include <string.h>

void session_file_status(struct session *s, int status)
{
    const ipfunnel_error *error;

    if (status >= 0)
        return;
    error = capture_file_error(s->file);
    if (strcmp(s->settings->write_name, "-") == 0 && (error->os_code == EPIPE || host_output_closed())) {
        s->outcome = OUTCOME_OUTPUT_CLOSED;
        return;
    }
    complain(error);
    s->outcome = OUTCOME_FAILED;
}

/* After printing: errno is that of the last write if it failed. Lines that go to standard error are not checked. */
static void check_print(struct session *s)
{
    int code = errno;

    if (!ferror(s->style.out) || s->style.out == stderr || s->outcome != OUTCOME_RUNNING)
        return;
    if (code == EPIPE || host_output_closed()) {
        s->outcome = OUTCOME_OUTPUT_CLOSED;
        return;
    }
    note("cannot write to standard output: %s; make room or print less", strerror(code));
    s->outcome = OUTCOME_FAILED;
}

void session_flush(struct session *s)
{
    s->unflushed = false;
    fflush(s->style.out);
    check_print(s);
}

void session_deliver(struct session *s, ipfunnel *capture, const ipfunnel_datagram *datagrams[], int count)
{
    const struct capture_settings *settings = s->settings;
    int kept = 0;

    for (int i = 0; i < count; i++)
        if (!s->leave_own_out || !own_connection_has(&s->own, datagrams[i]))
            datagrams[kept++] = datagrams[i];
    s->left_out += (uint64_t)(count - kept);
    s->delivered += (uint64_t)kept;
    if (s->file && kept)
        session_file_status(s, capture_file_write(s->file, capture, datagrams, kept));
    if (settings->print && kept) {
        for (int i = 0; i < kept; i++)
            if (settings->json)
                json_datagram(s->style.out, datagrams[i], settings->dump != DUMP_NONE);
            else
                text_datagram(&s->style, datagrams[i]);
        s->unflushed = true;
        check_print(s);
        if (settings->line_buffered || host_is_terminal(s->style.out))
            session_flush(s);
    }
    if (settings->count && s->delivered >= settings->count && s->outcome == OUTCOME_RUNNING)
        s->outcome = OUTCOME_ENOUGH;
}

void session_event(struct session *s, ipfunnel *capture)
{
    ipfunnel_event event = IPFUNNEL_EVENT_INIT;
    ipfunnel_capture_info info = IPFUNNEL_CAPTURE_INFO_INIT;

    ipfunnel_info(capture, &info);
    while (ipfunnel_next_event(capture, &event) == 1) {
        if (!s->settings->print) {
            note("%s: %s", info.interface_name, event_words(event.kind));
            continue;
        }
        if (s->settings->json)
            json_event(s->style.out, &event, info.interface_name);
        else
            text_event(&s->style, &event, info.interface_name);
        s->unflushed = true;
    }
}

void session_print_totals(struct session *s)
{
    struct totals totals = s->closed;
    ipfunnel_statistics statistics = IPFUNNEL_STATISTICS_INIT;

    for (int i = 0; i < s->count; i++)
        if (ipfunnel_stats(s->captures[i], &statistics) == 0)
            totals_add(&totals, &statistics);
    session_end_counter(s);
    totals_print(stderr, &totals, s->delivered, s->left_out);
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
