/* interface_watch.c - what ipfunnel_watch opens: a backend that hands over no frames, only events of all interfaces.
 * The system's bell says when to look; what has changed is found by comparing lists, so that nothing is missed however
 * much happens between two looks but what is undone before the second. */
#include "backend.h"
#include "error.h"
#include "interface.h"
#include "interface_changes.h"
#include "os.h"
#include <stdlib.h>

static const int64_t SECOND = 1000000000;

struct watch {
    bool made;                          /* the handles below are ours, or not made */
    ipfunnel_mode mode;
    struct ipfunnel__signal wake;       /* interrupt, events to take, END */
    struct ipfunnel__bell bell;
    struct ipfunnel__joined joined;
    int64_t look_at;                    /* monotonic time of the next look that is due without the bell */
    ipfunnel_interface *before, *now;   /* before: what events that are not taken yet speak of */
    struct ipfunnel__changes changes;
    uint32_t taken;                     /* of the changes */
    int64_t noticed_ns;                 /* when they were */
};

static int watch_probe(ipfunnel_error *error)
{
    (void)error;
    return IPFUNNEL_OK;
}

static int cannot_wait(ipfunnel_error *error, int code)
{
    char why[96];
    ipfunnel__fail(error, IPFUNNEL_ENOBUFS, code, "joined handle", "cannot make a wait handle: %s",
                   ipfunnel__os_error_text(code, why, sizeof why));
    return ipfunnel__remedy(error, "close other captures, or raise the limit (ulimit -n)");
}

static int watch_open(void *state, const struct ipfunnel__request *request, struct ipfunnel__facts *facts,
                      ipfunnel_error *error)
{
    struct watch *w = state;
    (void)request;
    *w = (struct watch){
        .made = true,
        .wake = { .handle = -1, .setter = -1 },
        .bell = { .handle = -1 },
        .joined = { .handle = -1, .alarm = -1 },
    };
    *facts = (struct ipfunnel__facts){ .link_type = IPFUNNEL_LINK_TYPE_MIXED, .clock = "library" };
    int status = ipfunnel__signal_make(&w->wake, error);
    if (!status)
        status = ipfunnel__bell_open(&w->bell, error);
    if (status)
        return status;
    int code = ipfunnel__joined_make(&w->joined, true);
    if (!code)
        code = ipfunnel__joined_add(&w->joined, w->wake.handle);
    if (!code && w->bell.handle != -1)
        code = ipfunnel__joined_add(&w->joined, w->bell.handle);
    return code ? cannot_wait(error, code) : IPFUNNEL_OK;
}

static void wake(struct watch *w)
{
    ipfunnel__signal_set(&w->wake);
    ipfunnel__joined_notice(&w->joined);
}

static void forget_changes(struct watch *w)
{
    w->changes.count = w->taken = 0;
    ipfunnel_interfaces_free(w->before);
    w->before = NULL;
}

static int list_now(ipfunnel_interface **out, ipfunnel_error *error)
{
    ipfunnel_interface *chain = NULL;
    int status = ipfunnel__os_interfaces(&chain, error);
    *out = ipfunnel__interface_sort(chain);
    return status;
}

/* Where no bell rings; and where the system could not be asked. */
static int64_t next_look(const struct watch *w, bool failed)
{
    if (!failed && w->bell.handle != -1)
        return INT64_MAX;
    return ipfunnel__os_monotonic_ns() + (failed ? SECOND : SECOND / 2);
}

/* From here on changes are told. What the bell says before the list is taken is in the list. */
static int watch_set_mode(void *state, ipfunnel_mode mode, ipfunnel_error *error)
{
    struct watch *w = state;
    struct ipfunnel__deleted deleted;
    ipfunnel_interface *now = NULL;
    if (mode != IPFUNNEL_MODE_OFF && w->mode == IPFUNNEL_MODE_OFF) {
        ipfunnel__bell_rang(&w->bell, &deleted);
        int status = list_now(&now, error);
        if (status)
            return status;
        forget_changes(w);
        ipfunnel_interfaces_free(w->now);
        w->now = now;
        w->look_at = next_look(w, false);
    }
    w->mode = mode;
    wake(w);
    return IPFUNNEL_OK;
}

static int watch_set_filter(void *state, const struct ipfunnel_filter *filter, ipfunnel_error *error)
{
    (void)state, (void)filter, (void)error;
    return IPFUNNEL_OK;
}

static bool has_event(const struct watch *w) { return w->taken < w->changes.count; }

/* Looks, if it is due, at what is there now; all events have been taken. */
static int look(struct watch *w, ipfunnel_error *error)
{
    struct ipfunnel__deleted deleted = { .count = 0 };
    ipfunnel_interface *now = NULL;
    bool rang = ipfunnel__bell_rang(&w->bell, &deleted);
    if (!rang && ipfunnel__os_monotonic_ns() < w->look_at)
        return IPFUNNEL_OK;
    int status = list_now(&now, error);
    w->look_at = next_look(w, status);
    if (status)
        return status;
    forget_changes(w);
    if (ipfunnel__interface_changes(w->now, now, &deleted, &w->changes)) {
        w->changes.count = 0;           /* all of them the next time */
        w->look_at = next_look(w, true);
        ipfunnel_interfaces_free(now);
        return ipfunnel__no_memory(error, "ipfunnel_watch");
    }
    w->before = w->now;
    w->now = now;
    w->noticed_ns = ipfunnel__os_wall_ns();
    if (has_event(w))
        wake(w);
    return IPFUNNEL_OK;
}

static int watch_recv(void *state, struct ipfunnel__frame *frames, int max, int timeout_ms, ipfunnel_error *error)
{
    struct watch *w = state;
    uint64_t scratch[2];
    (void)frames, (void)max;
    if (has_event(w))
        return IPFUNNEL_EVENT;
    if (w->mode == IPFUNNEL_MODE_OFF)
        return IPFUNNEL_END;
    int status = look(w, error);
    if (status || has_event(w))
        return status ? status : IPFUNNEL_EVENT;
    ipfunnel__joined_alarm(&w->joined, w->look_at);
    ipfunnel__os_wait(&w->joined.handle, 1, timeout_ms, scratch);
    ipfunnel__signal_clear(&w->wake);
    status = look(w, error);
    return status ? status : has_event(w) ? IPFUNNEL_EVENT : 0;
}

static void watch_release(void *state)
{
    (void)state;
}

static void watch_interrupt(void *state)
{
    wake(state);
}

static int watch_next_event(void *state, ipfunnel_event *event)
{
    struct watch *w = state;
    if (!has_event(w))
        return 0;
    const struct ipfunnel__change *oldest = &w->changes.all[w->taken++];
    event->time_ns = w->noticed_ns;
    event->kind = oldest->kind;
    event->interface_index = oldest->interface_index;
    event->interface_name = oldest->name;
    event->former_name = oldest->former_name;
    return 1;
}

static void watch_stats(void *state, struct ipfunnel__counters *counters)
{
    (void)state;
    *counters = (struct ipfunnel__counters){ .frames = 0 };
}

static intptr_t watch_handle(void *state)
{
    const struct watch *w = state;
    return w->joined.handle;
}

static int watch_push(void *state, const ipfunnel_frame *frame, ipfunnel_error *error)
{
    (void)state, (void)frame;
    return ipfunnel__fail(error, IPFUNNEL_EOPNOTSUPP, 0, "ipfunnel_push", "a watch takes no frames");
}

static void watch_close(void *state)
{
    struct watch *w = state;
    if (!w->made)
        return;
    ipfunnel__joined_close(&w->joined);
    ipfunnel__bell_close(&w->bell);
    ipfunnel__signal_close(&w->wake);
    forget_changes(w);
    ipfunnel_interfaces_free(w->now);
    free(w->changes.all);
    *w = (struct watch){ .made = false };
}

const struct ipfunnel__backend ipfunnel__watch = {
    .info = {
        .name = "watch",
        .description = "events of all interfaces (ipfunnel_watch)",
        .capabilities = IPFUNNEL_CAN_EVENTS,
        .built = 1,
    },
    .state_size = sizeof(struct watch),
    .probe = watch_probe,
    .open = watch_open,
    .set_mode = watch_set_mode,
    .set_filter = watch_set_filter,
    .recv = watch_recv,
    .release = watch_release,
    .interrupt = watch_interrupt,
    .next_event = watch_next_event,
    .stats = watch_stats,
    .wait_handle = watch_handle,
    .push = watch_push,
    .close = watch_close,
};
