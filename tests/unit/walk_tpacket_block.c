/* walk_tpacket_block.c - one block of the ring into frames: each fact of the kernel at its place, and nothing read
 * outside the block, whatever it contains. Blocks are heap blocks of their exact size, for the sanitizers. */
#include "af_packet/tpacket_walk.h"
#include "tpacket_blocks.h"
#include <linux/if_arp.h>

enum { SIZE = 1024 };

static const uint8_t payload[100] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 0x08, 0x00, 0x45, 99 };

static uint8_t *new_block(void)
{
    uint8_t *block = calloc(1, SIZE);
    CHECK(block);
    block_begin(block);
    return block;
}

/* Walks a block of one entry; returns the frame by value, its bytes still in the block. */
static struct ipfunnel__frame walk_one(uint8_t *block, const struct entry *e)
{
    struct ipfunnel__tpacket_walk walk;
    struct ipfunnel__frame frames[2];
    block_add(block, SIZE, e);
    ipfunnel__tpacket_walk_open(&walk, block, SIZE, "test0", false);
    CHECK_INT(ipfunnel__tpacket_walk_next(&walk, frames, 2), 1);
    CHECK_INT(walk.left, 0);
    CHECK_INT(ipfunnel__tpacket_walk_next(&walk, frames + 1, 1), 0);
    return frames[0];
}

static void an_ethernet_frame_with_everything_the_kernel_says(void)
{
    uint8_t *block = new_block();
    struct ipfunnel__frame f = walk_one(block, &(struct entry){
        .hardware = ARPHRD_ETHER, .protocol = 0x0800, .packet_type = PACKET_HOST, .bytes = payload, .size = 100,
        .length = 1514, .status = TP_STATUS_VLAN_VALID | TP_STATUS_CSUM_VALID, .tci = 0x6007, .seconds = 1700000000,
        .nanoseconds = 123456789 });
    CHECK_INT(f.link_type, IPFUNNEL__LINK_ETHERNET);
    CHECK_INT(f.captured, 100);
    CHECK_INT(f.original, 1514);
    CHECK_BYTES(f.bytes, payload, 100);
    CHECK(f.bytes >= block && f.bytes + f.captured <= block + SIZE);
    CHECK_INT(f.time_ns, 1700000000123456789);
    CHECK_INT(f.facts, IPFUNNEL_FRAME_IN | IPFUNNEL_FRAME_TAGGED | IPFUNNEL_FRAME_CHECKSUM_VALID);
    CHECK_INT(f.vlan_tci, 0x6007);
    CHECK_INT(f.dropped_before, 0);
    CHECK_INT(f.interface_index, 7);
    CHECK_STR(f.interface_name, "test0");
    CHECK_INT(f.direction_source, IPFUNNEL_SAYS_KERNEL);
    CHECK_INT(f.segment_size, 0);
    free(block);
}

static void seconds_beyond_2038_stay_positive(void)
{
    uint8_t *block = new_block();
    struct ipfunnel__frame f = walk_one(block, &(struct entry){ .hardware = ARPHRD_ETHER, .seconds = 4000000000,
                                                                .bytes = payload, .size = 20 });
    CHECK_INT(f.time_ns, INT64_C(4000000000000000000));
    free(block);
}

static void facts_follow_packet_type_device_and_status(void)
{
    const struct {
        uint16_t hardware;
        uint8_t packet_type;
        uint32_t status, facts;
    } rows[] = {
        { ARPHRD_ETHER, PACKET_HOST, 0, IPFUNNEL_FRAME_IN },
        { ARPHRD_ETHER, PACKET_BROADCAST, 0, IPFUNNEL_FRAME_IN },
        { ARPHRD_ETHER, PACKET_MULTICAST, 0, IPFUNNEL_FRAME_IN },
        { ARPHRD_ETHER, PACKET_OTHERHOST, 0, IPFUNNEL_FRAME_IN | IPFUNNEL_FRAME_OTHER_HOST },
        { ARPHRD_ETHER, PACKET_OUTGOING, 0, IPFUNNEL_FRAME_OUT },
        { ARPHRD_LOOPBACK, PACKET_HOST, 0, IPFUNNEL_FRAME_IN },
        { ARPHRD_LOOPBACK, PACKET_OUTGOING, 0, IPFUNNEL_FRAME_OUT | IPFUNNEL_FRAME_LOOPBACK_COPY },
        { ARPHRD_NONE, PACKET_OUTGOING, 0, IPFUNNEL_FRAME_OUT },
        { ARPHRD_ETHER, PACKET_OUTGOING, TP_STATUS_CSUMNOTREADY | 1 << 8,
          IPFUNNEL_FRAME_OUT | IPFUNNEL_FRAME_CHECKSUM_NOT_READY | IPFUNNEL_FRAME_SEGMENTATION },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        uint8_t *block = new_block();
        struct ipfunnel__frame f = walk_one(block, &(struct entry){
            .hardware = rows[i].hardware, .packet_type = rows[i].packet_type, .status = rows[i].status,
            .bytes = payload, .size = 60 });
        CHECK_INT(f.facts, rows[i].facts);
        free(block);
    }
}

static void other_devices_start_at_the_network_header(void)
{
    uint8_t *block = new_block();
    struct ipfunnel__frame f = walk_one(block, &(struct entry){
        .hardware = ARPHRD_NONE, .protocol = 0x86dd, .net = ENTRY_MAC + 4, .bytes = payload, .size = 100,
        .length = 200 });
    CHECK_INT(f.link_type, IPFUNNEL__LINK_NETWORK);
    CHECK_INT(f.protocol, 0x86dd);
    CHECK_INT(f.captured, 96);
    CHECK_INT(f.original, 196);
    CHECK_BYTES(f.bytes, payload + 4, 96);
    free(block);
}

static void contradicting_offsets_give_a_frame_without_bytes(void)
{
    const struct entry rows[] = {
        { .hardware = ARPHRD_NONE, .net = ENTRY_MAC - 8, .size = 50 },              /* before the data */
        { .hardware = ARPHRD_NONE, .net = ENTRY_MAC + 51, .size = 50 },             /* behind it */
        { .hardware = ARPHRD_ETHER, .size = 50, .captured = SIZE, .length = SIZE }, /* data beyond the block */
        { .hardware = ARPHRD_ETHER, .size = 50, .captured = UINT32_MAX, .length = UINT32_MAX },
        { .hardware = ARPHRD_ETHER, .size = 50, .captured = 50, .length = 49 },     /* more captured than there was */
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        uint8_t *block = new_block();
        struct entry e = rows[i];
        e.bytes = payload;
        struct ipfunnel__frame f = walk_one(block, &e);
        CHECK_INT(f.captured, 0);
        CHECK_INT(f.original, 0);
        free(block);
    }
}

static void entries_come_in_order_over_any_batches(void)
{
    uint8_t *block = new_block();
    for (uint32_t i = 0; i < 6; i++)
        block_add(block, SIZE, &(struct entry){ .hardware = ARPHRD_ETHER, .bytes = payload, .size = 20 + i });
    for (int batch = 1; batch <= 7; batch++) {
        struct ipfunnel__tpacket_walk walk;
        ipfunnel__tpacket_walk_open(&walk, block, SIZE, "test0", false);
        uint32_t number = 0;
        for (int count = batch; count == batch;) {
            struct ipfunnel__frame frames[8];
            count = ipfunnel__tpacket_walk_next(&walk, frames, batch);
            for (int i = 0; i < count; i++)
                CHECK_INT(frames[i].captured, 20 + number++);
        }
        CHECK_INT(number, 6);
        CHECK_INT(walk.left, 0);
    }
    free(block);
}

static void an_entry_may_end_where_the_block_ends(void)
{
    uint8_t *block = new_block();
    uint8_t bytes[SIZE] = { 0 };
    bytes[SIZE - BLOCK_HEADER - ENTRY_MAC - 1] = 0xee;
    struct ipfunnel__frame f = walk_one(block, &(struct entry){ .hardware = ARPHRD_ETHER, .bytes = bytes,
                                                                .size = SIZE - BLOCK_HEADER - ENTRY_MAC });
    CHECK_INT(f.captured, SIZE - BLOCK_HEADER - ENTRY_MAC);
    CHECK_INT(f.bytes[f.captured - 1], 0xee);
    free(block);
}

/* With offloads told: what each frame says, in numbers that count from where the frame starts. */
static void offloads_are_told_as_the_kernel_does(void)
{
    static const struct {
        uint16_t hardware, net;
        struct virtio_net_hdr header;
        uint32_t segmentation, segment_size, start, offset;
        bool segmented;
    } rows[] = {
        { .hardware = ARPHRD_ETHER },
        { .hardware = ARPHRD_ETHER, .header = { .flags = 1, .gso_type = 1, .gso_size = 1448, .csum_start = 34,
          .csum_offset = 16 }, .segmentation = 1, .segment_size = 1448, .start = 34, .offset = 16, .segmented = true },
        { .hardware = ARPHRD_ETHER, .header = { .flags = 1, .gso_type = 0x84, .gso_size = 65535, .csum_start = 54,
          .csum_offset = 16 }, .segmentation = 0x84, .segment_size = 65535, .start = 54, .offset = 16,
          .segmented = true },
        { .hardware = ARPHRD_ETHER, .header = { .flags = 2, .gso_type = 5, .gso_size = 9, .csum_start = 34,
          .csum_offset = 6 }, .segmentation = 5, .segment_size = 9, .segmented = true },      /* verified: no place */
        { .hardware = ARPHRD_ETHER, .header = { .flags = 1, .csum_start = 34, .csum_offset = 6 }, .start = 34,
          .offset = 6 },
        { .hardware = ARPHRD_ETHER, .header = { .gso_type = 3, .gso_size = 9 }, .segmented = true },  /* UFO */
        { .hardware = ARPHRD_ETHER, .header = { .gso_type = 0x7f, .gso_size = 9 }, .segmented = true },
        { .hardware = ARPHRD_ETHER, .header = { .flags = 1, .csum_offset = 16 }, .start = UINT32_MAX, .offset = 16 },
        { .hardware = ARPHRD_NONE, .net = ENTRY_MAC, .header = { .flags = 1, .csum_start = 20, .csum_offset = 6 },
          .start = 20, .offset = 6 },
        { .hardware = ARPHRD_NONE, .net = ENTRY_MAC + 4, .header = { .flags = 1, .csum_start = 24, .csum_offset = 6 },
          .start = 20, .offset = 6 },
        { .hardware = ARPHRD_NONE, .net = ENTRY_MAC + 30, .header = { .flags = 1, .csum_start = 24,
          .csum_offset = 6 }, .start = UINT32_MAX, .offset = 6 },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        uint8_t *block = new_block();
        struct ipfunnel__tpacket_walk walk;
        struct ipfunnel__frame f = { .segmentation = 9, .segment_size = 9, .checksum_start = 9, .checksum_offset = 9 };
        block_add(block, SIZE, &(struct entry){ .hardware = rows[i].hardware, .net = rows[i].net, .bytes = payload,
                                                .size = 60, .offloads = &rows[i].header });
        ipfunnel__tpacket_walk_open(&walk, block, SIZE, "test0", true);
        CHECK_INT(ipfunnel__tpacket_walk_next(&walk, &f, 1), 1);
        CHECK_INT(f.segmentation, rows[i].segmentation);
        CHECK_INT(f.segment_size, rows[i].segment_size);
        CHECK_INT(f.checksum_start, rows[i].start);
        CHECK_INT(f.checksum_offset, rows[i].offset);
        CHECK_INT(!!(f.facts & IPFUNNEL_FRAME_SEGMENTATION), rows[i].segmented);
        free(block);
    }
}

static void empty_entries_are_passed_over(void)
{
    static const char *const chains[] = { "f", "e", "ef", "fe", "eeffeefee", "eeee" };
    for (size_t i = 0; i < sizeof chains / sizeof *chains; i++)
        for (int batch = 1; batch <= 5; batch++) {
            static const struct virtio_net_hdr nothing;
            uint8_t *block = new_block();
            struct ipfunnel__tpacket_walk walk;
            struct ipfunnel__frame frames[5];
            uint32_t wanted = 0, empty = 0, got = 0;
            for (const char *c = chains[i]; *c; c++) {
                bool is_empty = *c == 'e';
                block_add(block, SIZE, &(struct entry){ .hardware = ARPHRD_ETHER, .bytes = payload,
                          .size = is_empty ? 9 : 20 + wanted, .offloads = &nothing, .empty = is_empty,
                          .status = is_empty ? TP_STATUS_VLAN_VALID : 0 });
                wanted += !is_empty;
                empty += is_empty;
            }
            ipfunnel__tpacket_walk_open(&walk, block, SIZE, "test0", true);
            for (int count = batch; count == batch;) {
                count = ipfunnel__tpacket_walk_next(&walk, frames, batch);
                for (int k = 0; k < count; k++)
                    CHECK_INT(frames[k].captured, 20 + got++);
            }
            CHECK_INT(got, wanted);
            CHECK_INT(walk.empty, empty);
            CHECK_INT(walk.left, 0);
            free(block);
        }
}

/* An offset in front of which there is no room for the header. */
static void offloads_are_not_read_outside_the_entry(void)
{
    uint8_t *block = new_block();
    struct ipfunnel__tpacket_walk walk;
    struct ipfunnel__frame f;
    uint32_t at = block_add(block, SIZE, &(struct entry){ .hardware = ARPHRD_ETHER, .bytes = payload, .size = 60 });
    struct tpacket3_hdr header;
    memcpy(&header, block + at, sizeof header);
    header.tp_mac = 9;
    memcpy(block + at, &header, sizeof header);
    ipfunnel__tpacket_walk_open(&walk, block, SIZE, "test0", true);
    CHECK_INT(ipfunnel__tpacket_walk_next(&walk, &f, 1), 1);
    CHECK_INT(f.segmentation, 0);
    CHECK_INT(f.checksum_start, 0);
    free(block);
}

static void a_broken_chain_ends_the_walk_and_says_how_much_was_lost(void)
{
    const uint32_t nexts[] = { SIZE, SIZE - BLOCK_HEADER - 8, 4, 81, UINT32_MAX, UINT32_MAX - 7 };
    for (size_t i = 0; i < sizeof nexts / sizeof *nexts; i++) {
        uint8_t *block = new_block();
        struct ipfunnel__tpacket_walk walk;
        struct ipfunnel__frame frames[8];
        struct entry e = { .hardware = ARPHRD_ETHER, .bytes = payload, .size = 20, .next = nexts[i] };
        block_add(block, SIZE, &e);
        e.next = 0;
        block_add(block, SIZE, &e);
        ipfunnel__tpacket_walk_open(&walk, block, SIZE, "test0", false);
        CHECK_INT(ipfunnel__tpacket_walk_next(&walk, frames, 8), 1);
        CHECK_INT(walk.left, 1);
        free(block);
    }
}

static void a_block_header_that_promises_too_much_is_not_believed(void)
{
    uint8_t *block = new_block();
    struct tpacket_block_desc descriptor;
    struct ipfunnel__tpacket_walk walk;
    struct ipfunnel__frame frames[8];
    block_add(block, SIZE, &(struct entry){ .hardware = ARPHRD_ETHER, .bytes = payload, .size = 20 });
    memcpy(&descriptor, block, sizeof descriptor);
    descriptor.hdr.bh1.num_pkts = UINT32_MAX;
    memcpy(block, &descriptor, sizeof descriptor);
    ipfunnel__tpacket_walk_open(&walk, block, SIZE, "test0", false);
    CHECK_INT(ipfunnel__tpacket_walk_next(&walk, frames, 8), 1);
    CHECK_INT(walk.left, UINT32_MAX - 1);
    descriptor.hdr.bh1.offset_to_first_pkt = SIZE - 8;
    memcpy(block, &descriptor, sizeof descriptor);
    ipfunnel__tpacket_walk_open(&walk, block, SIZE, "test0", false);
    CHECK_INT(ipfunnel__tpacket_walk_next(&walk, frames, 8), 0);
    free(block);

    block = calloc(1, 16);                        /* smaller than a block header */
    ipfunnel__tpacket_walk_open(&walk, block, 16, "test0", false);
    CHECK_INT(ipfunnel__tpacket_walk_next(&walk, frames, 8), 0);
    free(block);
}

int main(void)
{
    RUN(an_ethernet_frame_with_everything_the_kernel_says);
    RUN(seconds_beyond_2038_stay_positive);
    RUN(facts_follow_packet_type_device_and_status);
    RUN(other_devices_start_at_the_network_header);
    RUN(contradicting_offsets_give_a_frame_without_bytes);
    RUN(entries_come_in_order_over_any_batches);
    RUN(an_entry_may_end_where_the_block_ends);
    RUN(offloads_are_told_as_the_kernel_does);
    RUN(empty_entries_are_passed_over);
    RUN(offloads_are_not_read_outside_the_entry);
    RUN(a_broken_chain_ends_the_walk_and_says_how_much_was_lost);
    RUN(a_block_header_that_promises_too_much_is_not_believed);
    return 0;
}
