/* pcap_steps.c - pcap files: draft-ietf-opsawg-pcap, and what others made of the format. */
#include "bytes.h"
#include "error.h"
#include "file_walk.h"

enum { HEADER = 24, RECORD = 16, MODIFIED_RECORD = 24, SIZED_HEADER = 28 };
enum { LENGTHS_CAPTURED_FIRST, LENGTHS_ORIGINAL_FIRST, LENGTHS_SMALLER_FIRST };

/* In the byte order of the machine that wrote the file. */
static const struct variant {
    uint32_t magic, ns_per_fraction;
    uint8_t header, record;
} variants[] = {
    { .magic = 0xa1b2c3d4, .ns_per_fraction = 1000, .header = HEADER, .record = RECORD },
    { .magic = 0xa1b23c4d, .ns_per_fraction = 1, .header = HEADER, .record = RECORD },
    /* Alexey Kuznetsov's libpcap for Linux: interface, protocol and packet type behind each record's header. */
    { .magic = 0xa1b2cd34, .ns_per_fraction = 1000, .header = HEADER, .record = MODIFIED_RECORD },
    /* Ixia "lcap" from hardware and from software: the size of all records behind the file's header. */
    { .magic = 0x1c0001ac, .ns_per_fraction = 1, .header = SIZED_HEADER, .record = RECORD },
    { .magic = 0x1c0001ab, .ns_per_fraction = 1000, .header = SIZED_HEADER, .record = RECORD },
};

static const struct variant *variant_of(const uint8_t magic[4], bool big_endian)
{
    for (const struct variant *v = variants; v < variants + sizeof variants / sizeof *variants; v++)
        if (v->magic == ipfunnel__file32(big_endian, magic))
            return v;
    return NULL;
}

bool ipfunnel__pcap_magic(const uint8_t magic[4])
{
    return variant_of(magic, true) || variant_of(magic, false);
}

/* Packet types of Linux (if_packet.h), as the modified records have them. */
static uint32_t facts_of_packet_type(uint8_t type)
{
    enum { OTHER_HOST = 3, OUTGOING = 4 };
    return type < OTHER_HOST    ? IPFUNNEL_FRAME_IN
           : type == OTHER_HOST ? IPFUNNEL_FRAME_IN | IPFUNNEL_FRAME_OTHER_HOST
           : type == OUTGOING   ? IPFUNNEL_FRAME_OUT
                                : 0u;
}

static int64_t time_ns(const struct ipfunnel__file_walk *walk, uint32_t seconds, uint32_t fraction)
{
    return (int64_t)seconds * 1000000000 + (int64_t)fraction * walk->ns_per_fraction;
}

static enum ipfunnel__step record_step(struct ipfunnel__file_walk *walk, const uint8_t *bytes, size_t available,
                                       struct ipfunnel__frame *frame, ipfunnel_error *error)
{
    const struct ipfunnel__file_interface *only = walk->only;
    const bool big = walk->big_endian;
    walk->size = walk->record_header;
    if (available < walk->size)
        return IPFUNNEL__STEP_MORE;
    uint32_t captured = ipfunnel__file32(big, bytes + 8), original = ipfunnel__file32(big, bytes + 12);
    if (walk->lengths == LENGTHS_ORIGINAL_FIRST || (walk->lengths == LENGTHS_SMALLER_FIRST && captured > original)) {
        uint32_t first = captured;
        captured = original;
        original = first;
    }
    walk->size += captured;
    if (walk->size > walk->largest)
        return ipfunnel__walk_too_large(walk, error, walk->size);
    if (available < walk->size)
        return IPFUNNEL__STEP_MORE;

    *frame = only->frame;
    frame->bytes = bytes + walk->record_header;
    frame->time_ns = time_ns(walk, ipfunnel__file32(big, bytes), ipfunnel__file32(big, bytes + 4));
    if (walk->says_packet_type)
        frame->facts = facts_of_packet_type(bytes[RECORD + 6]);
    ipfunnel__walk_lengths(frame, only, captured, original);
    walk->interface = walk->only;
    return IPFUNNEL__STEP_FRAME;
}

/* Of files as all programs write them today; they are little-endian. */
static int record_run(struct ipfunnel__file_walk *walk, const uint8_t *bytes, size_t available,
                      struct ipfunnel__frame *frames, int max)
{
    struct ipfunnel__cursor rest = ipfunnel__cursor_over(bytes, available);
    const int ready = ipfunnel__walk_ready(walk, walk->only, frames);
    int n = 0;
    for (; n < max; n++) {
        struct ipfunnel__cursor c = rest;
        const uint8_t *record = ipfunnel__take(&c, RECORD);
        if (!record)
            break;
        struct ipfunnel__frame *frame = &frames[n];
        if (n >= ready)
            *frame = walk->places.like;
        frame->captured = ipfunnel__le32(record + 8);
        frame->bytes = ipfunnel__take(&c, frame->captured);
        frame->original = ipfunnel__le32(record + 12);
        frame->time_ns = time_ns(walk, ipfunnel__le32(record), ipfunnel__le32(record + 4));
        if (!frame->bytes || frame->captured > frame->original)
            break;
        rest = c;
    }
    ipfunnel__places_add(&walk->places, frames, n);
    walk->size = (uint64_t)(rest.at - bytes);
    walk->interface = walk->only;
    return n;
}

/* Before 2.3 the original length came first; some files say 2.3 and are older. 543.0 is the tcpdump of DG/UX. */
static int lengths_of(uint16_t major, uint16_t minor)
{
    if (major == 543 && minor == 0)
        return LENGTHS_ORIGINAL_FIRST;
    if (major != 2 || minor > 4)
        return -1;
    return minor < 3 ? LENGTHS_ORIGINAL_FIRST : minor == 3 ? LENGTHS_SMALLER_FIRST : LENGTHS_CAPTURED_FIRST;
}

static enum ipfunnel__step unsupported_version(const struct ipfunnel__file_walk *walk, unsigned major, unsigned minor,
                                               ipfunnel_error *error)
{
    ipfunnel__fail(error, IPFUNNEL_EOPNOTSUPP, 0, "savefile", "%.100s is a pcap file of version %u.%u", walk->path,
                   major, minor);
    ipfunnel__remedy(error, "2.0 to 2.4 and 543.0 can be read; a file that says anything else is most likely damaged");
    return IPFUNNEL__STEP_BAD;
}

enum ipfunnel__step ipfunnel__pcap_header(struct ipfunnel__file_walk *walk, const uint8_t *bytes, size_t available,
                                          ipfunnel_error *error)
{
    const bool big = variant_of(bytes, true) != NULL;
    const struct variant *v = variant_of(bytes, big);
    walk->size = v->header;
    if (available < walk->size)
        return IPFUNNEL__STEP_MORE;
    uint16_t major = ipfunnel__file16(big, bytes + 4), minor = ipfunnel__file16(big, bytes + 6);
    int lengths = lengths_of(major, minor);
    if (lengths < 0)
        return unsupported_version(walk, major, minor, error);
    /* Bit 26 says that the top four count the FCS, in units of two bytes. */
    uint32_t link = ipfunnel__file32(big, bytes + 20);
    struct ipfunnel__file_interface only = {
        .link_type = link & 0xffff,
        .snap_length = ipfunnel__file32(big, bytes + 16),
        .fcs_bytes = link & UINT32_C(1) << 26 ? (link >> 28) * 2 : 0,
        .clock_resolution_ns = v->ns_per_fraction,
    };
    enum ipfunnel__step step = ipfunnel__walk_add(walk, &only, NULL, 0, error);
    if (step != IPFUNNEL__STEP_PASS)
        return step;
    walk->only = walk->interfaces[0];
    walk->big_endian = big;
    walk->record_header = v->record;
    walk->ns_per_fraction = v->ns_per_fraction;
    walk->lengths = (uint8_t)lengths;
    walk->says_packet_type = v->record == MODIFIED_RECORD;
    walk->step = record_step;
    if (!big && v->record == RECORD && lengths == LENGTHS_CAPTURED_FIRST && only.fcs_bytes == 0
        && walk->only->link_known)
        walk->run = record_run;
    return step;
}
