#include "host.h"
#include "messages.h"
#include "session.h"
#include "signals.h"

enum { BATCH = 128, LOOK_EVERY_MS = 500, DRAIN_WAIT_MS = 1000 };

/* Takes one batch from a capture and returns what ipfunnel_recv did; an event is dealt with. */
static int take(struct session *s, ipfunnel *capture, int timeout_ms)
{
    const ipfunnel_datagram *datagrams[BATCH];
    const uint64_t limit = s->settings->count;
    int max = limit && limit - s->delivered < BATCH ? (int)(limit - s->delivered) : BATCH;
    int n = ipfunnel_recv(capture, datagrams, max, timeout_ms);

    if (n > 0 || n == IPFUNNEL_END)
        session_need_file(s);
    if (n > 0) {
        session_deliver(s, capture, datagrams, n);
        ipfunnel_release(capture);
    }
    if (n == IPFUNNEL_EVENT)
        session_event(s, capture);
    return n;
}

static bool goes_on(int n)
{
    return n >= 0 || n == IPFUNNEL_EVENT || n == IPFUNNEL_INTERRUPTED;
}

/* Closes the capture number i, which ended with `status`; the others go on. */
static void drop(struct session *s, int i, int status)
{
    ipfunnel *capture = s->captures[i];
    ipfunnel_statistics statistics = IPFUNNEL_STATISTICS_INIT;

    session_end_counter(s);
    if (status != IPFUNNEL_END || ipfunnel_last_error(capture)->status == IPFUNNEL_END)     /* a file that is cut */
        complain(ipfunnel_last_error(capture));
    if (s->count == 1) {                /* stays open: its counters are needed at the end */
        if (s->outcome == OUTCOME_RUNNING)
            s->outcome = status == IPFUNNEL_END ? OUTCOME_END : OUTCOME_FAILED;
        return;
    }
    if (s->file)
        session_file_status(s, capture_file_forget(s->file, capture));
    if (ipfunnel_stats(capture, &statistics) == 0)
        totals_add(&s->closed, &statistics);
    signals_watch(NULL, 0);
    ipfunnel_close(capture);
    s->captures[i] = s->captures[--s->count];
    signals_watch(s->captures, s->count);
}

/* Waits for datagrams and takes a batch from each capture that has some. Returns how many it took. */
static int step(struct session *s, int timeout_ms)
{
    int taken = 0, n;

    if (s->count == 1) {
        n = take(s, s->captures[0], timeout_ms);
        if (!goes_on(n))
            drop(s, 0, n);
        return n > 0 ? n : 0;
    }
    n = ipfunnel_wait(s->captures, s->count, timeout_ms);
    if (n < 0) {
        note("waiting for %d interfaces failed: %s; capture fewer at once", s->count, ipfunnel_status_text(n));
        s->outcome = OUTCOME_FAILED;
        return 0;
    }
    for (int i = 0; n > 0 && i < s->count && s->outcome == OUTCOME_RUNNING;) {
        int got = take(s, s->captures[i], 0);
        if (got > 0)
            taken += got;
        if (goes_on(got))
            i++;
        else
            drop(s, i, got);            /* another one takes its place */
    }
    return taken;
}

/* What happens by the clock rather than by datagrams. */
static void look_around(struct session *s, int64_t now)
{
    int status;

    if (s->end_ms >= 0 && now >= s->end_ms)
        s->outcome = OUTCOME_TIME;
    if (s->file && s->outcome == OUTCOME_RUNNING) {
        status = capture_file_tick(s->file, now);
        session_file_status(s, status);
        if (status > 0)
            s->outcome = OUTCOME_TIME;
    }
    if (now < s->next_look_ms)
        return;
    s->next_look_ms = now + LOOK_EVERY_MS;
    if (s->print_to_pipe && host_output_closed())
        s->outcome = OUTCOME_OUTPUT_CLOSED;
    if (s->counter || s->progress)
        session_print_counter(s);
}

static int64_t sooner(int64_t left, int64_t other)
{
    if (other < 0)
        other = 0;
    return left < 0 || other < left ? other : left;
}

/* Milliseconds that the next wait may take; -1: no limit. */
static int time_left(const struct session *s, int64_t now)
{
    int64_t left = s->unflushed ? 0 : -1;

    if (s->end_ms >= 0)
        left = sooner(left, s->end_ms - now);
    if (s->file && capture_file_time_left(s->file, now) >= 0)
        left = sooner(left, capture_file_time_left(s->file, now));
    if (s->print_to_pipe || s->counter || s->progress)
        left = sooner(left, s->next_look_ms - now);
    return left > 3600000 ? 3600000 : (int)left;
}

/* Stops all captures and reads what they had by then. */
static void drain(struct session *s)
{
    for (int i = 0; i < s->count; i++)
        ipfunnel_set_mode(s->captures[i], IPFUNNEL_MODE_OFF);
    for (int i = 0; i < s->count; i++) {
        int n = 1;
        while (s->outcome == OUTCOME_RUNNING && n != 0 && goes_on(n))
            n = take(s, s->captures[i], DRAIN_WAIT_MS);
    }
}

void session_run(struct session *s)
{
    signals_watch(s->captures, s->count);
    while (s->outcome == OUTCOME_RUNNING && !signals_stop()) {
        int64_t now = host_milliseconds();
        if (signals_take_report())
            session_print_totals(s);
        if (signals_take_flush()) {
            session_flush(s);
            if (s->file)
                session_file_status(s, capture_file_flush(s->file));
        }
        look_around(s, now);
        if (s->outcome == OUTCOME_RUNNING && step(s, time_left(s, now)) == 0 && s->unflushed)
            session_flush(s);
    }
    if (s->outcome == OUTCOME_TIME)
        s->outcome = OUTCOME_RUNNING;
    if (s->outcome == OUTCOME_RUNNING && !s->settings->options.file)
        drain(s);
    if (s->unflushed)
        session_flush(s);
}
