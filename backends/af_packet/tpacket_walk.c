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
        .size = size,
        .interface_name = interface_name,
        .tells_offloads = tells_offloads,
    };
    ipfunnel__tpacket_walk_on(walk, block);
}

void ipfunnel__tpacket_walk_on(struct ipfunnel__tpacket_walk *walk, const uint8_t *block)
{
    walk->block = block;
    walk->left = walk->empty = 0;
    if (walk->size < sizeof(struct tpacket_block_desc))
        return;
    const struct tpacket_block_desc *descriptor = (const void *)block;
    walk->offset = descriptor->hdr.bh1.offset_to_first_pkt;
    walk->left = descriptor->hdr.bh1.num_pkts;
}

/* The entries ahead were written by another processor, and to fetch one takes as long as to deal with many. How far
 * they are can only be guessed: entries tend to be alike. A wrong guess costs nothing but the fetch. */
static uint32_t entries_ahead(const uint8_t *entry)
{
    enum { BYTES = 16384, FEWEST = 8, MOST = 128 };       /* of a first level cache of 32 KiB */
    uint32_t length = ((const struct tpacket3_hdr *)(const void *)entry)->tp_next_offset;
    uint32_t entries = length > 0 ? BYTES / length : 0;
    return entries < FEWEST ? FEWEST : entries < MOST ? entries : MOST;
}

static inline void fetch(const uint8_t *entry, uint64_t distance)
{
    uintptr_t at = (uintptr_t)entry + distance;
    __builtin_prefetch((const void *)at);
    __builtin_prefetch((const void *)(at + 64));
    __builtin_prefetch((const void *)(at + 112));
}

static struct ipfunnel__tpacket_place place_of(const struct tpacket3_hdr *header, size_t room)
{
    return (struct ipfunnel__tpacket_place){
        .room = room,
        .length = header->tp_len,
        .captured = header->tp_snaplen,
        .mac = header->tp_mac,
        .net = header->tp_net,
    };
}

static void any_frame(const struct ipfunnel__tpacket_walk *walk, const uint8_t *entry, size_t room,
                      struct ipfunnel__frame *frame)
{
    const struct tpacket3_hdr *header = (const void *)entry;
    const struct sockaddr_ll *address = (const void *)(entry + ADDRESS_OFFSET);
    const struct ipfunnel__tpacket_place place = place_of(header, room);
    frame->time_ns = (int64_t)header->tp_sec * 1000000000 + header->tp_nsec;
    frame->vlan_tci = (uint16_t)header->hv1.tp_vlan_tci;
    frame->interface_name = walk->interface_name;
    ipfunnel__tpacket_facts(frame, header->tp_status, address);
    ipfunnel__tpacket_bytes(frame, entry, &place, address);
    if (walk->tells_offloads)
        ipfunnel__tpacket_offloads(frame, entry, header->tp_mac);
}

/* Eight bytes of a sockaddr_ll: what is the same for all frames of a device, and the packet type, which is below 8. */
struct device {
    uint32_t index;
    uint16_t hardware;
    uint8_t type, address_length;
};

static inline uint64_t device_of(const uint8_t *entry)
{
    static const struct device same = { .index = UINT32_MAX, .hardware = UINT16_MAX, .type = 0xf8 };
    uint64_t bits, mask;
    memcpy(&bits, entry + ADDRESS_OFFSET + offsetof(struct sockaddr_ll, sll_ifindex), sizeof bits);
    memcpy(&mask, &same, sizeof mask);
    return bits & mask;
}

/* The next ones will be from the same device. */
static void note_likeness(struct ipfunnel__tpacket_walk *walk, const uint8_t *entry,
                          const struct ipfunnel__frame *frame)
{
    struct sockaddr_ll address;
    memcpy(&address, entry + ADDRESS_OFFSET, sizeof address);
    ipfunnel__tpacket_walk_forget_places(walk);
    walk->plain = frame->link_type == IPFUNNEL__LINK_ETHERNET && address.sll_pkttype < 8 && !walk->tells_offloads;
    walk->places.like = *frame;
    walk->device = device_of(entry);
    for (uint8_t type = 0; type < 8; type++) {
        address.sll_pkttype = type;
        walk->facts_of_type[type] = (uint8_t)ipfunnel__tpacket_direction(&address);
    }
}

/* Goes on while the frames are like those before and lie within the block: any_frame would make the same of them. */
static int plain_frames(struct ipfunnel__tpacket_walk *restrict walk, struct ipfunnel__frame *restrict frames, int max)
{
    const uint8_t *const block = walk->block, *const end = block + walk->size, *entry = block + walk->offset;
    const uint64_t device = walk->device;
    const int most = walk->left < (uint32_t)max ? (int)walk->left : max;
    const int ready = ipfunnel__places_ready(&walk->places, frames);
    const uint32_t ahead = entries_ahead(entry);
    int count = 0;
    while (count < most && (uintptr_t)entry % ENTRY_ALIGNMENT == 0 && end - entry >= ENTRY_MINIMUM) {
        const struct tpacket3_hdr *header = (const void *)entry;
        const struct sockaddr_ll *address = (const void *)(entry + ADDRESS_OFFSET);
        struct ipfunnel__frame *frame = &frames[count];
        const uint32_t captured = header->tp_snaplen, original = header->tp_len, next = header->tp_next_offset;
        const size_t mac = header->tp_mac;
        if (device_of(entry) != device || original < captured || mac + captured > (size_t)(end - entry))
            break;
        fetch(entry, (uint64_t)next * ahead);
        if (count >= ready)
            *frame = walk->places.like;
        frame->bytes = entry + mac;
        frame->captured = captured;
        frame->original = original;
        frame->time_ns = (int64_t)header->tp_sec * 1000000000 + header->tp_nsec;
        frame->facts = (uint32_t)walk->facts_of_type[address->sll_pkttype & 7]
                       | ipfunnel__tpacket_state(header->tp_status);
        frame->vlan_tci = (uint16_t)header->hv1.tp_vlan_tci;
        entry = next && next <= (size_t)(end - entry) ? entry + next : end;
        count++;
    }
    ipfunnel__places_add(&walk->places, frames, count);
    walk->left -= (uint32_t)count;
    walk->offset = (size_t)(entry - block);
    return count;
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
        int plain = walk->plain ? plain_frames(walk, frames + count, max - count) : 0;
        count += plain;
        if (plain)
            continue;
        const uint8_t *entry = walk->block + walk->offset;
        const struct tpacket3_hdr *header = (const void *)entry;
        if (walk->tells_offloads && !(header->tp_status & TP_STATUS_USER)) {
            walk->empty++;
        } else {
            any_frame(walk, entry, walk->size - walk->offset, &frames[count]);
            note_likeness(walk, entry, &frames[count]);
            count++;
        }
        advance(walk, header);
    }
    return count;
}
