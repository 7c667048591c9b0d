/* hot_loop_linux.c - ipfunnel_recv over blocks in plain memory that are always full: the loop of a busy capture without
 * the kernel, so that its instructions can be counted.
 *   hot_loop LENGTH DATAGRAMS [RING_KIB] */
#include "af_packet/tpacket_walk.h"
#include "capture.h"
#include "unit/tpacket_blocks.h"
#include <linux/if_arp.h>
#include <stdlib.h>
#include <time.h>

enum { BLOCK = 256 << 10 };

struct full_ring {
    uint8_t *blocks;
    size_t count, next;
    struct ipfunnel__tpacket_walk walk;
    struct ipfunnel__facts *facts;
};

static int take(void *state, struct ipfunnel__frame *frames, int max, int timeout_ms, ipfunnel_error *error)
{
    struct full_ring *ring = state;
    int count = 0;
    const uint32_t changes = ring->walk.changes;
    (void)timeout_ms;
    (void)error;
    while (count < max) {
        count += ipfunnel__tpacket_walk_next(&ring->walk, frames + count, max - count);
        if (ring->walk.left == 0) {
            ipfunnel__tpacket_walk_on(&ring->walk, ring->blocks + ring->next * BLOCK);
            ring->next = (ring->next + 1) % ring->count;
        }
    }
    ring->facts->alike = ring->walk.changes == changes ? count : 0;
    return count;
}

static void release(void *state) { (void)state; }
static void interrupt(void *state) { (void)state; }

static const struct ipfunnel__backend backend = { .recv = take, .release = release, .interrupt = interrupt };

static void fill(struct full_ring *ring, uint32_t length)
{
    uint8_t frame[2048] = { [0] = 2, [5] = 0x0b, [6] = 2, [11] = 0x0a, [12] = 8, [14] = 0x45, [22] = 64, [23] = 17 };
    frame[16] = (uint8_t)((length - 14) >> 8);
    frame[17] = (uint8_t)(length - 14);
    for (size_t i = 0; i < ring->count; i++) {
        uint8_t *block = ring->blocks + i * BLOCK;
        block_begin(block);
        for (uint32_t at = BLOCK_HEADER; at + 2 * (ENTRY_MAC + length + 8) < BLOCK;)
            at = block_add(block, BLOCK, &(struct entry){ .hardware = ARPHRD_ETHER, .protocol = 0x0800,
                                                          .bytes = frame, .size = length });
    }
}

int main(int argc, char **argv)
{
    if (argc < 3)
        return 2;
    uint32_t length = (uint32_t)strtoul(argv[1], NULL, 10);
    uint64_t wanted = strtoull(argv[2], NULL, 10), taken = 0, bytes = 0;
    struct full_ring ring = { .count = (argc > 3 ? strtoul(argv[3], NULL, 10) : 16384) * 1024 / BLOCK };
    ring.blocks = aligned_alloc(4096, ring.count * BLOCK);
    ipfunnel *h = calloc(1, sizeof *h);
    if (!ring.blocks || !h || length < 60 || length > 1514)
        return 1;
    ring.facts = &h->facts;
    fill(&ring, length);
    ipfunnel__tpacket_walk_open(&ring.walk, ring.blocks, BLOCK, "vb", false);
    h->backend = &backend;
    h->state = &ring;
    h->policy = (struct ipfunnel__policy){
        .snap_length = 262144,
        .families = IPFUNNEL_IPV4 | IPFUNNEL_IPV6,
        .vlan = IPFUNNEL_VLAN_OWN,
    };
    struct timespec start, end;
    timespec_get(&start, TIME_UTC);
    while (taken < wanted) {
        const ipfunnel_datagram *d[128];
        int n = ipfunnel_recv(h, d, 128, -1);
        for (int i = 0; i < n; i++)
            bytes += d[i]->length;
        taken += (uint64_t)n;
    }
    timespec_get(&end, TIME_UTC);
    double ns = (double)(end.tv_sec - start.tv_sec) * 1e9 + (double)(end.tv_nsec - start.tv_nsec);
    printf("loop_time ns/datagram %.3f\n", ns / (double)taken);
    CHECK_INT(bytes, taken * (length - 14));
    free(ring.blocks);
    free(h);
    return 0;
}
