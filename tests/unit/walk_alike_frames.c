/* walk_alike_frames.c - frames that are like those before take a shorter way through the walk. What comes out is the
 * same as when each is looked at as if it was the first, also of blocks that nobody can make sense of. */
#include "af_packet/tpacket_walk.h"
#include "tpacket_blocks.h"
#include <linux/if_arp.h>

enum { SIZE = 4096, FRAMES = 64 };

static uint32_t random_state = 1;

static uint32_t random_below(uint32_t n)
{
    random_state = random_state * 1664525 + 1013904223;
    return (random_state >> 8) % n;
}

/* Mostly one device, both ways; now and then another, and every status. */
static void fill(uint8_t *block)
{
    static const uint8_t bytes[200] = { [12] = 8 };
    static const uint16_t devices[] = { ARPHRD_ETHER, ARPHRD_LOOPBACK, 65534 };
    uint16_t usual = devices[random_below(2)];
    memset(block, 0, SIZE);
    block_begin(block);
    for (uint32_t n = random_below(24); n > 0; n--)
        block_add(block, SIZE, &(struct entry){
            .hardware = random_below(8) ? usual : devices[random_below(3)],
            .protocol = 0x0800,
            .packet_type = (uint8_t)(random_below(16) ? random_below(5) : random_below(256)),
            .status = random_below(2) ? random_below(1024) & ~(uint32_t)TP_STATUS_USER : 0,
            .tci = (uint16_t)random_below(65536),
            .seconds = random_below(UINT32_MAX),
            .nanoseconds = random_below(1000000000),
            .bytes = bytes,
            .size = random_below(60),
        });
    for (uint32_t n = random_below(2) ? 0 : random_below(8); n > 0; n--)
        block[BLOCK_HEADER + random_below(SIZE - BLOCK_HEADER)] = (uint8_t)random_below(256);
}

static void check_same(const struct ipfunnel__frame *a, const struct ipfunnel__frame *b)
{
    CHECK(a->bytes == b->bytes);
    CHECK_INT(a->captured, b->captured);
    CHECK_INT(a->original, b->original);
    CHECK_INT(a->time_ns, b->time_ns);
    CHECK_INT(a->dropped_before, b->dropped_before);
    CHECK_INT(a->link_type, b->link_type);
    CHECK_INT(a->facts, b->facts);
    CHECK_INT(a->interface_index, b->interface_index);
    CHECK_INT(a->protocol, b->protocol);
    CHECK_INT(a->vlan_tci, b->vlan_tci);
    CHECK_INT(a->segment_size, b->segment_size);
    CHECK_INT(a->segmentation, b->segmentation);
    CHECK_INT(a->direction_source, b->direction_source);
    CHECK(a->interface_name == b->interface_name);
}

static int walk_one_by_one(const uint8_t *block, struct ipfunnel__frame *frames, uint32_t *left)
{
    struct ipfunnel__tpacket_walk walk;
    int count = 0;
    ipfunnel__tpacket_walk_open(&walk, block, SIZE, "test0", false);
    while (count < FRAMES && ipfunnel__tpacket_walk_next(&walk, &frames[count], 1) == 1) {
        walk.plain = false;
        count++;
    }
    *left = walk.left;
    return count;
}

static void frames_do_not_depend_on_those_before(void)
{
    uint8_t *block = malloc(SIZE);
    struct ipfunnel__frame frames[2 * FRAMES] = { { .captured = 0 } }, expected[FRAMES] = { { .captured = 0 } };
    struct ipfunnel__tpacket_walk walk = { .block = NULL };
    CHECK(block);
    for (int round = 0; round < 20000; round++) {
        uint32_t left;
        fill(block);
        int count = walk_one_by_one(block, expected, &left), taken = 0;
        if (round % 100 == 0)
            ipfunnel__tpacket_walk_open(&walk, block, SIZE, "test0", false);
        else
            ipfunnel__tpacket_walk_on(&walk, block);
        struct ipfunnel__frame *at = frames + random_below(FRAMES / 2);
        for (int n = 1; n > 0; taken += n) {
            n = ipfunnel__tpacket_walk_next(&walk, at, 1 + (int)random_below(FRAMES));
            CHECK(taken + n <= count);
            for (int i = 0; i < n; i++)
                check_same(&at[i], &expected[taken + i]);
            if (n > 0 && random_below(8) == 0) {  /* as the ring does, see block_ring.c */
                at[0].dropped_before = 7;
                ipfunnel__tpacket_walk_forget_places(&walk);
            }
        }
        CHECK_INT(taken, count);
        CHECK_INT(walk.left, left);
    }
    free(block);
}

int main(void)
{
    RUN(frames_do_not_depend_on_those_before);
    return 0;
}
