/* packet_ring.c - see packet_ring.h and Documentation/networking/packet_mmap.rst.
 *
 * Memory order. The kernel writes a cell and then stores TP_STATUS_USER into its status; we load the status with
 * acquire and only then read the cell. We read the cell and then store TP_STATUS_KERNEL with release; after that
 * store not one byte of it may be read.
 *
 * Where frames were lost. The kernel counts drops for the whole socket, and loses frames between two cells only: while
 * the cell it wants next is still ours, and (of blocks, since Linux 5.3) on one CPU while another is closing one. So
 * drops that are new when the counter is read lie before the first cell that is not closed yet, and that is where they
 * are told. It is read each time cells are given back. A reader that keeps up, or that the kernel waited for, thus
 * learns the exact place; one that lags some cells behind a kernel that still had room may be told too late, never too
 * early. The sum is always exact. One more thing is known: the kernel marks a cell as "losing" if at its end there were
 * drops nobody had read, and of those at least one was lost before that cell. */
#define _GNU_SOURCE
#include "packet_ring.h"
#include "block_ring.h"
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

static _Atomic uint32_t *status_of(const struct ipfunnel__packet_ring *ring, uint32_t cell)
{
    return (void *)(ring->map + (size_t)cell * ring->cell_size + ring->kind->status_offset);
}

static bool is_ours(const struct ipfunnel__packet_ring *ring, uint32_t cell)
{
    return atomic_load_explicit(status_of(ring, cell), memory_order_relaxed) & TP_STATUS_USER;
}

static uint32_t cell_after(const struct ipfunnel__packet_ring *ring, uint32_t cell, uint32_t steps)
{
    return (uint32_t)(((uint64_t)cell + steps) % ring->cell_count);
}

static int check_size(const struct ipfunnel__ring_size *size, ipfunnel_error *error)
{
    long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGESIZE);
    uint64_t memory = pages > 0 && page > 0 ? (uint64_t)pages * (uint64_t)page : UINT64_MAX;
    if (size->bytes <= memory / 2 && size->bytes <= SIZE_MAX && size->cell_count <= UINT32_MAX)
        return IPFUNNEL_OK;
    ipfunnel__fail(error, IPFUNNEL_ENOMEM, 0, "setsockopt(PACKET_RX_RING)",
                   "a ring of %" PRIu64 " MiB is more than half of this machine's memory (%" PRIu64 " MiB)",
                   size->bytes >> 20, memory >> 20);
    return ipfunnel__remedy(error, "ask for a smaller ring: ring_bytes, or -B of the command; the default is 16 MiB");
}

int ipfunnel__packet_ring_allocate(int fd, int version, const void *request, size_t request_size, uint64_t bytes,
                                   const char *interface_name, ipfunnel_error *error)
{
    if (setsockopt(fd, SOL_PACKET, PACKET_VERSION, &version, sizeof version)) {
        ipfunnel__fail(error, IPFUNNEL_EUNAVAILABLE, errno, "setsockopt(PACKET_VERSION)",
                       "this kernel has no such rings of packet sockets");
        return ipfunnel__remedy(error, "Linux 3.2 and later have them: use another kernel or another backend");
    }
    if (setsockopt(fd, SOL_PACKET, PACKET_RX_RING, request, (socklen_t)request_size) == 0)
        return IPFUNNEL_OK;
    int code = errno;
    char what[80];
    snprintf(what, sizeof what, "allocate a ring of %" PRIu64 " MiB", bytes >> 20);
    return ipfunnel__packet_fail(error, code == ENOBUFS ? ENOMEM : code, "setsockopt(PACKET_RX_RING)", what,
                                 interface_name);
}

int ipfunnel__packet_ring_open(struct ipfunnel__packet_ring *ring, int fd, uint64_t bytes, uint32_t latency_ms,
                               const char *interface_name, ipfunnel_error *error)
{
    struct ipfunnel__ring_size size = ipfunnel__block_ring_size(bytes, latency_ms);
    if (check_size(&size, error))
        return IPFUNNEL_ENOMEM;
    int status = ipfunnel__block_ring_allocate(fd, &size, latency_ms, interface_name, error);
    if (status)
        return status;
    void *map = mmap(NULL, (size_t)size.bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (map == MAP_FAILED)
        return ipfunnel__packet_fail(error, errno, "mmap(ring)", "map the ring", interface_name);
    ring->kind = &ipfunnel__block_ring;
    ring->fd = fd;
    ring->map = map;
    ring->cell_size = size.cell_size;
    ring->cell_count = (uint32_t)size.cell_count;
    ring->interface_name = interface_name;
    ring->lost_before = calloc(ring->cell_count, sizeof *ring->lost_before);
    if (!ring->lost_before)
        return ipfunnel__no_memory(error, "calloc");
    return IPFUNNEL_OK;
}

void ipfunnel__packet_ring_close(struct ipfunnel__packet_ring *ring)
{
    if (ring->map)
        munmap(ring->map, ring->cell_size * ring->cell_count);
    free(ring->lost_before);
    *ring = (struct ipfunnel__packet_ring){ .fd = -1 };
}

/* Tells drops before the first cell that the kernel has not closed. */
static void place(struct ipfunnel__packet_ring *ring, uint64_t lost)
{
    while (ring->closed < ring->cell_count && is_ours(ring, cell_after(ring, ring->oldest, ring->closed)))
        ring->closed++;
    if (ring->closed == ring->cell_count)
        ring->lost_later += lost;
    else
        ring->lost_before[cell_after(ring, ring->oldest, ring->closed)] += lost;
}

/* Reads and thereby resets the kernel's counters (packet(7), PACKET_STATISTICS: tp_packets includes the drops). Returns
 * the drops since the last time. */
static uint32_t read_counters(struct ipfunnel__packet_ring *ring)
{
    struct tpacket_stats_v3 counters = { 0 };
    socklen_t size = sizeof counters;
    if (getsockopt(ring->fd, SOL_PACKET, PACKET_STATISTICS, &counters, &size) == 0)
        return ipfunnel__packet_counts_add(&ring->counts, counters.tp_packets, counters.tp_drops);
    ipfunnel__packet_counts_fail(&ring->counts);
    return 0;
}

void ipfunnel__packet_ring_count(struct ipfunnel__packet_ring *ring)
{
    uint32_t lost = read_counters(ring);
    place(ring, lost);
}

uint8_t *ipfunnel__packet_ring_enter(struct ipfunnel__packet_ring *ring, uint32_t *status)
{
    if (ring->held == ring->cell_count)
        return NULL;
    uint32_t cell = cell_after(ring, ring->oldest, ring->held);
    *status = atomic_load_explicit(status_of(ring, cell), memory_order_acquire);
    if (!(*status & TP_STATUS_USER))
        return NULL;
    ring->lost_carry += ring->lost_before[cell];
    ring->lost_before[cell] = 0;
    if (*status & TP_STATUS_LOSING && ring->held >= ring->closed) {
        uint32_t lost = read_counters(ring);
        ring->lost_carry += lost > 0;
        place(ring, lost > 0 ? lost - 1 : 0);
    }
    return ring->map + (size_t)cell * ring->cell_size;
}

static int take(struct ipfunnel__packet_ring *ring, struct ipfunnel__frame *frames, int max)
{
    return ring->kind->take(ring, frames, max);
}

int ipfunnel__packet_ring_take(struct ipfunnel__packet_ring *ring, struct ipfunnel__frame *frames, int max)
{
    int count = take(ring, frames, max);
    if (count > 0 && ring->counts.unknown) {
        ring->lost_carry += frames[0].dropped_before;     /* told when it is known what came on top of it */
        frames[0].dropped_before = IPFUNNEL_DROPS_UNKNOWN;
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
        ring->oldest = cell_after(ring, ring->oldest, 1);
        ring->closed -= ring->closed > 0;
    }
    ipfunnel__packet_ring_count(ring);
}
