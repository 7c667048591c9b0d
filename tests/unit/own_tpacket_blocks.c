/* own_tpacket_blocks.c - who owns which block of the ring, on a ring in plain memory that the test fills in the
 * kernel's place: order, views over several blocks, and blocks given back only when they were walked to their end. */
#include "af_packet/block_ring.h"
#include "tpacket_blocks.h"
#include <linux/if_arp.h>

enum { BLOCKS = 4, BLOCK = 4096 };

static struct ipfunnel__packet_ring new_ring(void)
{
    struct ipfunnel__packet_ring ring = { .kind = &ipfunnel__block_ring, .fd = -1, .cell_size = BLOCK,
                                         .cell_count = BLOCKS };
    ring.map = calloc(BLOCKS, BLOCK);
    ring.lost_before = calloc(BLOCKS, sizeof *ring.lost_before);
    CHECK(ring.map && ring.lost_before);
    return ring;
}

static void free_ring(struct ipfunnel__packet_ring *ring)
{
    free(ring->map);
    free(ring->lost_before);
}

static uint32_t status_of(const struct ipfunnel__packet_ring *ring, uint32_t block)
{
    struct tpacket_block_desc descriptor;
    memcpy(&descriptor, ring->map + block * BLOCK, sizeof descriptor);
    return descriptor.hdr.bh1.block_status;
}

/* Closes a block with `count` frames whose lengths are numbers that go on from block to block. */
static void fill(struct ipfunnel__packet_ring *ring, uint32_t block, uint32_t count, uint32_t *number)
{
    static const uint8_t bytes[200];
    CHECK_INT(status_of(ring, block), TP_STATUS_KERNEL);
    block_begin(ring->map + block * BLOCK);
    while (count-- > 0)
        block_add(ring->map + block * BLOCK, BLOCK,
                  &(struct entry){ .hardware = ARPHRD_ETHER, .bytes = bytes, .size = 1 + (*number)++ % 200 });
}

static void frames_come_in_order_over_many_rounds(void)
{
    struct ipfunnel__packet_ring ring = new_ring();
    uint32_t filled = 0, written = 0, read = 0;
    for (uint32_t round = 0; round < 500; round++) {
        while (filled < 4 * round / 3 && status_of(&ring, filled % BLOCKS) == TP_STATUS_KERNEL) {
            fill(&ring, filled % BLOCKS, 1 + filled % 12, &written);
            filled++;
        }
        struct ipfunnel__frame frames[16];
        int count = ipfunnel__packet_ring_take(&ring, frames, 1 + (int)(round % 16));
        for (int i = 0; i < count; i++, read++)
            CHECK_INT(frames[i].captured, 1 + read % 200);
        ipfunnel__packet_ring_release(&ring);
    }
    CHECK(read > 2000 && read <= written);
    CHECK_INT(ring.walked, read);
    free_ring(&ring);
}

static void a_block_goes_back_when_it_was_walked_to_its_end_and_released(void)
{
    struct ipfunnel__packet_ring ring = new_ring();
    struct ipfunnel__frame frames[32];
    uint32_t number = 0;
    fill(&ring, 0, 3, &number);
    fill(&ring, 1, 3, &number);
    CHECK_INT(ipfunnel__packet_ring_take(&ring, frames, 4), 4);
    CHECK(status_of(&ring, 0) & TP_STATUS_USER);
    ipfunnel__packet_ring_release(&ring);
    CHECK_INT(status_of(&ring, 0), TP_STATUS_KERNEL);
    CHECK(status_of(&ring, 1) & TP_STATUS_USER);
    CHECK_INT(ipfunnel__packet_ring_take(&ring, frames, 32), 2);
    CHECK(status_of(&ring, 1) & TP_STATUS_USER);
    ipfunnel__packet_ring_release(&ring);
    CHECK_INT(status_of(&ring, 1), TP_STATUS_KERNEL);
    ipfunnel__packet_ring_release(&ring);
    CHECK_INT(ipfunnel__packet_ring_take(&ring, frames, 32), 0);
    free_ring(&ring);
}

static void a_full_ring_is_read_once_and_not_again(void)
{
    struct ipfunnel__packet_ring ring = new_ring();
    struct ipfunnel__frame frames[64];
    uint32_t number = 0;
    for (uint32_t block = 0; block < BLOCKS; block++)
        fill(&ring, block, 2, &number);
    CHECK_INT(ipfunnel__packet_ring_take(&ring, frames, 64), 2 * BLOCKS);
    CHECK_INT(ipfunnel__packet_ring_take(&ring, frames, 64), 0);
    ipfunnel__packet_ring_release(&ring);
    for (uint32_t block = 0; block < BLOCKS; block++)
        CHECK_INT(status_of(&ring, block), TP_STATUS_KERNEL);
    free_ring(&ring);
}

static void drops_of_a_block_are_told_on_its_first_frame(void)
{
    struct ipfunnel__packet_ring ring = new_ring();
    struct ipfunnel__frame frames[64];
    uint32_t number = 0;
    fill(&ring, 0, 2, &number);
    fill(&ring, 1, 2, &number);
    ring.lost_before[1] = 5;
    ring.lost_later = 7;                          /* before what block 0 holds after it was given back */
    CHECK_INT(ipfunnel__packet_ring_take(&ring, frames, 64), 4);
    const uint64_t told[] = { 0, 0, 5, 0 };
    for (int i = 0; i < 4; i++)
        CHECK_INT(frames[i].dropped_before, told[i]);
    ipfunnel__packet_ring_release(&ring);
    ring.counts.unknown = false;                  /* there was no socket to count for */
    fill(&ring, 2, 1, &number);
    fill(&ring, 3, 1, &number);
    fill(&ring, 0, 1, &number);
    CHECK_INT(ipfunnel__packet_ring_take(&ring, frames, 64), 3);
    CHECK_INT(frames[0].dropped_before + frames[1].dropped_before, 0);
    CHECK_INT(frames[2].dropped_before, 7);
    free_ring(&ring);
}

/* Whoever cannot read the counters does not know that nothing was lost; what was known before is told afterwards. */
static void drops_that_cannot_be_read_are_unknown(void)
{
    struct ipfunnel__packet_ring ring = new_ring();
    struct ipfunnel__frame frames[64];
    uint32_t number = 0;
    ring.lost_before[0] = 5;
    fill(&ring, 0, 2, &number);
    fill(&ring, 1, 2, &number);
    ipfunnel__packet_ring_count(&ring);
    CHECK(ring.counts.unknown);
    CHECK_INT(ipfunnel__packet_ring_take(&ring, frames, 2), 2);
    CHECK(frames[0].dropped_before == IPFUNNEL_DROPS_UNKNOWN);
    CHECK_INT(frames[1].dropped_before, 0);
    ring.counts.unknown = false;
    CHECK_INT(ipfunnel__packet_ring_take(&ring, frames, 64), 2);
    CHECK_INT(frames[0].dropped_before, 5);
    free_ring(&ring);
}

/* The kernel counts a frame that it gave up as dropped, not as accepted: it must not count as walked either. */
static void empty_entries_count_as_nothing(void)
{
    static const uint8_t bytes[100];
    struct ipfunnel__packet_ring ring = new_ring();
    struct ipfunnel__frame frames[8];
    ring.tells_offloads = true;
    for (uint32_t block = 0; block < 2; block++) {
        block_begin(ring.map + block * BLOCK);
        for (int i = 0; i < 5; i++)
            block_add(ring.map + block * BLOCK, BLOCK, &(struct entry){ .hardware = ARPHRD_ETHER, .bytes = bytes,
                      .size = 60, .empty = block == 0 || i % 2 == 0 });
    }
    CHECK_INT(ipfunnel__packet_ring_take(&ring, frames, 8), 2);
    CHECK_INT(ring.walked, 2);
    ipfunnel__packet_ring_release(&ring);
    CHECK_INT(status_of(&ring, 0), TP_STATUS_KERNEL);
    CHECK_INT(status_of(&ring, 1), TP_STATUS_KERNEL);
    free_ring(&ring);
}

static void sizes_are_powers_of_two_and_whole_blocks(void)
{
    const struct {
        uint64_t asked;
        uint32_t latency_ms;
        uint64_t block, count;
    } rows[] = {
        { .asked = 0, .latency_ms = 1, .block = 256 << 10, .count = 2 },
        { .asked = 1, .latency_ms = 1, .block = 256 << 10, .count = 2 },
        { .asked = 513 << 10, .latency_ms = 1, .block = 256 << 10, .count = 3 },
        { .asked = (4 << 20) - 1, .latency_ms = 20, .block = 256 << 10, .count = 16 },
        { .asked = 4 << 20, .latency_ms = 20, .block = 512 << 10, .count = 8 },
        { .asked = 16 << 20, .latency_ms = 1000, .block = 2 << 20, .count = 8 },
        { .asked = 65 << 20, .latency_ms = 1000, .block = 2 << 20, .count = 33 },
        { .asked = 16 << 20, .latency_ms = 1, .block = 256 << 10, .count = 64 },
        { .asked = 16 << 20, .latency_ms = 10, .block = 1 << 20, .count = 16 },
        { .asked = 64 << 20, .latency_ms = 1, .block = 512 << 10, .count = 128 },
        { .asked = 64 << 20, .latency_ms = 10, .block = 2 << 20, .count = 32 },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct ipfunnel__ring_size size = ipfunnel__block_ring_size(rows[i].asked, rows[i].latency_ms);
        CHECK_INT(size.cell_size, rows[i].block);
        CHECK_INT(size.cell_count, rows[i].count);
        CHECK_INT(size.bytes, rows[i].block * rows[i].count);
    }
    struct ipfunnel__ring_size most = ipfunnel__block_ring_size(UINT64_MAX, 1);
    CHECK(most.bytes > UINT64_MAX / 2 && most.cell_count == most.bytes / most.cell_size);
}

/* A timer that knows only ticks is up to one of them late, and may have begun up to one before. */
static void coarse_timers_make_latencies_longer(void)
{
    CHECK_INT(ipfunnel__block_ring_latency_us(1, 0), 1000);
    CHECK_INT(ipfunnel__block_ring_latency_us(1000, 0), 1000000);
    CHECK_INT(ipfunnel__block_ring_latency_us(1, 4000), 8000);
    CHECK_INT(ipfunnel__block_ring_latency_us(4, 4000), 8000);
    CHECK_INT(ipfunnel__block_ring_latency_us(5, 4000), 12000);
    CHECK_INT(ipfunnel__block_ring_latency_us(1, 1000), 2000);
}

int main(void)
{
    RUN(frames_come_in_order_over_many_rounds);
    RUN(a_block_goes_back_when_it_was_walked_to_its_end_and_released);
    RUN(a_full_ring_is_read_once_and_not_again);
    RUN(drops_of_a_block_are_told_on_its_first_frame);
    RUN(drops_that_cannot_be_read_are_unknown);
    RUN(empty_entries_count_as_nothing);
    RUN(sizes_are_powers_of_two_and_whole_blocks);
    RUN(coarse_timers_make_latencies_longer);
    return 0;
}
