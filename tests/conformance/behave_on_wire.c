/* IPFUNNEL_OPEN_ON_WIRE: work that was left to the interface hardware is done as it would have done it. */
#include "behaviours.h"
#include "fixture.h"
#include "super_datagrams.h"

static const struct super supers[] = {
    { TCP4, .payload = 1300, .size = 400, .tcp_options = 12, .identification = 100, .sequence = 7, .flags = 0x19 },
    { TCP6, .payload = 1200, .size = 400, .tcp_options = 12, .sequence = UINT32_MAX - 500, .flags = 0x18 },
    { UDP4, .payload = 1001, .size = 100, .identification = 0xfff0 },
    { UDP6, .payload = 1001, .size = 500 },
};
enum { SUPERS = sizeof supers / sizeof *supers };

static ipfunnel *open_if_it_can(uint32_t capability, uint32_t snap_length)
{
    need_capability(capability, "datagrams as the wire carries them");
    need_ability(RIG_OFFLOADS, "leave work to the interface hardware");
    ipfunnel_options options = options_here();
    options.start = IPFUNNEL_MODE_ON;
    options.flags = IPFUNNEL_OPEN_ON_WIRE;
    options.snap_length = snap_length;
    return open_with(&options);
}

static ipfunnel *open_on_wire(uint32_t snap_length) { return open_if_it_can(IPFUNNEL_CAN_ON_WIRE, snap_length); }

/* Also where nobody tells what was left to the hardware. */
static ipfunnel *open_filling(void)
{
    return open_if_it_can(IPFUNNEL_CAN_ON_WIRE | IPFUNNEL_CAN_FILL_CHECKSUMS, 0);
}

static void expect_segment(const ipfunnel_datagram *d, const struct super *s, uint32_t i, uint32_t flags)
{
    static struct bytes expected;
    build_segment(&expected, s, i);
    CHECK_INT(d->length, expected.length);
    CHECK_BYTES(d->bytes, expected.at, expected.length);
    CHECK_INT(d->original_length, expected.length);
    CHECK_INT(d->flags, flags);
    CHECK_INT(d->checksum, IPFUNNEL_CHECKSUM_UNKNOWN);
    CHECK_INT(d->segment_size, 0);
}

static void expect_segments(ipfunnel *capture, const struct super *s, uint32_t flags)
{
    for (uint32_t i = 0; i < segments_of(s); i++) {
        const ipfunnel_datagram *out[4];
        CHECK_INT(receive(capture, out, 4), 1);
        expect_segment(out[0], s, i, flags);
    }
}

void as_seen_is_the_default(void)
{
    need_capability(IPFUNNEL_CAN_SEGMENTATION, "mark super-datagrams");
    need_ability(RIG_OFFLOADS, "leave work to the interface hardware");
    static struct bytes sent;
    ipfunnel *capture = open_in(IPFUNNEL_MODE_ON);
    for (int i = 0; i < 2; i++) {
        const ipfunnel_datagram *out[1];
        send_left_to_hardware(&supers[i], RIG_OUT);
        CHECK_INT(receive(capture, out, 1), 1);
        build_super(&sent, &supers[i]);
        CHECK_INT(out[0]->length, sent.length);
        CHECK_BYTES(out[0]->bytes, sent.at, sent.length);
        CHECK_INT(out[0]->flags, IPFUNNEL_SEGMENTATION);
        CHECK_INT(out[0]->checksum, IPFUNNEL_CHECKSUM_NOT_READY);
    }
}

void on_wire_cuts_super_datagrams(void)
{
    ipfunnel *capture = open_on_wire(0);
    for (int i = 0; i < SUPERS; i++) {
        send_left_to_hardware(&supers[i], RIG_OUT);
        expect_segments(capture, &supers[i], IPFUNNEL_CHECKSUM_FILLED);
    }
    expect_nothing(capture);
}

void on_wire_marks_what_was_received(void)
{
    ipfunnel *capture = open_on_wire(0);
    for (int i = 0; i < SUPERS; i++) {
        send_left_to_hardware(&supers[i], RIG_IN);
        expect_segments(capture, &supers[i], IPFUNNEL_CHECKSUM_FILLED | IPFUNNEL_RECONSTRUCTED);
    }
}

void on_wire_fills_in_checksums(void)
{
    ipfunnel *capture = open_filling();
    for (int i = 0; i < 2 * SUPERS; i++) {
        struct super s = supers[i / 2];
        s.payload = s.size = 333;
        send_left_to_hardware(&s, i % 2 ? RIG_OUT : RIG_IN);
        expect_segments(capture, &s, IPFUNNEL_CHECKSUM_FILLED);
    }
}

void on_wire_leaves_what_is_whole(void)
{
    enum { COUNT = 200 };
    ipfunnel *capture = open_filling();
    struct harvest got = { 0 };
    for (uint16_t i = 0; i < COUNT; i++) {
        struct packet packet = packet_udp(i % 2 ? 6 : 4, i, i * 7u);
        send_on(&packet, i % 3 ? RIG_IN : RIG_OUT);
    }
    harvest_all(capture, &got);
    expect_numbers(&got, 0, COUNT);
    for (uint16_t i = 0; i < COUNT; i++) {
        struct packet sent = packet_udp(i % 2 ? 6 : 4, i, i * 7u);
        expect_bytes(&got.records[i], &sent);
        CHECK_INT(got.records[i].flags, 0);
    }
    harvest_free(&got);
}

void on_wire_snaps_and_counts_segments(void)
{
    enum { SNAP = 60 };
    static struct bytes expected;
    ipfunnel *capture = open_on_wire(SNAP);
    uint64_t segments = 0;
    for (int k = 0; k < SUPERS; k++) {
        send_left_to_hardware(&supers[k], RIG_OUT);
        for (uint32_t i = 0; i < segments_of(&supers[k]); i++) {
            const ipfunnel_datagram *out[4];
            build_segment(&expected, &supers[k], i);
            CHECK_INT(receive(capture, out, 4), 1);
            uint32_t length = expected.length < SNAP ? expected.length : SNAP;
            CHECK_INT(out[0]->length, length);
            CHECK_INT(out[0]->original_length, expected.length);
            CHECK_BYTES(out[0]->bytes, expected.at, length);
            CHECK_INT(out[0]->flags, IPFUNNEL_CHECKSUM_FILLED | (length < expected.length ? IPFUNNEL_SNAPPED : 0));
            ipfunnel_statistics s = balanced(capture);
            segments++;
            CHECK_INT(s.delivered, segments);
            CHECK_INT(s.carrying_ip, k + 1);
            CHECK_INT(s.extra_from_cutting, segments - (uint64_t)k - 1);
        }
    }
}

/* The filter is about what the wire carries: of the super-datagram FIN and PSH are the last segment's. */
void on_wire_filters_segments(void)
{
    static struct bytes expected;
    need_capability(IPFUNNEL_CAN_FILTER, "filter expressions");
    ipfunnel *capture = open_on_wire(60);
    CHECK_INT(ipfunnel_set_filter(capture, "ip and tcp[13] & 9 != 0 and len < 300"), 0);
    for (int i = 0; i < 3; i++) {
        const ipfunnel_datagram *out[4];
        send_left_to_hardware(&supers[0], RIG_OUT);
        send_left_to_hardware(&supers[1], RIG_OUT);
        CHECK_INT(receive(capture, out, 4), 1);
        build_segment(&expected, &supers[0], 3);
        CHECK_INT(out[0]->original_length, expected.length);
        CHECK_BYTES(out[0]->bytes, expected.at, 60);
    }
    expect_nothing(capture);
    ipfunnel_statistics s = balanced(capture);
    CHECK_INT(s.delivered, 3);
    if (!is_known(&s, IPFUNNEL_COUNTER_filtered))         /* the kernel leaves out what it can */
        return;
    CHECK_INT(s.carrying_ip, 6);
    CHECK_INT(s.filtered, 3 * (segments_of(&supers[0]) + segments_of(&supers[1]) - 1));
    CHECK_INT(s.extra_from_cutting, s.delivered + s.filtered - 6);
}

/* Also those that came in the same batch. */
void on_wire_segments_stay_until_the_next_recv(void)
{
    enum { ROUNDS = 20 };
    const ipfunnel_datagram *out[8];
    static uint8_t copy[8][2000];
    ipfunnel *capture = open_on_wire(0);
    for (uint16_t i = 0; i < ROUNDS; i++) {
        send_udp(4, i);
        send_left_to_hardware(&supers[i % SUPERS], RIG_OUT);
    }
    send_udp(6, ROUNDS);
    int last = -1, segments = 0;
    while (last < ROUNDS) {
        int n = receive(capture, out, 8);
        for (int i = 0; i < n; i++)
            memcpy(copy[i], out[i]->bytes, out[i]->length);
        for (int i = 0; i < n; i++)
            CHECK_BYTES(out[i]->bytes, copy[i], out[i]->length);
        for (int i = 0; i < n; i++) {
            if (out[i]->flags & IPFUNNEL_CHECKSUM_FILLED)
                segments++;
            else
                CHECK_INT(number_of(out[i]->bytes, out[i]->length), ++last);
        }
    }
    uint32_t expected = 0;
    for (int i = 0; i < ROUNDS; i++)
        expected += segments_of(&supers[i % SUPERS]);
    CHECK_INT(segments, expected);
}

void on_wire_goes_on_after_off_and_interrupt(void)
{
    const ipfunnel_datagram *out[4];
    ipfunnel *capture = open_on_wire(0);
    send_left_to_hardware(&supers[0], RIG_OUT);
    CHECK_INT(receive(capture, out, 4), 1);
    expect_segment(out[0], &supers[0], 0, IPFUNNEL_CHECKSUM_FILLED);
    CHECK_INT(ipfunnel_wait(&capture, 1, 0), 1);
    CHECK_INT(ipfunnel_interrupt(capture), 0);
    CHECK_INT(ipfunnel_recv(capture, out, 4, -1), IPFUNNEL_INTERRUPTED);
    ipfunnel_release(capture);
    CHECK_INT(receive(capture, out, 4), 1);
    expect_segment(out[0], &supers[0], 1, IPFUNNEL_CHECKSUM_FILLED);
    set_mode(capture, IPFUNNEL_MODE_OFF);
    for (uint32_t i = 2; i < 4; i++) {
        CHECK_INT(ipfunnel_wait(&capture, 1, 0), 1);
        CHECK_INT(receive(capture, out, 4), 1);
        expect_segment(out[0], &supers[0], i, IPFUNNEL_CHECKSUM_FILLED);
    }
    CHECK_INT(ipfunnel_recv(capture, out, 4, 0), IPFUNNEL_END);
}
