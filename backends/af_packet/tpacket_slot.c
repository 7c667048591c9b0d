/* tpacket_slot.c - the layout is that of linux/if_packet.h: a tpacket2_hdr, a sockaddr_ll and, from tp_mac on, the
 * bytes of the frame. As in tpacket_walk.c every offset is checked. */
#include "tpacket_slot.h"
#include "tpacket_entry.h"

enum { ADDRESS_OFFSET = (sizeof(struct tpacket2_hdr) + TPACKET_ALIGNMENT - 1) / TPACKET_ALIGNMENT * TPACKET_ALIGNMENT,
       SLOT_MINIMUM = ADDRESS_OFFSET + (int)sizeof(struct sockaddr_ll) };

static const struct tpacket2_hdr *header_of(const struct ipfunnel__tpacket_slot *slot)
{
    static const struct tpacket2_hdr nothing = { .tp_status = 0 };
    return slot->size < SLOT_MINIMUM ? &nothing : (const void *)slot->bytes;
}

static const struct sockaddr_ll *address_of(const struct ipfunnel__tpacket_slot *slot)
{
    static const struct sockaddr_ll nobody = { .sll_family = 0 };
    return slot->size < SLOT_MINIMUM ? &nobody : (const void *)(slot->bytes + ADDRESS_OFFSET);
}

enum ipfunnel__tpacket_content ipfunnel__tpacket_slot_content(const struct ipfunnel__tpacket_slot *slot)
{
    const struct tpacket2_hdr *header = header_of(slot);
    if (header->tp_status & TP_STATUS_COPY)
        return IPFUNNEL__SLOT_QUEUED;
    bool full = (uint64_t)header->tp_mac + header->tp_snaplen >= slot->size;
    return full && header->tp_snaplen < header->tp_len ? IPFUNNEL__SLOT_CUT : IPFUNNEL__SLOT_WHOLE;
}

uint32_t ipfunnel__tpacket_slot_length(const struct ipfunnel__tpacket_slot *slot)
{
    return header_of(slot)->tp_len;
}

static void read_frame(const struct ipfunnel__tpacket_slot *slot, const uint8_t *entry,
                       const struct ipfunnel__tpacket_place *place, struct ipfunnel__frame *frame)
{
    const struct tpacket2_hdr *header = header_of(slot);
    frame->time_ns = (int64_t)header->tp_sec * 1000000000 + header->tp_nsec;
    frame->vlan_tci = header->tp_vlan_tci;
    frame->interface_name = slot->interface_name;
    ipfunnel__tpacket_facts(frame, header->tp_status, address_of(slot));
    ipfunnel__tpacket_bytes(frame, entry, place, address_of(slot));
}

void ipfunnel__tpacket_slot_frame(const struct ipfunnel__tpacket_slot *slot, struct ipfunnel__frame *frame)
{
    const struct tpacket2_hdr *header = header_of(slot);
    const struct ipfunnel__tpacket_place place = {
        .room = slot->size,
        .length = header->tp_len,
        .captured = header->tp_snaplen,
        .mac = header->tp_mac,
        .net = header->tp_net,
    };
    read_frame(slot, slot->bytes, &place, frame);
}

void ipfunnel__tpacket_slot_fetched(const struct ipfunnel__tpacket_slot *slot, const uint8_t *bytes, size_t length,
                                    struct ipfunnel__frame *frame)
{
    const struct tpacket2_hdr *header = header_of(slot);
    const struct ipfunnel__tpacket_place place = {
        .room = length,
        .length = header->tp_len,
        .captured = (uint32_t)length,
        .net = (uint16_t)(header->tp_net - header->tp_mac),
    };
    read_frame(slot, bytes, &place, frame);
}
