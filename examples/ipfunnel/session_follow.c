#include "filter_option.h"
#include "host.h"
#include "messages.h"
#include "session.h"
#include <ipfunnel_filter.h>
#include <stdlib.h>
#include <string.h>

enum { RETRY_MS = 1000, LOOK_MS = 20 };

/* "13:37:00.000001 ", for notes about what happened. */
static const char *now_text(char out[LINE_TIME_SIZE])
{
    struct line_clock clock = { .form = TIME_OF_DAY };
    return line_time(&clock, host_wall_ns(), out);
}

static bool is_gone(int status)
{
    return status == IPFUNNEL_ENODEV || status == IPFUNNEL_EADDRNOTAVAIL;
}

/* Once for each reason. */
static void tell_failure(struct session *s, const ipfunnel_error *error)
{
    if (strcmp(s->last_failure, error->text) == 0)
        return;
    snprintf(s->last_failure, sizeof s->last_failure, "%s", error->text);
    session_end_counter(s);
    complain(error);
}

/* ---- -i any: interfaces that could not be opened. */

static bool is_unopened(const struct session *s, uint32_t index)
{
    for (int i = 0; i < s->unopened.count; i++)
        if (s->unopened.indexes[i] == index)
            return true;
    return false;
}

static void leave_out(struct session *s, uint32_t index)
{
    uint32_t *more = realloc(s->unopened.indexes, (size_t)(s->unopened.count + 1) * sizeof *more);

    if (!more)
        return;                         /* it is tried again too often, no more than that */
    s->unopened.indexes = more;
    more[s->unopened.count++] = index;
}

/* Something has happened to it, so it may be tried again. */
static void try_again(struct session *s, uint32_t index)
{
    for (int i = 0; i < s->unopened.count;)
        if (s->unopened.indexes[i] == index)
            s->unopened.indexes[i] = s->unopened.indexes[--s->unopened.count];
        else
            i++;
}

/* ---- -i any: interfaces that come. */

static bool is_captured(const struct session *s, uint32_t index)
{
    ipfunnel_capture_info info = IPFUNNEL_CAPTURE_INFO_INIT;

    for (int i = 0; i < s->count; i++)
        if (ipfunnel_info(s->captures[i], &info) == 0 && info.interface_index == index)
            return true;
    return false;
}

/* Names, as far as there is room. */
struct names {
    char text[512];
    size_t used;
};

static void add_name(struct names *names, const char *name)
{
    if (names->used < sizeof names->text)
        names->used += (size_t)snprintf(names->text + names->used, sizeof names->text - names->used, "%s%s",
                                        names->used ? ", " : "", name);
}

int session_add_new(struct session *s, ipfunnel_error *first)
{
    const ipfunnel_interface *chain = NULL;
    ipfunnel_error error = { .status = 0 };
    struct names added = { .used = 0 }, failed = { .used = 0 };
    char time[LINE_TIME_SIZE];
    int status = ipfunnel_interfaces(&chain, first);

    if (status < 0)
        return status;
    first->status = 0;
    for (const ipfunnel_interface *i = chain; i && s->outcome == OUTCOME_RUNNING; i = i->next) {
        if (!(i->flags & IPFUNNEL_INTERFACE_UP) || is_captured(s, i->index) || is_unopened(s, i->index))
            continue;
        status = session_add(s, i->name, &error);
        if (status == 0) {
            add_name(&added, i->name);
        } else if (!s->started || !is_gone(status)) {         /* one that is gone again is no loss */
            if (!first->status)
                *first = error;
            add_name(&failed, i->name);
            leave_out(s, i->index);
        }
    }
    ipfunnel_interfaces_free(chain);
    session_end_counter(s);
    if (s->started && added.used)
        note("%scapturing on %s as well", now_text(time), added.text);
    if (first->status && (s->count || s->started))
        note("going on without %s: %s", failed.text, first->text);
    return 0;
}

/* ---- --follow: the one that went away. */

/* Loopback is what "default" means while nothing else is up, and not what anybody waits for. */
static bool only_loopback_is_left(const struct session *s)
{
    const ipfunnel_interface *chain = NULL;
    bool only = false;

    if (strcmp(s->settings->options.interface_name, "default") != 0 || ipfunnel_interfaces(&chain, NULL) < 0)
        return false;
    for (const ipfunnel_interface *i = chain; i; i = i->next)
        only = only || (i->flags & IPFUNNEL_INTERFACE_SUGGESTED && i->flags & IPFUNNEL_INTERFACE_LOOPBACK);
    ipfunnel_interfaces_free(chain);
    return only;
}

static void reopen(struct session *s)
{
    ipfunnel_capture_info info = IPFUNNEL_CAPTURE_INFO_INIT;
    ipfunnel_error error = { .status = 0 };
    char time[LINE_TIME_SIZE];
    int status;

    if (s->count || only_loopback_is_left(s))
        return;
    status = session_add(s, NULL, &error);
    if (status == 0) {
        ipfunnel_info(s->captures[0], &info);
        session_end_counter(s);
        note("%scapturing on %s%s", now_text(time), info.interface_name, s->closed.parts ? " again" : "");
        s->last_failure[0] = 0;
        return;
    }
    if (!is_gone(status))
        tell_failure(s, &error);
    s->retry_ms = host_milliseconds() + RETRY_MS;
}

/* Is this the interface that is captured because it was called by the name that it had? */
static bool has_lost_its_name(const struct session *s, const ipfunnel_event *event)
{
    ipfunnel_capture_info info = IPFUNNEL_CAPTURE_INFO_INIT;

    return s->count == 1 && ipfunnel_info(s->captures[0], &info) == 0 &&
           info.interface_index == event->interface_index && strcmp(info.interface_name, event->former_name) == 0 &&
           strcmp(s->settings->options.interface_name, event->former_name) == 0;
}

/* ---- Both. */

static void take_event(struct session *s, const ipfunnel_event *event)
{
    char time[LINE_TIME_SIZE];

    if (event->kind != IPFUNNEL_EVENT_ADDRESSES)
        try_again(s, event->interface_index);
    if (s->settings->any && (event->kind == IPFUNNEL_EVENT_APPEARED || event->kind == IPFUNNEL_EVENT_RENAMED))
        session_show_event(s, event, event->interface_name);
    if (event->kind != IPFUNNEL_EVENT_RENAMED || !is_captured(s, event->interface_index))
        return;
    session_end_counter(s);
    if (s->settings->any) {
        note("%s%s is called %s now; it goes on under the name that it had", now_text(time), event->former_name,
             event->interface_name);
    } else if (has_lost_its_name(s, event)) {
        note("%s%s is called %s now; waiting for another %s", now_text(time), event->former_name,
             event->interface_name, event->former_name);
        ipfunnel_set_mode(s->captures[0], IPFUNNEL_MODE_OFF);         /* what it has is read; then comes END */
    }
}

static void take_events(struct session *s)
{
    const ipfunnel_datagram *none[1];
    ipfunnel_event event = IPFUNNEL_EVENT_INIT;
    int status = ipfunnel_recv(s->watch, none, 1, 0);

    if (status != IPFUNNEL_EVENT) {
        if (status < 0 && status != IPFUNNEL_INTERRUPTED)
            tell_failure(s, ipfunnel_last_error(s->watch));
        return;
    }
    s->look = true;
    while (ipfunnel_next_event(s->watch, &event) == 1)
        take_event(s, &event);
}

bool session_follow(struct session *s, int64_t now)
{
    ipfunnel_error error = { .status = 0 };
    const int before = s->count;

    s->follow_ms = now + LOOK_MS;
    if (!s->watch)
        return false;
    take_events(s);
    if (!s->look && now < s->retry_ms)
        return false;
    s->look = false;
    s->retry_ms = INT64_MAX;
    if (!s->settings->any) {
        reopen(s);
    } else if (session_add_new(s, &error) < 0) {
        tell_failure(s, &error);
        s->retry_ms = now + RETRY_MS;
    }
    return s->count != before;
}

bool session_lost(struct session *s, int i, int status)
{
    ipfunnel_capture_info info = IPFUNNEL_CAPTURE_INFO_INIT;
    char time[LINE_TIME_SIZE];

    if (!s->watch)
        return false;
    ipfunnel_info(s->captures[i], &info);
    session_end_counter(s);
    if (is_gone(status))
        note("%s%s is gone; %s", now_text(time), info.interface_name,
             s->settings->any ? "it is captured again when it comes back" : "waiting until it is back");
    else if (status != IPFUNNEL_END)
        complain(ipfunnel_last_error(s->captures[i]));
    if (is_gone(status) || status == IPFUNNEL_END)
        s->look = true;
    else if (s->settings->any)
        leave_out(s, info.interface_index);
    else
        s->retry_ms = host_milliseconds() + RETRY_MS;
    session_remove(s, i);
    return true;
}

int session_follow_open(struct session *s)
{
    ipfunnel_error error = { .status = 0 };

    if (!s->settings->any && !s->settings->follow)
        return EXIT_DONE;
    s->retry_ms = INT64_MAX;
    return session_watch(s, &error) < 0 ? complain(&error) : EXIT_DONE;
}

int session_check_filter(const struct session *s)
{
    ipfunnel_filter *filter = NULL;
    ipfunnel_error error = { .status = 0 };
    int status = s->settings->filter ? ipfunnel_filter_compile(&filter, s->settings->filter, &error) : 0;

    ipfunnel_filter_free(filter);
    return status < 0 ? filter_complain(s->settings->filter, &error) : EXIT_DONE;
}
