#define _GNU_SOURCE
#include "block_ring.h"
#include <linux/if_packet.h>
#include <stdio.h>
#include <sys/utsname.h>
#include <time.h>

enum { BLOCK_MINIMUM = 256 << 10, BLOCK_MAXIMUM = 2 << 20, BLOCKS_WANTED = 8, PATIENCE_WANTED_MS = 100 };

struct ipfunnel__ring_size ipfunnel__block_ring_size(uint64_t bytes, uint32_t latency_ms)
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
    return (struct ipfunnel__ring_size){ .bytes = count * block_size, .cell_size = block_size, .cell_count = count };
}

/* A time in whole ticks, begun anywhere between two. */
uint32_t ipfunnel__block_ring_latency_us(uint32_t latency_ms, uint32_t tick_us)
{
    uint32_t us = latency_ms * 1000;
    return tick_us ? (us / tick_us + (us % tick_us != 0) + 1) * tick_us : us;
}

/* Linux 6.18 gave the blocks a timer of high resolution. Before that it is the tick, which this clock tells. */
static uint32_t timer_tick_us(void)
{
    struct utsname system;
    unsigned major = 0, minor = 0;
    struct timespec tick = { .tv_nsec = 0 };
    if (uname(&system) == 0 && sscanf(system.release, "%u.%u", &major, &minor) == 2
        && (major > 6 || (major == 6 && minor >= 18)))
        return 0;
    return clock_getres(CLOCK_MONOTONIC_COARSE, &tick) ? 0 : (uint32_t)(tick.tv_nsec / 1000);
}

static int allocate(struct ipfunnel__packet_ring *ring, const struct ipfunnel__request *request,
                    struct ipfunnel__ring_size *size, ipfunnel_error *error)
{
    uint32_t latency_ms = request->latency_us < 1000 ? 1 : request->latency_us / 1000;
    *size = ipfunnel__block_ring_size(request->ring_bytes, latency_ms);
    int status = ipfunnel__packet_ring_check(size, error);
    if (status)
        return status;
    ring->latency_us = ipfunnel__block_ring_latency_us(latency_ms, timer_tick_us());
    struct tpacket_req3 layout = {
        .tp_block_size = size->cell_size,
        .tp_block_nr = (unsigned)size->cell_count,
        .tp_frame_size = size->cell_size,         /* frames are as long as they are; the kernel only wants one to fit */
        .tp_frame_nr = (unsigned)size->cell_count,
        .tp_retire_blk_tov = latency_ms,
    };
    return ipfunnel__packet_ring_allocate(ring, TPACKET_V3, &layout, sizeof layout, size->bytes, error);
}

static int64_t time_of(const struct tpacket_bd_ts *time)
{
    return (int64_t)time->ts_sec * 1000000000 + time->ts_nsec;
}

/* What was not handed over by time was full. */
static void note_filling(struct ipfunnel__filling *filling, const uint8_t *block)
{
    const struct tpacket_hdr_v1 *header = &((const struct tpacket_block_desc *)(const void *)block)->hdr.bh1;
    filling->last_ns = time_of(&header->ts_last_pkt);
    if (!(header->block_status & TP_STATUS_BLK_TMO))
        filling->fills_in_ns = filling->last_ns - time_of(&header->ts_first_pkt);
}

static bool enter_next_block(struct ipfunnel__packet_ring *ring)
{
    const uint8_t *block = ipfunnel__packet_ring_enter(ring);
    if (!block)
        return false;
    note_filling(&ring->filling, block);
    if (ring->walk.block)
        ipfunnel__tpacket_walk_on(&ring->walk, block);
    else
        ipfunnel__tpacket_walk_open(&ring->walk, block, ring->cell_size, ring->interface_name, ring->tells_offloads);
    ring->walking = true;
    return true;
}

static int take(struct ipfunnel__packet_ring *ring, struct ipfunnel__frame *frames, int max)
{
    int count = 0;
    const uint32_t changes = ring->walk.changes;
    ring->alike = 0;
    while (count < max && (ring->walking || enter_next_block(ring))) {
        int room = max - count;
        int taken = ipfunnel__tpacket_walk_next(&ring->walk, frames + count, room);
        if (taken > 0 && ring->lost_carry > 0) {
            frames[count].dropped_before = ring->lost_carry;
            ring->lost_carry = 0;
            ipfunnel__tpacket_walk_forget_places(&ring->walk);
        }
        ring->walked += (uint64_t)taken;
        count += taken;
        if (ring->walk.changes == changes)
            ring->alike = count;
        if (taken < room || ring->walk.left == 0) {
            ring->walked += ring->walk.left;
            ring->walking = false;
            ring->held++;
        }
    }
    return count;
}

const struct ipfunnel__ring_kind ipfunnel__block_ring = {
    .status_offset = offsetof(struct tpacket_block_desc, hdr.bh1.block_status),
    .allocate = allocate,
    .take = take,
};
