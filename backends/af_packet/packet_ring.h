/* packet_ring.h - the TPACKET_V3 ring shared with the kernel: who owns which block, and what was lost where.
 *
 * The kernel fills the blocks round and round. A block belongs to us from the moment its status says so until release
 * stores the status that gives it back; frames point into it all that time. */
#ifndef IPFUNNEL_AF_PACKET_PACKET_RING_H
#define IPFUNNEL_AF_PACKET_PACKET_RING_H
#include "tpacket_walk.h"
#include <stdbool.h>

struct ipfunnel__packet_ring {
    int fd;                       /* the packet socket; borrowed */
    uint8_t *map;                 /* NULL when there is no ring */
    size_t block_size;
    uint32_t block_count;
    uint32_t oldest;              /* the block that is given back next; when the ring is full the kernel waits for it */
    uint32_t held;                /* blocks walked to their end and not given back: `oldest` and those after it */
    bool walking;                 /* the block after those is being walked */
    struct ipfunnel__tpacket_walk walk;
    const char *interface_name;
    bool tells_offloads;          /* of the socket: a struct virtio_net_hdr stands in front of each frame */

    uint64_t accepted;            /* frames the kernel put into the ring, as far as the counters were read */
    uint64_t dropped;
    uint64_t walked;              /* frames taken out of it */
    uint32_t closed;              /* blocks from `oldest` on that were ours when the counters were last read */
    uint64_t *lost_before;        /* per block: drops before what it will hold when entered next */
    uint64_t lost_later;          /* the same for what `oldest` will hold once it was given back */
    uint64_t lost_carry;          /* drops that the next frame reports */
};

/* Sizes for a ring of at least `bytes`: blocks that are a power of two, the ring a multiple of them. Large blocks wake
 * the reader less often; but as every block is handed over after latency_ms, however little is in it, a ring of n
 * blocks also is full after n * latency_ms. So blocks grow only while the ring outlasts a reader that is kept waiting
 * for a while. */
struct ipfunnel__ring_size {
    uint64_t bytes;
    uint32_t block_size;
    uint64_t block_count;
};
struct ipfunnel__ring_size ipfunnel__ring_size_for(uint64_t bytes, uint32_t latency_ms);

/* Makes the kernel allocate the ring and maps it. The socket must not be bound yet. ENOMEM when the ring would take
 * more than half of the machine's memory (the kernel would try), or when the kernel has no room. */
int ipfunnel__packet_ring_open(struct ipfunnel__packet_ring *ring, int fd, uint64_t bytes, uint32_t latency_ms,
                               const char *interface_name, ipfunnel_error *error);
void ipfunnel__packet_ring_close(struct ipfunnel__packet_ring *ring);

/* Up to max frames that are there now, over as many blocks as it takes. Never waits. */
int ipfunnel__packet_ring_take(struct ipfunnel__packet_ring *ring, struct ipfunnel__frame *frames, int max);

/* Gives back every block that was walked to its end. */
void ipfunnel__packet_ring_release(struct ipfunnel__packet_ring *ring);

/* Brings accepted and dropped up to date. */
void ipfunnel__packet_ring_count(struct ipfunnel__packet_ring *ring);

#endif
