/* on_wire_checksums.c - checksums that are filled in without cutting: where the system says, or where the field holds
 * what senders leave there. */
#include "on_wire_memory.h"

struct filling {
    const char *title;
    int version, protocol;
    bool told;                          /* start and offset */
    uint32_t start, offset;             /* instead of its own */
    uint32_t snapped;                   /* bytes that are missing */
    bool spoilt;                        /* the field is not what senders leave there */
    bool filled;
};
static const struct filling fillings[] = {
    { "told", TCP4, .told = true, .filled = true },
    { "told", UDP4, .told = true, .filled = true },
    { "told", TCP6, .told = true, .filled = true },
    { "told", UDP6, .told = true, .filled = true },
    { "not told", TCP4, .filled = true },
    { "not told", UDP4, .filled = true },
    { "not told", TCP6, .filled = true },
    { "not told", UDP6, .filled = true },
    { "not told, and not the sender's", TCP4, .spoilt = true },
    { "not told, and not the sender's", UDP6, .spoilt = true },
    { "told, a byte is missing", TCP4, .told = true, .snapped = 1 },
    { "not told, a byte is missing", UDP6, .snapped = 1 },
    { "SCTP", TCP4, .told = true, .offset = 8 },
    { "in the link header", TCP4, .told = true, .start = 8 },
    { "in the IP header", TCP4, .told = true, .start = 30 },
    { "in the ports", TCP4, .told = true, .offset = 2 },
    { "in the ports", UDP6, .told = true, .offset = 3 },
    { "behind the end", TCP4, .told = true, .offset = 20 + 101 },
    { "far behind the end", TCP4, .told = true, .start = UINT32_MAX, .offset = UINT16_MAX },
};

static void checksums_are_filled_in(void)
{
    static struct bytes left, expected;
    static uint8_t room[SUPER_ROOM + SUPER_LINK];
    for (size_t i = 0; i < sizeof fillings / sizeof *fillings; i++) {
        const struct filling *c = &fillings[i];
        const struct super s = { .version = c->version, .protocol = c->protocol, .payload = 101, .size = 101 };
        const ipfunnel_datagram *out[1];
        ipfunnel *capture = CAPTURE(.flags = 0);
        printf("  %s, %s over IPv%d\n", c->title, c->protocol == PROTOCOL_TCP ? "TCP" : "UDP", c->version);
        build_super(&left, &s);
        build_segment(&expected, &s, 0);
        if (c->spoilt)
            left.at[left.transport + (s.protocol == PROTOCOL_TCP ? 16 : 6)] ^= 1;
        ipfunnel_frame frame = super_frame(&s, &left, room);
        frame.facts = IPFUNNEL_FRAME_OUT | IPFUNNEL_FRAME_CHECKSUM_NOT_READY;
        frame.segmentation = frame.segment_size = 0;
        frame.checksum_start = !c->told ? 0 : c->start ? c->start : frame.checksum_start;
        frame.checksum_offset = !c->told ? 0 : c->offset ? c->offset : frame.checksum_offset;
        frame.original_length = frame.captured_length;
        frame.captured_length -= c->snapped;
        push(capture, &frame);
        CHECK_INT(ipfunnel_recv(capture, out, 1, 0), 1);
        CHECK_BYTES(out[0]->bytes, (c->filled ? &expected : &left)->at, out[0]->length);
        CHECK_INT(out[0]->flags, (c->filled ? IPFUNNEL_CHECKSUM_FILLED : 0) | (c->snapped ? IPFUNNEL_SNAPPED : 0));
        CHECK_INT(out[0]->checksum, c->filled ? IPFUNNEL_CHECKSUM_UNKNOWN : IPFUNNEL_CHECKSUM_NOT_READY);
        ipfunnel_close(capture);
    }
}

/* What the system says is enough, whatever it is in: here a TCP datagram inside a UDP one. The bytes behind the IP
 * datagram, padding, do not count. */
static void inner_checksums_are_filled_in(void)
{
    static struct bytes inner, outer;
    static uint8_t room[SUPER_ROOM + SUPER_LINK];
    const struct super in = { TCP4, .payload = 60, .size = 60 };
    const struct super around = { UDP6, .payload = 100, .size = 100 };
    const ipfunnel_datagram *out[1];
    ipfunnel *capture = CAPTURE(.flags = 0);
    build_super(&inner, &in);
    CHECK_INT(inner.length, 100);
    build_segment(&outer, &around, 0);
    memcpy(outer.at + 48, inner.at, 100);
    outer.length += 3;
    memset(outer.at + 148, 0xee, 3);
    ipfunnel_frame frame = super_frame(&around, &outer, room);
    frame.facts = IPFUNNEL_FRAME_OUT | IPFUNNEL_FRAME_CHECKSUM_NOT_READY;
    frame.checksum_start = SUPER_LINK + 48 + 20;
    frame.checksum_offset = 16;
    push(capture, &frame);
    CHECK_INT(ipfunnel_recv(capture, out, 1, 0), 1);
    CHECK_INT(out[0]->length, 148);
    build_segment(&inner, &in, 0);
    CHECK_BYTES(out[0]->bytes, outer.at, 48);
    CHECK_BYTES(out[0]->bytes + 48, inner.at, 100);
    CHECK_INT(out[0]->flags, IPFUNNEL_CHECKSUM_FILLED);
    ipfunnel_close(capture);
}

/* 0 in the field would mean that there is no checksum. */
static void a_checksum_of_0_is_written_as_ffff(void)
{
    static struct bytes left, expected;
    static uint8_t room[SUPER_ROOM + SUPER_LINK];
    int zeros = 0;
    ipfunnel *capture = CAPTURE(.flags = 0);
    for (uint32_t port = 0; port < 65536; port++) {
        const struct super s = { UDP4, .payload = 3, .size = 3,
                                 .port = (uint16_t)port };
        const ipfunnel_datagram *out[1];
        build_super(&left, &s);
        build_segment(&expected, &s, 0);
        ipfunnel_frame frame = super_frame(&s, &left, room);
        frame.facts = IPFUNNEL_FRAME_CHECKSUM_NOT_READY;
        push(capture, &frame);
        CHECK_INT(ipfunnel_recv(capture, out, 1, 0), 1);
        CHECK_BYTES(out[0]->bytes, expected.at, expected.length);
        zeros += out[0]->bytes[26] == 0xff && out[0]->bytes[27] == 0xff;
    }
    CHECK_INT(zeros, 1);
    ipfunnel_close(capture);
}

int main(void)
{
    RUN(checksums_are_filled_in);
    RUN(inner_checksums_are_filled_in);
    RUN(a_checksum_of_0_is_written_as_ffff);
    return 0;
}
