/* tpacket_walk.c - the layout is that of linux/if_packet.h: a block descriptor, then entries linked by tp_next_offset,
 * each a tpacket3_hdr, a sockaddr_ll and, from tp_mac on, the bytes of the frame. The kernel is trusted to mean well
 * and yet every offset is checked: the cost does not show, and a mistake would read someone else's memory. */
#include "tpacket_walk.h"
#include <arpa/inet.h>
#include <linux/if_arp.h>
#include <linux/if_packet.h>
#include <linux/virtio_net.h>
#include <string.h>

/* Linux 6.3 and later; older ones never set it. */
#ifndef TP_STATUS_GSO_TCP
#define TP_STATUS_GSO_TCP (1 << 8)
#endif

enum {
    ENTRY_ALIGNMENT = 8,
    ADDRESS_OFFSET = (sizeof(struct tpacket3_hdr) + TPACKET_ALIGNMENT - 1) / TPACKET_ALIGNMENT * TPACKET_ALIGNMENT,
    ENTRY_MINIMUM = ADDRESS_OFFSET + (int)sizeof(struct sockaddr_ll)
};

static bool entry_fits(const struct ipfunnel__tpacket_walk *walk, size_t offset)
{
    return offset % ENTRY_ALIGNMENT == 0 && offset <= walk->size && walk->size - offset >= ENTRY_MINIMUM;
}

void ipfunnel__tpacket_walk_open(struct ipfunnel__tpacket_walk *walk, const uint8_t *block, size_t size,
                                 const char *interface_name, bool tells_offloads)
{
    *walk = (struct ipfunnel__tpacket_walk){
        .block = block,
        .size = size,
        .interface_name = interface_name,
        .tells_offloads = tells_offloads,
    };
    if (size < sizeof(struct tpacket_block_desc))
        return;
    const struct tpacket_block_desc *descriptor = (const void *)block;
    walk->offset = descriptor->hdr.bh1.offset_to_first_pkt;
    walk->left = descriptor->hdr.bh1.num_pkts;
}

static uint32_t facts_of(uint32_t status, const struct sockaddr_ll *address)
{
    uint32_t facts;
    if (address->sll_pkttype != PACKET_OUTGOING)
        facts = address->sll_pkttype == PACKET_OTHERHOST ? IPFUNNEL_FRAME_IN | IPFUNNEL_FRAME_OTHER_HOST
                                                         : IPFUNNEL_FRAME_IN;
    else
        facts = address->sll_hatype == ARPHRD_LOOPBACK ? IPFUNNEL_FRAME_OUT | IPFUNNEL_FRAME_LOOPBACK_COPY
                                                       : IPFUNNEL_FRAME_OUT;
    if (status & TP_STATUS_CSUMNOTREADY)
        facts |= IPFUNNEL_FRAME_CHECKSUM_NOT_READY;
    if (status & TP_STATUS_CSUM_VALID)
        facts |= IPFUNNEL_FRAME_CHECKSUM_VALID;
    if (status & TP_STATUS_GSO_TCP)
        facts |= IPFUNNEL_FRAME_SEGMENTATION;
    if (status & TP_STATUS_VLAN_VALID)
        facts |= IPFUNNEL_FRAME_TAGGED;
    return facts;
}

/* Where the frame starts and how long it is. Ethernet-like devices: at the link header. All others: at the network
 * header, past whatever the device put in front; that offset can be negative (a tunnel that moved its header), and then
 * there is nothing to give. `room` is what the block has from the entry on. */
static void frame_bytes(struct ipfunnel__frame *frame, const uint8_t *entry, size_t room,
                        const struct tpacket3_hdr *header, const struct sockaddr_ll *address)
{
    bool ethernet = address->sll_hatype == ARPHRD_ETHER || address->sll_hatype == ARPHRD_LOOPBACK;
    size_t start = ethernet ? header->tp_mac : header->tp_net;
    size_t end = (size_t)header->tp_mac + header->tp_snaplen;
    frame->link_type = ethernet ? IPFUNNEL__LINK_ETHERNET : IPFUNNEL__LINK_NETWORK;
    frame->protocol = ethernet ? 0 : ntohs(address->sll_protocol);
    if (start < header->tp_mac || start > end || end > room || header->tp_len < header->tp_snaplen) {
        frame->bytes = entry;
        frame->captured = frame->original = 0;
        return;
    }
    frame->bytes = entry + start;
    frame->captured = (uint32_t)(end - start);
    frame->original = header->tp_len - (uint32_t)(start - header->tp_mac);
}

/* What is left to the hardware. The numbers of kinds are ours, too; of one that is not, nothing is known but that it is
 * one. The header counts from where the data starts, the frame perhaps from behind that. */
static void read_offloads(struct ipfunnel__frame *frame, const uint8_t *entry, uint32_t mac)
{
    struct virtio_net_hdr header;
    frame->segmentation = 0;
    frame->checksum_start = frame->checksum_offset = 0;
    if (frame->captured == 0 || mac < sizeof header)
        return;
    memcpy(&header, entry + mac - sizeof header, sizeof header);
    uint32_t kind = header.gso_type & ~(uint32_t)VIRTIO_NET_HDR_GSO_ECN;
    uint32_t passed = (uint32_t)(frame->bytes - entry) - mac;
    if (kind != VIRTIO_NET_HDR_GSO_NONE)
        frame->facts |= IPFUNNEL_FRAME_SEGMENTATION;
    if (kind == IPFUNNEL_SEGMENTS_TCP4 || kind == IPFUNNEL_SEGMENTS_TCP6 || kind == IPFUNNEL_SEGMENTS_UDP) {
        frame->segmentation = header.gso_type;
        frame->segment_size = header.gso_size;
    }
    if (header.flags & VIRTIO_NET_HDR_F_NEEDS_CSUM) {
        frame->checksum_start = header.csum_start > passed ? header.csum_start - passed : UINT32_MAX;
        frame->checksum_offset = header.csum_offset;
    }
}

static void advance(struct ipfunnel__tpacket_walk *walk, const struct tpacket3_hdr *header)
{
    walk->left--;
    walk->offset = header->tp_next_offset ? walk->offset + header->tp_next_offset : walk->size;
}

int ipfunnel__tpacket_walk_next(struct ipfunnel__tpacket_walk *walk, struct ipfunnel__frame *frames, int max)
{
    int count = 0;
    while (count < max && walk->left > 0 && entry_fits(walk, walk->offset)) {
        const uint8_t *entry = walk->block + walk->offset;
        const struct tpacket3_hdr *header = (const void *)entry;
        const struct sockaddr_ll *address = (const void *)(entry + ADDRESS_OFFSET);
        struct ipfunnel__frame *frame = &frames[count];

        if (walk->tells_offloads && !(header->tp_status & TP_STATUS_USER)) {
            walk->empty++;
            advance(walk, header);
            continue;
        }
        frame->time_ns = (int64_t)header->tp_sec * 1000000000 + header->tp_nsec;
        frame->dropped_before = 0;
        frame->facts = facts_of(header->tp_status, address);
        frame->interface_index = (uint32_t)address->sll_ifindex;
        frame->vlan_tci = (uint16_t)header->hv1.tp_vlan_tci;
        frame->segment_size = 0;
        frame->direction_source = IPFUNNEL_SAYS_KERNEL;
        frame->interface_name = walk->interface_name;
        frame_bytes(frame, entry, walk->size - walk->offset, header, address);
        if (walk->tells_offloads)
            read_offloads(frame, entry, header->tp_mac);
        count++;
        advance(walk, header);
    }
    return count;
}
