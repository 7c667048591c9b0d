/* The two ledgers of ipfunnel_statistics. stats_of of the fixture checks both identities at every call. */
#include "behaviours.h"
#include "fixture.h"

static void send_times(const struct packet *packet, enum rig_side side, int count)
{
    for (int i = 0; i < count; i++)
        send_on(packet, side);
}

static ipfunnel *open_counting(ipfunnel_mode mode, uint32_t families)
{
    ipfunnel_options options = options_here();
    options.start = (uint32_t)mode;
    options.families = families;
    options.flags = IPFUNNEL_OPEN_COUNT_ALL;
    options.vlan = IPFUNNEL_VLAN_OWN;
    return open_with(&options);
}

#define CHECK_COUNTER(stats, name, expected) \
    do { \
        CHECK(is_known(&(stats), IPFUNNEL_COUNTER_##name)); \
        CHECK_INT((stats).name, expected); \
    } while (0)

void ledger_counts_exactly(void)
{
    need_side(RIG_OTHER_HOST, "frames for other hosts");
    need_side(RIG_OUT, "frames of this host");
    need_ability(RIG_SHOWS_LINK, "show frames that give no datagram");
    ipfunnel *capture = open_counting(IPFUNNEL_MODE_IPLEVEL, IPFUNNEL_IPV4);
    struct packet four = packet_udp(4, 1, 32), six = packet_udp(6, 2, 32), arp = packet_arp(), llc = packet_llc(),
                  malformed = packet_malformed(), tagged = packet_udp(4, 3, 32);
    packet_tag(&tagged, 0x8100, 7);
    for (int round = 1; round <= 3; round++) {
        send_times(&four, RIG_IN, 5);
        send_times(&arp, RIG_IN, 3);
        send_times(&six, RIG_IN, 4);
        send_times(&four, RIG_OUT, 2);
        send_times(&llc, RIG_IN, 2);
        send_times(&malformed, RIG_IN, 2);
        send_times(&tagged, RIG_IN, 3);
        send_times(&four, RIG_OTHER_HOST, 6);
        struct harvest got = { 0 };
        harvest_all(capture, &got);
        CHECK_INT(got.count, 7);
        harvest_free(&got);

        ipfunnel_statistics s = balanced(capture);
        uint64_t n = (uint64_t)round;
        CHECK_COUNTER(s, frames, n * 28);               /* the marker included */
        CHECK_COUNTER(s, carrying_ip, n * 21);
        CHECK_COUNTER(s, not_ip, n * 5);
        CHECK_COUNTER(s, malformed, n * 2);
        CHECK_COUNTER(s, unknown_link, 0);
        CHECK_COUNTER(s, pending, 0);
        CHECK_COUNTER(s, extra_from_cutting, 0);
        CHECK_COUNTER(s, delivered, n * 8);
        CHECK_COUNTER(s, filtered, 0);
        CHECK_COUNTER(s, other_family, n * 4);
        CHECK_COUNTER(s, excluded_vlan, n * 3);
        CHECK_COUNTER(s, excluded_other_host, n * 6);
        CHECK_COUNTER(s, excluded_outgoing, 0);
        CHECK_COUNTER(s, excluded_loopback_copy, 0);
        if (is_known(&s, IPFUNNEL_COUNTER_dropped))
            CHECK_INT(s.dropped, 0);
    }
}

void ledger_holds_between_reads(void)
{
    need_ability(RIG_COUNTS_QUEUED, "frames count before they are received");
    enum { PAIRS = 200 };
    ipfunnel *capture = open_counting(IPFUNNEL_MODE_ON, 0);
    struct packet arp = packet_arp();
    ipfunnel_statistics s = balanced(capture);
    CHECK_COUNTER(s, frames, 0);
    CHECK_COUNTER(s, pending, 0);
    for (uint16_t i = 0; i < PAIRS; i++) {
        send_udp(4, i);
        send_in(&arp);
    }
    wait_for_frames(capture, 2 * PAIRS);
    s = balanced(capture);
    CHECK_COUNTER(s, frames, 2 * PAIRS);
    CHECK_COUNTER(s, pending, 2 * PAIRS);
    CHECK_COUNTER(s, delivered, 0);
    uint64_t got = 0;
    const ipfunnel_datagram *out[7];
    while (got < PAIRS) {
        got += (uint64_t)receive(capture, out, 7);
        s = balanced(capture);
        CHECK_COUNTER(s, delivered, got);
        CHECK_COUNTER(s, carrying_ip, got);
        CHECK_COUNTER(s, frames, 2 * PAIRS);
    }
    CHECK_INT(ipfunnel_recv(capture, out, 7, 100), 0);     /* the last frame may wait for its block to be handed over */
    s = balanced(capture);
    CHECK_COUNTER(s, pending, 0);
    CHECK_COUNTER(s, not_ip, PAIRS);
}

static void expect_not_less(const ipfunnel_statistics *before, const ipfunnel_statistics *now)
{
#define NOT_LESS(name) \
    if (IPFUNNEL_COUNTER_##name != IPFUNNEL_COUNTER_pending && is_known(before, IPFUNNEL_COUNTER_##name) \
        && is_known(now, IPFUNNEL_COUNTER_##name)) \
        CHECK(now->name >= before->name);
    IPFUNNEL_COUNTERS(NOT_LESS)
#undef NOT_LESS
}

void counters_never_decrease(void)
{
    ipfunnel *capture = open_in(IPFUNNEL_MODE_ON);
    ipfunnel_statistics before = balanced(capture);
    struct packet arp = packet_arp(), malformed = packet_malformed();
    const ipfunnel_datagram *out[5];
    for (uint16_t i = 0; i < 300; i++) {
        send_udp(i % 2 ? 4 : 6, i);
        send_in(i % 3 ? &arp : &malformed);
        int n = ipfunnel_recv(capture, out, 5, i % 7 ? 0 : 2);
        CHECK(n >= 0 || n == IPFUNNEL_END);
        if (i % 50 == 20)
            set_mode(capture, i % 100 == 20 ? IPFUNNEL_MODE_OFF : IPFUNNEL_MODE_IPLEVEL);
        if (i % 50 == 25)
            set_mode(capture, IPFUNNEL_MODE_ON);
        if (i % 50 == 30)
            ipfunnel_release(capture);
        ipfunnel_statistics now = balanced(capture);
        expect_not_less(&before, &now);
        before = now;
    }
}

void count_all_makes_counters_available(void)
{
    need_ability(RIG_SHOWS_LINK, "show what gives no datagram");
    ipfunnel *capture = open_counting(IPFUNNEL_MODE_IPLEVEL, 0);
    ipfunnel_statistics s = balanced(capture);
    uint64_t all = ((uint64_t)1 << IPFUNNEL_COUNTER_COUNT) - 1, drops = (uint64_t)1 << IPFUNNEL_COUNTER_dropped;
    uint32_t can = info_of(capture).capabilities;
    if (can & IPFUNNEL_CAN_READ_FILES)             /* whether drops are known depends on the file */
        s.available &= ~drops;
    CHECK_INT(s.available, can & IPFUNNEL_CAN_COUNT_DROPS && !(can & IPFUNNEL_CAN_READ_FILES) ? all : all & ~drops);
}

void drops_are_counted_and_placed(void)
{
    need_ability(RIG_LIVE, "frames are lost when nobody receives");
    need_capability(IPFUNNEL_CAN_COUNT_DROPS, "count what the system lost");
    ipfunnel_options options = options_here();
    options.start = IPFUNNEL_MODE_ON;
    options.ring_bytes = 1;
    options.flags = IPFUNNEL_OPEN_COUNT_ALL;
    ipfunnel *capture = open_with(&options);
    ipfunnel_statistics s = balanced(capture);
    struct packet packet = packet_udp(4, 7, 1400);
    uint64_t sent = 0, most = info_of(capture).buffer_bytes / 1400 * 2 + 1000;
    for (int overflow = 1; overflow <= 3; overflow++) {
        uint64_t before = s.dropped;
        for (uint64_t i = 0; i < most && s.dropped < before + 10; i++, sent++) {
            send_in(&packet);
            s = balanced(capture);
        }
        CHECK(s.dropped >= before + 10);
        if (rig->abilities & RIG_COUNTS_QUEUED)
            CHECK_INT(s.frames + s.dropped, sent);
        struct harvest got = { 0 };
        harvest_for(capture, &got, SOON_MS);
        harvest_all(capture, &got);
        sent++;
        s = balanced(capture);
        CHECK_INT(s.delivered + s.dropped, sent);
        CHECK(got.dropped <= s.dropped - before);
        if (!got.dropped_unsure)
            CHECK_INT(got.dropped, s.dropped - before);
        else
            printf("%d of %d numbers are lower bounds or unknown\n", got.dropped_unsure, got.count);
        harvest_free(&got);
    }
}
