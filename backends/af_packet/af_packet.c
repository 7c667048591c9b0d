/* af_packet.c - the backend "af_packet": the slots of core/backend.h over a packet socket, its ring and what wakes it.
 *
 *   packet_open.c, packet_mode.c, packet_recv.c: a capture as a whole (packet_capture.h)
 *
 *   packet_socket.c ── packet_ring.c ┬─ block_ring.c ── tpacket_walk.c ──▶ frames
 *                                    └─ slot_ring.c ─── tpacket_slot.c ──▶ frames, one by one; pace.c
 *   kernel_program.c ──▶ what enters the ring        interface_events.c, link_messages.c ──▶ events
 *   wakeup.c: one descriptor for all there is to wait for */
#include "error.h"
#include "packet_capture.h"
#include "packet_socket.h"
#include <unistd.h>

static int packet_probe(ipfunnel_error *error)
{
    int fd = ipfunnel__packet_socket(error);
    if (fd < 0)
        return fd;
    close(fd);
    return IPFUNNEL_OK;
}

static void packet_release(void *state)
{
    struct ipfunnel__packet_capture *c = state;
    ipfunnel__packet_ring_release(&c->ring);
}

static void packet_interrupt(void *state)
{
    const struct ipfunnel__packet_capture *c = state;
    ipfunnel__signal_set(&c->interrupt);
}

static int packet_next_event(void *state, ipfunnel_event *event)
{
    struct ipfunnel__packet_capture *c = state;
    int taken = ipfunnel__interface_events_take(&c->events, c->ring.walked, event);
    ipfunnel__wakeup_at(&c->wakeup, 0);           /* what is ready after it is found out by the next recv */
    return taken;
}

static void packet_stats(void *state, struct ipfunnel__counters *counters)
{
    const uint64_t uncounted = UINT64_C(1) << IPFUNNEL_COUNTER_frames | UINT64_C(1) << IPFUNNEL_COUNTER_pending |
                               UINT64_C(1) << IPFUNNEL_COUNTER_dropped;
    struct ipfunnel__packet_capture *c = state;
    const struct ipfunnel__packet_counts *counts = &c->ring.counts;
    ipfunnel__packet_ring_count(&c->ring);
    c->facts->hidden = counts->unknown ? c->facts->hidden | uncounted : c->facts->hidden & ~uncounted;
    counters->frames = ipfunnel__packet_ring_frames(&c->ring);
    counters->dropped = counts->dropped + c->ring.cut;
}

static intptr_t packet_wait_handle(void *state)
{
    const struct ipfunnel__packet_capture *c = state;
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
    .state_size = sizeof(struct ipfunnel__packet_capture),
    .probe = packet_probe,
    .open = ipfunnel__packet_open,
    .set_mode = ipfunnel__packet_set_mode,
    .set_filter = ipfunnel__packet_set_filter,
    .recv = ipfunnel__packet_recv,
    .release = packet_release,
    .interrupt = packet_interrupt,
    .next_event = packet_next_event,
    .stats = packet_stats,
    .wait_handle = packet_wait_handle,
    .push = packet_push,
    .close = ipfunnel__packet_close,
};
