/* packet_ring.h - the ring shared with the kernel: who owns which part of it, and what was lost where.
 *
 * A ring is a row of cells that the kernel fills round and round. A cell belongs to us from the moment its status says
 * so until release stores the status that gives it back; frames point into it all that time. What a cell is, the kind
 * of ring says:
 *   block_ring.c   TPACKET_V3: a block of many frames. It is handed over when it is full or its time has come.
 *   slot_ring.c    TPACKET_V2: a slot for one frame, handed over at once.
 * This file has what all kinds have in common; only they look into a cell. */
#ifndef IPFUNNEL_AF_PACKET_PACKET_RING_H
#define IPFUNNEL_AF_PACKET_PACKET_RING_H
#include "backend.h"
#include "pace.h"
#include "packet_counts.h"
#include "tpacket_walk.h"

struct ipfunnel__packet_ring;

/* How it is divided. */
struct ipfunnel__ring_size {
    uint64_t bytes;
    uint32_t cell_size;
    uint64_t cell_count;
};

struct ipfunnel__ring_kind {
    size_t status_offset;         /* of the 32 bits in a cell that say whose it is */

    /* Makes the kernel allocate a ring of the size it returns; sets latency_us, and what is its own. */
    int (*allocate)(struct ipfunnel__packet_ring *ring, const struct ipfunnel__request *request,
                    struct ipfunnel__ring_size *size, ipfunnel_error *error);

    /* Up to max frames from the cells that are ours and not held yet; adds to `held` those it is done with. */
    int (*take)(struct ipfunnel__packet_ring *ring, struct ipfunnel__frame *frames, int max);

    /* Of a cell that is ours: does it stand for a frame that was lost? NULL where a cell is more than one frame. */
    bool (*is_lost)(const struct ipfunnel__packet_ring *ring, const uint8_t *cell);
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

    uint32_t latency_us;          /* longest delay that it adds */

    struct ipfunnel__packet_counts counts;
    uint64_t walked;              /* frames taken out of it, of slots also those that were lost */
    uint64_t walk_to;             /* of slots: `walked` is not to go beyond this */
    uint64_t seen, cut;           /* of slots, up to when the counters were last read: frames that were handed over, and
                                     those that the kernel counts as such although it had no room for them */
    uint32_t closed;              /* cells from `oldest` on that were ours when the counters were last read */
    uint64_t *lost_before;        /* per cell: drops before what it will hold when entered next */
    uint64_t lost_later;          /* the same for what `oldest` will hold once it was given back */
    uint64_t lost_carry;          /* drops that the next frame reports */
    bool sign_is_old;             /* a cell may say "losing" of drops that were read already */

    bool walking;                 /* of blocks: the one after those held is being walked */
    struct ipfunnel__tpacket_walk walk;
    int alike;                    /* of the frames taken last, as struct ipfunnel__facts has it */
    struct ipfunnel__filling filling;

    uint64_t queue_bytes;         /* of slots: what may wait in the socket's queue */
    uint8_t *fetched;             /* frames from there; they end with the cells that are held */
    size_t fetched_bytes;
    int socket_error;             /* told in the place of one, to be dealt with; 0 */
    uint32_t pause_us;            /* how long a reader may let them come before it waits */
};

/* Makes the kernel allocate the ring and maps it: of slots for latencies below a millisecond, else of blocks, and for
 * on_wire in any case. For a ring of slots that tells offloads the kernel would stop filling with the first frame of
 * which it cannot tell them (README.md). The socket must not be bound yet. ENOMEM when the ring would take
 * more than half of the machine's memory (the kernel would try), or when the kernel has no room. */
int ipfunnel__packet_ring_open(struct ipfunnel__packet_ring *ring, int fd, const struct ipfunnel__request *request,
                               ipfunnel_error *error);
void ipfunnel__packet_ring_close(struct ipfunnel__packet_ring *ring);

/* What a program has to keep of a frame for `keep` bytes. Of slots never just as much as fits: a full slot is the sign
 * of a frame that was lost because it did not. */
uint32_t ipfunnel__packet_ring_keep(const struct ipfunnel__packet_ring *ring, uint32_t keep);

/* Up to max frames that are there now, over as many cells as it takes. Never waits. */
int ipfunnel__packet_ring_take(struct ipfunnel__packet_ring *ring, struct ipfunnel__frame *frames, int max);

/* Gives back every cell that was read to its end. */
void ipfunnel__packet_ring_release(struct ipfunnel__packet_ring *ring);

/* Frames that were handed over, up to when the counters were last brought up to date. */
uint64_t ipfunnel__packet_ring_frames(const struct ipfunnel__packet_ring *ring);

/* Brings `counts` up to date. */
void ipfunnel__packet_ring_count(struct ipfunnel__packet_ring *ring);

/* ---- For the kinds. */

/* ENOMEM when the ring would take more than half of the machine's memory. */
int ipfunnel__packet_ring_check(const struct ipfunnel__ring_size *size, ipfunnel_error *error);

/* The kernel allocates the ring: PACKET_VERSION and PACKET_RX_RING. `layout` is what that version takes, for a ring of
 * `bytes`. */
int ipfunnel__packet_ring_allocate(struct ipfunnel__packet_ring *ring, int version, const void *layout,
                                   size_t layout_size, uint64_t bytes, ipfunnel_error *error);

/* The cell behind those held, if it is ours; else NULL. What was lost before it is counted: the next frame is to report
 * it (lost_carry). */
uint8_t *ipfunnel__packet_ring_enter(struct ipfunnel__packet_ring *ring);

#endif
