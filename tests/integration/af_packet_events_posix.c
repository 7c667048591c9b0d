/* af_packet_events_posix.c - interface events: the right ones, in order, after the datagrams before them. */
#define _GNU_SOURCE
#include "live_posix.h"
#include <time.h>
#include <unistd.h>

static int64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static uint32_t event_number;

/* Waits for the next event, which must come after the numbers up to `next`; returns its kind. */
static uint32_t next_event(ipfunnel *capture, uint32_t *next, uint32_t end)
{
    ipfunnel_event event = IPFUNNEL_EVENT_INIT;
    if (event_number == 0)
        CHECK_INT(ipfunnel_next_event(capture, &event), 0);
    CHECK_INT(expect_numbers(capture, next, 5000), IPFUNNEL_EVENT);
    CHECK_INT(*next, end);
    CHECK_INT(expect_numbers(capture, next, 0), IPFUNNEL_EVENT);      /* until it was taken */
    CHECK_INT(ipfunnel_next_event(capture, &event), 1);
    CHECK(event.time_ns > now_ns() - INT64_C(60000000000) && event.time_ns <= now_ns());
    CHECK(event.interface_index != 0);
    event_number++;
    return event.kind;
}

static void down_up_addresses_gone_in_order_after_the_datagrams(void)
{
    const ipfunnel_datagram *datagrams[8];
    run("ip link add vc type veth peer name vd && ip link set vc up && ip link set vd up");
    run("echo 1 >/proc/sys/net/ipv6/conf/vc/disable_ipv6; echo 1 >/proc/sys/net/ipv6/conf/vd/disable_ipv6");
    ipfunnel *capture = open_live(OPTIONS(.flags = IPFUNNEL_OPEN_EVENTS), "vc", IPFUNNEL_MODE_ON);
    int sender = sender_on("vc");
    uint32_t next = 0;
    send_numbers(sender, VB, 0, 299);
    run("ip link set vc down");
    CHECK_INT(next_event(capture, &next, 300), IPFUNNEL_EVENT_DOWN);
    run("ip link set vc up");
    CHECK_INT(next_event(capture, &next, 300), IPFUNNEL_EVENT_UP);
    send_numbers(sender, VB, 300, 599);
    run("ip link set vd down");
    CHECK_INT(next_event(capture, &next, 600), IPFUNNEL_EVENT_DOWN);
    run("ip link set vd up");
    CHECK_INT(next_event(capture, &next, 600), IPFUNNEL_EVENT_UP);
    send_numbers(sender, VB, 600, 649);
    run("ip addr add 10.8.0.1/24 dev vc");
    CHECK_INT(next_event(capture, &next, 650), IPFUNNEL_EVENT_ADDRESSES);
    run("ip addr del 10.8.0.1/24 dev vc");
    CHECK_INT(next_event(capture, &next, 650), IPFUNNEL_EVENT_ADDRESSES);
    run("ip link set vc mtu 1400; ip link set vc txqueuelen 10; ip addr add 10.7.0.1/24 dev vb");    /* no news of vc */
    CHECK_INT(ipfunnel_recv(capture, datagrams, 8, 50), 0);
    send_numbers(sender, VB, 650, 699);
    run("ip link del vc");
    CHECK_INT(next_event(capture, &next, 700), IPFUNNEL_EVENT_DOWN);
    CHECK_INT(next_event(capture, &next, 700), IPFUNNEL_EVENT_GONE);
    CHECK_INT(ipfunnel_recv(capture, datagrams, 8, 5000), IPFUNNEL_ENODEV);
    CHECK_INT(ipfunnel_recv(capture, datagrams, 8, 0), IPFUNNEL_ENODEV);
    close(sender);
    ipfunnel_close(capture);
}

static void too_many_changes_are_missed_not_lost_silently(void)
{
    const ipfunnel_datagram *datagrams[8];
    ipfunnel_event event = IPFUNNEL_EVENT_INIT;
    ipfunnel *capture = open_live(OPTIONS(.flags = IPFUNNEL_OPEN_EVENTS), "va", IPFUNNEL_MODE_ON);
    run("i=1; while [ $i -le 600 ]; do echo addr add 10.6.$((i / 250)).$((i % 250))/32 dev va; i=$((i + 1)); done "
        "| ip -batch -");
    int missed = 0;
    while (ipfunnel_recv(capture, datagrams, 8, 100) == IPFUNNEL_EVENT)
        while (ipfunnel_next_event(capture, &event) == 1)
            missed += event.kind == IPFUNNEL_EVENT_MISSED;
    CHECK(missed > 0);
    ipfunnel_close(capture);
}

/* A busy capture reads the news too, and the event comes between the right datagrams. */
static void events_come_while_datagrams_do(void)
{
    ipfunnel *capture = open_live(OPTIONS(.flags = IPFUNNEL_OPEN_EVENTS), "va", IPFUNNEL_MODE_ON);
    const ipfunnel_datagram *datagrams[16];
    ipfunnel_event event = IPFUNNEL_EVENT_INIT;
    int sender = sender_on("va");
    uint32_t sent = 0;
    int status = 0, batches = 0;
    run("ip addr add 10.8.1.1/24 dev va");
    while ((status = ipfunnel_recv(capture, datagrams, 16, 1000)) != IPFUNNEL_EVENT) {
        CHECK(status >= 0);
        CHECK(++batches < 100000);
        send_numbers(sender, VB, sent, sent + 31);       /* twice what is read: never idle */
        sent += 32;
    }
    CHECK_INT(ipfunnel_next_event(capture, &event), 1);
    CHECK_INT(event.kind, IPFUNNEL_EVENT_ADDRESSES);
    close(sender);
    ipfunnel_close(capture);
}

/* The kernel disconnects the socket before it says that the interface is gone: whoever looks in between must not end
 * without having been told. */
static void gone_is_always_told_before_the_end(void)
{
    const ipfunnel_datagram *datagrams[8];
    ipfunnel_event event = IPFUNNEL_EVENT_INIT;
    for (int turn = 0; turn < 25; turn++) {
        run("ip link add vc type veth peer name vd && ip link set vc up && ip link set vd up");
        ipfunnel *capture = open_live(OPTIONS(.flags = IPFUNNEL_OPEN_EVENTS, .ring_bytes = 1 << 20), "vc",
                                      IPFUNNEL_MODE_ON);
        uint32_t last = 0;
        int status = 0;
        run("ip link del vc &");
        while ((status = ipfunnel_recv(capture, datagrams, 8, 5000)) == IPFUNNEL_EVENT || status > 0)
            while (status == IPFUNNEL_EVENT && ipfunnel_next_event(capture, &event) == 1)
                last = event.kind;
        CHECK_STR(ipfunnel_status_text(status), "ENODEV");
        CHECK_INT(last, IPFUNNEL_EVENT_GONE);
        CHECK_STR(event.interface_name, "vc");
        ipfunnel_close(capture);
    }
}

int main(void)
{
    RUN(down_up_addresses_gone_in_order_after_the_datagrams);
    RUN(gone_is_always_told_before_the_end);
    RUN(too_many_changes_are_missed_not_lost_silently);
    RUN(events_come_while_datagrams_do);
    return 0;
}
