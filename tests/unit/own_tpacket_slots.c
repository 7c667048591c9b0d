/* own_tpacket_slots.c - who owns which slot of the ring, on a ring in plain memory that the test fills in the kernel's
 * place, with a socket pair in the place of the queue for what is longer than a slot. */
#define _GNU_SOURCE
#include "af_packet/slot_ring.h"
#include "tpacket_slots.h"
#include <linux/if_arp.h>
#include <sys/socket.h>
#include <unistd.h>

enum { SLOTS = 32, LARGE = 60000 };

static int queue = -1;

/* What the kernel's next reading tells; NULL: it has no counters. */
static const struct tpacket_stats *told;

int __wrap_getsockopt(int fd, int level, int name, void *value, socklen_t *size);
int __wrap_getsockopt(int fd, int level, int name, void *value, socklen_t *size)
{
    (void)fd, (void)level, (void)name, (void)size;
    if (!told)
        return -1;
    memcpy(value, told, sizeof *told);
    return 0;
}

static struct ipfunnel__packet_ring new_ring(void)
{
    struct ipfunnel__packet_ring ring = { .kind = &ipfunnel__slot_ring, .fd = -1, .cell_size = SLOT,
                                         .cell_count = SLOTS, .walk_to = UINT64_MAX };
    int ends[2];
    CHECK(socketpair(AF_UNIX, SOCK_DGRAM, 0, ends) == 0);
    ring.fd = ends[0];
    queue = ends[1];
    ring.map = calloc(SLOTS, SLOT);
    ring.lost_before = calloc(SLOTS, sizeof *ring.lost_before);
    ring.fetched = malloc(1 << 20);
    CHECK(ring.map && ring.lost_before && ring.fetched);
    return ring;
}

static void free_ring(struct ipfunnel__packet_ring *ring)
{
    close(ring->fd);
    close(queue);
    free(ring->map);
    free(ring->lost_before);
    free(ring->fetched);
}

static uint32_t status_of(const struct ipfunnel__packet_ring *ring, uint32_t slot)
{
    uint32_t status;
    memcpy(&status, ring->map + slot % SLOTS * SLOT, sizeof status);
    return status;
}

static void fill(struct ipfunnel__packet_ring *ring, uint32_t slot, const struct slot_entry *e)
{
    static const uint8_t zeros[SLOT];
    struct slot_entry entry = *e;
    CHECK_INT(status_of(ring, slot), TP_STATUS_KERNEL);
    entry.hardware = ARPHRD_ETHER;
    entry.bytes = zeros;
    slot_write(ring->map + slot % SLOTS * SLOT, SLOT, &entry);
}

/* A frame that is longer than a slot; `queued`: there was room for it in the queue. */
static void fill_large(struct ipfunnel__packet_ring *ring, uint32_t slot, uint8_t mark, bool queued)
{
    static uint8_t bytes[LARGE];
    memset(bytes, mark, sizeof bytes);
    if (queued)
        CHECK_INT(send(queue, bytes, sizeof bytes, 0), sizeof bytes);
    fill(ring, slot, &(struct slot_entry){ .status = queued ? TP_STATUS_COPY : 0, .size = SLOT - SLOT_MAC,
                                           .length = LARGE });
}

static void frames_come_in_order_over_many_rounds(void)
{
    struct ipfunnel__packet_ring ring = new_ring();
    uint32_t written = 0, read = 0;
    for (uint32_t round = 0; round < 500; round++) {
        for (uint32_t i = 0; i < round % 7 && status_of(&ring, written) == TP_STATUS_KERNEL; i++, written++)
            fill(&ring, written, &(struct slot_entry){ .size = 1 + written % 200 });
        struct ipfunnel__frame frames[16];
        int count = ipfunnel__packet_ring_take(&ring, frames, 1 + (int)(round % 4));
        for (int i = 0; i < count; i++, read++)
            CHECK_INT(frames[i].captured, 1 + read % 200);
        if (round % 3 == 0)
            ipfunnel__packet_ring_count(&ring);
        ipfunnel__packet_ring_release(&ring);
    }
    CHECK(read > 500 && read <= written);
    CHECK_INT(ring.walked, read);
    ipfunnel__packet_ring_count(&ring);
    CHECK_INT(ring.seen, written);
    CHECK_INT(ring.cut, 0);
    free_ring(&ring);
}

static void a_full_ring_is_read_once_and_not_again(void)
{
    struct ipfunnel__packet_ring ring = new_ring();
    struct ipfunnel__frame frames[SLOTS + 1];
    for (uint32_t slot = 0; slot < SLOTS; slot++)
        fill(&ring, slot, &(struct slot_entry){ .size = 60 });
    CHECK_INT(ipfunnel__packet_ring_take(&ring, frames, SLOTS + 1), SLOTS);
    CHECK_INT(ipfunnel__packet_ring_take(&ring, frames, SLOTS + 1), 0);
    CHECK(status_of(&ring, 0) & TP_STATUS_USER);
    ipfunnel__packet_ring_release(&ring);
    for (uint32_t slot = 0; slot < SLOTS; slot++)
        CHECK_INT(status_of(&ring, slot), TP_STATUS_KERNEL);
    CHECK_INT(ring.seen, SLOTS);
    free_ring(&ring);
}

static void long_frames_come_whole_and_in_their_place(void)
{
    struct ipfunnel__packet_ring ring = new_ring();
    struct ipfunnel__frame frames[8];
    fill(&ring, 0, &(struct slot_entry){ .size = 60 });
    fill_large(&ring, 1, 1, true);
    fill_large(&ring, 2, 2, true);
    fill(&ring, 3, &(struct slot_entry){ .size = 61 });
    CHECK_INT(ipfunnel__packet_ring_take(&ring, frames, 8), 4);
    CHECK_INT(frames[0].captured, 60);
    CHECK_INT(frames[3].captured, 61);
    for (int i = 1; i <= 2; i++) {
        CHECK_INT(frames[i].captured, LARGE);
        CHECK_INT(frames[i].original, LARGE);
        CHECK_INT(frames[i].bytes[0], i);
        CHECK_INT(frames[i].bytes[LARGE - 1], i);
    }
    ipfunnel__packet_ring_release(&ring);
    CHECK_INT(ring.seen, 4);
    free_ring(&ring);
}

/* Frames that were fetched stay until they are given back; what has no room beside them has to wait. */
static void what_has_no_room_beside_the_others_waits(void)
{
    enum { FULL = (1 << 20) / LARGE };
    struct ipfunnel__packet_ring ring = new_ring();
    struct ipfunnel__frame frames[FULL + 1];
    for (uint8_t slot = 0; slot <= FULL; slot++) {
        fill_large(&ring, slot, slot, true);
        CHECK_INT(ipfunnel__packet_ring_take(&ring, frames + slot, 1), slot < FULL);
    }
    for (uint8_t slot = 0; slot < FULL; slot++)
        CHECK_INT(frames[slot].bytes[LARGE - 1], slot);
    ipfunnel__packet_ring_release(&ring);
    CHECK_INT(ipfunnel__packet_ring_take(&ring, frames, 1), 1);
    CHECK_INT(frames[0].bytes[LARGE - 1], FULL);
    free_ring(&ring);
}

static void what_was_queued_nowhere_is_dropped_in_its_place(void)
{
    struct ipfunnel__packet_ring ring = new_ring();
    struct ipfunnel__frame frames[8];
    fill(&ring, 0, &(struct slot_entry){ .size = 60 });
    fill_large(&ring, 1, 1, false);
    fill_large(&ring, 2, 1, false);
    fill(&ring, 3, &(struct slot_entry){ .size = 61 });
    fill_large(&ring, 4, 1, false);
    ipfunnel__packet_ring_count(&ring);
    ring.counts.unknown = false;                  /* what is in the kernel's place has no counters */
    CHECK_INT(ring.seen, 2);
    CHECK_INT(ring.cut, 3);
    CHECK_INT(ipfunnel__packet_ring_take(&ring, frames, 8), 2);
    CHECK_INT(frames[0].dropped_before, 0);
    CHECK_INT(frames[1].captured, 61);
    CHECK_INT(frames[1].dropped_before, 2);
    ipfunnel__packet_ring_release(&ring);
    ring.counts.unknown = false;
    fill(&ring, 5, &(struct slot_entry){ .size = 62 });
    CHECK_INT(ipfunnel__packet_ring_take(&ring, frames, 8), 1);
    CHECK_INT(frames[0].dropped_before, 1);
    ipfunnel__packet_ring_release(&ring);
    CHECK_INT(ring.walked, 6);
    CHECK_INT(ring.seen, 3);
    CHECK_INT(ring.cut, 3);
    free_ring(&ring);
}

static void slots_of_lost_frames_count_to_where_a_walk_ends(void)
{
    struct ipfunnel__packet_ring ring = new_ring();
    struct ipfunnel__frame frames[8];
    for (uint32_t slot = 0; slot < 3; slot++)
        fill_large(&ring, slot, 1, false);
    fill(&ring, 3, &(struct slot_entry){ .size = 60 });
    fill(&ring, 4, &(struct slot_entry){ .size = 60 });
    ring.walk_to = 4;
    CHECK_INT(ipfunnel__packet_ring_take(&ring, frames, 8), 1);
    CHECK_INT(frames[0].dropped_before, 3);
    CHECK_INT(ipfunnel__packet_ring_take(&ring, frames, 8), 0);
    ring.walk_to = UINT64_MAX;
    CHECK_INT(ipfunnel__packet_ring_take(&ring, frames, 8), 1);
    CHECK_INT(frames[0].dropped_before, 0);
    free_ring(&ring);
}

/* The kernel tells of frames first and of drops then; a frame between has the sign of drops that are told already. */
static void the_sign_of_drops_that_were_read_is_no_news(void)
{
    static const struct tpacket_stats before = { .tp_packets = 3, .tp_drops = 3 },
                                      first = { .tp_packets = 1 + 5, .tp_drops = 5 },
                                      third = { .tp_packets = 2 + 2, .tp_drops = 2 };
    struct ipfunnel__packet_ring ring = new_ring();
    struct ipfunnel__frame frames[4];
    told = &before;
    ipfunnel__packet_ring_count(&ring);
    fill(&ring, 0, &(struct slot_entry){ .size = 60, .status = TP_STATUS_LOSING });
    told = &first;                                        /* five more were lost behind that frame */
    CHECK_INT(ipfunnel__packet_ring_take(&ring, frames, 4), 1);
    CHECK_INT(frames[0].dropped_before, 3);
    ipfunnel__packet_ring_release(&ring);

    fill(&ring, 1, &(struct slot_entry){ .size = 60 });
    fill(&ring, 2, &(struct slot_entry){ .size = 60, .status = TP_STATUS_LOSING });
    told = &third;                                        /* one before that frame, and one behind it or before */
    CHECK_INT(ipfunnel__packet_ring_take(&ring, frames, 4), 2);
    CHECK_INT(frames[0].dropped_before, 5);
    CHECK_INT(frames[1].dropped_before, 1);
    told = NULL;
    free_ring(&ring);
}

static void a_program_never_makes_a_slot_just_full(void)
{
    struct ipfunnel__packet_ring ring = new_ring();
    CHECK_INT(ipfunnel__packet_ring_keep(&ring, 256), 256);
    CHECK_INT(ipfunnel__packet_ring_keep(&ring, 262144), 262144);
    for (uint32_t keep = 0; keep < 3000; keep++) {
        uint32_t kept = ipfunnel__packet_ring_keep(&ring, keep);
        CHECK(kept >= keep);
        CHECK(kept + SLOT_MAC + 64 != SLOT);
    }
    free_ring(&ring);
}

static void sizes_leave_no_gaps_between_slots(void)
{
    const struct {
        uint64_t asked;
        uint32_t mtu;
        uint64_t queue;
        uint32_t page, slot, block;
        uint64_t bytes;
    } rows[] = {
        { 16 << 20, 1500, 8 << 20, 4096, 2048, 128 << 10, 8 << 20 },
        { 1, 1500, 256 << 10, 4096, 2048, 128 << 10, 128 << 10 },
        { UINT64_C(4) << 30, 1500, 256 << 20, 4096, 2048, 128 << 10, (UINT64_C(4) << 30) - (256 << 20) },
        { 16 << 20, 9000, 8 << 20, 4096, 16384, 128 << 10, 8 << 20 },
        { 16 << 20, 1900, 8 << 20, 4096, 4096, 128 << 10, 8 << 20 },
        { 16 << 20, 65536, 8 << 20, 4096, 2048, 128 << 10, 8 << 20 },
        { 16 << 20, 1500, 400 << 10, 4096, 17 << 12, 255 << 12, 17 * (255 << 12) },
        { 16 << 20, 1500, 0, 65536, 128 << 10, 128 << 10, 16 << 20 },
        { 1, 1500, 0, 4096, 17 << 12, 255 << 12, 255 << 12 },
        { 1, 1500, 0, 65536, 128 << 10, 128 << 10, 256 << 10 },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct ipfunnel__slot_ring_size size = ipfunnel__slot_ring_size(rows[i].asked, rows[i].mtu, rows[i].queue,
                                                                        rows[i].page);
        CHECK_INT(size.ring.cell_size, rows[i].slot);
        CHECK_INT(size.block_size, rows[i].block);
        CHECK_INT(size.ring.bytes, rows[i].bytes);
        CHECK_INT(size.block_size % rows[i].page, 0);
        CHECK_INT(size.ring.bytes, (uint64_t)size.ring.cell_size * size.ring.cell_count);
    }
    struct ipfunnel__slot_ring_size most = ipfunnel__slot_ring_size(UINT64_MAX, 1500, 0, 4096);
    CHECK(most.ring.bytes > UINT64_MAX / 2);
}

int main(void)
{
    RUN(frames_come_in_order_over_many_rounds);
    RUN(a_full_ring_is_read_once_and_not_again);
    RUN(long_frames_come_whole_and_in_their_place);
    RUN(what_has_no_room_beside_the_others_waits);
    RUN(what_was_queued_nowhere_is_dropped_in_its_place);
    RUN(slots_of_lost_frames_count_to_where_a_walk_ends);
    RUN(the_sign_of_drops_that_were_read_is_no_news);
    RUN(a_program_never_makes_a_slot_just_full);
    RUN(sizes_leave_no_gaps_between_slots);
    return 0;
}
