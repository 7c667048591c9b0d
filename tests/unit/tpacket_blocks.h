/* tpacket_blocks.h - builds the blocks of a TPACKET_V3 ring as the kernel does, for tests. */
#ifndef IPFUNNEL_TESTS_TPACKET_BLOCKS_H
#define IPFUNNEL_TESTS_TPACKET_BLOCKS_H
#include "check.h"
#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <linux/virtio_net.h>
#include <stdbool.h>

enum { BLOCK_HEADER = 48, ENTRY_HEADER = 48, ENTRY_MAC = 82 };    /* offsets as in a real ring */

struct entry {
    uint16_t hardware, protocol, mac, net;        /* 0: ENTRY_MAC, and 14 bytes more */
    uint8_t packet_type;
    uint32_t status, length, captured, next;      /* 0: as long as `size`; next to the end of the entry */
    uint16_t tci;
    uint32_t seconds, nanoseconds;
    const uint8_t *bytes;                         /* the frame, `size` bytes */
    uint32_t size;
    bool empty;                                   /* the kernel gave it up after it had taken the room */
    const void *offloads;                         /* a struct virtio_net_hdr in front of the frame; NULL: none */
};

static inline void block_begin(uint8_t *block)
{
    struct tpacket_block_desc descriptor = { .version = TPACKET_V3, .hdr.bh1.block_status = TP_STATUS_USER };
    descriptor.hdr.bh1.offset_to_first_pkt = descriptor.hdr.bh1.blk_len = BLOCK_HEADER;
    memcpy(block, &descriptor, sizeof descriptor);
}

/* Appends an entry; returns where it starts. The last entry keeps tp_next_offset 0. */
static inline uint32_t block_add(uint8_t *block, size_t block_size, const struct entry *e)
{
    struct tpacket_block_desc descriptor;
    memcpy(&descriptor, block, sizeof descriptor);
    uint32_t at = descriptor.hdr.bh1.blk_len, mac = e->mac ? e->mac : ENTRY_MAC;
    uint32_t total = (mac + e->size + 7) / 8 * 8;
    struct tpacket3_hdr header = {
        .tp_next_offset = e->next,
        .tp_sec = e->seconds,
        .tp_nsec = e->nanoseconds,
        .tp_snaplen = e->captured ? e->captured : e->size,
        .tp_len = e->length ? e->length : e->size,
        .tp_status = (e->empty ? 0 : TP_STATUS_USER) | e->status,
        .tp_mac = (uint16_t)mac,
        .tp_net = e->net ? e->net : (uint16_t)(mac + 14),
        .hv1.tp_vlan_tci = e->tci,
    };
    struct sockaddr_ll address = {
        .sll_family = 17,
        .sll_protocol = htons(e->protocol),
        .sll_ifindex = 7,
        .sll_hatype = e->hardware,
        .sll_pkttype = e->packet_type,
    };
    CHECK(at + mac + e->size <= block_size);
    memset(block + at, 0, ENTRY_MAC < block_size - at ? ENTRY_MAC : block_size - at);
    memcpy(block + at, &header, sizeof header);
    memcpy(block + at + ENTRY_HEADER, &address, sizeof address);
    if (e->size)
        memcpy(block + at + mac, e->bytes, e->size);
    if (e->offloads)
        memcpy(block + at + mac - sizeof(struct virtio_net_hdr), e->offloads, sizeof(struct virtio_net_hdr));
    if (descriptor.hdr.bh1.num_pkts > 0) {        /* link the one before, unless the test linked it */
        uint32_t before = (uint32_t)descriptor.hdr.bh1.ts_first_pkt.ts_sec;
        struct tpacket3_hdr last;
        memcpy(&last, block + before, sizeof last);
        if (last.tp_next_offset == 0)
            last.tp_next_offset = at - before;
        memcpy(block + before, &last, sizeof last);
    }
    descriptor.hdr.bh1.ts_first_pkt.ts_sec = at;  /* where the last entry is; the walk does not look here */
    descriptor.hdr.bh1.num_pkts++;
    descriptor.hdr.bh1.blk_len = at + total;
    memcpy(block, &descriptor, sizeof descriptor);
    return at;
}

#endif
