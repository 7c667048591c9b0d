/* on_wire_as_seen.c - super-datagrams that on_wire must leave alone, because the facts are not those of the datagram
 * itself or not enough; and those that it just so may cut. */
#include "on_wire_memory.h"

enum { LEFT_ALONE, CUT };

/* What is changed about the frame of a super-datagram of 3000 bytes of payload that would be cut. */
struct change {
    const char *title;
    int version, protocol;
    int expected;
    uint32_t segment_size, segmentation, start, offset;      /* instead; NONE: 0 */
    uint32_t facts, without;                                 /* more and fewer of them */
    uint32_t captured, original;                             /* of the datagram */
    struct {
        uint32_t at;
        uint8_t value;
    } poke[3];                                               /* bytes of the datagram, `at` not 0 */
    uint32_t flags;                                          /* beside NOT_CUT and SEGMENTATION */
};
enum { NONE = UINT16_MAX };
#define READY .without = IPFUNNEL_FRAME_CHECKSUM_NOT_READY

static const struct change changes[] = {
    { "unchanged", TCP4, CUT },
    { "unchanged", UDP6, CUT },
    { "segment size unknown", TCP4, .segment_size = NONE },
    { "file: nothing but the size", TCP4, CUT, .segmentation = NONE, .start = NONE, .offset = NONE },
    { "file: nothing but the size", UDP6, CUT, .segmentation = NONE, .start = NONE, .offset = NONE },
    { "the same, checksum not the sender's", UDP4, .segmentation = NONE, .start = NONE, .offset = NONE,
      .poke = { { 26, 0xee } } },
    { "the same, checksum not the sender's", TCP6, .segmentation = NONE, .start = NONE, .offset = NONE,
      .poke = { { 56, 0xee } } },
    { "the same, checksum ready", TCP6, .segmentation = NONE, .start = NONE, .offset = NONE, READY },
    { "a driver put TCP together", TCP4, CUT, .start = NONE, .offset = NONE, READY, .poke = { { 36, 0xee } } },
    { "a driver put TCP together", TCP6, CUT, .start = NONE, .offset = NONE, READY, .poke = { { 56, 0xee } } },
    { "a driver put UDP together, or is it a tunnel", UDP4, .start = NONE, .offset = NONE, READY },
    { "facts of an inner TCP", UDP4, .segmentation = IPFUNNEL_SEGMENTS_TCP4, .start = 14 + 20 + 8 + 8 + 14 + 20,
      .offset = 16 },
    { "facts of an inner UDP", UDP4, .start = 14 + 20 + 8 + 8 + 14 + 20 },
    { "facts of an inner UDP", UDP6, .start = 14 + 40 + 8 + 8 + 14 + 20 },
    { "facts of an inner TCP in TCP", TCP4, .start = 14 + 20 + 20 + 20 },
    { "IPv6 in IPv4", TCP4, .segmentation = IPFUNNEL_SEGMENTS_TCP6, .start = 14 + 20 + 40, .poke = { { 9, 41 } } },
    { "IPv4 in IPv4", TCP4, .start = 14 + 20 + 20, .poke = { { 9, 4 } } },
    { "GRE", TCP6, .poke = { { 6, 47 } } },
    { "another version", TCP4, .segmentation = IPFUNNEL_SEGMENTS_TCP6 },
    { "another version", TCP6, .segmentation = IPFUNNEL_SEGMENTS_TCP4 },
    { "UDP facts of TCP", TCP4, .segmentation = IPFUNNEL_SEGMENTS_UDP },
    { "TCP facts of UDP", UDP4, .segmentation = IPFUNNEL_SEGMENTS_TCP4 },
    { "checksum in front of the transport header", TCP4, .start = 33 },
    { "checksum behind the start of the transport header", TCP4, .start = 35 },
    { "checksum starts in the link header", TCP4, .start = 13 },
    { "checksum starts in the IP header", TCP6, .start = 53 },
    { "checksum starts at the end", TCP4, .start = 14 + 3052 },
    { "checksum starts behind the end", TCP4, .start = UINT32_MAX },
    { "checksum starts behind the end", TCP4, .start = 14 + 3053 },
    { "checksum at another place", TCP4, .offset = 6 },
    { "checksum at another place", UDP4, .offset = 16 },
    { "checksum behind the end", UDP4, .offset = 65534 },
    { "a first fragment", UDP4, .poke = { { 6, 0x20 } } },
    { "a later fragment", UDP4, .poke = { { 7, 1 } } },
    { "an IPv6 fragment", TCP6, .poke = { { 6, 44 } } },
    { "SCTP", TCP4, .poke = { { 9, 132 } } },
    { "TCP header shorter than possible", TCP4, .poke = { { 32, 0x40 } } },
    { "IPv4 header longer than the datagram's TCP header allows", TCP4, .poke = { { 0, 0x4f } } },
    { "cut by the capture", TCP4, .captured = 2000, .flags = IPFUNNEL_SNAPPED },
    { "cut by the capture, by one byte", UDP6, .captured = 3047, .flags = IPFUNNEL_SNAPPED },
    { "shorter than it claims", TCP4, .captured = 3000, .original = 3000, .flags = IPFUNNEL_SHORT },
    { "headers only", TCP4, .captured = 52, .original = 52, .flags = IPFUNNEL_SHORT },
    { "an unusable jumbo header", TCP6, .poke = { { 4, 0 }, { 5, 0 }, { 6, 0 } }, .flags = IPFUNNEL_LENGTH_ASSUMED },
};

static void build(const struct change *c, struct bytes *b, uint8_t *room, struct super *s, ipfunnel_frame *frame)
{
    *s = (struct super){ .version = c->version, .protocol = c->protocol, .payload = 3000, .size = 1000,
                         .tcp_options = c->protocol == PROTOCOL_TCP ? 12 : 0, .flags = 0x18 };
    build_super(b, s);
    for (int i = 0; i < 3; i++)
        if (c->poke[i].at || c->poke[i].value == 0x4f)
            b->at[c->poke[i].at] = c->poke[i].value;
    *frame = super_frame(s, b, room);
#define INSTEAD(field, value) if (value) frame->field = (value) == NONE ? 0 : (value)
    INSTEAD(segment_size, c->segment_size);
    INSTEAD(segmentation, c->segmentation);
    INSTEAD(checksum_start, c->start);
    INSTEAD(checksum_offset, c->offset);
    frame->facts = (frame->facts | c->facts) & ~c->without;
    frame->original_length = frame->captured_length;
    if (c->captured)
        frame->captured_length = SUPER_LINK + c->captured;
    if (c->original)
        frame->original_length = SUPER_LINK + c->original;
}

static void only_what_fits_is_cut(void)
{
    static struct bytes super, expected;
    static uint8_t room[SUPER_ROOM + SUPER_LINK];
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        const struct change *c = &changes[i];
        const ipfunnel_datagram *out[4];
        struct super s;
        ipfunnel_frame frame;
        ipfunnel *capture = CAPTURE(.flags = 0);
        printf("  %s, %s over IPv%d\n", c->title, c->protocol == PROTOCOL_TCP ? "TCP" : "UDP", c->version);
        build(c, &super, room, &s, &frame);
        push(capture, &frame);
        if (c->expected == CUT) {
            for (uint32_t n = 0; n < 3; n++) {
                build_segment(&expected, &s, n);
                CHECK_INT(ipfunnel_recv(capture, out, 4, 0), 1);
                CHECK_INT(out[0]->length, expected.length);
                CHECK_BYTES(out[0]->bytes, expected.at, expected.length);
            }
        } else {
            CHECK_INT(ipfunnel_recv(capture, out, 4, 0), 1);
            CHECK_INT(out[0]->length, frame.captured_length - SUPER_LINK);
            CHECK_BYTES(out[0]->bytes, super.at, out[0]->length);
            CHECK_INT(out[0]->flags, IPFUNNEL_NOT_CUT | IPFUNNEL_SEGMENTATION | c->flags);
            CHECK_INT(out[0]->checksum, c->without ? IPFUNNEL_CHECKSUM_UNKNOWN : IPFUNNEL_CHECKSUM_NOT_READY);
        }
        CHECK_INT(ipfunnel_recv(capture, out, 4, 0), 0);
        balanced(capture);
        ipfunnel_close(capture);
    }
}

static ipfunnel_datagram first_of(ipfunnel *capture, const ipfunnel_frame *frame)
{
    const ipfunnel_datagram *out[1];
    push(capture, frame);
    CHECK_INT(ipfunnel_recv(capture, out, 1, 0), 1);
    return *out[0];
}

/* Super-datagrams that no header of a segment could describe, or hardly. */
static void limits_of_headers_and_sizes(void)
{
    static const struct {
        struct super super;
        uint32_t at;
        uint8_t value;                  /* one byte instead */
        int expected;
    } rows[] = {
        { .super = { TCP4, .payload = 0, .size = 100 } },
        { .super = { UDP6, .payload = 0, .size = 100 } },
        { .super = { TCP4, .payload = 1, .size = 65535 }, .expected = CUT },
        { .super = { TCP6, .payload = 1000, .size = 100, .extension = 512 - 40 - 24, .tcp_options = 4 },
          .expected = CUT },
        { .super = { TCP6, .payload = 1000, .size = 100, .extension = 512 - 40 - 24, .tcp_options = 8 } },
        { .super = { TCP4, .payload = 140000, .size = 65535 - 40, .no_length = true }, .expected = CUT },
        { .super = { TCP4, .payload = 140000, .size = 65535 - 39, .no_length = true } },
        { .super = { UDP6, .payload = 140000, .size = 65535 - 8, .jumbo = true }, .expected = CUT },
        { .super = { UDP6, .payload = 140000, .size = 65535 - 7, .jumbo = true } },
        { .super = { TCP6, .payload = 70000, .size = 1000, .jumbo = true }, .expected = CUT },
        { .super = { TCP6, .payload = 70000, .size = 1000, .jumbo = true }, .at = 42, .value = 1 },
    };
    static struct bytes super, expected;
    static uint8_t room[SUPER_ROOM + SUPER_LINK];
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct super *s = &rows[i].super;
        ipfunnel *capture = CAPTURE(.flags = 0);
        build_super(&super, s);
        if (rows[i].at)
            super.at[rows[i].at] = rows[i].value;
        ipfunnel_frame frame = super_frame(s, &super, room);
        ipfunnel_datagram d = first_of(capture, &frame);
        printf("  row %zu\n", i);
        if (rows[i].expected == CUT)
            build_segment(&expected, s, 0);
        CHECK_INT(d.flags & IPFUNNEL_NOT_CUT, rows[i].expected == CUT ? 0 : IPFUNNEL_NOT_CUT);
        CHECK_INT(d.length, (rows[i].expected == CUT ? &expected : &super)->length);
        CHECK_BYTES(d.bytes, (rows[i].expected == CUT ? &expected : &super)->at, d.length);
        ipfunnel_close(capture);
    }
}

/* Windows leaves the sum of the pseudo-header without the length, and a total length of 0. */
static void large_sends_of_windows_are_recognised(void)
{
    static struct bytes super, expected;
    static uint8_t room[SUPER_ROOM + SUPER_LINK];
    const struct super s = { TCP4, .payload = 3000, .size = 1000, .no_length = true };
    ipfunnel *capture = CAPTURE(.flags = 0);
    build_super(&super, &s);
    put_16(super.at + 36, sum_16(super.at + 12, 8, PROTOCOL_TCP));
    ipfunnel_frame frame = super_frame(&s, &super, room);
    frame.segmentation = frame.checksum_start = frame.checksum_offset = 0;
    ipfunnel_datagram d = first_of(capture, &frame);
    build_segment(&expected, &s, 0);
    CHECK_INT(d.length, expected.length);
    CHECK_BYTES(d.bytes, expected.at, d.length);
    ipfunnel_close(capture);
}

/* The flag CWR, where the system does not say that it is the first segment's only (accurate ECN uses it otherwise). */
static void cwr_stays_without_the_ecn_bit(void)
{
    static struct bytes super;
    static uint8_t room[SUPER_ROOM + SUPER_LINK];
    const ipfunnel_datagram *out[1];
    const struct super s = { TCP4, .payload = 300, .size = 100, .flags = 0x90 };
    for (int ecn = 0; ecn < 2; ecn++) {
        ipfunnel *capture = CAPTURE(.flags = 0);
        build_super(&super, &s);
        ipfunnel_frame frame = super_frame(&s, &super, room);
        frame.segmentation = IPFUNNEL_SEGMENTS_TCP4 | (ecn ? IPFUNNEL_SEGMENTS_ECN : 0);
        push(capture, &frame);
        for (int i = 0; i < 3; i++) {
            CHECK_INT(ipfunnel_recv(capture, out, 1, 0), 1);
            CHECK_INT(out[0]->bytes[33], i == 0 || !ecn ? 0x90 : 0x10);
        }
        ipfunnel_close(capture);
    }
}

/* With a routing header the checksum is that of the last destination, which the header has only later. */
static void a_routing_header_keeps_the_senders_sum(void)
{
    static struct bytes super;
    static uint8_t room[SUPER_ROOM + SUPER_LINK];
    const struct super s = { TCP6, .payload = 300, .size = 100, .extension = 24, .flags = 0x10 };
    uint8_t final[16] = { 0xfd, 7, [15] = 9 };
    const ipfunnel_datagram *out[1];
    ipfunnel *capture = CAPTURE(.flags = 0);
    build_super(&super, &s);
    uint8_t *tcp = super.at + super.transport;
    super.at[6] = 43;
    super.at[42] = 2;
    super.at[43] = 1;
    memcpy(super.at + 48, final, 16);
    uint32_t length = super.length - super.transport;
    put_16(tcp + 16, sum_16(final, 16, sum_16(super.at + 8, 16, length + PROTOCOL_TCP)));
    ipfunnel_frame frame = super_frame(&s, &super, room);
    push(capture, &frame);
    for (int i = 0; i < 3; i++) {
        CHECK_INT(ipfunnel_recv(capture, out, 1, 0), 1);
        CHECK_INT(out[0]->flags, IPFUNNEL_CHECKSUM_FILLED);
        length = out[0]->length - super.transport;
        uint32_t sum = sum_16(final, 16, sum_16(out[0]->bytes + 8, 16, length + PROTOCOL_TCP));
        CHECK_INT(sum_16(out[0]->bytes + super.transport, length, sum), 0xffff);
    }
    ipfunnel_close(capture);
}

/* Both parts of an A-MSDU have the same facts, which are about neither of them. */
static void frames_with_several_datagrams_are_not_cut(void)
{
    enum { PART = 14 + 8 + 40 + 60 };
    static uint8_t frame[26 + 2 * 124] = { 0x88, 0x02, [24] = 0x80 };
    static struct bytes super;
    const struct super s = { .version = 4, .protocol = PROTOCOL_TCP, .payload = 60, .size = 20 };
    const ipfunnel_datagram *out[4];
    build_super(&super, &s);
    for (int i = 0; i < 2; i++) {
        uint8_t *part = frame + 26 + i * 124;
        put_16(part + 12, 8 + super.length);
        memcpy(part + 14, "\xaa\xaa\x03\0\0\0\x08\x00", 8);
        memcpy(part + 22, super.at, super.length);
    }
    ipfunnel *capture = CAPTURE(.flags = 0);
    ipfunnel_frame f = IPFUNNEL_FRAME_INIT;
    f.bytes = frame;
    f.captured_length = 26 + 124 + PART;
    f.link_type = 105;
    f.facts = IPFUNNEL_FRAME_SEGMENTATION | IPFUNNEL_FRAME_CHECKSUM_NOT_READY;
    f.segment_size = 20;
    f.segmentation = IPFUNNEL_SEGMENTS_TCP4;
    push(capture, &f);
    CHECK_INT(ipfunnel_recv(capture, out, 4, 0), 2);
    for (int i = 0; i < 2; i++) {
        CHECK_INT(out[i]->flags, IPFUNNEL_SEGMENTATION | IPFUNNEL_NOT_CUT);
        CHECK_BYTES(out[i]->bytes, super.at, super.length);
    }
    ipfunnel_close(capture);
}

static void as_seen_changes_nothing(void)
{
    static struct bytes super;
    static uint8_t room[SUPER_ROOM + SUPER_LINK];
    const ipfunnel_datagram *out[2];
    const struct super s = { TCP4, .payload = 3000, .size = 1000 };
    ipfunnel_options options = IPFUNNEL_OPTIONS_INIT;
    ipfunnel *capture = NULL;
    options.backend = "memory";
    options.start = IPFUNNEL_MODE_ON;
    CHECK_INT(ipfunnel_open(&capture, &options, NULL), 0);
    build_super(&super, &s);
    ipfunnel_frame frame = super_frame(&s, &super, room);
    push(capture, &frame);
    CHECK_INT(ipfunnel_recv(capture, out, 2, 0), 1);
    CHECK_INT(out[0]->length, super.length);
    CHECK_BYTES(out[0]->bytes, super.at, super.length);
    CHECK_INT(out[0]->flags, IPFUNNEL_SEGMENTATION);
    CHECK_INT(out[0]->segment_size, 1000);
    CHECK_INT(out[0]->checksum, IPFUNNEL_CHECKSUM_NOT_READY);
    ipfunnel_close(capture);
}

static void impossible_facts_are_refused(void)
{
    static const uint8_t byte[1] = { 0 };
    ipfunnel *capture = CAPTURE(.flags = 0);
    for (int i = 0; i < 5; i++) {
        ipfunnel_frame frame = IPFUNNEL_FRAME_INIT;
        frame.bytes = byte;
        frame.captured_length = 1;
        frame.segmentation = i == 0 ? 3 : i == 1 ? 0x100 | IPFUNNEL_SEGMENTS_UDP : 0;
        frame.segment_size = i == 2 ? 65536 : 0;
        frame.checksum_offset = i == 3 ? 65536 : 0;
        frame.unused[1] = 7;
        CHECK_INT(ipfunnel_push(capture, &frame), i < 4 ? IPFUNNEL_EINVAL : 0);
    }
    CHECK_CONTAINS(ipfunnel_last_error(capture)->text, "checksum_offset");
    ipfunnel_close(capture);
}

int main(void)
{
    RUN(only_what_fits_is_cut);
    RUN(limits_of_headers_and_sizes);
    RUN(large_sends_of_windows_are_recognised);
    RUN(cwr_stays_without_the_ecn_bit);
    RUN(a_routing_header_keeps_the_senders_sum);
    RUN(frames_with_several_datagrams_are_not_cut);
    RUN(as_seen_changes_nothing);
    RUN(impossible_facts_are_refused);
    return 0;
}
