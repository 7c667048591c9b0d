/* packet_ring.c - see packet_ring.h and Documentation/networking/packet_mmap.rst.
 *
 * Memory order. The kernel writes a block and then stores TP_STATUS_USER into its status; we load the status with
 * acquire and only then read the block. We read the block and then store TP_STATUS_KERNEL with release; after that
 * store not one byte of it may be read.
 *
 * Where frames were lost. The kernel counts drops for the whole socket, and loses frames between two blocks only: while
 * the block it wants next is still ours, and (since Linux 5.3) on one CPU while another is closing a block. So drops
 * that are new when the counter is read lie before the first block that is not closed yet, and that is where they are
 * told. It is read each time blocks are given back. A reader that keeps up, or that the kernel waited for, thus learns
 * the exact place; one that lags some blocks behind a kernel that still had room may be told too late, never too early.
 * The sum is always exact. One more thing is known: the kernel marks a block as "losing" if at its end there were drops
 * nobody had read, and of those at least one was lost before that block. */
#define _GNU_SOURCE
#include "packet_ring.h"
#include "error.h"
#include "packet_socket.h"
#include <errno.h>
#include <inttypes.h>
#include <linux/if_packet.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BLOCK_MINIMUM = 256 << 10, BLOCK_MAXIMUM = 2 << 20, BLOCKS_WANTED = 8, PATIENCE_WANTED_MS = 100 };

static _Atomic uint32_t *status_of(const struct ipfunnel__packet_ring *ring, uint32_t block)
{
    struct tpacket_block_desc *descriptor = (void *)(ring->map + (size_t)block * ring->block_size);
    return (_Atomic uint32_t *)&descriptor->hdr.bh1.block_status;
}

static bool is_ours(const struct ipfunnel__packet_ring *ring, uint32_t block)
{
    return atomic_load_explicit(status_of(ring, block), memory_order_relaxed) & TP_STATUS_USER;
}

static uint32_t block_after(const struct ipfunnel__packet_ring *ring, uint32_t block, uint32_t steps)
{
    return (uint32_t)(((uint64_t)block + steps) % ring->block_count);
}

struct ipfunnel__ring_size ipfunnel__ring_size_for(uint64_t bytes, uint32_t latency_ms)
{
    uint32_t block_size = BLOCK_MINIMUM;
    uint32_t wanted = latency_ms > 0 ? (PATIENCE_WANTED_MS + latency_ms - 1) / latency_ms : PATIENCE_WANTED_MS;
    if (wanted < BLOCKS_WANTED)
        wanted = BLOCKS_WANTED;
    if (bytes > UINT64_MAX - BLOCK_MAXIMUM)       /* rounding up must not wrap */
        bytes = UINT64_MAX - BLOCK_MAXIMUM;
    while (block_size < BLOCK_MAXIMUM && block_size * UINT64_C(2) <= bytes / wanted)
        block_size *= 2;
    uint64_t count = bytes / block_size + (bytes % block_size != 0);
    if (count < 2)
        count = 2;
    return (struct ipfunnel__ring_size){ .bytes = count * block_size, .block_size = block_size, .block_count = count };
}

static int check_size(const struct ipfunnel__ring_size *size, ipfunnel_error *error)
{
    long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGESIZE);
    uint64_t memory = pages > 0 && page > 0 ? (uint64_t)pages * (uint64_t)page : UINT64_MAX;
    if (size->bytes <= memory / 2 && size->bytes <= SIZE_MAX && size->block_count <= UINT32_MAX)
        return IPFUNNEL_OK;
    ipfunnel__fail(error, IPFUNNEL_ENOMEM, 0, "setsockopt(PACKET_RX_RING)",
                   "a ring of %" PRIu64 " MiB is more than half of this machine's memory (%" PRIu64 " MiB)",
                   size->bytes >> 20, memory >> 20);
    return ipfunnel__remedy(error, "ask for a smaller ring: ring_bytes, or -B of the command; the default is 16 MiB");
}

int ipfunnel__packet_ring_open(struct ipfunnel__packet_ring *ring, int fd, uint64_t bytes, uint32_t latency_ms,
                               const char *interface_name, ipfunnel_error *error)
{
    struct ipfunnel__ring_size size = ipfunnel__ring_size_for(bytes, latency_ms);
    if (check_size(&size, error))
        return IPFUNNEL_ENOMEM;

    int version = TPACKET_V3;
    if (setsockopt(fd, SOL_PACKET, PACKET_VERSION, &version, sizeof version)) {
        ipfunnel__fail(error, IPFUNNEL_EUNAVAILABLE, errno, "setsockopt(PACKET_VERSION)",
                       "this kernel has no TPACKET_V3 rings");
        return ipfunnel__remedy(error, "Linux 3.2 and later have them: use another kernel or another backend");
    }

    struct tpacket_req3 request = {
        .tp_block_size = size.block_size,
        .tp_block_nr = (unsigned)size.block_count,
        .tp_frame_size = size.block_size,         /* frames are as long as they are; the kernel only wants one to fit */
        .tp_frame_nr = (unsigned)size.block_count,
        .tp_retire_blk_tov = latency_ms,
    };
    if (setsockopt(fd, SOL_PACKET, PACKET_RX_RING, &request, sizeof request)) {
        int code = errno;
        char what[80];
        snprintf(what, sizeof what, "allocate a ring of %" PRIu64 " MiB", size.bytes >> 20);
        return ipfunnel__packet_fail(error, code == ENOBUFS ? ENOMEM : code, "setsockopt(PACKET_RX_RING)", what,
                                     interface_name);
    }
    void *map = mmap(NULL, (size_t)size.bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (map == MAP_FAILED)
        return ipfunnel__packet_fail(error, errno, "mmap(ring)", "map the ring", interface_name);
    ring->fd = fd;
    ring->map = map;
    ring->block_size = size.block_size;
    ring->block_count = (uint32_t)size.block_count;
    ring->interface_name = interface_name;
    ring->lost_before = calloc(ring->block_count, sizeof *ring->lost_before);
    if (!ring->lost_before)
        return ipfunnel__no_memory(error, "calloc");
    return IPFUNNEL_OK;
}

void ipfunnel__packet_ring_close(struct ipfunnel__packet_ring *ring)
{
    if (ring->map)
        munmap(ring->map, ring->block_size * ring->block_count);
    free(ring->lost_before);
    *ring = (struct ipfunnel__packet_ring){ .fd = -1 };
}

/* Tells drops before the first block that the kernel has not closed. */
static void place(struct ipfunnel__packet_ring *ring, uint64_t lost)
{
    while (ring->closed < ring->block_count && is_ours(ring, block_after(ring, ring->oldest, ring->closed)))
        ring->closed++;
    if (ring->closed == ring->block_count)
        ring->lost_later += lost;
    else
        ring->lost_before[block_after(ring, ring->oldest, ring->closed)] += lost;
}

/* Reads and thereby resets the kernel's counters, which have 32 bits (packet(7), PACKET_STATISTICS: tp_packets includes
 * the drops). Returns the drops since the last time. */
static uint32_t read_counters(struct ipfunnel__packet_ring *ring)
{
    struct tpacket_stats_v3 counters = { 0 };
    socklen_t size = sizeof counters;
    if (getsockopt(ring->fd, SOL_PACKET, PACKET_STATISTICS, &counters, &size))
        return 0;
    ring->accepted += counters.tp_packets - counters.tp_drops;
    ring->dropped += counters.tp_drops;
    return counters.tp_drops;
}

void ipfunnel__packet_ring_count(struct ipfunnel__packet_ring *ring)
{
    uint32_t lost = read_counters(ring);
    place(ring, lost);
}

static bool enter_next_block(struct ipfunnel__packet_ring *ring)
{
    if (ring->held == ring->block_count)
        return false;
    uint32_t block = block_after(ring, ring->oldest, ring->held);
    uint32_t status = atomic_load_explicit(status_of(ring, block), memory_order_acquire);
    if (!(status & TP_STATUS_USER))
        return false;
    ring->lost_carry += ring->lost_before[block];
    ring->lost_before[block] = 0;
    if (status & TP_STATUS_LOSING && ring->held >= ring->closed) {
        uint32_t lost = read_counters(ring);
        ring->lost_carry += lost > 0;
        place(ring, lost > 0 ? lost - 1 : 0);
    }
    ipfunnel__tpacket_walk_open(&ring->walk, ring->map + (size_t)block * ring->block_size, ring->block_size,
                                ring->interface_name, ring->tells_offloads);
    ring->walking = true;
    return true;
}

int ipfunnel__packet_ring_take(struct ipfunnel__packet_ring *ring, struct ipfunnel__frame *frames, int max)
{
    int count = 0;
    while (count < max && (ring->walking || enter_next_block(ring))) {
        int room = max - count;
        int taken = ipfunnel__tpacket_walk_next(&ring->walk, frames + count, room);
        if (taken > 0 && ring->lost_carry > 0) {
            frames[count].dropped_before = ring->lost_carry;
            ring->lost_carry = 0;
        }
        ring->walked += (uint64_t)taken;
        count += taken;
        if (taken < room || ring->walk.left == 0) {
            ring->walked += ring->walk.left;
            ring->walking = false;
            ring->held++;
        }
    }
    return count;
}

void ipfunnel__packet_ring_release(struct ipfunnel__packet_ring *ring)
{
    if (ring->held == 0)
        return;
    for (; ring->held > 0; ring->held--) {
        ring->lost_before[ring->oldest] += ring->lost_later;
        ring->lost_later = 0;
        atomic_store_explicit(status_of(ring, ring->oldest), TP_STATUS_KERNEL, memory_order_release);
        ring->oldest = block_after(ring, ring->oldest, 1);
        ring->closed -= ring->closed > 0;
    }
    ipfunnel__packet_ring_count(ring);
}
