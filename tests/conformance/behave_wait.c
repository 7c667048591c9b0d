/* ipfunnel_wait and ipfunnel_wait_handle: ready for nothing is allowed, unready with something is not. */
#include "behaviours.h"
#include "fixture.h"
#include "platform_wait.h"

void wait_tells_whether_there_is_something(void)
{
    need_ability(RIG_ANNOUNCES, "nothing is ready while nothing is there");
    ipfunnel *capture = open_in(IPFUNNEL_MODE_ON);
    CHECK_INT(ipfunnel_wait(&capture, 1, 0), 0);
    send_udp(4, 1);
    CHECK_INT(ipfunnel_wait(&capture, 1, PATIENCE_MS), 1);
    CHECK_INT(ipfunnel_wait(&capture, 1, -1), 1);
    const ipfunnel_datagram *out[1];
    CHECK_INT(receive_now(capture, out, 1), 1);
}

void wait_is_bounded(void)
{
    need_ability(RIG_ANNOUNCES, "nothing is ready while nothing is there");
    ipfunnel *capture = open_in(IPFUNNEL_MODE_ON);
    for (int attempt = 0; attempt < 8; attempt++) {
        int64_t start = platform_now_us();
        CHECK_INT(ipfunnel_wait(&capture, 1, 100), 0);
        int64_t us = platform_now_us() - start;
        CHECK(us >= 100 * 1000);
        if (us <= 200 * 1000)
            return;
    }
    CHECK(0 && "one of the attempts ended within twice the timeout");
}

static void do_nothing(void)
{
}

void wait_is_not_shortened_by_a_signal(void)
{
    need_ability(RIG_ANNOUNCES, "nothing is ready while nothing is there");
    ipfunnel *capture = open_in(IPFUNNEL_MODE_ON);
    int64_t start = platform_now_us();
    struct platform_thread *signal = platform_signal_after(20, do_nothing);
    if (!signal)
        SKIP("this system has no signals");
    CHECK_INT(ipfunnel_wait(&capture, 1, 100), 0);
    CHECK(platform_now_us() - start >= 100 * 1000);
    platform_thread_join(signal);
}

void wait_sees_interrupt_and_end(void)
{
    const ipfunnel_datagram *out[1];
    ipfunnel *capture = open_in(IPFUNNEL_MODE_ON);
    ipfunnel_interrupt(capture);
    CHECK_INT(ipfunnel_wait(&capture, 1, PATIENCE_MS), 1);
    CHECK_INT(receive_now(capture, out, 1), IPFUNNEL_INTERRUPTED);
    set_mode(capture, IPFUNNEL_MODE_OFF);
    CHECK_INT(ipfunnel_wait(&capture, 1, PATIENCE_MS), 1);
    /* Not at once: a backend may have to make sure that nothing is still on its way. */
    CHECK_INT(ipfunnel_recv(capture, out, 1, PATIENCE_MS), IPFUNNEL_END);
    CHECK_INT(ipfunnel_wait(&capture, 1, PATIENCE_MS), 1);
}

void wait_counts_the_ready_ones(void)
{
    need_ability(RIG_ANNOUNCES, "nothing is ready while nothing is there");
    ipfunnel *captures[3];
    for (int i = 0; i < 3; i++)
        captures[i] = open_in(IPFUNNEL_MODE_ON);
    CHECK_INT(ipfunnel_wait(captures, 3, 0), 0);
    ipfunnel_interrupt(captures[1]);
    CHECK_INT(ipfunnel_wait(captures, 3, PATIENCE_MS), 1);
    ipfunnel_interrupt(captures[2]);
    CHECK_INT(ipfunnel_wait(captures, 3, PATIENCE_MS), 2);
    CHECK_INT(ipfunnel_wait(captures, 1, 0), 0);
    send_udp(4, 1);
    for (int i = 0; i < 3; i++)
        CHECK_INT(ipfunnel_wait(&captures[i], 1, PATIENCE_MS), 1);
    CHECK_INT(ipfunnel_wait(captures, 3, 0), 3);
}

void wait_has_no_limit_of_64(void)
{
    enum { COUNT = 100 };
    need_ability(RIG_ANNOUNCES, "nothing is ready while nothing is there");
    ipfunnel *captures[COUNT];
    for (int i = 0; i < COUNT; i++) {
        ipfunnel_options options = options_here();
        options.start = IPFUNNEL_MODE_ON;
        options.ring_bytes = 1;
        captures[i] = open_with(&options);
    }
    CHECK_INT(ipfunnel_wait(captures, COUNT, 0), 0);
    ipfunnel_interrupt(captures[COUNT - 1]);
    CHECK_INT(ipfunnel_wait(captures, COUNT, PATIENCE_MS), 1);
    send_udp(4, 1);
    for (int i = 0; i < COUNT; i++)
        CHECK_INT(ipfunnel_wait(&captures[i], 1, PATIENCE_MS), 1);
    CHECK_INT(ipfunnel_wait(captures, COUNT, 0), COUNT);
}

void wait_rejects_bad_arguments(void)
{
    ipfunnel *capture = open_in(IPFUNNEL_MODE_ON);
    CHECK_INT(ipfunnel_wait(&capture, -1, 0), IPFUNNEL_EINVAL);
    CHECK_INT(ipfunnel_wait(NULL, 1, 0), IPFUNNEL_EINVAL);
}

void wait_handle_is_ready_while_something_is_left(void)
{
    enum { COUNT = 300 };
    ipfunnel *capture = open_in(IPFUNNEL_MODE_ON);
    intptr_t handle = ipfunnel_wait_handle(capture);
    struct packet arp = packet_arp();
    for (uint16_t i = 0; i < COUNT; i++) {
        send_udp(4, i);
        send_in(&arp);
    }
    wait_for_frames(capture, COUNT);
    const ipfunnel_datagram *out[3];
    for (int got = 0; got < COUNT;) {
        CHECK(platform_handle_ready(handle, PATIENCE_MS));
        CHECK_INT(ipfunnel_wait(&capture, 1, PATIENCE_MS), 1);
        int n = receive_now(capture, out, got % 2 ? 3 : 1);
        CHECK(n >= 0);
        got += n;
        if (got % 4 == 0)
            ipfunnel_release(capture);
    }
    ipfunnel_interrupt(capture);
    CHECK(platform_handle_ready(handle, PATIENCE_MS));
    CHECK_INT(receive_now(capture, out, 1), IPFUNNEL_INTERRUPTED);
    set_mode(capture, IPFUNNEL_MODE_OFF);
    CHECK(platform_handle_ready(handle, PATIENCE_MS));
    CHECK_INT(handle, ipfunnel_wait_handle(capture));
}

/* Else a program that waits for several things spins. */
void wait_handle_becomes_unready(void)
{
    need_ability(RIG_ANNOUNCES, "nothing is ready while nothing is there");
    ipfunnel *capture = open_in(IPFUNNEL_MODE_ON);
    intptr_t handle = ipfunnel_wait_handle(capture);
    struct packet arp = packet_arp();
    const ipfunnel_datagram *out[8];
    for (int round = 0; round < 3; round++) {
        send_udp(4, 1);
        send_in(&arp);
        ipfunnel_interrupt(capture);
        CHECK_INT(receive_now(capture, out, 8), IPFUNNEL_INTERRUPTED);
        CHECK_INT(receive(capture, out, 8), 1);
        int looks = 0;
        while (platform_handle_ready(handle, 20)) {
            CHECK_INT(receive_now(capture, out, 8), 0);
            CHECK(++looks < 10);
        }
    }
}

/* Waits for one of them until there is something, and reads all of it; returns the status at its end. */
static int read_one(const struct platform_way *way, void *set, ipfunnel *const captures[], int got[])
{
    const ipfunnel_datagram *out[2];
    int i = way->wait(set, PATIENCE_MS), n;
    CHECK(i >= 0);
    while ((n = receive_now(captures[i], out, 2)) > 0)
        got[i] += n;
    return n;
}

static void wait_this_way(const struct platform_way *way)
{
    enum { COUNT = 3, SENT = 100 };
    ipfunnel *captures[COUNT];
    intptr_t handles[COUNT];
    int got[COUNT] = { 0 }, looks = 0, i;
    const ipfunnel_datagram *out[2];
    for (i = 0; i < COUNT; i++) {
        captures[i] = open_in(IPFUNNEL_MODE_ON);
        handles[i] = ipfunnel_wait_handle(captures[i]);
    }
    void *set = way->make(handles, COUNT);
    CHECK_INT(way->wait(set, 0), -1);
    ipfunnel_interrupt(captures[1]);
    CHECK_INT(way->wait(set, PATIENCE_MS), 1);
    CHECK_INT(receive_now(captures[1], out, 2), IPFUNNEL_INTERRUPTED);
    CHECK_INT(receive_now(captures[1], out, 2), 0);
    send_many(0, SENT, 32);
    while (got[0] + got[1] + got[2] < COUNT * SENT)
        CHECK_INT(read_one(way, set, captures, got), 0);
    while ((i = way->wait(set, 20)) >= 0) {
        CHECK_INT(receive_now(captures[i], out, 2), 0);
        CHECK(++looks < 10 * COUNT);
    }
    send_udp(4, 1);
    while (got[0] + got[1] + got[2] < COUNT * (SENT + 1))
        CHECK_INT(read_one(way, set, captures, got), 0);
    set_mode(captures[2], IPFUNNEL_MODE_OFF);
    while (read_one(way, set, captures, got) != IPFUNNEL_END)
        CHECK(++looks < 1000);
    way->end(set);
    close_all();
}

void wait_handle_suits_every_wait_of_the_system(void)
{
    need_ability(RIG_ANNOUNCES, "nothing is ready while nothing is there");
    for (int i = 0; platform_ways[i]; i++) {
        printf("%s\n", platform_ways[i]->name);
        wait_this_way(platform_ways[i]);
    }
}
