/* pcapng_steps.c - the blocks of pcapng (draft-ietf-opsawg-pcapng). Blocks of other types are passed over, whatever
 * their size. */
#include "bytes.h"
#include "error.h"
#include "file_walk.h"
#include "pcapng_option_walk.h"

enum { SECTION = 0x0a0d0d0a, INTERFACE = 1, OLD_PACKET = 2, SIMPLE_PACKET = 3, STATISTICS = 5, ENHANCED_PACKET = 6 };
enum { HEAD = 8, FRAMING = 12 };              /* type and length in front, the length once more behind */

/* epb_flags */
enum { DIRECTION = 3, INBOUND = 1, OUTBOUND = 2, RECEPTION = 7 << 2, PROMISCUOUS = 4 << 2, FCS_LENGTH = 15 << 5,
       CHECKSUM_NOT_READY = 1 << 9, CHECKSUM_VALID = 1 << 10, SEGMENTATION = 1 << 11 };

static enum ipfunnel__step section(struct ipfunnel__file_walk *walk, struct ipfunnel__cursor body,
                                   ipfunnel_error *error)
{
    const uint8_t *b = ipfunnel__take(&body, 16);
    if (!b)
        return ipfunnel__walk_bad(walk, error, "a section header that is too short");
    uint16_t major = ipfunnel__file16(walk->big_endian, b + 4), minor = ipfunnel__file16(walk->big_endian, b + 6);
    if (major != 1) {
        ipfunnel__walk_bad(walk, error, "a section of pcapng version %u.%u; this reader knows 1", major, minor);
        ipfunnel__remedy(error, "if the file is not damaged, \"editcap FILE NEW.pcapng\" may convert it");
        return IPFUNNEL__STEP_BAD;
    }
    walk->section_first = walk->interface_count;
    return IPFUNNEL__STEP_PASS;
}

static enum ipfunnel__step interface(struct ipfunnel__file_walk *walk, struct ipfunnel__cursor body,
                                     ipfunnel_error *error)
{
    struct ipfunnel__interface_options options;
    const uint8_t *b = ipfunnel__take(&body, 8);
    if (!b)
        return ipfunnel__walk_bad(walk, error, "an interface description that is too short");
    if (!ipfunnel__interface_options_read(&options, body, walk->big_endian))
        return ipfunnel__walk_bad(walk, error, "an interface description with a broken option");
    struct ipfunnel__file_interface made = {
        .number = walk->interface_count + 1,
        .link_type = ipfunnel__file16(walk->big_endian, b),
        .snap_length = ipfunnel__file32(walk->big_endian, b + 4),
        .fcs_bytes = options.fcs_bytes,
        .scale = options.scale,
        .clock_resolution_ns = options.items.clock_resolution_ns ? options.items.clock_resolution_ns
                                                                 : ipfunnel__time_resolution_ns(&options.scale),
        .drops_counted = options.items.drops_counted,
    };
    return ipfunnel__walk_add(walk, &made, options.name, options.name_length, error);
}

static struct ipfunnel__file_interface *interface_of(const struct ipfunnel__file_walk *walk, uint32_t number)
{
    uint32_t count = walk->interface_count - walk->section_first;
    return number < count ? walk->interfaces[walk->section_first + number] : NULL;
}

static uint32_t facts_of(uint32_t flags)
{
    uint32_t facts = 0, direction = flags & DIRECTION;
    if (direction == INBOUND)
        facts |= IPFUNNEL_FRAME_IN;
    if (direction == OUTBOUND)
        facts |= IPFUNNEL_FRAME_OUT;
    else if ((flags & RECEPTION) == PROMISCUOUS)
        facts |= IPFUNNEL_FRAME_OTHER_HOST;
    if (flags & CHECKSUM_NOT_READY)
        facts |= IPFUNNEL_FRAME_CHECKSUM_NOT_READY;
    else if (flags & CHECKSUM_VALID)
        facts |= IPFUNNEL_FRAME_CHECKSUM_VALID;
    if (flags & SEGMENTATION)
        facts |= IPFUNNEL_FRAME_SEGMENTATION;
    return facts;
}

/* What our own writer had no field for. Two cuts are told apart by how many bytes the frame had: as many as there are
 * (short), or more than that, but fewer than the IP header says (both). */
static void apply_items(struct ipfunnel__frame *frame, const struct ipfunnel__fact_items *items)
{
    if (items->time_given)
        frame->time_ns = items->time_ns;
    if (items->is_short)
        frame->original = frame->captured + (items->snapped && frame->original > frame->captured);
    if (items->original_unknown && items->snapped)
        frame->original = IPFUNNEL_LENGTH_UNKNOWN;
    if (items->drops_unknown)
        frame->dropped_before = IPFUNNEL_DROPS_UNKNOWN;
    if (items->drops_at_least)
        frame->facts |= IPFUNNEL__FRAME_DROPPED_AT_LEAST;
    if (items->direction_by_addresses && frame->facts & (IPFUNNEL_FRAME_IN | IPFUNNEL_FRAME_OUT))
        frame->direction_source = IPFUNNEL_SAYS_ADDRESSES;
    frame->facts |= IPFUNNEL__FRAME_RECORDED(items->recorded);
    frame->segment_size = items->segment_size;
    frame->unproven = items->unproven;
    if (items->vlan_count > 0) {
        frame->facts |= IPFUNNEL_FRAME_TAGGED;
        frame->vlan_tci = items->vlan[0];
        frame->vlan_inner = items->vlan[1];
        frame->vlan_count = items->vlan_count;
    }
}

/* The lengths and bytes that follow in an enhanced or an old packet block, and the options. */
static enum ipfunnel__step packet(struct ipfunnel__file_walk *walk, struct ipfunnel__cursor body, uint32_t number,
                                  uint64_t dropped, const uint8_t *fields, struct ipfunnel__frame *frame,
                                  ipfunnel_error *error)
{
    const bool big = walk->big_endian;
    uint32_t captured = ipfunnel__file32(big, fields + 8), original = ipfunnel__file32(big, fields + 12);
    struct ipfunnel__packet_options options;
    struct ipfunnel__file_interface *from = interface_of(walk, number);
    if (!from)
        return ipfunnel__walk_bad(walk, error, "a packet of interface %u, which the section does not describe", number);
    const uint8_t *bytes = ipfunnel__take(&body, captured);
    if (!bytes)
        return ipfunnel__walk_bad(walk, error, "a packet of %u bytes in a block of %llu", captured,
                                  (unsigned long long)walk->size);
    size_t padding = (4u - captured % 4u) % 4u, left = ipfunnel__left(&body);
    ipfunnel__take(&body, padding < left ? padding : left);
    ipfunnel__packet_options_read(&options, body, big);
    if (options.dropped == IPFUNNEL_DROPS_UNKNOWN)
        options.dropped = dropped == IPFUNNEL_DROPS_UNKNOWN ? from->frame.dropped_before : dropped;

    uint64_t units = (uint64_t)ipfunnel__file32(big, fields) << 32 | ipfunnel__file32(big, fields + 4);
    *frame = from->frame;
    frame->bytes = bytes;
    frame->time_ns = ipfunnel__time_ns(&from->scale, units);
    frame->dropped_before = options.dropped;
    frame->facts = facts_of(options.flags);
    struct ipfunnel__file_interface with_fcs = { .fcs_bytes = from->fcs_bytes };
    if (options.flags & FCS_LENGTH)
        with_fcs.fcs_bytes = (options.flags & FCS_LENGTH) >> 5;
    ipfunnel__walk_lengths(frame, &with_fcs, captured, original);
    apply_items(frame, &options.items);
    walk->interface = from;
    return IPFUNNEL__STEP_FRAME;
}

static enum ipfunnel__step enhanced_packet(struct ipfunnel__file_walk *walk, struct ipfunnel__cursor body,
                                           struct ipfunnel__frame *frame, ipfunnel_error *error)
{
    const uint8_t *b = ipfunnel__take(&body, 20);
    if (!b)
        return ipfunnel__walk_bad(walk, error, "a packet block that is too short");
    return packet(walk, body, ipfunnel__file32(walk->big_endian, b), IPFUNNEL_DROPS_UNKNOWN, b + 4, frame, error);
}

/* Enhanced packet blocks of one interface as nearly all programs write them: little-endian, and with no option but
 * epb_flags. */
static int packet_run(struct ipfunnel__file_walk *walk, const uint8_t *bytes, size_t available,
                      struct ipfunnel__frame *frames, int max)
{
    enum { FLAGS_OPTION = 12, FLAGS_OPTION_HEAD = 4 << 16 | 2 };          /* with the end mark behind it */
    struct ipfunnel__cursor rest = ipfunnel__cursor_over(bytes, available), c = rest;
    const uint8_t *b = ipfunnel__take(&c, HEAD + 4);
    uint32_t number = b ? ipfunnel__le32(b + HEAD) : 0;
    struct ipfunnel__file_interface *from = b ? interface_of(walk, number) : NULL;
    const int ready = from ? ipfunnel__walk_ready(walk, from, frames) : 0;
    int n = 0;
    for (; n < max && from && from->fcs_bytes == 0; n++) {
        struct ipfunnel__frame *frame = &frames[n];
        c = rest;
        b = ipfunnel__take(&c, HEAD + 20);
        if (!b || ipfunnel__le32(b) != ENHANCED_PACKET || ipfunnel__le32(b + HEAD) != number)
            break;
        if (n >= ready)
            *frame = walk->places.like;
        frame->facts = 0;
        frame->captured = ipfunnel__le32(b + 20);
        frame->original = ipfunnel__le32(b + 24);
        frame->bytes = ipfunnel__take(&c, frame->captured);
        const uint8_t *end = ipfunnel__take(&c, (4u - frame->captured % 4u) % 4u + 4u);
        if (!frame->bytes || !end || frame->captured > frame->original)
            break;
        uint32_t size = ipfunnel__le32(b + 4);
        if (size == (uint64_t)(c.at - rest.at) + FLAGS_OPTION) {
            const uint8_t *option = c.at - 4;
            if (!ipfunnel__take(&c, FLAGS_OPTION) || ipfunnel__le32(option) != FLAGS_OPTION_HEAD
                || ipfunnel__le32(option + 8) != 0 || ipfunnel__le32(option + 4) & FCS_LENGTH)
                break;
            frame->facts = facts_of(ipfunnel__le32(option + 4));
        }
        if (size != (uint64_t)(c.at - rest.at) || ipfunnel__le32(c.at - 4) != size)
            break;
        uint64_t units = (uint64_t)ipfunnel__le32(b + 12) << 32 | ipfunnel__le32(b + 16);
        frame->time_ns = ipfunnel__time_ns(&from->scale, units);
        rest = c;
    }
    ipfunnel__places_add(&walk->places, frames, n);
    walk->size = (uint64_t)(rest.at - bytes);
    if (n > 0)
        walk->interface = from;
    return n;
}

static enum ipfunnel__step old_packet(struct ipfunnel__file_walk *walk, struct ipfunnel__cursor body,
                                      struct ipfunnel__frame *frame, ipfunnel_error *error)
{
    enum { DROPS_NOT_KNOWN = 0xffff };
    const uint8_t *b = ipfunnel__take(&body, 20);
    if (!b)
        return ipfunnel__walk_bad(walk, error, "a packet block that is too short");
    uint16_t drops = ipfunnel__file16(walk->big_endian, b + 2);
    return packet(walk, body, ipfunnel__file16(walk->big_endian, b),
                  drops == DROPS_NOT_KNOWN ? IPFUNNEL_DROPS_UNKNOWN : drops, b + 4, frame, error);
}

/* Interface 0, no time; how much was captured follows from the snap length. */
static enum ipfunnel__step simple_packet(struct ipfunnel__file_walk *walk, struct ipfunnel__cursor body,
                                         struct ipfunnel__frame *frame, ipfunnel_error *error)
{
    const uint8_t *b = ipfunnel__take(&body, 4);
    struct ipfunnel__file_interface *from = interface_of(walk, 0);
    if (!b)
        return ipfunnel__walk_bad(walk, error, "a packet block that is too short");
    if (!from)
        return ipfunnel__walk_bad(walk, error, "a packet in a section without an interface");
    uint32_t original = ipfunnel__file32(walk->big_endian, b), captured = original;
    if (from->snap_length > 0 && captured > from->snap_length)
        captured = from->snap_length;
    const uint8_t *bytes = ipfunnel__take(&body, captured);
    if (!bytes)
        return ipfunnel__walk_bad(walk, error, "a packet of %u bytes in a block of %llu", captured,
                                  (unsigned long long)walk->size);
    *frame = from->frame;
    frame->bytes = bytes;
    frame->time_ns = IPFUNNEL_TIME_UNKNOWN;
    ipfunnel__walk_lengths(frame, from, captured, original);
    walk->interface = from;
    return IPFUNNEL__STEP_FRAME;
}

/* Several for one interface are counters as they grew: the largest is the last. One that is broken tells nothing. */
static enum ipfunnel__step statistics(struct ipfunnel__file_walk *walk, struct ipfunnel__cursor body)
{
    const uint8_t *b = ipfunnel__take(&body, 12);
    struct ipfunnel__file_interface *of = b ? interface_of(walk, ipfunnel__file32(walk->big_endian, b)) : NULL;
    uint64_t dropped = of ? ipfunnel__statistics_options_dropped(body, walk->big_endian) : UINT64_MAX;
    if (dropped != UINT64_MAX && (of->dropped == UINT64_MAX || dropped > of->dropped))
        of->dropped = dropped;
    return IPFUNNEL__STEP_PASS;
}

enum ipfunnel__step ipfunnel__pcapng_step(struct ipfunnel__file_walk *walk, const uint8_t *bytes, size_t available,
                                          struct ipfunnel__frame *frame, ipfunnel_error *error)
{
    walk->size = FRAMING;
    if (available < FRAMING)
        return IPFUNNEL__STEP_MORE;
    uint32_t type = ipfunnel__file32(walk->big_endian, bytes);
    if (type == SECTION) {
        /* The one block whose type reads the same in both orders; which it is follows. */
        uint32_t order = ipfunnel__file32(true, bytes + 8);
        if (order != 0x1a2b3c4d && order != 0x4d3c2b1a)
            return ipfunnel__walk_bad(walk, error, "the byte order mark of a section is %08x", (unsigned)order);
        walk->big_endian = order == 0x1a2b3c4d;
        walk->step = ipfunnel__pcapng_step;
        walk->run = walk->big_endian ? NULL : packet_run;
    }
    walk->size = ipfunnel__file32(walk->big_endian, bytes + 4);
    if (walk->size < FRAMING || walk->size % 4 != 0)
        return ipfunnel__walk_bad(walk, error, "a block of %llu bytes; at least 12, a multiple of 4 is possible",
                                  (unsigned long long)walk->size);
    bool known = type == SECTION || type == INTERFACE || type == OLD_PACKET || type == SIMPLE_PACKET
                 || type == STATISTICS || type == ENHANCED_PACKET;
    if (known && walk->size > walk->largest)
        return ipfunnel__walk_too_large(walk, error, walk->size);
    if (walk->size > walk->largest)
        return IPFUNNEL__STEP_PASS;
    if (available < walk->size)
        return IPFUNNEL__STEP_MORE;
    if (ipfunnel__file32(walk->big_endian, bytes + walk->size - 4) != walk->size)
        return ipfunnel__walk_bad(walk, error, "a block has %llu bytes by its beginning and %u by its end",
                                  (unsigned long long)walk->size,
                                  (unsigned)ipfunnel__file32(walk->big_endian, bytes + walk->size - 4));

    struct ipfunnel__cursor body = ipfunnel__cursor_over(bytes + HEAD, (size_t)walk->size - FRAMING);
    switch (type) {
    case SECTION: return section(walk, body, error);
    case INTERFACE: return interface(walk, body, error);
    case OLD_PACKET: return old_packet(walk, body, frame, error);
    case SIMPLE_PACKET: return simple_packet(walk, body, frame, error);
    case ENHANCED_PACKET: return enhanced_packet(walk, body, frame, error);
    case STATISTICS: return statistics(walk, body);
    default: return IPFUNNEL__STEP_PASS;
    }
}
