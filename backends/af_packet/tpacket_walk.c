/* tpacket_walk.c - the layout is that of linux/if_packet.h: a block descriptor, then entries linked by tp_next_offset,
 * each a tpacket3_hdr, a sockaddr_ll and, from tp_mac on, the bytes of the frame. The kernel is trusted to mean well
 * and yet every offset is checked: the cost does not show, and a mistake would read someone else's memory. */
#include "tpacket_walk.h"
#include "tpacket_entry.h"

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
        frame->vlan_tci = (uint16_t)header->hv1.tp_vlan_tci;
        frame->interface_name = walk->interface_name;
        const struct ipfunnel__tpacket_place place = {
            .room = walk->size - walk->offset,
            .length = header->tp_len,
            .captured = header->tp_snaplen,
            .mac = header->tp_mac,
            .net = header->tp_net,
        };
        ipfunnel__tpacket_facts(frame, header->tp_status, address);
        ipfunnel__tpacket_bytes(frame, entry, &place, address);
        if (walk->tells_offloads)
            ipfunnel__tpacket_offloads(frame, entry, header->tp_mac);
        count++;
        advance(walk, header);
    }
    return count;
}
