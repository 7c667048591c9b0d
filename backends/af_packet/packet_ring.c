/* packet_ring.c - see packet_ring.h and Documentation/networking/packet_mmap.rst.
 *
 * Memory order. The kernel writes a cell and then stores TP_STATUS_USER into its status; we load the status with
 * acquire and only then read the cell. We read the cell and then store TP_STATUS_KERNEL with release; after that
 * store not one byte of it may be read.
 *
 * Where frames were lost. The kernel counts drops for the whole socket, and loses frames between two cells only: while
 * the cell it wants next is still ours, and (of blocks, since Linux 5.3) on one CPU while another is closing one. So
 * drops that are new when the counter is read lie before the first cell that nothing is written to yet, and that is
 * where they are told. It is read each time cells are given back. A reader that keeps up, or that the kernel waited
 * for, thus learns the exact place; one that lags some cells behind a kernel that still had room may be told too late,
 * never too early. The sum is always exact. One more thing is known: the kernel marks a cell as "losing" if at its end
 * there were drops nobody had read, and of those at least one was lost before that cell. */
#define _GNU_SOURCE
#include "packet_ring.h"
#include "block_ring.h"
#include "error.h"
#include "packet_socket.h"
#include "slot_ring.h"
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
    return atomic_load_explicit(status_of(ring, cell), memory_order_acquire) & TP_STATUS_USER;
}

static uint32_t cell_after(const struct ipfunnel__packet_ring *ring, uint32_t cell, uint32_t steps)
{
    return (uint32_t)(((uint64_t)cell + steps) % ring->cell_count);
}

int ipfunnel__packet_ring_check(const struct ipfunnel__ring_size *size, ipfunnel_error *error)
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

int ipfunnel__packet_ring_allocate(struct ipfunnel__packet_ring *ring, int version, const void *layout,
                                   size_t layout_size, uint64_t bytes, ipfunnel_error *error)
{
    if (setsockopt(ring->fd, SOL_PACKET, PACKET_VERSION, &version, sizeof version)) {
        ipfunnel__fail(error, IPFUNNEL_EUNAVAILABLE, errno, "setsockopt(PACKET_VERSION)",
                       "this kernel has no such rings of packet sockets");
        return ipfunnel__remedy(error, "Linux 3.2 and later have them: use another kernel or another backend");
    }
    if (setsockopt(ring->fd, SOL_PACKET, PACKET_RX_RING, layout, (socklen_t)layout_size) == 0)
        return IPFUNNEL_OK;
    int code = errno;
    char what[80];
    snprintf(what, sizeof what, "allocate a ring of %" PRIu64 " MiB", bytes >> 20);
    return ipfunnel__packet_fail(error, code == ENOBUFS ? ENOMEM : code, "setsockopt(PACKET_RX_RING)", what,
                                 ring->interface_name);
}

int ipfunnel__packet_ring_open(struct ipfunnel__packet_ring *ring, int fd, const struct ipfunnel__request *request,
                               ipfunnel_error *error)
{
    struct ipfunnel__ring_size size = { .bytes = 0 };
    bool slots = request->latency_us < 1000 && !(request->flags & IPFUNNEL_OPEN_ON_WIRE);
    ring->kind = slots ? &ipfunnel__slot_ring : &ipfunnel__block_ring;
    ring->fd = fd;
    ring->interface_name = request->interface_name;
    ring->walk_to = UINT64_MAX;
    ring->tells_offloads = request->flags & IPFUNNEL_OPEN_ON_WIRE;
    int status = ring->kind->allocate(ring, request, &size, error);
    if (status)
        return status;
    void *map = mmap(NULL, (size_t)size.bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (map == MAP_FAILED)
        return ipfunnel__packet_fail(error, errno, "mmap(ring)", "map the ring", request->interface_name);
    ring->map = map;
    ring->cell_size = size.cell_size;
    ring->cell_count = (uint32_t)size.cell_count;
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
    free(ring->fetched);
    *ring = (struct ipfunnel__packet_ring){ .fd = -1 };
}

/* Each cell that is a frame is seen here once after it was closed, before or when it is given back. */
static void see(struct ipfunnel__packet_ring *ring, uint32_t cell)
{
    if (!ring->kind->is_lost)
        return;
    if (ring->kind->is_lost(ring, ring->map + (size_t)cell * ring->cell_size))
        ring->cut++;
    else
        ring->seen++;
}

/* How many cells from `oldest` on were before the drops that the counters told last: those that were closed, and where
 * each is a frame also those that were still being written, as the counters tell of them, too. */
static uint32_t cells_before(const struct ipfunnel__packet_ring *ring)
{
    uint64_t given_back = ring->walked - ring->held, accepted = ring->counts.accepted;
    if (!ring->kind->is_lost || accepted <= given_back + ring->closed)
        return ring->closed;
    return accepted - given_back < ring->cell_count ? (uint32_t)(accepted - given_back) : ring->cell_count;
}

/* Tells drops that were just read before the first cell behind them. */
static void place(struct ipfunnel__packet_ring *ring, uint64_t lost)
{
    uint32_t cell = cell_after(ring, ring->oldest, ring->closed);
    for (; ring->closed < ring->cell_count && is_ours(ring, cell); cell = cell_after(ring, cell, 1)) {
        see(ring, cell);
        ring->closed++;
    }
    uint32_t before = cells_before(ring);
    if (before == ring->cell_count)
        ring->lost_later += lost;
    else
        ring->lost_before[cell_after(ring, ring->oldest, before)] += lost;
}

/* Reads and thereby resets the kernel's counters (packet(7), PACKET_STATISTICS: tp_packets includes the drops). Returns
 * the drops since the last time. */
static uint32_t read_counters(struct ipfunnel__packet_ring *ring)
{
    struct tpacket_stats_v3 counters = { 0 };
    socklen_t size = sizeof counters;
    if (getsockopt(ring->fd, SOL_PACKET, PACKET_STATISTICS, &counters, &size) == 0) {
        ring->sign_is_old |= counters.tp_drops > 0;
        return ipfunnel__packet_counts_add(&ring->counts, counters.tp_packets, counters.tp_drops);
    }
    ipfunnel__packet_counts_fail(&ring->counts);
    return 0;
}

void ipfunnel__packet_ring_count(struct ipfunnel__packet_ring *ring)
{
    uint32_t lost = read_counters(ring);
    place(ring, lost);
}

/* TP_STATUS_LOSING: when the kernel took the cell to be entered there were drops that nobody had read. One at least of
 * those that are read now was before it, if it was taken after the last reading. That reading, in the kernel, was first
 * of what was accepted and then of the drops, and in between the sign shows drops that it told: they are no news before
 * a cell without the sign was seen. */
static void place_by_sign(struct ipfunnel__packet_ring *ring)
{
    if (ring->sign_is_old || ring->held < cells_before(ring))
        return;
    uint32_t lost = read_counters(ring);
    ring->lost_carry += lost > 0;
    place(ring, lost > 0 ? lost - 1 : 0);
}

uint8_t *ipfunnel__packet_ring_enter(struct ipfunnel__packet_ring *ring)
{
    if (ring->held == ring->cell_count)
        return NULL;
    uint32_t cell = cell_after(ring, ring->oldest, ring->held);
    uint32_t status = atomic_load_explicit(status_of(ring, cell), memory_order_acquire);
    if (!(status & TP_STATUS_USER))
        return NULL;
    ring->lost_carry += ring->lost_before[cell];
    ring->lost_before[cell] = 0;
    if (status & TP_STATUS_LOSING)
        place_by_sign(ring);
    else if (ring->sign_is_old && ring->held >= cells_before(ring))
        ring->sign_is_old = false;
    return ring->map + (size_t)cell * ring->cell_size;
}

uint32_t ipfunnel__packet_ring_keep(const struct ipfunnel__packet_ring *ring, uint32_t keep)
{
    enum { HEADERS = 256 };                       /* ours and the link's, around what is kept */
    bool fills = keep < ring->cell_size && ring->cell_size - keep <= HEADERS;
    return ring->kind->is_lost && fills ? (uint32_t)ring->cell_size : keep;
}

uint64_t ipfunnel__packet_ring_frames(const struct ipfunnel__packet_ring *ring)
{
    if (ring->kind->is_lost)
        return ring->seen;
    return ring->counts.unknown && ring->walked > ring->counts.accepted ? ring->walked : ring->counts.accepted;
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
        ipfunnel__tpacket_walk_forget_places(&ring->walk);
        ring->alike = 0;
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
        if (ring->closed > 0)
            ring->closed--;
        else
            see(ring, ring->oldest);
        atomic_store_explicit(status_of(ring, ring->oldest), TP_STATUS_KERNEL, memory_order_release);
        ring->oldest = cell_after(ring, ring->oldest, 1);
    }
    ring->fetched_bytes = 0;
    ipfunnel__packet_ring_count(ring);
}
