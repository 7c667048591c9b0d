/* packet_counts.h - sums in 64 bits of what the kernel counts for a packet socket in 32. Pure.
 *
 * A reading of PACKET_STATISTICS gives what was counted since the one before, modulo 2^32. So each must come before
 * 2^32 frames were accepted or lost. Accepted ones need room: between two releases of blocks, each of which reads,
 * come no more than the ring holds, and 2^32 would take 400 GiB. Lost ones need none. They add up only while the ring
 * is full and nobody calls recv, release or stats: at ten million frames a second for seven minutes. */
#ifndef IPFUNNEL_AF_PACKET_PACKET_COUNTS_H
#define IPFUNNEL_AF_PACKET_PACKET_COUNTS_H
#include <stdbool.h>
#include <stdint.h>

struct ipfunnel__packet_counts {
    uint64_t accepted;            /* frames the kernel put into the ring, as far as it was read */
    uint64_t dropped;             /* frames it lost for lack of room, as far as it was read */
    bool unknown;                 /* the last reading failed: how many more there are is not known */
};

/* Adds a reading; `packets` includes the drops, and their sum may have wrapped. Returns the drops since the one before.
 * After readings that failed nothing is missing: the kernel still has it. */
uint32_t ipfunnel__packet_counts_add(struct ipfunnel__packet_counts *counts, uint32_t packets, uint32_t drops);

/* A reading failed. */
void ipfunnel__packet_counts_fail(struct ipfunnel__packet_counts *counts);

#endif
