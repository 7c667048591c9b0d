/* af_packet_long_posix.c - frames that are longer than a slot of the ring: whole, in order among short ones, in batches
 * of more than can be fetched at once, over an interface that goes down; lost ones counted. Below a latency of a
 * millisecond they come through the socket's queue. */
#define _GNU_SOURCE
#include "live_posix.h"
#include <stdbool.h>
#include <unistd.h>

enum { LONG = 60000, LOW_US = 1 };

static uint32_t size_of(uint32_t number)
{
    return number % 3 == 0 ? LONG : number % 3 == 1 ? SMALLEST : 1900;
}

static void check_whole(const ipfunnel_datagram *d, uint32_t number)
{
    CHECK_INT(number_of(d), number);
    CHECK_INT(d->length, size_of(number));
    CHECK_INT(d->original_length, size_of(number));
    CHECK(!(d->flags & (IPFUNNEL_SNAPPED | IPFUNNEL_SHORT)));
    for (uint32_t i = 36; i < d->length; i++)
        CHECK_INT(d->bytes[i], 0);
}

static void long_and_short_frames_come_whole_and_in_order(void)
{
    enum { COUNT = 90 };
    const ipfunnel_datagram *out[64];
    ipfunnel *capture = open_live(OPTIONS(.latency_us = LOW_US), "va", IPFUNNEL_MODE_ON);
    int sender = sender_on("va");
    for (uint32_t number = 0; number < COUNT; number++)
        CHECK_INT(send_number(sender, NOBODY, number, size_of(number)), 0);
    CHECK_INT(stats_of(capture).frames, COUNT);
    for (uint32_t next = 0; next < COUNT;) {
        int n = ipfunnel_recv(capture, out, 64, 5000);
        CHECK(n > 0);
        for (int i = 0; i < n; i++)
            check_whole(out[i], next++);
    }
    CHECK_INT(ipfunnel_recv(capture, out, 64, 50), 0);
    CHECK_INT(stats_of(capture).dropped, 0);
    ipfunnel_close(capture);
    close(sender);
}

static void the_snap_length_holds_for_long_ones_too(void)
{
    const uint32_t snaps[] = { 100, 1800, 1918, 1919, 2000, 59999 };
    int sender = sender_on("va");
    for (size_t i = 0; i < sizeof snaps / sizeof *snaps; i++) {
        const ipfunnel_datagram *out[1];
        ipfunnel *capture = open_live(OPTIONS(.latency_us = LOW_US, .snap_length = snaps[i]), "va", IPFUNNEL_MODE_ON);
        CHECK_INT(send_number(sender, NOBODY, 7, LONG), 0);
        CHECK_INT(ipfunnel_recv(capture, out, 1, 5000), 1);
        CHECK_INT(out[0]->length, snaps[i]);
        CHECK_INT(out[0]->original_length, LONG);
        CHECK(out[0]->flags & IPFUNNEL_SNAPPED);
        CHECK_INT(stats_of(capture).dropped, 0);
        ipfunnel_close(capture);
    }
    close(sender);
}

/* ENETDOWN is told in the place of a frame that waits; none is lost for it. */
static void the_end_of_the_interface_loses_none(void)
{
    enum { COUNT = 9 };
    const ipfunnel_datagram *out[16];
    a_fresh_pair();
    run("ip link set vc mtu 65535 && ip link set vd mtu 65535");
    ipfunnel *capture = open_live(OPTIONS(.latency_us = LOW_US), "vc", IPFUNNEL_MODE_ON);
    int sender = sender_on("vc");
    for (uint32_t number = 0; number < COUNT; number++)
        CHECK_INT(send_number(sender, NOBODY, number, size_of(number)), 0);
    run("ip link del vc");
    uint32_t next = 0;
    int n;
    while ((n = ipfunnel_recv(capture, out, 16, 5000)) > 0)
        for (int i = 0; i < n; i++)
            check_whole(out[i], next++);
    CHECK_INT(n, IPFUNNEL_ENODEV);
    CHECK_INT(next, COUNT);
    ipfunnel_close(capture);
    close(sender);
}

/* The queue is full before the slots are: what has no room is dropped, counted and told in its place. */
static void what_the_queue_has_no_room_for_is_dropped_and_counted(void)
{
    const ipfunnel_datagram *out[64];
    ipfunnel *capture = open_live(OPTIONS(.latency_us = LOW_US, .ring_bytes = 1), "va", IPFUNNEL_MODE_ON);
    int sender = sender_on("va");
    for (int round = 0; round < 3; round++) {
        ipfunnel_statistics before = stats_of(capture);
        uint32_t sent = 0, next = 0;
        for (; sent < 50; sent++)
            CHECK_INT(send_number(sender, NOBODY, sent, size_of(sent)), 0);
        CHECK_INT(send_number(sender, NOBODY, sent, SMALLEST), 0);
        ipfunnel_statistics s = stats_of(capture);
        CHECK_INT(s.frames - before.frames + s.dropped - before.dropped, sent + 1);
        while (next <= sent) {
            int n = ipfunnel_recv(capture, out, 64, 5000);
            CHECK(n > 0);
            for (int i = 0; i < n; i++) {
                next += (uint32_t)out[i]->dropped_before;
                CHECK_INT(number_of(out[i]), next);
                CHECK_INT(out[i]->length, next == sent ? SMALLEST : size_of(next));
                next++;
            }
        }
        s = stats_of(capture);
        printf("  %u sent, %llu dropped\n", sent + 1, (unsigned long long)(s.dropped - before.dropped));
        CHECK(s.dropped > before.dropped);
        CHECK_INT(s.frames - before.frames + s.dropped - before.dropped, sent + 1);
        CHECK_INT(s.pending, 0);
        ipfunnel_release(capture);
    }
    CHECK_INT(ipfunnel_set_mode(capture, IPFUNNEL_MODE_OFF), 0);
    CHECK_INT(ipfunnel_recv(capture, out, 64, 5000), IPFUNNEL_END);
    ipfunnel_close(capture);
    close(sender);
}

/* Slots of frames that were lost lie in front of the event, too: what is read instead of them must not be what came
 * after it, or a capture that is never idle would not be told at all. */
static void an_event_is_told_at_its_place_behind_lost_frames(void)
{
    enum { LONGS = 30, ALL = 58 };
    const ipfunnel_datagram *out[64];
    ipfunnel_event event = IPFUNNEL_EVENT_INIT;
    ipfunnel *capture = open_live(OPTIONS(.latency_us = LOW_US, .ring_bytes = 1, .flags = IPFUNNEL_OPEN_EVENTS), "va",
                                  IPFUNNEL_MODE_ON);
    int sender = sender_on("va"), n;
    for (uint32_t number = 0; number < LONGS; number++)
        CHECK_INT(send_number(sender, NOBODY, number, LONG), 0);
    CHECK(stats_of(capture).dropped > 0);
    run("ip addr add 10.8.2.1/24 dev va");
    CHECK_INT(ipfunnel_recv(capture, out, 1, 5000), 1);      /* which notices the event */
    send_numbers(sender, NOBODY, LONGS, ALL - 1);
    uint32_t last = number_of(out[0]);
    while ((n = ipfunnel_recv(capture, out, 64, 5000)) > 0)
        last = number_of(out[n - 1]);
    CHECK_INT(n, IPFUNNEL_EVENT);
    CHECK(last < LONGS);
    CHECK_INT(ipfunnel_next_event(capture, &event), 1);
    CHECK_INT(event.kind, IPFUNNEL_EVENT_ADDRESSES);
    CHECK((n = ipfunnel_recv(capture, out, 64, 5000)) > 0);
    CHECK_INT(number_of(out[0]), LONGS);
    run("ip addr del 10.8.2.1/24 dev va");
    ipfunnel_close(capture);
    close(sender);
}

int main(void)
{
    run("ip link set va mtu 65535 && ip link set vb mtu 65535");
    RUN(long_and_short_frames_come_whole_and_in_order);
    RUN(the_snap_length_holds_for_long_ones_too);
    RUN(the_end_of_the_interface_loses_none);
    RUN(what_the_queue_has_no_room_for_is_dropped_and_counted);
    RUN(an_event_is_told_at_its_place_behind_lost_frames);
    return 0;
}
