/* Opening and closing a capture. Whatever open made before it failed, close gives back. */
#include "packet_capture.h"
#include "packet_socket.h"
#include <errno.h>
#include <linux/if_arp.h>
#include <unistd.h>

int ipfunnel__packet_open(void *state, const struct ipfunnel__request *request, struct ipfunnel__facts *facts,
                          ipfunnel_error *error)
{
    struct ipfunnel__packet_capture *c = state;
    *c = (struct ipfunnel__packet_capture){
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

void ipfunnel__packet_close(void *state)
{
    struct ipfunnel__packet_capture *c = state;
    if (!c->made)
        return;
    ipfunnel__packet_ring_close(&c->ring);
    ipfunnel__interface_events_close(&c->events);
    ipfunnel__wakeup_close(&c->wakeup);
    ipfunnel__signal_close(&c->interrupt);
    if (c->fd >= 0)
        close(c->fd);
    *c = (struct ipfunnel__packet_capture){ .made = false };
}
