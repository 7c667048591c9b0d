/* tpacket_slots.h - writes the slots of a TPACKET_V2 ring as the kernel does, for tests. */
#ifndef IPFUNNEL_TESTS_TPACKET_SLOTS_H
#define IPFUNNEL_TESTS_TPACKET_SLOTS_H
#include "check.h"
#include <arpa/inet.h>
#include <linux/if_packet.h>

enum { SLOT = 2048, SLOT_ADDRESS = 32, SLOT_MAC = 66 };    /* offsets as in a real ring */

struct slot_entry {
    uint16_t hardware, protocol, net;             /* net 0: SLOT_MAC and 14 bytes more */
    uint8_t packet_type;
    uint32_t status, length, captured;            /* 0: as long as `size` */
    uint16_t tci;
    uint32_t seconds, nanoseconds;
    const uint8_t *bytes;                         /* what is there of the frame, `size` bytes */
    uint32_t size;
};

static inline void slot_write(uint8_t *slot, size_t slot_size, const struct slot_entry *e)
{
    struct tpacket2_hdr header = {
        .tp_status = TP_STATUS_USER | e->status,
        .tp_len = e->length ? e->length : e->size,
        .tp_snaplen = e->captured ? e->captured : e->size,
        .tp_mac = SLOT_MAC,
        .tp_net = e->net ? e->net : SLOT_MAC + 14,
        .tp_sec = e->seconds,
        .tp_nsec = e->nanoseconds,
        .tp_vlan_tci = e->tci,
    };
    struct sockaddr_ll address = {
        .sll_family = 17,
        .sll_protocol = htons(e->protocol),
        .sll_ifindex = 7,
        .sll_hatype = e->hardware,
        .sll_pkttype = e->packet_type,
    };
    CHECK(SLOT_MAC + (size_t)e->size <= slot_size);
    memcpy(slot, &header, sizeof header);
    memcpy(slot + SLOT_ADDRESS, &address, sizeof address);
    if (e->size)
        memcpy(slot + SLOT_MAC, e->bytes, e->size);
}

#endif
