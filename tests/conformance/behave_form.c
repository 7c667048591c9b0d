/* The form of what is delivered: the datagram's own bytes, no more and no fewer, in order. */
#include "behaviours.h"
#include "fixture.h"

static ipfunnel *open_snapped(uint32_t snap_length)
{
    ipfunnel_options options = options_here();
    options.start = IPFUNNEL_MODE_ON;
    options.snap_length = snap_length;
    return open_with(&options);
}

void datagrams_arrive_whole_and_in_order(void)
{
    enum { COUNT = 500 };
    ipfunnel *capture = open_in(IPFUNNEL_MODE_ON);
    bool counts = info_of(capture).capabilities & IPFUNNEL_CAN_COUNT_DROPS;
    struct harvest got = { 0 };
    for (uint16_t i = 0; i < COUNT; i++) {
        struct packet packet = packet_udp(i % 3 ? 4 : 6, i, i * 3u % 1400);
        send_in(&packet);
    }
    harvest_all(capture, &got);
    expect_numbers(&got, 0, COUNT);
    for (uint16_t i = 0; i < COUNT; i++) {
        struct packet sent = packet_udp(i % 3 ? 4 : 6, i, i * 3u % 1400);
        expect_bytes(&got.records[i], &sent);
        CHECK_INT(got.records[i].version, i % 3 ? 4 : 6);
        CHECK_INT(got.records[i].vlan_count, 0);
        CHECK_INT(got.records[i].dropped_before, counts ? 0 : IPFUNNEL_DROPS_UNKNOWN);
    }
    harvest_free(&got);
}

void padding_is_trimmed(void)
{
    ipfunnel *capture = open_in(IPFUNNEL_MODE_ON);
    for (uint16_t i = 0; i < 47; i++) {
        struct packet packet = packet_udp(i % 2 ? 6 : 4, i, 0);
        packet_pad(&packet, i);
        send_in(&packet);
    }
    struct harvest got = { 0 };
    harvest_all(capture, &got);
    expect_numbers(&got, 0, 47);
    for (uint16_t i = 0; i < 47; i++) {
        struct packet sent = packet_udp(i % 2 ? 6 : 4, i, 0);
        expect_bytes(&got.records[i], &sent);
    }
    harvest_free(&got);
}

void fragments_are_untouched(void)
{
    ipfunnel *capture = open_in(IPFUNNEL_MODE_ON);
    struct packet sent[6];
    for (uint16_t i = 0; i < 6; i++) {
        sent[i] = packet_fragment(i < 3 ? 4 : 6, i, 800, 800u * (i % 3), i % 3 < 2);
        send_in(&sent[i]);
    }
    struct harvest got = { 0 };
    harvest_all(capture, &got);
    expect_numbers(&got, 0, 6);
    for (int i = 0; i < 6; i++)
        expect_bytes(&got.records[i], &sent[i]);
    harvest_free(&got);
}

void snap_length_cuts_and_says_so(void)
{
    enum { PAYLOAD = 100 };
    static const uint32_t snaps[] = { 6, 20, 28, 40, 127, 128, 129, 148, 149, 262144 };
    for (size_t i = 0; i < sizeof snaps / sizeof *snaps; i++) {
        ipfunnel *capture = open_snapped(snaps[i]);
        CHECK_INT(info_of(capture).snap_length, snaps[i]);
        struct packet four = packet_udp(4, 0, PAYLOAD), six = packet_udp(6, 1, PAYLOAD);
        packet_pad(&four, 10);
        send_in(&four);
        send_in(&six);
        struct harvest got = { 0 };
        harvest_all(capture, &got);
        expect_numbers(&got, 0, 2);
        for (int n = 0; n < 2; n++) {
            const struct record *r = &got.records[n];
            uint32_t whole = packet_udp_size(n ? 6 : 4, PAYLOAD);
            CHECK_INT(r->length, snaps[i] < whole ? snaps[i] : whole);
            CHECK_INT(r->original_length, whole);
            CHECK_INT(r->flags, snaps[i] < whole ? IPFUNNEL_SNAPPED : 0);
            CHECK_BYTES(r->bytes, (n ? &six : &four)->bytes + LINK_HEADER, r->length);
        }
        harvest_free(&got);
        close_capture(capture);
    }
}

void short_datagrams_say_so(void)
{
    need_ability(RIG_SHOWS_LINK, "show datagrams that claim more than there is");
    ipfunnel *capture = open_in(IPFUNNEL_MODE_ON);
    struct packet four = packet_udp(4, 0, 100), six = packet_udp(6, 1, 100);
    uint32_t claimed4 = four.length - LINK_HEADER, claimed6 = six.length - LINK_HEADER;
    four.length -= 30;
    six.length -= 30;
    send_in(&four);
    send_in(&six);
    struct harvest got = { 0 };
    harvest_all(capture, &got);
    expect_numbers(&got, 0, 2);
    for (int n = 0; n < 2; n++) {
        CHECK_INT(got.records[n].length, (n ? claimed6 : claimed4) - 30);
        CHECK_INT(got.records[n].original_length, n ? claimed6 : claimed4);
        CHECK_INT(got.records[n].flags, IPFUNNEL_SHORT);
    }
    harvest_free(&got);
}

void every_batch_size_gets_all(void)
{
    enum { COUNT = 700 };
    static const int sizes[] = { 1, 3, 64, 1000 };
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        ipfunnel *capture = open_in(IPFUNNEL_MODE_ON);
        struct packet arp = packet_arp();
        for (uint16_t n = 0; n < COUNT; n++) {
            struct packet packet = packet_udp(4, n, 16);
            send_in(&packet);
            if (n % 5 == 0)
                send_in(&arp);
        }
        struct harvest got = { .batch = sizes[i] };
        harvest_all(capture, &got);
        expect_numbers(&got, 0, COUNT);
        harvest_free(&got);
        close_capture(capture);
    }
}

void max_below_1_is_einval(void)
{
    const ipfunnel_datagram *out[1] = { NULL };
    ipfunnel *capture = open_in(IPFUNNEL_MODE_ON);
    send_udp(4, 5);
    for (int max = 0; max >= -1; max--) {
        CHECK_INT(ipfunnel_recv(capture, out, max, 0), IPFUNNEL_EINVAL);
        CHECK(out[0] == NULL);
        expect_error(ipfunnel_last_error(capture), IPFUNNEL_EINVAL);
    }
    CHECK_INT(receive(capture, out, 1), 1);
    CHECK_INT(number_of(out[0]->bytes, out[0]->length), 5);
}

/* A tenth of a second for clocks that are read in other places. */
void time_is_the_time_of_arrival(void)
{
    enum { TENTH = 100000000, COUNT = 5 };
    ipfunnel *capture = open_in(IPFUNNEL_MODE_ON);
    int64_t start = platform_wall_ns();
    for (uint16_t i = 0; i < COUNT; i++) {
        struct packet packet = packet_udp(4, i, 32);
        send_at(&packet, RIG_IN, start + i);
    }
    struct harvest got = { 0 };
    harvest_all(capture, &got);
    int64_t end = platform_wall_ns();
    expect_numbers(&got, 0, COUNT);
    for (int i = 0; i < COUNT; i++) {
        CHECK(got.records[i].time_ns != IPFUNNEL_TIME_UNKNOWN);
        if (rig->abilities & RIG_SETS_TIME)
            CHECK_INT(got.records[i].time_ns, start + i);
        CHECK(got.records[i].time_ns >= start - TENTH && got.records[i].time_ns <= end + TENTH);
        CHECK(i == 0 || got.records[i].time_ns >= got.records[i - 1].time_ns - TENTH);
    }
    harvest_free(&got);
}
