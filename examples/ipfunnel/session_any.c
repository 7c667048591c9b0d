#include "host.h"
#include "messages.h"
#include "session.h"
#include <stdlib.h>

enum { MOST_CLOSING = 8 };

/* ---- Interfaces that could not be opened. */

static bool is_unopened(const struct session *s, uint32_t index)
{
    for (int i = 0; i < s->unopened.count; i++)
        if (s->unopened.indexes[i] == index)
            return true;
    return false;
}

void session_leave_out(struct session *s, uint32_t index)
{
    uint32_t *more = realloc(s->unopened.indexes, (size_t)(s->unopened.count + 1) * sizeof *more);

    if (!more)
        return;                         /* it is tried again too often, no more than that */
    s->unopened.indexes = more;
    more[s->unopened.count++] = index;
}

void session_try_again(struct session *s, uint32_t index)
{
    for (int i = 0; i < s->unopened.count;)
        if (s->unopened.indexes[i] == index)
            s->unopened.indexes[i] = s->unopened.indexes[--s->unopened.count];
        else
            i++;
}

/* ---- Interfaces that come. */

bool session_captures(const struct session *s, uint32_t index)
{
    ipfunnel_capture_info info = IPFUNNEL_CAPTURE_INFO_INIT;

    for (int i = 0; i < s->count; i++)
        if (ipfunnel_info(s->captures[i], &info) == 0 && info.interface_index == index)
            return true;
    return false;
}

int session_add_all(struct session *s, ipfunnel_error *first)
{
    const ipfunnel_interface *chain = NULL;
    ipfunnel_error error = { .status = 0 };
    struct name_list failed = { .used = 0 };
    int status = ipfunnel_interfaces(&chain, first);

    if (status < 0)
        return status;
    first->status = 0;
    for (const ipfunnel_interface *i = chain; i; i = i->next) {
        if (!(i->flags & IPFUNNEL_INTERFACE_UP) || session_add(s, i->name, &error) == 0)
            continue;
        if (!first->status)
            *first = error;
        name_list_add(&failed, i->name);
        session_leave_out(s, i->index);
    }
    ipfunnel_interfaces_free(chain);
    if (first->status && s->count)
        note("going on without %s: %s; %s", name_list_text(&failed), first->text, first->remedy);
    return 0;
}

/* What came of opening one. */
static void take_opened(struct session *s)
{
    ipfunnel_error *error = &s->job.error;
    char time[LINE_TIME_SIZE];

    session_end_counter(s);
    if (s->job.opened && session_take(s, s->job.opened, error) == 0) {
        note("%scapturing on %s as well", session_now(time), s->job.name);
    } else if (!session_is_gone(error->status)) {               /* one that is gone again is no loss */
        note("%sgoing on without %s: %s; %s", session_now(time), s->job.name, error->text, error->remedy);
        session_leave_out(s, s->job.index);
    }
}

/* Begins to open the next one that is up and not captured; false when there is none. */
static bool open_next(struct session *s)
{
    const ipfunnel_interface *chain = NULL, *next = NULL;
    ipfunnel_error error = { .status = 0 };

    if (ipfunnel_interfaces(&chain, &error) < 0) {
        session_tell_failure(s, &error);
        s->retry_ms = host_milliseconds() + SESSION_RETRY_MS;
        return false;
    }
    for (const ipfunnel_interface *i = chain; i && !next; i = i->next)
        if (i->flags & IPFUNNEL_INTERFACE_UP && !session_captures(s, i->index) && !is_unopened(s, i->index))
            next = i;
    if (next)
        capture_job_begin_open(&s->job, s->settings, next, s->watch);
    ipfunnel_interfaces_free(chain);
    return next != NULL;
}

/* One thing at a time, until nothing is left to do. What comes goes before what is gone, but closing must not be put
 * off for ever: each holds a ring. */
void session_follow_any(struct session *s, int64_t now)
{
    if (capture_job_end(&s->job, false) && !s->job.closes)
        take_opened(s);
    if (s->job.busy)
        return;
    if ((s->look || now >= s->retry_ms) && s->closing_count < MOST_CLOSING) {
        s->retry_ms = INT64_MAX;
        s->look = open_next(s);
    }
    if (!s->job.busy && s->closing_count)
        capture_job_begin_close(&s->job, s->closing[--s->closing_count], s->watch);
}

void session_follow_end(struct session *s)
{
    if (capture_job_end(&s->job, true) && !s->job.closes)
        take_opened(s);
}
