/* packet_ring.h - the ring shared with the kernel: who owns which part of it, and what was lost where.
 *
 * A ring is a row of cells that the kernel fills round and round. A cell belongs to us from the moment its status says
 * so until release stores the status that gives it back; frames point into it all that time. What a cell is, the kind
 * of ring says:
 *   block_ring.c   TPACKET_V3: a block of many frames. It is handed over when it is full or its time has come.
 * This file has what all kinds have in common; only they look into a cell. */
#ifndef IPFUNNEL_AF_PACKET_PACKET_RING_H
#define IPFUNNEL_AF_PACKET_PACKET_RING_H
#include "packet_counts.h"
#include "tpacket_walk.h"
#include <stdbool.h>

struct ipfunnel__packet_ring;

struct ipfunnel__ring_kind {
    size_t status_offset;         /* of the 32 bits in a cell that say whose it is */

    /* Up to max frames from the cells that are ours and not held yet; adds to `held` those it is done with. */
    int (*take)(struct ipfunnel__packet_ring *ring, struct ipfunnel__frame *frames, int max);
};

struct ipfunnel__packet_ring {
    const struct ipfunnel__ring_kind *kind;
    int fd;                       /* the packet socket; borrowed */
    uint8_t *map;                 /* NULL when there is no ring */
    size_t cell_size;
    uint32_t cell_count;
    uint32_t oldest;              /* the cell that is given back next; when the ring is full the kernel waits for it */
    uint32_t held;                /* cells read to their end and not given back: `oldest` and those after it */
    const char *interface_name;
    bool tells_offloads;          /* of the socket: a struct virtio_net_hdr stands in front of each frame */

    struct ipfunnel__packet_counts counts;
    uint64_t walked;              /* frames taken out of it */
    uint32_t closed;              /* cells from `oldest` on that were ours when the counters were last read */
    uint64_t *lost_before;        /* per cell: drops before what it will hold when entered next */
    uint64_t lost_later;          /* the same for what `oldest` will hold once it was given back */
    uint64_t lost_carry;          /* drops that the next frame reports */

    bool walking;                 /* of blocks: the one after those held is being walked */
    struct ipfunnel__tpacket_walk walk;
};

/* Makes the kernel allocate the ring and maps it. The socket must not be bound yet. ENOMEM when the ring would take
 * more than half of the machine's memory (the kernel would try), or when the kernel has no room. */
int ipfunnel__packet_ring_open(struct ipfunnel__packet_ring *ring, int fd, uint64_t bytes, uint32_t latency_ms,
                               const char *interface_name, ipfunnel_error *error);
void ipfunnel__packet_ring_close(struct ipfunnel__packet_ring *ring);

/* Up to max frames that are there now, over as many cells as it takes. Never waits. */
int ipfunnel__packet_ring_take(struct ipfunnel__packet_ring *ring, struct ipfunnel__frame *frames, int max);

/* Gives back every cell that was read to its end. */
void ipfunnel__packet_ring_release(struct ipfunnel__packet_ring *ring);

/* Brings `counts` up to date. */
void ipfunnel__packet_ring_count(struct ipfunnel__packet_ring *ring);

/* ---- For the kinds. */

/* The kernel allocates the ring: PACKET_VERSION and PACKET_RX_RING. `request` is what that version takes, for a ring of
 * `bytes`. */
int ipfunnel__packet_ring_allocate(int fd, int version, const void *request, size_t request_size, uint64_t bytes,
                                   const char *interface_name, ipfunnel_error *error);

/* The cell behind those held, if it is ours, with its status; else NULL. What was lost before it is counted: the next
 * frame is to report it (lost_carry). */
uint8_t *ipfunnel__packet_ring_enter(struct ipfunnel__packet_ring *ring, uint32_t *status);

/* How the ring is divided. */
struct ipfunnel__ring_size {
    uint64_t bytes;
    uint32_t cell_size;
    uint64_t cell_count;
};

#endif
