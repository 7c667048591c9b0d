#include "filter_option.h"
#include "host.h"
#include "messages.h"
#include "session.h"
#include <ipfunnel_filter.h>
#include <string.h>

enum { LOOK_MS = 20 };

const char *session_now(char out[LINE_TIME_SIZE])
{
    struct line_clock clock = { .form = TIME_OF_DAY };
    return line_time(&clock, host_wall_ns(), out);
}

bool session_is_gone(int status)
{
    return status == IPFUNNEL_ENODEV || status == IPFUNNEL_EADDRNOTAVAIL;
}

void session_tell_failure(struct session *s, const ipfunnel_error *error)
{
    if (strcmp(s->last_failure, error->text) == 0)
        return;
    snprintf(s->last_failure, sizeof s->last_failure, "%s", error->text);
    session_end_counter(s);
    complain(error);
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
        note("%scapturing on %s%s", session_now(time), info.interface_name, s->closed.parts ? " again" : "");
        s->last_failure[0] = 0;
        return;
    }
    if (!session_is_gone(status))
        session_tell_failure(s, &error);
    s->retry_ms = host_milliseconds() + SESSION_RETRY_MS;
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
        session_try_again(s, event->interface_index);
    if (s->settings->any && (event->kind == IPFUNNEL_EVENT_APPEARED || event->kind == IPFUNNEL_EVENT_RENAMED))
        session_show_event(s, event, event->interface_name);
    if (event->kind != IPFUNNEL_EVENT_RENAMED || !session_captures(s, event->interface_index))
        return;
    session_end_counter(s);
    if (s->settings->any) {
        note("%s%s is called %s now; it goes on under the name that it had", session_now(time), event->former_name,
             event->interface_name);
    } else if (has_lost_its_name(s, event)) {
        note("%s%s is called %s now; waiting for another %s", session_now(time), event->former_name,
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
            session_tell_failure(s, ipfunnel_last_error(s->watch));
        return;
    }
    s->look = true;
    while (ipfunnel_next_event(s->watch, &event) == 1)
        take_event(s, &event);
}

bool session_follow(struct session *s, int64_t now)
{
    const int before = s->count;

    s->follow_ms = now + LOOK_MS;
    if (!s->watch)
        return false;
    take_events(s);
    if (s->settings->any) {
        session_follow_any(s, now);
    } else if (s->look || now >= s->retry_ms) {
        s->look = false;
        s->retry_ms = INT64_MAX;
        reopen(s);
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
    if (status != IPFUNNEL_END && !session_is_gone(status)) {
        complain(ipfunnel_last_error(s->captures[i]));
        if (s->settings->any)
            session_leave_out(s, info.interface_index);
        else
            s->retry_ms = host_milliseconds() + SESSION_RETRY_MS;
    } else {
        s->look = true;
    }
    if (status != IPFUNNEL_END)         /* which is what was asked for, and has been told */
        note("%s%s is %s; %s", session_now(time), info.interface_name, session_is_gone(status) ? "gone" : "lost",
             s->settings->any ? "it is captured again when it comes back" : "waiting until it is back");
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
