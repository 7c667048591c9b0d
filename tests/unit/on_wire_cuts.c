/* on_wire_cuts.c - super-datagrams through a memory capture: every segment is, byte for byte, the datagram that a
 * sender would have made in its place (super_datagrams.h), and says what was done to it. */
#include "on_wire_memory.h"

static void expect_segment(const ipfunnel_datagram *d, const struct super *s, uint32_t i, uint32_t flags)
{
    static struct bytes expected;
    build_segment(&expected, s, i);
    CHECK_INT(d->length, expected.length);
    CHECK_INT(d->original_length, expected.length);
    CHECK_BYTES(d->bytes, expected.at, expected.length);
    CHECK_INT(d->flags, flags);
    CHECK_INT(d->checksum, IPFUNNEL_CHECKSUM_UNKNOWN);
    CHECK_INT(d->segment_size, 0);
    CHECK_INT(d->version, s->version);
}

static void expect_cut(ipfunnel *capture, const struct super *s, uint32_t flags)
{
    const ipfunnel_datagram *out[8];
    for (uint32_t i = 0; i < segments_of(s); i++) {
        CHECK_INT(ipfunnel_recv(capture, out, 8, 0), 1);
        expect_segment(out[0], s, i, flags);
    }
    CHECK_INT(ipfunnel_recv(capture, out, 8, 0), 0);
}

/* Pushes one from a block of its exact size and receives its segments. */
static void check_cut(const struct super *s)
{
    static struct bytes super;
    build_super(&super, s);
    uint8_t *room = malloc(SUPER_LINK + super.length);
    CHECK(room);
    ipfunnel_frame frame = super_frame(s, &super, room);
    ipfunnel *capture = CAPTURE(.flags = 0);
    push(capture, &frame);
    free(room);
    expect_cut(capture, s, IPFUNNEL_CHECKSUM_FILLED);
    ipfunnel_statistics counts = balanced(capture);
    CHECK_INT(counts.carrying_ip, 1);
    CHECK_INT(counts.delivered, segments_of(s));
    CHECK_INT(counts.extra_from_cutting, segments_of(s) - 1);
    ipfunnel_close(capture);
}

static const struct super OF_TCP4 = { TCP4, .payload = 5000, .size = 1448,
                                   .tcp_options = 12, .identification = 7, .sequence = 1000, .flags = 0x18 };
static const struct super OF_TCP6 = { TCP6, .payload = 5000, .size = 1428,
                                   .tcp_options = 12, .sequence = 1000, .flags = 0x18 };
static const struct super OF_UDP4 = { UDP4, .payload = 5000, .size = 1472,
                                   .identification = 7 };
static const struct super OF_UDP6 = { UDP6, .payload = 5000, .size = 1452 };
static const struct super *const kinds[] = { &OF_TCP4, &OF_TCP6, &OF_UDP4, &OF_UDP6 };
enum { KINDS = sizeof kinds / sizeof *kinds };

static void sizes_of_all_kinds(void)
{
    static const uint32_t sizes[] = { 1, 2, 7, 8, 15, 64, 535, 536, 1448, 8948 };
    for (int kind = 0; kind < KINDS; kind++)
        for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
            for (int more = -1; more <= 2; more++)
                for (uint32_t whole = 1; whole <= 4; whole++) {
                    struct super s = *kinds[kind];
                    s.size = sizes[i];
                    s.payload = (uint32_t)((int)(whole * s.size) + more);
                    if (s.payload > 0)
                        check_cut(&s);
                }
}

static void headers_of_every_length(void)
{
    for (int kind = 0; kind < KINDS; kind++)
        for (uint32_t ip = 0; ip <= 40; ip += 4)
            for (uint32_t tcp = 0; tcp <= 40; tcp += 4) {
                struct super s = *kinds[kind];
                s.ip_options = s.version == 4 ? ip : 0;
                s.extension = s.version == 6 ? ip / 4 * 8 : 0;
                s.tcp_options = s.protocol == PROTOCOL_TCP ? tcp : 0;
                check_cut(&s);
            }
}

static void every_combination_of_tcp_flags(void)
{
    for (int flags = 0; flags < 256; flags++)
        for (int kind = 0; kind < 2; kind++) {
            struct super s = *kinds[kind];
            s.flags = (uint8_t)flags;
            check_cut(&s);
            s.payload = 100;                      /* one segment: the first and the last */
            check_cut(&s);
        }
}

static void numbers_wrap(void)
{
    for (int i = 0; i < 4; i++)
        for (int kind = 0; kind < KINDS; kind++) {
            struct super s = *kinds[kind];
            s.identification = (uint16_t)(0xffff - i);
            s.sequence = UINT32_MAX - (uint32_t)i * 1448;
            check_cut(&s);
        }
}

static void beyond_64_kib(void)
{
    for (int kind = 0; kind < 2; kind++) {
        struct super s = *kinds[kind];
        s.payload = 183000;
        s.no_length = s.version == 4;
        s.jumbo = s.version == 6;
        check_cut(&s);
    }
    struct super s = OF_TCP6;                        /* newer kernels leave the header out */
    s.payload = 183000;
    s.no_length = true;
    check_cut(&s);
    s = OF_TCP6;
    s.jumbo = true;
    s.extension = 16;
    s.payload = 70000;
    check_cut(&s);
}

/* All values of a field that goes into the checksum, so that all values of that occur, too. */
static void every_checksum(void)
{
    static struct bytes super;
    static uint8_t room[SUPER_ROOM + SUPER_LINK];
    for (int kind = 0; kind < KINDS; kind++) {
        ipfunnel *capture = CAPTURE(.flags = 0);
        struct super s = *kinds[kind];
        s.size = 40;
        s.payload = 60;
        for (uint32_t value = 0; value < 65536; value++) {
            s.port = (uint16_t)value;
            build_super(&super, &s);
            ipfunnel_frame frame = super_frame(&s, &super, room);
            push(capture, &frame);
            expect_cut(capture, &s, IPFUNNEL_CHECKSUM_FILLED);
        }
        ipfunnel_close(capture);
    }
}

static void what_was_not_sent_here_is_marked(void)
{
    static struct bytes super;
    static uint8_t room[SUPER_ROOM + SUPER_LINK];
    const uint32_t directions[] = { IPFUNNEL_FRAME_IN, 0, IPFUNNEL_FRAME_OUT };
    for (int i = 0; i < 3; i++) {
        ipfunnel *capture = CAPTURE(.interface_name = "10.0.0.1/24");     /* the addresses say: sent */
        build_super(&super, &OF_TCP4);
        ipfunnel_frame frame = super_frame(&OF_TCP4, &super, room);
        frame.facts = (frame.facts & ~(uint32_t)IPFUNNEL_FRAME_OUT) | directions[i];
        push(capture, &frame);
        expect_cut(capture, &OF_TCP4, IPFUNNEL_CHECKSUM_FILLED | (i < 2 ? IPFUNNEL_RECONSTRUCTED : 0));
        ipfunnel_close(capture);
    }
}

/* A segment is the last datagram of its batch unless it is the last of its super-datagram; then others follow. */
static void segments_come_one_at_a_time_in_order(void)
{
    static struct bytes super, plain;
    static uint8_t room[SUPER_ROOM + SUPER_LINK];
    const ipfunnel_datagram *out[8];
    const struct super single = { UDP4, .payload = 30, .size = 30 };
    ipfunnel *capture = CAPTURE(.flags = 0);
    build_super(&super, &OF_TCP4);
    build_segment(&plain, &single, 0);
    ipfunnel_frame cut = super_frame(&OF_TCP4, &super, room);
    static uint8_t small[2000];
    ipfunnel_frame whole = super_frame(&single, &plain, small);
    whole.facts = IPFUNNEL_FRAME_OUT;
    push(capture, &whole);
    push(capture, &cut);
    push(capture, &cut);
    push(capture, &whole);
    push(capture, &whole);

    CHECK_INT(ipfunnel_recv(capture, out, 8, -1), 2);
    CHECK_BYTES(out[0]->bytes, plain.at, plain.length);
    CHECK_INT(out[0]->flags, 0);
    expect_segment(out[1], &OF_TCP4, 0, IPFUNNEL_CHECKSUM_FILLED);
    ipfunnel_release(capture);
    CHECK_INT(ipfunnel_wait(&capture, 1, 0), 1);
    for (uint32_t i = 1; i < 3; i++) {
        CHECK_INT(ipfunnel_recv(capture, out, 8, -1), 1);
        expect_segment(out[0], &OF_TCP4, i, IPFUNNEL_CHECKSUM_FILLED);
        CHECK_INT(ipfunnel_wait(&capture, 1, 0), 1);
        balanced(capture);
    }
    CHECK_INT(ipfunnel_interrupt(capture), 0);
    CHECK_INT(ipfunnel_recv(capture, out, 8, -1), IPFUNNEL_INTERRUPTED);
    CHECK_INT(ipfunnel_recv(capture, out, 8, 1000), 2);
    expect_segment(out[0], &OF_TCP4, 3, IPFUNNEL_CHECKSUM_FILLED);
    expect_segment(out[1], &OF_TCP4, 0, IPFUNNEL_CHECKSUM_FILLED);
    CHECK_INT(ipfunnel_set_mode(capture, IPFUNNEL_MODE_OFF), 0);
    for (uint32_t i = 1; i < 3; i++) {
        CHECK_INT(ipfunnel_recv(capture, out, 1, 0), 1);
        expect_segment(out[0], &OF_TCP4, i, IPFUNNEL_CHECKSUM_FILLED);
    }
    CHECK_INT(ipfunnel_recv(capture, out, 8, 0), 3);
    expect_segment(out[0], &OF_TCP4, 3, IPFUNNEL_CHECKSUM_FILLED);
    CHECK_BYTES(out[2]->bytes, plain.at, plain.length);
    CHECK_INT(ipfunnel_recv(capture, out, 8, 0), IPFUNNEL_END);
    CHECK_INT(balanced(capture).extra_from_cutting, 6);
    ipfunnel_close(capture);
}

static void the_snap_length_cuts_segments(void)
{
    static struct bytes super, expected;
    static uint8_t room[SUPER_ROOM + SUPER_LINK];
    const ipfunnel_datagram *out[1];
    ipfunnel *capture = CAPTURE(.snap_length = 100);
    build_super(&super, &OF_TCP4);
    ipfunnel_frame frame = super_frame(&OF_TCP4, &super, room);
    push(capture, &frame);
    for (uint32_t i = 0; i < 4; i++) {
        build_segment(&expected, &OF_TCP4, i);
        CHECK_INT(ipfunnel_recv(capture, out, 1, 0), 1);
        CHECK_INT(out[0]->length, 100);
        CHECK_INT(out[0]->original_length, expected.length);
        CHECK_INT(out[0]->flags, IPFUNNEL_CHECKSUM_FILLED | IPFUNNEL_SNAPPED);
        CHECK_BYTES(out[0]->bytes, expected.at, 100);
    }
    ipfunnel_close(capture);
}

static void what_is_left_out_is_counted_once(void)
{
    static struct bytes super;
    static uint8_t room[SUPER_ROOM + SUPER_LINK];
    const ipfunnel_datagram *out[1];
    ipfunnel *capture = CAPTURE(.families = IPFUNNEL_IPV6);
    build_super(&super, &OF_TCP4);
    ipfunnel_frame frame = super_frame(&OF_TCP4, &super, room);
    push(capture, &frame);
    CHECK_INT(ipfunnel_recv(capture, out, 1, 0), 0);
    ipfunnel_statistics s = balanced(capture);
    CHECK_INT(s.other_family, 1);
    CHECK_INT(s.extra_from_cutting, 0);
    ipfunnel_close(capture);
}

int main(void)
{
    RUN(sizes_of_all_kinds);
    RUN(headers_of_every_length);
    RUN(every_combination_of_tcp_flags);
    RUN(numbers_wrap);
    RUN(beyond_64_kib);
    RUN(every_checksum);
    RUN(what_was_not_sent_here_is_marked);
    RUN(segments_come_one_at_a_time_in_order);
    RUN(the_snap_length_cuts_segments);
    RUN(what_is_left_out_is_counted_once);
    return 0;
}
