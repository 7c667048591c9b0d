/* rcvall_backend.c - the backend "sio_rcvall": the slots of core/backend.h over raw sockets with SIO_RCVALL. Knows no
 * Windows header: winsock_calls.h is all of the system that it sees.
 *
 *   rcvall_port.c: one socket - rcvall_ring.c: its receives - frames    rcvall_ipv6.c: a header where none came
 *   rcvall_open.c, rcvall_mode.c: the sockets of a capture              rcvall_errors.c: what a code means
 *   rcvall_change.c, rcvall_events.c: what happens to the interface
 *
 * One event wakes whoever waits: each receive sets it when it ends, and so does an interrupt. Posting a receive clears
 * it, so it is set again whenever something is left (look_again). */
#include "error.h"
#include "rcvall_capture.h"
#include "rcvall_ipv6.h"

enum { RETRY_MS = 10, MOST_REPEATS = 4 * IPFUNNEL__MOST_RECEIVES };

static int rcvall_open(void *state, const struct ipfunnel__request *request, struct ipfunnel__facts *facts,
                       ipfunnel_error *error)
{
    struct ipfunnel__rcvall *c = state;
    c->request = request;
    c->facts = facts;
    c->mode = IPFUNNEL_MODE_OFF;
    c->ended = true;
    c->running = request->interface_flags & IPFUNNEL_INTERFACE_RUNNING;
    atomic_init(&c->interrupted, false);
    int status = ipfunnel__rcvall_open(c, error);
    if (status)
        return status;
    facts->link_type = IPFUNNEL__LINK_RAW;
    facts->clock_resolution_ns = ipfunnel__winsock_time_step_ns(&c->winsock);
    facts->clock = "library";
    ipfunnel__signal_set(&c->wake);           /* END waits to be returned */
    return IPFUNNEL_OK;
}

static void rcvall_close(void *state)
{
    ipfunnel__rcvall_close(state);
}

static bool any_ready(const struct ipfunnel__rcvall *c)
{
    for (const struct ipfunnel__port *port = c->ports; port < c->ports + IPFUNNEL__PORTS; port++)
        if (port->open && !c->ended && ipfunnel__ring_ready(&port->ring))
            return true;
    return false;
}

static bool any_changed(const struct ipfunnel__rcvall *c)
{
    for (const struct ipfunnel__port *port = c->ports; port < c->ports + IPFUNNEL__PORTS; port++)
        if (port->open && port->watching && ipfunnel__winsock_done(&port->calls->watch))
            return true;
    return false;
}

/* Would recv return something now, or have something to look at? */
static bool something_due(struct ipfunnel__rcvall *c)
{
    return c->mode == IPFUNNEL_MODE_OFF || c->gone || c->failed_code || atomic_load(&c->interrupted)
           || ipfunnel__rcvall_event_due(&c->events, c->ports) || any_ready(c) || any_changed(c);
}

static void look_again(struct ipfunnel__rcvall *c)
{
    if (something_due(c))
        ipfunnel__signal_set(&c->wake);
}

static void set_failed(struct ipfunnel__rcvall *c, struct ipfunnel__port *port, int code)
{
    if (code == IPFUNNEL__WSAEINVAL && ipfunnel__rcvall_state(c, port) == IPFUNNEL__STATE_GONE) {
        ipfunnel__rcvall_lose(c, port);
    } else if (!c->failed_code) {
        c->failed_code = code;
        c->failed = port;
    }
}

/* Gives back what was returned, and posts it anew. With none under way at all it is tried again soon. */
static void repost(struct ipfunnel__rcvall *c)
{
    bool posted = false;
    for (struct ipfunnel__port *port = c->ports; port < c->ports + IPFUNNEL__PORTS; port++) {
        if (!ipfunnel__port_in_use(port))
            continue;
        ipfunnel__ring_release(&port->ring);
        if (port->ring.posted == port->ring.size)
            continue;
        int code = ipfunnel__ring_post(&port->ring);
        posted = true;
        if (code && port->ring.posted == 0 && ipfunnel__rcvall_outcome(code, IPFUNNEL__CALL_RECEIVE) == IPFUNNEL__FAILS)
            set_failed(c, port, code);
    }
    if (posted)
        look_again(c);
}

static int rcvall_set_mode(void *state, ipfunnel_mode mode, ipfunnel_error *error)
{
    struct ipfunnel__rcvall *c = state;
    int status = ipfunnel__rcvall_set_mode(c, mode, error);
    if (!status)
        c->ended = false;
    look_again(c);
    return status;
}

/* There is nothing in the system that could filter, and no datagram is cut short of its headers. */
static int rcvall_set_filter(void *state, const struct ipfunnel_filter *filter, ipfunnel_error *error)
{
    (void)state;
    (void)filter;
    (void)error;
    return IPFUNNEL_OK;
}

static struct ipfunnel__frame frame_of(const struct ipfunnel__rcvall *c, const struct ipfunnel__port *port,
                                       const struct ipfunnel__taken *taken, int64_t time_ns)
{
    struct ipfunnel__frame frame = {
        .bytes = taken->bytes,
        .captured = taken->length,
        .time_ns = time_ns,
        .dropped_before = IPFUNNEL_DROPS_UNKNOWN,
        .link_type = IPFUNNEL__LINK_RAW,
        .interface_index = c->request->interface_index,
        .direction_source = IPFUNNEL_SAYS_KERNEL,
        .interface_name = c->request->interface_name,
    };
    if (port->version == 6
        && !ipfunnel__ipv6_header_is_real(taken->bytes, taken->length, taken->cut, &taken->facts)) {
        uint8_t *header = taken->bytes - IPFUNNEL__IPV6_HEADER;
        frame.unproven = ipfunnel__ipv6_rebuild(header, taken->length, taken->cut, &taken->facts);
        frame.bytes = header;
        frame.captured += IPFUNNEL__IPV6_HEADER;
    }
    frame.original = taken->cut ? IPFUNNEL_LENGTH_UNKNOWN : frame.captured;
    return frame;
}

static int take_from(struct ipfunnel__rcvall *c, struct ipfunnel__port *port, struct ipfunnel__frame *frames, int max)
{
    uint64_t room = ipfunnel__rcvall_event_room(&c->events, c->ports, (int)(port - c->ports));
    struct ipfunnel__taken taken;
    int count = 0;
    int64_t now = IPFUNNEL_TIME_UNKNOWN;
    while (count < max && (uint64_t)count < room) {
        int code = ipfunnel__ring_take(&port->ring, &taken);
        if (code == IPFUNNEL__WSA_IO_PENDING)
            break;
        if (code == 0) {
            if (count == 0)
                now = ipfunnel__winsock_time_ns(&c->winsock);
            frames[count++] = frame_of(c, port, &taken, now);
            port->ring.repeated = 0;
        } else if (ipfunnel__rcvall_outcome(code, IPFUNNEL__CALL_RECEIVE) == IPFUNNEL__FAILS
                   || ++port->ring.repeated > MOST_REPEATS) {
            port->ring.repeated = 0;
            set_failed(c, port, code);
            break;
        }
    }
    port->returned += (uint64_t)count;
    return count;
}

static int take_frames(struct ipfunnel__rcvall *c, struct ipfunnel__frame *frames, int max)
{
    int count = 0;
    ipfunnel__rcvall_settle_ipv6(c);
    for (int i = 0, first = c->next; i < IPFUNNEL__PORTS && count < max && !c->ended; i++) {
        int number = (first + i) % IPFUNNEL__PORTS;
        int taken = c->ports[number].open ? take_from(c, &c->ports[number], frames + count, max - count) : 0;
        if (taken > 0)
            c->next = number + 1;
        count += taken;
    }
    return count;
}

static int status_now(struct ipfunnel__rcvall *c, ipfunnel_error *error)
{
    if (ipfunnel__rcvall_event_due(&c->events, c->ports))
        return IPFUNNEL_EVENT;
    if (c->mode == IPFUNNEL_MODE_OFF) {
        c->ended = true;
        return IPFUNNEL_END;
    }
    if (c->gone)
        return ipfunnel__rcvall_fail(error, IPFUNNEL__WSAEINVAL, IPFUNNEL__CALL_RECEIVE, IPFUNNEL__STATE_GONE,
                                     c->request->interface_name);
    int code = c->failed_code;
    c->failed_code = 0;
    return code ? ipfunnel__rcvall_fail(error, code, IPFUNNEL__CALL_RECEIVE, ipfunnel__rcvall_state(c, c->failed),
                                        c->failed->on)
                : 0;
}

/* With no receive under way there is nothing to be woken by: posting is tried again. */
static bool starved(const struct ipfunnel__rcvall *c)
{
    for (const struct ipfunnel__port *port = c->ports; port < c->ports + IPFUNNEL__PORTS; port++)
        if (ipfunnel__port_in_use(port) && port->ring.posted == 0)
            return true;
    return false;
}

/* Until `wake` is set, or the deadline; false: the deadline is over. */
static bool wait_for_wake(struct ipfunnel__rcvall *c, int timeout_ms, int64_t deadline_ns)
{
    uint64_t scratch[2];
    int64_t left = timeout_ms < 0 ? INT64_MAX : deadline_ns - ipfunnel__os_monotonic_ns();
    if (left <= 0)
        return false;
    int wait_ms = timeout_ms < 0 ? -1 : (int)((left + 999999) / 1000000);
    if (starved(c) && (wait_ms < 0 || wait_ms > RETRY_MS))
        wait_ms = RETRY_MS;
    ipfunnel__os_wait(&c->wake.handle, 1, wait_ms, scratch);
    return true;
}

static int rcvall_recv(void *state, struct ipfunnel__frame *frames, int max, int timeout_ms, ipfunnel_error *error)
{
    struct ipfunnel__rcvall *c = state;
    int64_t deadline = timeout_ms > 0 ? ipfunnel__port_deadline(timeout_ms) : 0;
    bool late = false;
    for (;;) {
        ipfunnel__rcvall_notice(c);
        int count = take_frames(c, frames, max);
        if (count == 0)
            repost(c);                        /* what gave no frame */
        if (count == 0 && any_ready(c) && !c->failed_code && !ipfunnel__rcvall_event_due(&c->events, c->ports))
            continue;
        int status = count ? count : status_now(c, error);
        /* Cleared only where it is looked at again: nothing that happens in between is slept through. */
        bool interrupted = status == 0 && atomic_exchange(&c->interrupted, false);
        ipfunnel__signal_clear(&c->wake);
        bool due = something_due(c);
        if (due)
            ipfunnel__signal_set(&c->wake);
        if (status || interrupted || late)
            return status;
        if (due)
            late = timeout_ms >= 0 && ipfunnel__os_monotonic_ns() >= deadline;
        else if (!wait_for_wake(c, timeout_ms, deadline))
            return 0;
    }
}

static void rcvall_release(void *state)
{
    struct ipfunnel__rcvall *c = state;
    if (!c->ended)
        repost(c);
}

static void rcvall_interrupt(void *state)
{
    struct ipfunnel__rcvall *c = state;
    atomic_store(&c->interrupted, true);
    ipfunnel__signal_set(&c->wake);
}

static int rcvall_next_event(void *state, ipfunnel_event *out)
{
    struct ipfunnel__rcvall *c = state;
    if (!ipfunnel__rcvall_event_due(&c->events, c->ports))
        return 0;
    struct ipfunnel__rcvall_event event = ipfunnel__rcvall_event_take(&c->events);
    out->time_ns = event.time_ns;
    out->kind = event.kind;
    out->interface_index = c->request->interface_index;
    return 1;
}

/* What the sockets hold is nowhere to be seen, nor what they had no room for. */
static void rcvall_stats(void *state, struct ipfunnel__counters *counters)
{
    (void)state;
    *counters = (struct ipfunnel__counters){ .frames = UINT64_MAX, .dropped = UINT64_MAX };
}

static intptr_t rcvall_wait_handle(void *state)
{
    return ((struct ipfunnel__rcvall *)state)->wake.handle;
}

static int rcvall_push(void *state, const ipfunnel_frame *frame, ipfunnel_error *error)
{
    (void)state;
    (void)frame;
    return ipfunnel__fail(error, IPFUNNEL_EOPNOTSUPP, 0, "ipfunnel_push", "sio_rcvall takes no frames from the caller");
}

extern const struct ipfunnel__backend ipfunnel__sio_rcvall;
const struct ipfunnel__backend ipfunnel__sio_rcvall = {
    .info = {
        .name = "sio_rcvall",
        .description = "Windows raw sockets, no driver needed",
        .capabilities = IPFUNNEL_CAN_LIVE | IPFUNNEL_CAN_NAME | IPFUNNEL_CAN_PROMISCUOUS | IPFUNNEL_CAN_NO_OUTGOING |
                        IPFUNNEL_CAN_EVENTS | IPFUNNEL_CAN_ZERO_COPY | IPFUNNEL__CORE_CAN,
        .built = 1,
    },
    .state_size = sizeof(struct ipfunnel__rcvall),
    .probe = ipfunnel__rcvall_probe,
    .open = rcvall_open,
    .set_mode = rcvall_set_mode,
    .set_filter = rcvall_set_filter,
    .recv = rcvall_recv,
    .release = rcvall_release,
    .interrupt = rcvall_interrupt,
    .next_event = rcvall_next_event,
    .stats = rcvall_stats,
    .wait_handle = rcvall_wait_handle,
    .push = rcvall_push,
    .close = rcvall_close,
};
