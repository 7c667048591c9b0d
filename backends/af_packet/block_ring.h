/* block_ring.h - rings of TPACKET_V3 blocks. Frames lie one behind the other in a block, each as long as it is; the
 * kernel hands a block over, and wakes the reader, when it is full or when its time has come. */
#ifndef IPFUNNEL_AF_PACKET_BLOCK_RING_H
#define IPFUNNEL_AF_PACKET_BLOCK_RING_H
#include "packet_ring.h"

extern const struct ipfunnel__ring_kind ipfunnel__block_ring;

/* Sizes for a ring of at least `bytes`: blocks that are a power of two, the ring a multiple of them. Large blocks wake
 * the reader less often; but as every block is handed over after latency_ms, however little is in it, a ring of n
 * blocks also is full after n * latency_ms. So blocks grow only while the ring outlasts a reader that is kept waiting
 * for a while. */
struct ipfunnel__ring_size ipfunnel__block_ring_size(uint64_t bytes, uint32_t latency_ms);

/* The longest delay of blocks that are to be handed over after latency_ms, where the kernel's timer has this tick; 0:
 * it is exact. */
uint32_t ipfunnel__block_ring_latency_us(uint32_t latency_ms, uint32_t tick_us);

#endif
