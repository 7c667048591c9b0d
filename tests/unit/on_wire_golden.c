/* on_wire_golden.c - super-datagrams and what the wire carries of them, as another program (Scapy) made both. */
#include "on_wire_memory.h"

enum { RAW_IP = 101, MOST = 300 };

static const struct golden {
    const char *title, *super, *wire[5];
    uint32_t kind, size, start, offset;
} golden[] = {
    {
        .title = "TCP4", .kind = IPFUNNEL_SEGMENTS_TCP4 | IPFUNNEL_SEGMENTS_ECN, .size = 12, .start = 20, .offset = 16,
        .super =
            "45020053fffe40003f064f68c0000201c633640701bbc350fffffff80000004d809901f5ec8100000101080a00000001"
            "00000002546865207769726520636172726965732065616368206f662074686573652e",
        .wire = {
            "45020040fffe40003f064f7bc0000201c633640701bbc350fffffff80000004d809001f59d7e00000101080a00000001"
            "00000002546865207769726520636172",
            "45020040ffff40003f064f7ac0000201c633640701bbc350000000040000004d801001f591f400000101080a00000001"
            "00000002726965732065616368206f66",
            "4502003b000040003f064f7fc0000201c633640701bbc350000000100000004d801901f598d100000101080a00000001"
            "000000022074686573652e",
        },
    },
    {
        .title = "TCP6 with destination options", .kind = IPFUNNEL_SEGMENTS_TCP6 | IPFUNNEL_SEGMENTS_ECN, .size = 16,
        .start = 48, .offset = 16,
        .super =
            "60212345003b3c4020010db800000000000000000000000120010db80000000000000000000000020600010400000000"
            "01bbc350000003e80000004d501801f55bae0000546865207769726520636172726965732065616368206f6620746865"
            "73652e",
        .wire = {
            "60212345002c3c4020010db800000000000000000000000120010db80000000000000000000000020600010400000000"
            "01bbc350000003e80000004d501001f58c10000054686520776972652063617272696573",
            "60212345002b3c4020010db800000000000000000000000120010db80000000000000000000000020600010400000000"
            "01bbc350000003f80000004d501801f5057500002065616368206f662074686573652e",
        },
    },
    {
        .title = "UDP4", .kind = IPFUNNEL_SEGMENTS_UDP, .size = 10, .start = 20, .offset = 6,
        .super =
            "4502003bfffe40003f114f75c0000201c63364070fa000350027ec745468652077697265206361727269657320656163"
            "68206f662074686573652e",
        .wire = {
            "45020026fffe40003f114f8ac0000201c63364070fa0003500123ffe54686520776972652063",
            "45020026ffff40003f114f89c0000201c63364070fa00035001248a161727269657320656163",
            "45020026000040003f114f89c0000201c63364070fa0003500122ff368206f66207468657365",
            "4502001d000140003f114f91c0000201c63364070fa000350009d5ca2e",
        },
    },
    {
        .title = "UDP6", .kind = IPFUNNEL_SEGMENTS_UDP, .size = 31, .start = 40, .offset = 6,
        .super =
            "602123450027114020010db800000000000000000000000120010db80000000000000000000000020fa0003500275bad"
            "546865207769726520636172726965732065616368206f662074686573652e",
        .wire = {
            "602123450027114020010db800000000000000000000000120010db80000000000000000000000020fa00035002713be"
            "546865207769726520636172726965732065616368206f662074686573652e",
        },
    },
};

static uint32_t from_hex(const char *hex, uint8_t *out)
{
    uint32_t n = 0;
    for (; hex[0]; hex += 2) {
        const char pair[3] = { hex[0], hex[1], '\0' };
        CHECK(n < MOST);
        out[n++] = (uint8_t)strtoul(pair, NULL, 16);
    }
    return n;
}

static void each_is_cut_as_scapy_does(void)
{
    for (size_t i = 0; i < sizeof golden / sizeof *golden; i++) {
        const struct golden *g = &golden[i];
        uint8_t super[MOST], expected[MOST];
        const ipfunnel_datagram *out[4];
        ipfunnel_frame frame = IPFUNNEL_FRAME_INIT;
        ipfunnel *capture = CAPTURE(.flags = 0);
        printf("  %s\n", g->title);
        frame.bytes = super;
        frame.captured_length = from_hex(g->super, super);
        frame.link_type = RAW_IP;
        frame.facts = IPFUNNEL_FRAME_OUT | IPFUNNEL_FRAME_SEGMENTATION | IPFUNNEL_FRAME_CHECKSUM_NOT_READY;
        frame.segmentation = g->kind;
        frame.segment_size = g->size;
        frame.checksum_start = g->start;
        frame.checksum_offset = g->offset;
        push(capture, &frame);
        for (int n = 0; g->wire[n]; n++) {
            CHECK_INT(ipfunnel_recv(capture, out, 4, 0), 1);
            CHECK_INT(out[0]->length, from_hex(g->wire[n], expected));
            CHECK_BYTES(out[0]->bytes, expected, out[0]->length);
        }
        CHECK_INT(ipfunnel_recv(capture, out, 4, 0), 0);
        CHECK_INT(balanced(capture).frames, 1);
        ipfunnel_close(capture);
    }
}

int main(void)
{
    RUN(each_is_cut_as_scapy_does);
    return 0;
}
