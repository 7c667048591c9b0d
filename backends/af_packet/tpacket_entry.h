/* tpacket_entry.h - what the entries of all kinds of rings tell about a frame, into the frame. A header, because it is
 * the inside of each walk's loop. */
#ifndef IPFUNNEL_AF_PACKET_TPACKET_ENTRY_H
#define IPFUNNEL_AF_PACKET_TPACKET_ENTRY_H
#include "frame.h"
#include <arpa/inet.h>
#include <linux/if_arp.h>
#include <linux/if_packet.h>
#include <linux/virtio_net.h>
#include <string.h>

/* Linux 6.3 and later; older ones never set it. */
#ifndef TP_STATUS_GSO_TCP
#define TP_STATUS_GSO_TCP (1 << 8)
#endif

/* Where the kernel says that the frame is. */
struct ipfunnel__tpacket_place {
    size_t room;                  /* bytes from the entry on that may be read */
    uint32_t length, captured;    /* of the frame from its start on: as it was, and as it is there */
    uint16_t mac, net;            /* offsets of its start and of the network header */
};

static inline uint32_t ipfunnel__tpacket_direction(const struct sockaddr_ll *address)
{
    if (address->sll_pkttype != PACKET_OUTGOING)
        return address->sll_pkttype == PACKET_OTHERHOST ? IPFUNNEL_FRAME_IN | IPFUNNEL_FRAME_OTHER_HOST
                                                        : IPFUNNEL_FRAME_IN;
    return address->sll_hatype == ARPHRD_LOOPBACK ? IPFUNNEL_FRAME_OUT | IPFUNNEL_FRAME_LOOPBACK_COPY
                                                  : IPFUNNEL_FRAME_OUT;
}

/* By the bits of the status from TP_STATUS_CSUMNOTREADY to TP_STATUS_GSO_TCP. */
#define IPFUNNEL__TPACKET_STATE(n) \
    ((n) << 3 & TP_STATUS_CSUMNOTREADY ? IPFUNNEL_FRAME_CHECKSUM_NOT_READY : 0) \
    | ((n) << 3 & TP_STATUS_CSUM_VALID ? IPFUNNEL_FRAME_CHECKSUM_VALID : 0) \
    | ((n) << 3 & TP_STATUS_GSO_TCP ? IPFUNNEL_FRAME_SEGMENTATION : 0) \
    | ((n) << 3 & TP_STATUS_VLAN_VALID ? IPFUNNEL_FRAME_TAGGED : 0)
#define IPFUNNEL__TPACKET_STATES_4(n) IPFUNNEL__TPACKET_STATE(n), IPFUNNEL__TPACKET_STATE(n + 1), \
    IPFUNNEL__TPACKET_STATE(n + 2), IPFUNNEL__TPACKET_STATE(n + 3)
#define IPFUNNEL__TPACKET_STATES_16(n) IPFUNNEL__TPACKET_STATES_4(n), IPFUNNEL__TPACKET_STATES_4(n + 4), \
    IPFUNNEL__TPACKET_STATES_4(n + 8), IPFUNNEL__TPACKET_STATES_4(n + 12)

static inline uint32_t ipfunnel__tpacket_state(uint32_t status)
{
    static const uint8_t facts[64] = {
        IPFUNNEL__TPACKET_STATES_16(0), IPFUNNEL__TPACKET_STATES_16(16), IPFUNNEL__TPACKET_STATES_16(32),
        IPFUNNEL__TPACKET_STATES_16(48),
    };
    return facts[status >> 3 & 63];
}

static inline void ipfunnel__tpacket_facts(struct ipfunnel__frame *frame, uint32_t status,
                                           const struct sockaddr_ll *address)
{
    frame->facts = ipfunnel__tpacket_direction(address) | ipfunnel__tpacket_state(status);
    frame->interface_index = (uint32_t)address->sll_ifindex;
    frame->segment_size = 0;
    frame->dropped_before = 0;
    frame->direction_source = IPFUNNEL_SAYS_KERNEL;
}

/* Where the frame starts and how long it is. Ethernet-like devices: at the link header. All others: at the network
 * header, past whatever the device put in front; that offset can be negative (a tunnel that moved its header), and then
 * there is nothing to give. */
static inline void ipfunnel__tpacket_bytes(struct ipfunnel__frame *frame, const uint8_t *entry,
                                           const struct ipfunnel__tpacket_place *place,
                                           const struct sockaddr_ll *address)
{
    bool ethernet = address->sll_hatype == ARPHRD_ETHER || address->sll_hatype == ARPHRD_LOOPBACK;
    size_t start = ethernet ? place->mac : place->net;
    size_t end = (size_t)place->mac + place->captured;
    frame->link_type = ethernet ? IPFUNNEL__LINK_ETHERNET : IPFUNNEL__LINK_NETWORK;
    frame->protocol = ethernet ? 0 : ntohs(address->sll_protocol);
    if (start < place->mac || start > end || end > place->room || place->length < place->captured) {
        frame->bytes = entry;
        frame->captured = frame->original = 0;
        return;
    }
    frame->bytes = entry + start;
    frame->captured = (uint32_t)(end - start);
    frame->original = place->length - (uint32_t)(start - place->mac);
}

/* What is left to the hardware. The numbers of kinds are ours, too; of one that is not, nothing is known but that it is
 * one. The header counts from where the data starts, the frame perhaps from behind that. */
static inline void ipfunnel__tpacket_offloads(struct ipfunnel__frame *frame, const uint8_t *entry, uint32_t mac)
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

#endif
