/* af_packet.c - the backend "af_packet": the slots of core/backend.h over a packet socket, its ring and what wakes it.
 *
 *   packet_socket.c ── packet_ring.c ┬─ block_ring.c ── tpacket_walk.c ──▶ frames
 *                                    └─ slot_ring.c ─── tpacket_slot.c ──▶ frames, one by one; pace.c
 *   kernel_program.c ──▶ what enters the ring        interface_events.c, link_messages.c ──▶ events
 *   wakeup.c: one descriptor for all there is to wait for */
#include "backend.h"
#include "error.h"
#include "filter/filter.h"
#include "interface_events.h"
#include "os.h"
#include "pace.h"
#include "packet_ring.h"
#include "packet_socket.h"
#include "wakeup.h"
#include <errno.h>
#include <linux/if_arp.h>
#include <sys/socket.h>
#include <unistd.h>

static const int64_t MILLISECOND = 1000000;

/* How often to look whether an interface that is down was deleted: nothing else tells. */
static const int64_t DOWN_TICK = 50 * MILLISECOND;

/* How late a timer of the kernel may be. */
static const int64_t TIMER_LATE = 50 * MILLISECOND;

struct capture {
    bool made;                    /* the descriptors below are ours, or -1 */
    bool bound, in_fanout, promiscuous;
    int hardware;                 /* ARPHRD_* of the interface */
    bool down, gone;
    ipfunnel_mode mode;
    int64_t stopped_ns;           /* since when nothing more comes in; of interest in OFF, and once it is gone */
    uint32_t keep;                /* bytes of a datagram that the kernel must not cut off */
    const struct ipfunnel_filter *filter;         /* the core's */
    int fd;
    const struct ipfunnel__request *request;
    struct ipfunnel__facts *facts;
    struct ipfunnel__signal interrupt;
    struct ipfunnel__wakeup wakeup;
    struct ipfunnel__interface_events events;
    struct ipfunnel__packet_ring ring;
    struct ipfunnel__pace pace;
};

static int packet_probe(ipfunnel_error *error)
{
    int fd = ipfunnel__packet_socket(error);
    if (fd < 0)
        return fd;
    close(fd);
    return IPFUNNEL_OK;
}

static int packet_open(void *state, const struct ipfunnel__request *request, struct ipfunnel__facts *facts,
                       ipfunnel_error *error)
{
    struct capture *c = state;
    *c = (struct capture){
        .made = true,
        .mode = IPFUNNEL_MODE_OFF,
        .keep = request->snap_length,
        .fd = -1,
        .request = request,
        .facts = facts,
        .interrupt = { .handle = -1, .setter = -1 },
        .wakeup = { .epoll = -1, .alarm = -1 },
        .events = { .fd = -1 },
        .ring = { .fd = -1 },
    };
    c->fd = ipfunnel__packet_socket(error);
    if (c->fd < 0)
        return c->fd;
    c->hardware = ipfunnel__packet_hardware(c->fd, request->interface_name);
    if (c->hardware < 0)
        return ipfunnel__packet_fail(error, errno, "ioctl(SIOCGIFHWADDR)", "find the device type",
                                     request->interface_name);

    int status = IPFUNNEL_OK;
    if (request->flags & IPFUNNEL_OPEN_ON_WIRE)
        status = ipfunnel__packet_tell_offloads(c->fd, request->interface_name, error);
    if (!status)
        status = ipfunnel__packet_ring_open(&c->ring, c->fd, request, error);
    if (!status)
        status = ipfunnel__signal_make(&c->interrupt, error);
    if (!status)
        status = ipfunnel__wakeup_open(&c->wakeup, error);
    if (!status)
        status = ipfunnel__wakeup_add(&c->wakeup, c->fd, IPFUNNEL__WAKE_PACKET, error);
    if (!status)
        status = ipfunnel__wakeup_add(&c->wakeup, (int)c->interrupt.handle, IPFUNNEL__WAKE_SIGNAL, error);
    if (!status && request->flags & IPFUNNEL_OPEN_EVENTS) {
        status = ipfunnel__interface_events_open(&c->events, request->interface_index, error);
        if (!status)
            status = ipfunnel__wakeup_add(&c->wakeup, c->events.fd, IPFUNNEL__WAKE_LINK, error);
    }
    if (status)
        return status;
    ipfunnel__wakeup_at(&c->wakeup, 0);           /* END waits to be returned */

    facts->promiscuous = IPFUNNEL_NO;
    bool ethernet = c->hardware == ARPHRD_LOOPBACK || c->hardware == ARPHRD_ETHER;
    facts->link_type = ethernet ? IPFUNNEL__LINK_ETHERNET : IPFUNNEL__LINK_RAW;
    facts->latency_us = c->ring.latency_us;
    facts->clock_resolution_ns = 1;
    facts->buffer_bytes = (uint64_t)c->ring.cell_size * c->ring.cell_count + c->ring.queue_bytes;
    c->pace.pause_ns = c->ring.pause_us * INT64_C(1000);
    facts->clock = "kernel";
    return IPFUNNEL_OK;
}

static void packet_close(void *state)
{
    struct capture *c = state;
    if (!c->made)
        return;
    ipfunnel__packet_ring_close(&c->ring);
    ipfunnel__interface_events_close(&c->events);
    ipfunnel__wakeup_close(&c->wakeup);
    ipfunnel__signal_close(&c->interrupt);
    if (c->fd >= 0)
        close(c->fd);
    *c = (struct capture){ .made = false };
}

static void wake_now(struct capture *c)
{
    ipfunnel__wakeup_at(&c->wakeup, 0);
}

/* The first start binds. Until then the socket has no protocol, and the program in force still rejects everything while
 * it joins its fanout group: whatever fails, nothing was captured. */
static int connect_to_interface(struct capture *c, ipfunnel_error *error)
{
    int status = IPFUNNEL_OK;
    if (!c->bound) {
        status = ipfunnel__packet_bind(c->fd, c->request, error);
        c->bound = !status;
    } else if (ipfunnel__packet_interface_state(c->fd) == IPFUNNEL__PACKET_GONE) {
        status = ipfunnel__packet_fail(error, ENODEV, "getsockname", "start capturing", c->request->interface_name);
    }
    if (!status && c->request->fanout_group && !c->in_fanout) {
        status = ipfunnel__packet_fanout(c->fd, c->request, error);
        c->in_fanout = !status;
    }
    return status;
}

static int attach(struct capture *c, ipfunnel_mode mode, const struct ipfunnel_filter *filter, uint32_t keep,
                  ipfunnel_error *error)
{
    const struct ipfunnel__packet_wish wish = {
        .mode = mode, .hardware = c->hardware, .keep = ipfunnel__packet_ring_keep(&c->ring, keep), .filter = filter,
    };
    return ipfunnel__packet_program(c->fd, &wish, c->request, c->facts, error);
}

static int packet_set_mode(void *state, ipfunnel_mode mode, ipfunnel_error *error)
{
    struct capture *c = state;
    int status = mode == IPFUNNEL_MODE_OFF ? IPFUNNEL_OK : connect_to_interface(c, error);
    if (!status)
        status = attach(c, mode, c->filter, c->keep, error);
    if (status)
        return status;

    bool want = mode == IPFUNNEL_MODE_ON;
    if (want != c->promiscuous)
        c->promiscuous = ipfunnel__packet_promiscuous(c->fd, c->request->interface_index, want);
    c->facts->promiscuous = c->promiscuous ? IPFUNNEL_YES : IPFUNNEL_NO;

    if (mode == IPFUNNEL_MODE_OFF)
        ipfunnel__packet_settle();
    c->stopped_ns = ipfunnel__os_monotonic_ns();
    c->mode = mode;
    bool look = mode == IPFUNNEL_MODE_OFF || c->down || c->events.count;
    ipfunnel__wakeup_at(&c->wakeup, look ? 0 : IPFUNNEL__NEVER);
    return IPFUNNEL_OK;
}

/* The program in OFF accepts nothing: only the next start needs to know. */
static int packet_set_filter(void *state, const struct ipfunnel_filter *filter, ipfunnel_error *error)
{
    struct capture *c = state;
    uint32_t keep = filter && filter->reach > c->request->snap_length ? filter->reach : c->request->snap_length;
    int status = c->mode == IPFUNNEL_MODE_OFF ? IPFUNNEL_OK : attach(c, c->mode, filter, keep, error);
    if (status)
        return status;
    c->keep = keep;
    c->filter = filter;
    return IPFUNNEL_OK;
}

/* Events are due after what the kernel had accepted when they were noticed: read them first, the counters then. */
static void date_events(struct capture *c, uint32_t count)
{
    if (count == 0)
        return;
    ipfunnel__packet_ring_count(&c->ring);
    ipfunnel__interface_events_date(&c->events, count, c->ring.counts.accepted);
    wake_now(c);
}

static void notice_events(struct capture *c)
{
    date_events(c, ipfunnel__interface_events_notice(&c->events));
}

/* Where the kernel does not tell how much it accepted, blocks that it retires by time had the time for that. */
static bool all_returned(struct capture *c, int64_t now)
{
    ipfunnel__packet_ring_count(&c->ring);
    if (c->ring.counts.unknown)
        return now - c->stopped_ns >= 2 * c->ring.latency_us * INT64_C(1000) + TIMER_LATE;
    return c->ring.walked >= c->ring.counts.accepted;
}

/* What recv has to say when the ring has nothing for it. Sets the alarm: ready while there is a status to return, else
 * for the next moment at which to ask again. */
static int status_now(struct capture *c, ipfunnel_error *error)
{
    int64_t now = ipfunnel__os_monotonic_ns();
    if (c->wakeup.alarm_at > now)
        return 0;
    if (ipfunnel__interface_events_due(&c->events) <= c->ring.walked)
        return IPFUNNEL_EVENT;
    if (c->down) {
        enum ipfunnel__packet_interface interface = ipfunnel__packet_interface_state(c->fd);
        c->gone = interface == IPFUNNEL__PACKET_GONE;
        c->down = interface == IPFUNNEL__PACKET_DOWN;
        if (c->gone) {
            notice_events(c);
            date_events(c, ipfunnel__interface_events_gone(&c->events));
            if (ipfunnel__interface_events_due(&c->events) <= c->ring.walked)
                return IPFUNNEL_EVENT;
        }
    }
    int64_t look_again = c->down ? now + DOWN_TICK : IPFUNNEL__NEVER;
    if (c->mode == IPFUNNEL_MODE_OFF || c->gone) {
        if (!all_returned(c, now))                   /* the rest is in a block that the kernel retires by time */
            look_again = now + c->ring.latency_us * INT64_C(1000) + MILLISECOND;
        else if (c->mode == IPFUNNEL_MODE_OFF)
            return IPFUNNEL_END;
        else
            return ipfunnel__packet_fail(error, ENODEV, "getsockname", "go on capturing",
                                         c->request->interface_name);
    }
    ipfunnel__wakeup_at(&c->wakeup, look_again);
    return 0;
}

/* An interface that goes down leaves ENETDOWN behind, once; the capture goes on by itself when it comes back. */
static int fetch_error(struct capture *c, ipfunnel_error *error)
{
    int code = c->ring.socket_error;
    socklen_t size = sizeof code;
    c->ring.socket_error = 0;
    if (!code && getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &code, &size))
        code = errno;
    if (code != 0 && code != ENETDOWN)
        return ipfunnel__packet_fail(error, code, "packet socket", "go on capturing", c->request->interface_name);
    c->down = true;
    c->stopped_ns = ipfunnel__os_monotonic_ns();
    wake_now(c);
    return IPFUNNEL_OK;
}

static int take_frames(struct capture *c, struct ipfunnel__frame *frames, int max)
{
    bool was_walking = c->ring.walking;
    uint32_t held = c->ring.held;
    uint64_t due = ipfunnel__interface_events_due(&c->events);
    if (due <= c->ring.walked)
        max = 0;
    else if (due - c->ring.walked < (uint64_t)max)
        max = (int)(due - c->ring.walked);
    c->ring.walk_to = due;
    int count = ipfunnel__packet_ring_take(&c->ring, frames, max);
    if (c->events.fd >= 0 && count > 0 && (!was_walking || c->ring.held != held))
        notice_events(c);                         /* once per block: a busy capture never waits for news */
    if (ipfunnel__interface_events_due(&c->events) <= c->ring.walked)
        wake_now(c);
    return count;
}

/* Frames that come meanwhile wake nobody. Returns whether there was a pause. */
static bool rest(struct capture *c, int64_t deadline)
{
    int64_t now = ipfunnel__os_monotonic_ns(), pause;
    if (c->pace.pause_ns) {
        pause = ipfunnel__pace_pause(&c->pace, now, c->ring.walked);
    } else {
        pause = ipfunnel__pace_blocks(&c->ring.filling, c->ring.cell_count, c->request->latency_us * INT64_C(1000),
                                      ipfunnel__os_wall_ns());
        c->ring.filling.fills_in_ns = 0;
    }
    if (pause == 0 || deadline - now < pause)
        return false;
    ipfunnel__wakeup_rest(pause);
    return true;
}

static int packet_recv(void *state, struct ipfunnel__frame *frames, int max, int timeout_ms, ipfunnel_error *error)
{
    struct capture *c = state;
    int64_t deadline = IPFUNNEL__NEVER;
    bool late = false;
    for (;;) {
        int count = take_frames(c, frames, max);
        if (count > 0)
            return count;
        ipfunnel__packet_ring_release(&c->ring);  /* blocks without a frame would be announced for ever */
        int status = c->ring.socket_error ? fetch_error(c, error) : IPFUNNEL_OK;
        if (!status)
            status = status_now(c, error);
        if (status || late)
            return status;

        if (deadline == IPFUNNEL__NEVER && timeout_ms >= 0)
            deadline = ipfunnel__os_monotonic_ns() + timeout_ms * MILLISECOND;
        if ((c->pace.pause_ns || c->ring.filling.fills_in_ns) && rest(c, deadline))
            continue;
        uint32_t ready = ipfunnel__wakeup_wait(&c->wakeup, deadline);
        late = deadline != IPFUNNEL__NEVER && ipfunnel__os_monotonic_ns() >= deadline;
        if (ready & IPFUNNEL__WAKE_SIGNAL) {
            ipfunnel__signal_clear(&c->interrupt);
            return 0;
        }
        if (ready & IPFUNNEL__WAKE_ERROR && (status = fetch_error(c, error)) != 0)
            return status;
        if (ready & IPFUNNEL__WAKE_LINK)
            notice_events(c);
    }
}

static void packet_release(void *state)
{
    struct capture *c = state;
    ipfunnel__packet_ring_release(&c->ring);
}

static void packet_interrupt(void *state)
{
    const struct capture *c = state;
    ipfunnel__signal_set(&c->interrupt);
}

static int packet_next_event(void *state, ipfunnel_event *event)
{
    struct capture *c = state;
    int taken = ipfunnel__interface_events_take(&c->events, c->ring.walked, event);
    wake_now(c);                                  /* what is ready after it is found out by the next recv */
    return taken;
}

static void packet_stats(void *state, struct ipfunnel__counters *counters)
{
    const uint64_t uncounted = UINT64_C(1) << IPFUNNEL_COUNTER_frames | UINT64_C(1) << IPFUNNEL_COUNTER_pending |
                               UINT64_C(1) << IPFUNNEL_COUNTER_dropped;
    struct capture *c = state;
    const struct ipfunnel__packet_counts *counts = &c->ring.counts;
    ipfunnel__packet_ring_count(&c->ring);
    c->facts->hidden = counts->unknown ? c->facts->hidden | uncounted : c->facts->hidden & ~uncounted;
    counters->frames = ipfunnel__packet_ring_frames(&c->ring);
    counters->dropped = counts->dropped + c->ring.cut;
}

static intptr_t packet_wait_handle(void *state)
{
    const struct capture *c = state;
    return c->wakeup.epoll;
}

static int packet_push(void *state, const ipfunnel_frame *frame, ipfunnel_error *error)
{
    (void)state;
    (void)frame;
    return ipfunnel__fail(error, IPFUNNEL_EOPNOTSUPP, 0, "ipfunnel_push", "af_packet takes no frames from the caller");
}

extern const struct ipfunnel__backend ipfunnel__af_packet;
const struct ipfunnel__backend ipfunnel__af_packet = {
    .info = {
        .name = "af_packet",
        .description = "Linux packet sockets with a shared ring",
        .capabilities = IPFUNNEL_CAN_LIVE | IPFUNNEL_CAN_NAME | IPFUNNEL_CAN_PROMISCUOUS | IPFUNNEL_CAN_DIRECTION |
                        IPFUNNEL_CAN_NO_OUTGOING | IPFUNNEL_CAN_CHECKSUM | IPFUNNEL_CAN_SEGMENTATION |
                        IPFUNNEL_CAN_VLAN | IPFUNNEL_CAN_COUNT_DROPS | IPFUNNEL_CAN_EVENTS | IPFUNNEL_CAN_FANOUT |
                        IPFUNNEL_CAN_ZERO_COPY | IPFUNNEL_CAN_ON_WIRE | IPFUNNEL__CORE_CAN,
        .built = 1,
    },
    .state_size = sizeof(struct capture),
    .probe = packet_probe,
    .open = packet_open,
    .set_mode = packet_set_mode,
    .set_filter = packet_set_filter,
    .recv = packet_recv,
    .release = packet_release,
    .interrupt = packet_interrupt,
    .next_event = packet_next_event,
    .stats = packet_stats,
    .wait_handle = packet_wait_handle,
    .push = packet_push,
    .close = packet_close,
};
