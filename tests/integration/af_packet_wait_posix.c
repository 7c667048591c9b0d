/* af_packet_wait_posix.c - the wait handle in poll and epoll, interrupt, and timeouts. The handle is never unready with
 * something to say: frames, the rest of a batch, END, an event, ENODEV, an interrupt. */
#define _GNU_SOURCE
#include "live_posix.h"
#include <poll.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static int ready(ipfunnel *capture, int timeout_ms)
{
    struct pollfd p = { .fd = (int)ipfunnel_wait_handle(capture), .events = POLLIN };
    return poll(&p, 1, timeout_ms);
}

/* Reads until there is nothing, after which the handle must be quiet: otherwise programs would spin. */
static void quiet(ipfunnel *capture)
{
    const ipfunnel_datagram *datagrams[64];
    while (ipfunnel_recv(capture, datagrams, 64, 20) > 0)
        continue;
    CHECK_INT(ready(capture, 0), 0);
    CHECK_INT(ready(capture, 30), 0);
}

static void frames_and_the_rest_of_a_batch(void)
{
    const ipfunnel_datagram *datagrams[64];
    ipfunnel *capture = open_live(DEFAULTS, "va", IPFUNNEL_MODE_ON);
    int sender = sender_on("va"), set = epoll_create1(0);
    struct epoll_event member = { .events = EPOLLIN }, event;
    CHECK(epoll_ctl(set, EPOLL_CTL_ADD, (int)ipfunnel_wait_handle(capture), &member) == 0);
    quiet(capture);
    send_numbers(sender, VB, 0, 99);
    for (uint32_t number = 0; number < 100;) {
        CHECK_INT(epoll_wait(set, &event, 1, 5000), 1);
        int count = ipfunnel_recv(capture, datagrams, 3, 0);
        for (int i = 0; i < count; i++)
            CHECK_INT(number_of(datagrams[i]), number++);
    }
    quiet(capture);
    CHECK_INT(epoll_wait(set, &event, 1, 0), 0);
    close(set);
    close(sender);
    ipfunnel_close(capture);
}

static void end_and_start_again(void)
{
    const ipfunnel_datagram *datagrams[64];
    ipfunnel *capture = open_live(DEFAULTS, "va", IPFUNNEL_MODE_OFF);
    CHECK_INT(ready(capture, 5000), 1);
    CHECK_INT(ipfunnel_recv(capture, datagrams, 64, 0), IPFUNNEL_END);
    CHECK_INT(ready(capture, 0), 1);
    CHECK_INT(ipfunnel_set_mode(capture, IPFUNNEL_MODE_ON), 0);
    quiet(capture);
    int sender = sender_on("va");
    send_numbers(sender, VB, 0, 9);
    CHECK_INT(ipfunnel_set_mode(capture, IPFUNNEL_MODE_OFF), 0);
    int status, turns = 0, delivered = 0;
    do {
        CHECK_INT(ready(capture, 5000), 1);
        status = ipfunnel_recv(capture, datagrams, 64, 0);
        delivered += status > 0 ? status : 0;
        CHECK(++turns < 100);                     /* ready for nothing now and then, but no spinning */
    } while (status != IPFUNNEL_END);
    CHECK_INT(delivered, 10);
    CHECK_INT(ready(capture, 0), 1);
    close(sender);
    ipfunnel_close(capture);
}

static void events_and_gone(void)
{
    const ipfunnel_datagram *datagrams[64];
    ipfunnel_event event = IPFUNNEL_EVENT_INIT;
    run("ip link add vc type veth peer name vd && ip link set vc up && ip link set vd up");
    run("echo 1 >/proc/sys/net/ipv6/conf/vc/disable_ipv6; echo 1 >/proc/sys/net/ipv6/conf/vd/disable_ipv6");
    ipfunnel *capture = open_live(OPTIONS(.flags = IPFUNNEL_OPEN_EVENTS), "vc", IPFUNNEL_MODE_ON);
    int sender = sender_on("vc");
    quiet(capture);
    send_numbers(sender, VB, 0, 9);
    run("ip link del vc");
    int events = 0, delivered = 0, turns = 0, status;
    do {
        CHECK_INT(ready(capture, 5000), 1);
        CHECK(++turns < 100);
        status = ipfunnel_recv(capture, datagrams, 4, 0);
        delivered += status > 0 ? status : 0;
        if (status == IPFUNNEL_EVENT) {
            CHECK_INT(ready(capture, 0), 1);
            CHECK_INT(ipfunnel_next_event(capture, &event), 1);
            events++;
        }
    } while (status != IPFUNNEL_ENODEV);
    CHECK_INT(delivered, 10);
    CHECK_INT(events, 2);
    CHECK_INT(event.kind, IPFUNNEL_EVENT_GONE);
    CHECK_INT(ready(capture, 0), 1);
    close(sender);
    ipfunnel_close(capture);
}

/* While it is down the capture looks now and then whether it still exists; that must not keep the handle ready. */
static void a_down_interface_is_quiet(void)
{
    const ipfunnel_datagram *datagrams[64];
    run("ip link set va down");
    ipfunnel *capture = open_live(DEFAULTS, "va", IPFUNNEL_MODE_ON);
    int ready_count = 0;
    for (int i = 0; i < 20; i++) {
        ready_count += ready(capture, 10);
        CHECK_INT(ipfunnel_recv(capture, datagrams, 64, 0), 0);
    }
    CHECK(ready_count < 15);
    run("ip link set va up");
    ipfunnel_close(capture);
}

static ipfunnel *to_interrupt;
static void on_alarm(int signal_number)
{
    (void)signal_number;
    ipfunnel_interrupt(to_interrupt);
}

static int64_t milliseconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void interrupt_and_timeout(void)
{
    const ipfunnel_datagram *datagrams[64];
    ipfunnel *capture = to_interrupt = open_live(DEFAULTS, "va", IPFUNNEL_MODE_ON);
    quiet(capture);
    int64_t before = milliseconds();
    CHECK_INT(ipfunnel_recv(capture, datagrams, 64, 100), 0);
    CHECK(milliseconds() - before >= 99);
    ipfunnel_interrupt(capture);
    CHECK_INT(ready(capture, 0), 1);
    CHECK_INT(ipfunnel_recv(capture, datagrams, 64, -1), IPFUNNEL_INTERRUPTED);
    CHECK_INT(ipfunnel_recv(capture, datagrams, 64, 20), 0);

    struct sigaction action = { .sa_handler = on_alarm };
    struct itimerval soon = { .it_value = { .tv_usec = 50000 } };
    CHECK(sigaction(SIGALRM, &action, NULL) == 0 && setitimer(ITIMER_REAL, &soon, NULL) == 0);
    CHECK_INT(ipfunnel_recv(capture, datagrams, 64, -1), IPFUNNEL_INTERRUPTED);
    quiet(capture);
    ipfunnel_close(capture);
}

int main(void)
{
    RUN(frames_and_the_rest_of_a_batch);
    RUN(end_and_start_again);
    RUN(events_and_gone);
    RUN(a_down_interface_is_quiet);
    RUN(interrupt_and_timeout);
    return 0;
}
