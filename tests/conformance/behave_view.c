/* Which datagrams a capture shows: directions, other hosts, loopback, families. */
#include "behaviours.h"
#include "fixture.h"

static void send_numbered(int version, uint16_t number, enum rig_side side)
{
    struct packet packet = packet_udp(version, number, 32);
    send_on(&packet, side);
}

void both_directions_are_delivered(void)
{
    need_side(RIG_OUT, "frames of this host");
    ipfunnel *capture = open_in(IPFUNNEL_MODE_ON);
    for (uint16_t i = 0; i < 10; i++)
        send_numbered(i % 4 < 2 ? 4 : 6, i, i % 2 ? RIG_OUT : RIG_IN);
    struct harvest got = { 0 };
    harvest_all(capture, &got);
    expect_numbers(&got, 0, 10);
    harvest_free(&got);
}

void direction_and_who_says_so(void)
{
    need_capability(IPFUNNEL_CAN_DIRECTION, "the system tells the direction");
    need_side(RIG_OUT, "frames of this host");
    ipfunnel *capture = open_in(IPFUNNEL_MODE_ON);
    static const enum rig_side sides[] = { RIG_IN, RIG_OUT, RIG_BROADCAST, RIG_OTHER_HOST };
    bool from_file = info_of(capture).capabilities & IPFUNNEL_CAN_READ_FILES;
    for (uint16_t i = 0; i < 4; i++)
        send_numbered(4, i, sides[i]);
    struct harvest got = { 0 };
    harvest_all(capture, &got);
    expect_numbers(&got, 0, 4);
    for (int i = 0; i < 4; i++) {
        bool out = sides[i] == RIG_OUT;
        CHECK_INT(got.records[i].direction, out ? IPFUNNEL_DIRECTION_OUT : IPFUNNEL_DIRECTION_IN);
        CHECK_INT(got.records[i].direction_source, from_file ? IPFUNNEL_SAYS_FILE : IPFUNNEL_SAYS_KERNEL);
    }
    harvest_free(&got);
}

/* Sends a datagram between two addresses, IPv4 or IPv6 in network order. */
static void send_between(int version, uint16_t number, const uint8_t *source, const uint8_t *destination)
{
    struct packet packet = packet_udp(version, number, 32);
    uint8_t *h = packet.bytes + LINK_HEADER;
    size_t size = version == 4 ? 4 : 16;
    memcpy(h + (version == 4 ? 12 : 8), source, size);
    memcpy(h + (version == 4 ? 16 : 24), destination, size);
    send_on(&packet, RIG_UNSAID);
}

void direction_by_addresses(void)
{
    need_side(RIG_UNSAID, "frames without a direction");
    static const uint8_t own4[] = { 192, 0, 2, 1 }, other4[] = { 192, 0, 2, 7 }, far4[] = { 203, 0, 113, 1 },
                         subnet4[] = { 192, 0, 2, 255 }, all4[] = { 255, 255, 255, 255 }, group4[] = { 224, 0, 0, 1 };
    static const uint8_t own6[16] = { 0x20, 1, 0x0d, 0xb8, [15] = 1 }, far6[16] = { 0x20, 1, 0x0d, 0xb8, [15] = 9 },
                         group6[16] = { 0xff, 2, [15] = 1 };
    static const struct {
        int version;
        const uint8_t *source, *destination;
        int direction;
    } cases[] = {
        { 4, own4, far4, IPFUNNEL_DIRECTION_OUT },      { 4, own4, group4, IPFUNNEL_DIRECTION_OUT },
        { 4, own4, all4, IPFUNNEL_DIRECTION_OUT },      { 4, other4, own4, IPFUNNEL_DIRECTION_IN },
        { 4, other4, subnet4, IPFUNNEL_DIRECTION_IN },  { 4, other4, all4, IPFUNNEL_DIRECTION_IN },
        { 4, other4, group4, IPFUNNEL_DIRECTION_IN },   { 4, other4, far4, IPFUNNEL_DIRECTION_UNKNOWN },
        { 6, own6, far6, IPFUNNEL_DIRECTION_OUT },      { 6, far6, own6, IPFUNNEL_DIRECTION_IN },
        { 6, far6, group6, IPFUNNEL_DIRECTION_IN },     { 6, far6, far6, IPFUNNEL_DIRECTION_UNKNOWN },
    };
    enum { CASES = sizeof cases / sizeof *cases };
    ipfunnel *capture = open_in(IPFUNNEL_MODE_ON);
    for (uint16_t i = 0; i < CASES; i++)
        send_between(cases[i].version, i, cases[i].source, cases[i].destination);
    struct harvest got = { 0 };
    harvest_all(capture, &got);
    expect_numbers(&got, 0, CASES);
    for (int i = 0; i < CASES; i++) {
        CHECK_INT(got.records[i].direction, cases[i].direction);
        CHECK_INT(got.records[i].direction_source,
                  cases[i].direction ? IPFUNNEL_SAYS_ADDRESSES : IPFUNNEL_SAYS_NOBODY);
    }
    harvest_free(&got);
}

void no_outgoing_hides_what_is_sent(void)
{
    need_capability(IPFUNNEL_CAN_NO_OUTGOING, "hide what this host sends");
    need_capability(IPFUNNEL_CAN_DIRECTION, "tell by other things than addresses what is sent");
    need_side(RIG_OUT, "frames of this host");
    ipfunnel_options options = options_here();
    options.start = IPFUNNEL_MODE_ON;
    options.flags = IPFUNNEL_OPEN_NO_OUTGOING;
    ipfunnel *capture = open_with(&options);
    send_numbered(4, 100, RIG_OUT);
    send_numbered(4, 0, RIG_IN);
    send_numbered(6, 101, RIG_OUT);
    send_numbered(6, 1, RIG_IN);
    struct harvest got = { 0 };
    harvest_all(capture, &got);
    expect_numbers(&got, 0, 2);
    ipfunnel_statistics s = balanced(capture);
    if (is_known(&s, IPFUNNEL_COUNTER_excluded_outgoing))
        CHECK_INT(s.excluded_outgoing, 2);
    harvest_free(&got);
}

static void send_hosts(void)
{
    send_numbered(4, 0, RIG_IN);
    send_numbered(4, 1, RIG_BROADCAST);
    send_numbered(4, 2, RIG_OTHER_HOST);
    send_numbered(6, 3, RIG_OTHER_HOST);
    send_numbered(6, 4, RIG_IN);
}

void iplevel_hides_other_hosts(void)
{
    need_side(RIG_OTHER_HOST, "frames for other hosts");
    ipfunnel *capture = open_in(IPFUNNEL_MODE_IPLEVEL);
    /* A second capture makes the interface promiscuous, which must not show here. */
    ipfunnel *other = open_in(IPFUNNEL_MODE_ON);
    send_hosts();
    send_marker();
    struct harvest got = { 0 };
    harvest_marker(capture, &got);
    CHECK_INT(got.count, 3);
    CHECK_INT(got.records[0].number, 0);
    CHECK_INT(got.records[1].number, 1);
    CHECK_INT(got.records[2].number, 4);
    ipfunnel_statistics s = balanced(capture);
    if (is_known(&s, IPFUNNEL_COUNTER_excluded_other_host))
        CHECK_INT(s.excluded_other_host, 2);
    harvest_free(&got);
    harvest_marker(other, &got);
    expect_numbers(&got, 0, 5);
    harvest_free(&got);
}

void on_shows_other_hosts(void)
{
    need_side(RIG_OTHER_HOST, "frames for other hosts");
    ipfunnel *capture = open_in(IPFUNNEL_MODE_ON);
    send_hosts();
    struct harvest got = { 0 };
    harvest_all(capture, &got);
    expect_numbers(&got, 0, 5);
    harvest_free(&got);
}

void loopback_datagrams_come_once(void)
{
    need_side(RIG_LOOPBACK, "frames through a loopback interface");
    ipfunnel_options options = options_here();
    rig->loopback_options(&options);
    options.start = IPFUNNEL_MODE_ON;
    marker_side = RIG_LOOPBACK;
    for (int count_all = 0; count_all < 2; count_all++) {
        options.flags = count_all ? IPFUNNEL_OPEN_COUNT_ALL : 0;
        ipfunnel *capture = open_with(&options);
        for (uint16_t i = 0; i < 20; i++)
            send_numbered(i % 2 ? 4 : 6, i, RIG_LOOPBACK);
        struct harvest got = { 0 };
        harvest_all(capture, &got);
        expect_numbers(&got, 0, 20);
        ipfunnel_statistics s = balanced(capture);
        bool counted = count_all && rig->abilities & RIG_SHOWS_COPIES;
        if (counted)
            CHECK(is_known(&s, IPFUNNEL_COUNTER_excluded_loopback_copy));
        /* The copy of the last frame may come after it. */
        if (counted)
            CHECK(s.excluded_loopback_copy == 20 || s.excluded_loopback_copy == 21);
        harvest_free(&got);
        close_capture(capture);
    }
}

void other_family_is_counted_not_delivered(void)
{
    for (int version = 4; version <= 6; version += 2) {
        ipfunnel_options options = options_here();
        options.start = IPFUNNEL_MODE_ON;
        options.families = version == 4 ? IPFUNNEL_IPV4 : IPFUNNEL_IPV6;
        ipfunnel *capture = open_with(&options);
        CHECK_INT(info_of(capture).families, options.families);
        for (uint16_t i = 0; i < 3; i++) {
            send_numbered(version, i, RIG_IN);
            send_numbered(10 - version, (uint16_t)(100 + i), RIG_IN);
        }
        marker_version = version;
        struct harvest got = { 0 };
        harvest_all(capture, &got);
        expect_numbers(&got, 0, 3);
        for (int i = 0; i < 3; i++)
            CHECK_INT(got.records[i].version, version);
        ipfunnel_statistics s = balanced(capture);
        CHECK_INT(s.delivered, 4);
        if (is_known(&s, IPFUNNEL_COUNTER_other_family))
            CHECK_INT(s.other_family, 3);
        harvest_free(&got);
        close_capture(capture);
    }
}

void two_captures_each_get_their_own_copy(void)
{
    need_ability(RIG_LIVE, "frames arrive at a time");
    ipfunnel *first = open_in(IPFUNNEL_MODE_ON), *second = open_in(IPFUNNEL_MODE_IPLEVEL);
    send_many(0, 100, 32);
    set_mode(first, IPFUNNEL_MODE_OFF);
    send_many(100, 50, 32);
    send_marker();
    struct harvest got = { 0 };
    harvest_to_end(first, &got);
    expect_numbers(&got, 0, 100);
    harvest_free(&got);
    harvest_marker(second, &got);
    expect_numbers(&got, 0, 150);
    harvest_free(&got);
}
