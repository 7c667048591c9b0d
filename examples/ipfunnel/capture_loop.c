#include "host.h"
#include "messages.h"
#include "session.h"
#include "signals.h"

enum { LOOK_EVERY_MS = 500, DRAIN_WAIT_MS = 1000 };

static bool used_up(const struct batch *b)
{
    return b->next == b->count;
}

static bool goes_on(int n)
{
    return n >= 0 || n == IPFUNNEL_EVENT || n == IPFUNNEL_INTERRUPTED;
}

/* Takes a batch from the capture number i, whose last one is used up, and returns what ipfunnel_recv did; an event is
 * dealt with. */
static int fill(struct session *s, int i, int timeout_ms)
{
    struct batch *b = &s->batches[i];
    const uint64_t limit = s->settings->count;
    int max = limit && limit - s->delivered < BATCH ? (int)(limit - s->delivered) : BATCH;
    int n = ipfunnel_recv(s->captures[i], b->views, max, timeout_ms);

    b->next = 0;
    b->count = n > 0 ? n : 0;
    b->more = n > 0;                    /* fewer than `max` says nothing: rings are read block by block */
    if (n > 0 || n == IPFUNNEL_END)
        session_need_file(s);
    if (n == IPFUNNEL_EVENT)
        session_event(s, s->captures[i]);
    return n;
}

/* Delivers what the batches hold, the oldest first, until one has to be filled before it can go on. Returns how many
 * datagrams that were. */
static int deliver(struct session *s)
{
    const uint64_t limit = s->settings->count;
    int delivered = 0, which = 0, run;

    while (s->outcome == OUTCOME_RUNNING && (run = batch_merge(s->batches, s->count, &which)) > 0) {
        struct batch *b = &s->batches[which];
        if (limit && limit - s->delivered < (uint64_t)run)
            run = (int)(limit - s->delivered);
        session_deliver(s, s->captures[which], b->views + b->next, run);
        b->next += run;
        delivered += run;
        if (used_up(b))
            ipfunnel_release(s->captures[which]);
    }
    if (delivered)
        session_end_lines(s);
    return delivered;
}

/* The capture number i has ended with `status`. */
static void drop(struct session *s, int i, int status)
{
    ipfunnel_error error = *ipfunnel_last_error(s->captures[i]);

    if (session_lost(s, i, status))
        return;
    session_end_counter(s);
    if (status == IPFUNNEL_ENODEV)
        snprintf(error.remedy, sizeof error.remedy, "--follow waits until it is back, and goes on");
    if (status != IPFUNNEL_END || error.status == IPFUNNEL_END)     /* a file that is cut */
        complain(&error);
    /* It stays open: its counters are needed at the end. */
    if (s->outcome == OUTCOME_RUNNING)
        s->outcome = status == IPFUNNEL_END ? OUTCOME_END : OUTCOME_FAILED;
}

/* Waits for datagrams, takes a batch from each capture that has some, and delivers them. Returns how many. */
static int step(struct session *s, int timeout_ms)
{
    bool held = false;
    int n;

    for (int i = 0; i < s->count; i++)
        held |= !used_up(&s->batches[i]);
    if (held || s->watch) {
        n = held ? 1 : ipfunnel_wait(s->captures, session_waited(s), timeout_ms);
        if (n < 0) {
            note("waiting for %d interfaces failed: %s; capture fewer at once", s->count, ipfunnel_status_text(n));
            s->outcome = OUTCOME_FAILED;
        }
        if (n <= 0)
            return 0;
        timeout_ms = 0;
    }
    for (int i = 0; i < s->count && s->outcome == OUTCOME_RUNNING;) {
        n = used_up(&s->batches[i]) ? fill(s, i, timeout_ms) : 0;
        if (goes_on(n))
            i++;
        else
            drop(s, i, n);              /* another one takes its place */
    }
    return deliver(s);
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
    if (s->retry_ms != INT64_MAX && s->watch)
        left = sooner(left, s->retry_ms - now);
    if (s->print_to_pipe || s->counter || s->progress)
        left = sooner(left, s->next_look_ms - now);
    return left > 3600000 ? 3600000 : (int)left;
}

/* Stops all captures and reads what they had by then. Here each is asked until it has no more: the order is that of the
 * times throughout. */
static void drain(struct session *s)
{
    for (int i = 0; i < s->count; i++) {
        ipfunnel_set_mode(s->captures[i], IPFUNNEL_MODE_OFF);
        s->batches[i].more = true;
    }
    do {
        for (int i = 0; i < s->count; i++)
            while (s->outcome == OUTCOME_RUNNING && s->batches[i].more && used_up(&s->batches[i])) {
                int n = fill(s, i, DRAIN_WAIT_MS);
                s->batches[i].more = n != 0 && goes_on(n);
            }
    } while (deliver(s) > 0);
}

void session_run(struct session *s)
{
    bool idle = true;

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
        if (s->outcome == OUTCOME_RUNNING && (idle || now >= s->follow_ms) && session_follow(s, now))
            continue;
        if (s->outcome != OUTCOME_RUNNING)
            break;
        idle = step(s, time_left(s, now)) == 0;
        if (idle && s->unflushed)
            session_flush(s);
    }
    if (s->outcome == OUTCOME_TIME)
        s->outcome = OUTCOME_RUNNING;
    if (s->outcome == OUTCOME_RUNNING && !s->settings->options.file) {
        session_follow_end(s);
        drain(s);
    }
    if (s->unflushed)
        session_flush(s);
}
