/* Filters: ipfunnel_options.filter and ipfunnel_set_filter. The marker of the fixture has an even number. */
#include "behaviours.h"
#include "fixture.h"

static const char even[] = "ip[4:2] & 1 = 0";
static const char odd_and_marker[] = "ip[4:2] & 1 = 1 or ip[4:2] = 0xfffe";

static void need_filters(void)
{
    need_capability(IPFUNNEL_CAN_FILTER, "filter expressions");
}

static ipfunnel *open_filtered(const char *filter, uint32_t mode)
{
    ipfunnel_options options = options_here();
    options.filter = filter;
    options.start = mode;
    return open_with(&options);
}

/* Where no kernel takes a share of the filter's work. */
static ipfunnel *open_counting(const char *filter)
{
    ipfunnel_options options = options_here();
    options.filter = filter;
    options.start = IPFUNNEL_MODE_ON;
    options.flags = IPFUNNEL_OPEN_COUNT_ALL;
    return open_with(&options);
}

static void set_filter(ipfunnel *capture, const char *filter)
{
    int status = ipfunnel_set_filter(capture, filter);
    if (status)
        fprintf(stderr, "ipfunnel_set_filter: %s\n", ipfunnel_last_error(capture)->text);
    CHECK_INT(status, 0);
    CHECK_STR(info_of(capture).filter, filter ? filter : "");
}

/* The even or the odd numbers below `end`, from `first` on. */
static void expect_every_second(ipfunnel *capture, int first, int end)
{
    struct harvest got = { 0 };
    harvest_all(capture, &got);
    for (int i = 0; i < got.count; i++)
        CHECK_INT(got.records[i].number, first + 2 * i);
    CHECK_INT(got.count, (end - first + 1) / 2);
    harvest_free(&got);
}

void filter_decides_what_is_delivered(void)
{
    need_filters();
    ipfunnel *capture = open_counting(even);
    CHECK_STR(info_of(capture).filter, even);
    CHECK_INT(info_of(capture).filter_in_kernel, IPFUNNEL_NO);
    send_many(0, 10, 32);
    expect_every_second(capture, 0, 10);
    ipfunnel_statistics s = balanced(capture);
    CHECK_INT(s.delivered, 6);
    CHECK(is_known(&s, IPFUNNEL_COUNTER_filtered));
    CHECK_INT(s.filtered, 5);
}

/* What the kernel leaves out nobody counts: neither as filtered, nor as what else it would have been left out for. */
void filter_in_the_kernel_hides_counters(void)
{
    need_filters();
    for (int all = 0; all < 2; all++) {
        ipfunnel_options options = options_here();
        options.start = IPFUNNEL_MODE_ON;
        options.families = all ? 0 : IPFUNNEL_IPV4;
        options.vlan = all ? IPFUNNEL_VLAN_ALL : IPFUNNEL_VLAN_OWN;
        ipfunnel *capture = open_with(&options);
        CHECK_INT(info_of(capture).filter_in_kernel, IPFUNNEL_NO);
        ipfunnel_statistics before = balanced(capture);
        set_filter(capture, even);
        bool in_kernel = info_of(capture).filter_in_kernel != IPFUNNEL_NO;
        send_many(0, 10, 32);
        expect_every_second(capture, 0, 10);
        ipfunnel_statistics s = balanced(capture);
        bool hides = in_kernel && !all;
        CHECK_INT(is_known(&s, IPFUNNEL_COUNTER_filtered), !in_kernel);
        CHECK_INT(is_known(&s, IPFUNNEL_COUNTER_other_family),
                  is_known(&before, IPFUNNEL_COUNTER_other_family) && !hides);
        CHECK_INT(is_known(&s, IPFUNNEL_COUNTER_excluded_vlan),
                  is_known(&before, IPFUNNEL_COUNTER_excluded_vlan) && !hides);
        CHECK_INT(is_known(&s, IPFUNNEL_COUNTER_not_ip), is_known(&before, IPFUNNEL_COUNTER_not_ip));
        CHECK_INT(is_known(&s, IPFUNNEL_COUNTER_malformed), is_known(&before, IPFUNNEL_COUNTER_malformed));
        CHECK_INT(s.filtered, in_kernel ? 0 : 5);
        CHECK_INT(s.delivered, 6);
        set_filter(capture, NULL);                /* what was left out stays unknown */
        s = balanced(capture);
        CHECK_INT(is_known(&s, IPFUNNEL_COUNTER_filtered), !in_kernel);
        CHECK_INT(info_of(capture).filter_in_kernel, IPFUNNEL_NO);
        close_capture(capture);
    }
}

void filter_counts_what_nothing_else_left_out(void)
{
    need_filters();
    need_ability(RIG_SHOWS_LINK, "show what gives no datagram");
    ipfunnel_options options = options_here();
    options.filter = even;
    options.start = IPFUNNEL_MODE_ON;
    options.families = IPFUNNEL_IPV4;
    options.vlan = IPFUNNEL_VLAN_OWN;
    options.flags = IPFUNNEL_OPEN_COUNT_ALL;
    ipfunnel *capture = open_with(&options);
    struct packet six = packet_udp(6, 1, 32), arp = packet_arp(), tagged = packet_udp(4, 1, 32);
    packet_tag(&tagged, 0x8100, 7);
    send_many(0, 4, 32);
    for (int i = 0; i < 3; i++) {
        send_in(&six);
        send_in(&arp);
        send_in(&tagged);
    }
    expect_every_second(capture, 0, 4);
    ipfunnel_statistics s = balanced(capture);
    CHECK_INT(s.filtered, 2);
    CHECK_INT(s.other_family, 3);
    CHECK_INT(s.not_ip, 3);
    CHECK_INT(s.excluded_vlan, 3);
    CHECK_INT(s.delivered, 3);
}

void filter_can_be_replaced_and_removed(void)
{
    need_filters();
    ipfunnel *capture = open_in(IPFUNNEL_MODE_ON);
    CHECK_STR(info_of(capture).filter, "");
    for (int round = 0; round < 3; round++) {
        set_filter(capture, even);
        send_many(0, 6, 32);
        expect_every_second(capture, 0, 6);
        set_filter(capture, odd_and_marker);
        send_many(0, 6, 32);
        expect_every_second(capture, 1, 6);
        set_filter(capture, round ? "" : NULL);
        send_many(0, 6, 32);
        struct harvest got = { 0 };
        harvest_all(capture, &got);
        expect_numbers(&got, 0, 6);
        harvest_free(&got);
    }
    ipfunnel_statistics s = balanced(capture);
    if (is_known(&s, IPFUNNEL_COUNTER_filtered))
        CHECK_INT(s.filtered, 3 * (3 + 3));
}

/* Some in the system, some in the library: a batch of one leaves the rest where it is. */
void filter_is_asked_about_what_waits(void)
{
    need_filters();
    enum { COUNT = 200 };
    ipfunnel *capture = open_filtered("udp", IPFUNNEL_MODE_ON);
    send_many(0, COUNT, 32);
    wait_for_frames(capture, COUNT);
    const ipfunnel_datagram *out[1];
    CHECK_INT(receive(capture, out, 1), 1);
    CHECK_INT(number_of(out[0]->bytes, out[0]->length), 0);
    set_filter(capture, odd_and_marker);
    CHECK_INT(receive(capture, out, 1), 1);
    CHECK_INT(number_of(out[0]->bytes, out[0]->length), 1);
    set_filter(capture, even);
    expect_every_second(capture, 2, COUNT);
}

void filter_error_keeps_the_old_one(void)
{
    need_filters();
    ipfunnel *capture = open_filtered(even, IPFUNNEL_MODE_ON);
    send_many(0, 4, 32);
    CHECK_INT(ipfunnel_set_filter(capture, "udp and and"), IPFUNNEL_EINVAL);
    expect_error(ipfunnel_last_error(capture), IPFUNNEL_EINVAL);
    CHECK_STR(info_of(capture).filter, even);
    send_many(4, 4, 32);
    expect_every_second(capture, 0, 8);
}

void filter_error_fails_open(void)
{
    need_filters();
    ipfunnel_options options = options_here();
    ipfunnel_error error;
    options.filter = "vlan 7";
    options.start = IPFUNNEL_MODE_ON;
    expect_open_error(&options, IPFUNNEL_EINVAL, &error);
    CHECK_INT(error.column, 1);
    CHECK_CONTAINS(error.text, "vlan");
}

void filter_error_names_the_column(void)
{
    need_filters();
    ipfunnel *capture = open_in(IPFUNNEL_MODE_OFF);
    CHECK_INT(ipfunnel_set_filter(capture, "udp port 53 or or tcp"), IPFUNNEL_EINVAL);
    CHECK_INT(ipfunnel_last_error(capture)->column, 16);
    CHECK_INT(ipfunnel_set_filter(capture, "udp and port nosuchservice"), IPFUNNEL_EINVAL);
    CHECK_INT(ipfunnel_last_error(capture)->column, 14);
    CHECK_INT(ipfunnel_set_mode(capture, (ipfunnel_mode)77), IPFUNNEL_EINVAL);
    CHECK_INT(ipfunnel_last_error(capture)->column, 0);
}

/* The payload's byte number i of datagram n is n + i. Set before the start, and while it runs. */
void filter_sees_behind_the_snap_length(void)
{
    need_filters();
    enum { SNAP = 20, PAYLOAD = 1000, AT = 900, BYTE = (AT - 28 + 5) & 0xff };
    char filter[64];
    snprintf(filter, sizeof filter, "len < 100 or ip[%d] = %d", AT, BYTE);
    for (int late = 0; late < 2; late++) {
        ipfunnel_options options = options_here();
        options.snap_length = SNAP;
        options.start = IPFUNNEL_MODE_ON;
        options.filter = late ? "udp" : filter;
        ipfunnel *capture = open_with(&options);
        if (late)
            set_filter(capture, filter);
        send_many(0, 10, PAYLOAD);
        struct harvest got = { 0 };
        harvest_all(capture, &got);
        expect_numbers(&got, 5, 1);
        CHECK_INT(got.records[0].length, SNAP);
        CHECK_INT(got.records[0].original_length, 28 + PAYLOAD);
        CHECK(got.records[0].flags & IPFUNNEL_SNAPPED);
        harvest_free(&got);
        close_capture(capture);
    }
}

void filter_set_in_any_order_leaks_nothing(void)
{
    need_filters();
    need_ability(RIG_LIVE, "frames pass by");
    ipfunnel *capture = open_filtered(odd_and_marker, IPFUNNEL_MODE_OFF);
    send_many(100, 10, 32);
    set_filter(capture, even);
    set_mode(capture, IPFUNNEL_MODE_ON);
    send_many(0, 6, 32);
    set_mode(capture, IPFUNNEL_MODE_OFF);
    set_filter(capture, odd_and_marker);
    set_filter(capture, even);
    set_mode(capture, IPFUNNEL_MODE_ON);
    send_many(6, 4, 32);
    expect_every_second(capture, 0, 10);
    ipfunnel *other = open_filtered(even, IPFUNNEL_MODE_IPLEVEL);
    send_many(0, 4, 32);
    send_marker();
    struct harvest got = { 0 };
    harvest_marker(other, &got);
    CHECK_INT(got.count, 2);
    harvest_free(&got);
}

void filter_leaves_datagrams_in_hand(void)
{
    need_filters();
    ipfunnel *capture = open_filtered(even, IPFUNNEL_MODE_ON);
    struct packet packet = packet_udp(4, 2, 500);
    send_in(&packet);
    const ipfunnel_datagram *out[1];
    CHECK_INT(receive(capture, out, 1), 1);
    set_filter(capture, odd_and_marker);
    CHECK_INT(out[0]->length, packet.length - LINK_HEADER);
    CHECK_BYTES(out[0]->bytes, packet.bytes + LINK_HEADER, out[0]->length);
}

void filter_knows_the_direction(void)
{
    need_filters();
    need_capability(IPFUNNEL_CAN_DIRECTION, "the system tells the direction");
    need_side(RIG_OUT, "frames of this host");
    ipfunnel *capture = open_in(IPFUNNEL_MODE_ON);
    for (int out = 0; out < 2; out++) {
        int status = ipfunnel_set_filter(capture, out ? "outbound" : "inbound");
        if (status == IPFUNNEL_EOPNOTSUPP)
            SKIP("backend %s does not claim: direction in filters, which libpcap compiles on Linux only", rig->name);
        CHECK_INT(status, 0);
        for (uint16_t i = 0; i < 8; i++) {
            struct packet packet = packet_udp(4, i, 32);
            send_on(&packet, i % 2 ? RIG_OUT : RIG_IN);
        }
        marker_side = out ? RIG_OUT : RIG_IN;
        expect_every_second(capture, out, 8);
    }
}

void filter_knows_the_network(void)
{
    need_filters();
    ipfunnel *capture = open_in(IPFUNNEL_MODE_OFF);
    if (rig->own_addresses[0]) {
        set_filter(capture, "ip broadcast");
    } else {
        CHECK_INT(ipfunnel_set_filter(capture, "ip broadcast"), IPFUNNEL_EINVAL);
        expect_error(ipfunnel_last_error(capture), IPFUNNEL_EINVAL);
    }
}
