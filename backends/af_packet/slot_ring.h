/* slot_ring.h - rings of TPACKET_V2 slots. Each frame has a slot of its own, all of one size, and the kernel wakes the
 * reader for each: no delay, and nothing runs while nothing arrives.
 *
 * Slots are made for what the wire carries, so that a ring has many. A longer frame, a super-datagram, the kernel puts
 * into the socket's queue in addition (PACKET_COPY_THRESH, packet(7)), in the order of the slots: it takes the slot and
 * its place in the queue under one lock (net/packet/af_packet.c). From there it is fetched into memory of our own. What
 * has no room in the queue either is dropped, and counted so. Where a program may not have a queue that is large enough
 * (net.core.rmem_max; CAP_NET_ADMIN need not care), slots are made for the longest usual super-datagram. */
#ifndef IPFUNNEL_AF_PACKET_SLOT_RING_H
#define IPFUNNEL_AF_PACKET_SLOT_RING_H
#include "packet_ring.h"

extern const struct ipfunnel__ring_kind ipfunnel__slot_ring;

/* Sizes for `bytes` of slots and queue together, of which the queue can have `queue_bytes`, on an interface with this
 * MTU. Slots follow each other without gaps in blocks, which are multiples of the page size. */
struct ipfunnel__slot_ring_size {
    struct ipfunnel__ring_size ring;
    uint32_t block_size;
};
struct ipfunnel__slot_ring_size ipfunnel__slot_ring_size(uint64_t bytes, uint32_t mtu, uint64_t queue_bytes,
                                                         uint32_t page_size);

#endif
