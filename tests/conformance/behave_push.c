/* ipfunnel_push: backends that take frames from their caller. */
#include "behaviours.h"
#include "fixture.h"

static ipfunnel_frame frame_of(const struct packet *packet)
{
    ipfunnel_frame frame = IPFUNNEL_FRAME_INIT;
    frame.bytes = packet->bytes;
    frame.captured_length = packet->length;
    frame.link_type = 1;
    frame.facts = IPFUNNEL_FRAME_IN;
    return frame;
}

static ipfunnel *open_pushable(void)
{
    need_capability(IPFUNNEL_CAN_PUSH, "takes frames from its caller");
    ipfunnel_options options = options_here();
    options.start = IPFUNNEL_MODE_ON;
    options.vlan = IPFUNNEL_VLAN_ALL;
    return open_with(&options);
}

void push_shows_the_facts_given(void)
{
    ipfunnel *capture = open_pushable();
    struct packet packet = packet_udp(4, 3, 32);
    ipfunnel_frame frame = frame_of(&packet);
    static const struct {
        uint32_t facts;
        int direction, checksum, vlan_count;
        uint32_t flags;
    } cases[] = {
        { .facts = IPFUNNEL_FRAME_IN, .direction = IPFUNNEL_DIRECTION_IN },
        { .facts = IPFUNNEL_FRAME_OUT, .direction = IPFUNNEL_DIRECTION_OUT },
        { .facts = 0, .direction = IPFUNNEL_DIRECTION_UNKNOWN },
        { .facts = IPFUNNEL_FRAME_IN | IPFUNNEL_FRAME_OTHER_HOST, .direction = IPFUNNEL_DIRECTION_IN },
        { .facts = IPFUNNEL_FRAME_OUT | IPFUNNEL_FRAME_CHECKSUM_NOT_READY,
          .direction = IPFUNNEL_DIRECTION_OUT,
          .checksum = IPFUNNEL_CHECKSUM_NOT_READY },
        { .facts = IPFUNNEL_FRAME_IN | IPFUNNEL_FRAME_CHECKSUM_VALID,
          .direction = IPFUNNEL_DIRECTION_IN,
          .checksum = IPFUNNEL_CHECKSUM_VALID },
        { .facts = IPFUNNEL_FRAME_OUT | IPFUNNEL_FRAME_SEGMENTATION,
          .direction = IPFUNNEL_DIRECTION_OUT,
          .flags = IPFUNNEL_SEGMENTATION },
        { .facts = IPFUNNEL_FRAME_IN | IPFUNNEL_FRAME_TAGGED,
          .direction = IPFUNNEL_DIRECTION_IN,
          .vlan_count = 1 },
    };
    frame.vlan_tci = 0x6064;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const ipfunnel_datagram *out[1];
        frame.facts = cases[i].facts;
        frame.time_ns = i ? (int64_t)i : IPFUNNEL_TIME_UNKNOWN;
        CHECK_INT(ipfunnel_push(capture, &frame), 0);
        CHECK_INT(receive_now(capture, out, 1), 1);
        CHECK_INT(out[0]->direction, cases[i].direction);
        CHECK_INT(out[0]->checksum, cases[i].checksum);
        CHECK_INT(out[0]->flags, cases[i].flags);
        CHECK_INT(out[0]->vlan_count, cases[i].vlan_count);
        CHECK_INT(out[0]->vlan[0], cases[i].vlan_count ? 0x6064 : 0);
        CHECK_INT(out[0]->time_ns, frame.time_ns);
    }
}

void push_copies_the_frame(void)
{
    ipfunnel *capture = open_pushable();
    struct packet packet = packet_udp(4, 3, 500), changed = packet;
    ipfunnel_frame frame = frame_of(&changed);
    CHECK_INT(ipfunnel_push(capture, &frame), 0);
    memset(&changed, 0xff, sizeof changed);
    struct harvest got = { 0 };
    harvest_all(capture, &got);
    CHECK_INT(got.count, 1);
    expect_bytes(&got.records[0], &packet);
    harvest_free(&got);
}

void push_while_off_is_not_captured(void)
{
    need_capability(IPFUNNEL_CAN_PUSH, "takes frames from its caller");
    ipfunnel *capture = open_in(IPFUNNEL_MODE_OFF);
    struct packet packet = packet_udp(4, 3, 32);
    ipfunnel_frame frame = frame_of(&packet);
    CHECK_INT(ipfunnel_push(capture, &frame), 0);
    ipfunnel_statistics s = balanced(capture);
    CHECK_INT(s.frames, 0);
    CHECK_INT(s.dropped, 0);
}

void push_rejects_bad_frames(void)
{
    ipfunnel *capture = open_pushable();
    struct packet packet = packet_udp(4, 3, 32);
    const ipfunnel_frame good = frame_of(&packet);
    ipfunnel_frame bad[9] = { good, good, good, good, good, good, good, good, good };
    bad[0].size = 0;
    bad[1].size = 4;
    bad[2].bytes = NULL;
    bad[3].original_length = bad[3].captured_length - 1;
    bad[4].facts = 1u << 31;
    bad[5].facts = IPFUNNEL_FRAME_IN | IPFUNNEL_FRAME_OUT;
    bad[6].facts = IPFUNNEL_FRAME_OUT | IPFUNNEL_FRAME_OTHER_HOST;
    bad[7].facts = IPFUNNEL_FRAME_CHECKSUM_VALID | IPFUNNEL_FRAME_CHECKSUM_NOT_READY;
    bad[8].link_type = 0x10000;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        printf("row %zu\n", i);
        CHECK_INT(ipfunnel_push(capture, &bad[i]), IPFUNNEL_EINVAL);
        expect_error(ipfunnel_last_error(capture), IPFUNNEL_EINVAL);
    }
    CHECK_INT(ipfunnel_push(capture, NULL), IPFUNNEL_EINVAL);
    struct {
        ipfunnel_frame frame;
        uint8_t tail[16];
    } newer = { .frame = good };
    newer.frame.size = sizeof newer;
    CHECK_INT(ipfunnel_push(capture, &newer.frame), 0);
    newer.tail[15] = 1;
    CHECK_INT(ipfunnel_push(capture, &newer.frame), IPFUNNEL_EINVAL);
    ipfunnel_statistics s = balanced(capture);
    CHECK_INT(s.frames, 1);
}

void push_tells_cut_frames_from_short_ones(void)
{
    ipfunnel *capture = open_pushable();
    struct packet packet = packet_udp(4, 3, 100);
    static const struct {
        uint32_t captured, original, length, flags;         /* counted from the end of the link header */
    } cases[] = {
        { .captured = 128, .original = 128, .length = 128 },
        { .captured = 128, .original = 150, .length = 128 },
        { .captured = 60, .original = 128, .length = 60, .flags = IPFUNNEL_SNAPPED },
        { .captured = 60, .original = 60, .length = 60, .flags = IPFUNNEL_SHORT },
        { .captured = 60, .original = 100, .length = 60, .flags = IPFUNNEL_SNAPPED | IPFUNNEL_SHORT },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const ipfunnel_datagram *out[1];
        ipfunnel_frame frame = frame_of(&packet);
        frame.captured_length = LINK_HEADER + cases[i].captured;
        frame.original_length = LINK_HEADER + cases[i].original;
        CHECK_INT(ipfunnel_push(capture, &frame), 0);
        CHECK_INT(receive_now(capture, out, 1), 1);
        CHECK_INT(out[0]->length, cases[i].length);
        CHECK_INT(out[0]->original_length, 128);
        CHECK_INT(out[0]->flags, cases[i].flags);
    }
    const ipfunnel_datagram *out[1];
    ipfunnel_frame frame = frame_of(&packet);
    frame.captured_length = LINK_HEADER + 60;
    frame.original_length = IPFUNNEL_LENGTH_UNKNOWN;
    CHECK_INT(ipfunnel_push(capture, &frame), 0);
    CHECK_INT(receive_now(capture, out, 1), 1);
    CHECK_INT(out[0]->original_length, 128);
    CHECK_INT(out[0]->flags, IPFUNNEL_SNAPPED);
}

void push_counts_unknown_link_types(void)
{
    ipfunnel *capture = open_pushable();
    struct packet packet = packet_udp(4, 3, 32);
    ipfunnel_frame frame = frame_of(&packet);
    frame.link_type = 65000;
    CHECK_INT(ipfunnel_push(capture, &frame), 0);
    expect_nothing(capture);
    ipfunnel_statistics s = balanced(capture);
    CHECK_INT(s.unknown_link, 1);
    CHECK_INT(s.frames, 1);
}

void push_needs_the_capability(void)
{
    ipfunnel *capture = open_in(IPFUNNEL_MODE_ON);
    if (info_of(capture).capabilities & IPFUNNEL_CAN_PUSH)
        SKIP("backend %s takes frames", rig->name);
    struct packet packet = packet_udp(4, 3, 32);
    ipfunnel_frame frame = frame_of(&packet);
    CHECK_INT(ipfunnel_push(capture, &frame), IPFUNNEL_EOPNOTSUPP);
    expect_error(ipfunnel_last_error(capture), IPFUNNEL_EOPNOTSUPP);
}
