/* read_tpacket_slot.c - one slot of the ring into a frame: each fact of the kernel at its place, whether the frame is
 * there at all, and nothing read outside, whatever the slot contains. Slots are heap blocks of their exact size, for
 * the sanitizers. */
#include "af_packet/tpacket_slot.h"
#include "tpacket_slots.h"
#include <linux/if_arp.h>

static const uint8_t payload[100] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 0x08, 0x00, 0x45, 99 };

static struct ipfunnel__tpacket_slot slot_of(uint8_t *bytes, const struct slot_entry *e)
{
    slot_write(bytes, SLOT, e);
    return (struct ipfunnel__tpacket_slot){ .bytes = bytes, .size = SLOT, .interface_name = "test0" };
}

static uint8_t *new_slot(void)
{
    uint8_t *bytes = calloc(1, SLOT);
    CHECK(bytes);
    return bytes;
}

static void an_ethernet_frame_with_everything_the_kernel_says(void)
{
    uint8_t *bytes = new_slot();
    struct ipfunnel__frame f;
    struct ipfunnel__tpacket_slot slot = slot_of(bytes, &(struct slot_entry){
        .hardware = ARPHRD_ETHER, .packet_type = PACKET_HOST, .bytes = payload, .size = 100, .length = 1514,
        .status = TP_STATUS_VLAN_VALID | TP_STATUS_CSUM_VALID, .tci = 0x6007, .seconds = 4000000000,
        .nanoseconds = 123456789 });
    CHECK_INT(ipfunnel__tpacket_slot_content(&slot), IPFUNNEL__SLOT_WHOLE);
    ipfunnel__tpacket_slot_frame(&slot, &f);
    CHECK_INT(f.link_type, IPFUNNEL__LINK_ETHERNET);
    CHECK_INT(f.captured, 100);
    CHECK_INT(f.original, 1514);
    CHECK_BYTES(f.bytes, payload, 100);
    CHECK(f.bytes >= bytes && f.bytes + f.captured <= bytes + SLOT);
    CHECK_INT(f.time_ns, INT64_C(4000000000123456789));
    CHECK_INT(f.facts, IPFUNNEL_FRAME_IN | IPFUNNEL_FRAME_TAGGED | IPFUNNEL_FRAME_CHECKSUM_VALID);
    CHECK_INT(f.vlan_tci, 0x6007);
    CHECK_INT(f.dropped_before, 0);
    CHECK_INT(f.interface_index, 7);
    CHECK_STR(f.interface_name, "test0");
    CHECK_INT(f.direction_source, IPFUNNEL_SAYS_KERNEL);
    CHECK_INT(f.segment_size, 0);
    free(bytes);
}

static void other_devices_start_at_the_network_header(void)
{
    uint8_t *bytes = new_slot();
    struct ipfunnel__frame f;
    struct ipfunnel__tpacket_slot slot = slot_of(bytes, &(struct slot_entry){
        .hardware = ARPHRD_NONE, .protocol = 0x86dd, .net = SLOT_MAC + 4, .bytes = payload, .size = 100,
        .length = 200 });
    ipfunnel__tpacket_slot_frame(&slot, &f);
    CHECK_INT(f.link_type, IPFUNNEL__LINK_NETWORK);
    CHECK_INT(f.protocol, 0x86dd);
    CHECK_INT(f.captured, 96);
    CHECK_INT(f.original, 196);
    ipfunnel__tpacket_slot_fetched(&slot, payload, sizeof payload, &f);
    CHECK_INT(f.captured, 96);
    CHECK(f.bytes == payload + 4);
    free(bytes);
}

/* Of a frame that is longer than the slot, the slot has the beginning, and is full. */
static void what_does_not_fit_is_queued_or_lost(void)
{
    static const uint8_t large[5000];
    uint8_t *bytes = new_slot();
    struct ipfunnel__frame f;
    struct slot_entry e = { .hardware = ARPHRD_ETHER, .status = TP_STATUS_COPY, .bytes = large, .size = SLOT - SLOT_MAC,
                            .length = sizeof large };
    struct ipfunnel__tpacket_slot slot = slot_of(bytes, &e);
    CHECK_INT(ipfunnel__tpacket_slot_content(&slot), IPFUNNEL__SLOT_QUEUED);
    CHECK_INT(ipfunnel__tpacket_slot_length(&slot), sizeof large);
    ipfunnel__tpacket_slot_fetched(&slot, large, sizeof large, &f);
    CHECK(f.bytes == large);
    CHECK_INT(f.captured, sizeof large);
    CHECK_INT(f.original, sizeof large);
    e.status = 0;
    slot_write(bytes, SLOT, &e);
    CHECK_INT(ipfunnel__tpacket_slot_content(&slot), IPFUNNEL__SLOT_CUT);
    e.length = e.size;                            /* fits exactly */
    slot_write(bytes, SLOT, &e);
    CHECK_INT(ipfunnel__tpacket_slot_content(&slot), IPFUNNEL__SLOT_WHOLE);
    e.size--;                                     /* cut by the program, not by the slot */
    slot_write(bytes, SLOT, &e);
    CHECK_INT(ipfunnel__tpacket_slot_content(&slot), IPFUNNEL__SLOT_WHOLE);
    free(bytes);
}

static void contradictions_give_a_frame_without_bytes(void)
{
    const struct slot_entry rows[] = {
        { .hardware = ARPHRD_NONE, .net = SLOT_MAC - 8, .size = 50 },               /* before the data */
        { .hardware = ARPHRD_NONE, .net = SLOT_MAC + 51, .size = 50 },              /* behind it */
        { .hardware = ARPHRD_ETHER, .size = 50, .captured = SLOT, .length = SLOT }, /* data beyond the slot */
        { .hardware = ARPHRD_ETHER, .size = 50, .captured = UINT32_MAX, .length = UINT32_MAX },
        { .hardware = ARPHRD_ETHER, .size = 50, .captured = 50, .length = 49 },     /* more captured than there was */
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        uint8_t *bytes = new_slot();
        struct ipfunnel__frame f;
        struct slot_entry e = rows[i];
        e.bytes = payload;
        struct ipfunnel__tpacket_slot slot = slot_of(bytes, &e);
        ipfunnel__tpacket_slot_frame(&slot, &f);
        CHECK_INT(f.captured, 0);
        CHECK_INT(f.original, 0);
        free(bytes);
    }
}

static void more_in_the_queue_than_the_slot_says_is_no_frame(void)
{
    uint8_t *bytes = new_slot();
    struct ipfunnel__frame f;
    struct ipfunnel__tpacket_slot slot = slot_of(bytes, &(struct slot_entry){
        .hardware = ARPHRD_ETHER, .status = TP_STATUS_COPY, .bytes = payload, .size = 60 });
    ipfunnel__tpacket_slot_fetched(&slot, payload, 61, &f);
    CHECK_INT(f.captured, 0);
    ipfunnel__tpacket_slot_fetched(&slot, payload, 59, &f);
    CHECK_INT(f.captured, 59);
    CHECK_INT(f.original, 60);
    free(bytes);
}

static void a_slot_without_room_for_a_header_holds_nothing(void)
{
    for (size_t size = 0; size < SLOT_ADDRESS + sizeof(struct sockaddr_ll); size += 4) {
        uint8_t *bytes = calloc(1, size ? size : 1);
        struct ipfunnel__frame f;
        struct ipfunnel__tpacket_slot slot = { .bytes = bytes, .size = size, .interface_name = "test0" };
        memset(bytes, 0xff, size);
        CHECK_INT(ipfunnel__tpacket_slot_content(&slot), IPFUNNEL__SLOT_WHOLE);
        ipfunnel__tpacket_slot_frame(&slot, &f);
        CHECK_INT(f.captured, 0);
        free(bytes);
    }
}

int main(void)
{
    RUN(an_ethernet_frame_with_everything_the_kernel_says);
    RUN(other_devices_start_at_the_network_header);
    RUN(what_does_not_fit_is_queued_or_lost);
    RUN(contradictions_give_a_frame_without_bytes);
    RUN(more_in_the_queue_than_the_slot_says_is_no_frame);
    RUN(a_slot_without_room_for_a_header_holds_nothing);
    return 0;
}
