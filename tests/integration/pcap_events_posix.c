/* pcap_events_posix.c - interface events through libpcap: each after the datagrams before it, GONE before the end. */
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

/* Waits for an event of this kind, which must come after the numbers up to `end`, though others may come before it. */
static void told(ipfunnel *capture, uint32_t kind, uint32_t *next, uint32_t end)
{
    ipfunnel_event event = IPFUNNEL_EVENT_INIT;
    const int64_t before = now_ns();
    do {
        CHECK_STR(ipfunnel_status_text(expect_numbers(capture, next, 5000)), "EVENT");
        CHECK_INT(*next, end);
        CHECK_INT(expect_numbers(capture, next, 0), IPFUNNEL_EVENT);      /* until it was taken */
        CHECK_INT(ipfunnel_next_event(capture, &event), 1);
        CHECK(event.time_ns > before - INT64_C(60000000000) && event.time_ns <= now_ns());
        CHECK(event.interface_index != 0);
        CHECK_STR(event.interface_name, "vc");
    } while (event.kind == IPFUNNEL_EVENT_ADDRESSES && kind != event.kind);
    CHECK_INT(event.kind, kind);
}

static void down_up_addresses_gone_in_order_after_the_datagrams(void)
{
    const ipfunnel_datagram *datagrams[8];
    ipfunnel_event event = IPFUNNEL_EVENT_INIT;
    a_fresh_pair();
    ipfunnel *capture = open_live(OPTIONS(.flags = IPFUNNEL_OPEN_EVENTS), "vc", IPFUNNEL_MODE_ON);
    int sender = sender_on("vc");
    uint32_t next = 0;
    CHECK_INT(ipfunnel_next_event(capture, &event), 0);
    send_numbers(sender, VB, 0, 299);
    run("ip link set vc down");
    told(capture, IPFUNNEL_EVENT_DOWN, &next, 300);
    run("ip link set vc up");
    told(capture, IPFUNNEL_EVENT_UP, &next, 300);
    send_numbers(sender, VB, 300, 599);
    run("ip addr add 10.8.0.1/24 dev vc");
    told(capture, IPFUNNEL_EVENT_ADDRESSES, &next, 600);
    run("ip addr add 10.7.0.1/24 dev vb; ip link set va down; ip link set va up");      /* no news of vc */
    CHECK_INT(ipfunnel_recv(capture, datagrams, 8, 200), 0);
    send_numbers(sender, VB, 600, 699);
    run("ip link del vc");
    while (expect_numbers(capture, &next, 5000) == IPFUNNEL_EVENT) {
        CHECK_INT(next, 700);
        CHECK_INT(ipfunnel_next_event(capture, &event), 1);
    }
    CHECK_INT(event.kind, IPFUNNEL_EVENT_GONE);
    CHECK_STR(ipfunnel_status_text(ipfunnel_recv(capture, datagrams, 8, 5000)), "ENODEV");
    CHECK_INT(ipfunnel_next_event(capture, &event), 0);
    close(sender);
    ipfunnel_close(capture);
}

/* A busy capture reads the news too. */
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
        CHECK(++batches < 1000000);
        send_numbers(sender, VB, sent, sent + 1);        /* one is read: never idle */
        sent += 2;
    }
    CHECK_INT(ipfunnel_next_event(capture, &event), 1);
    CHECK_INT(event.kind, IPFUNNEL_EVENT_ADDRESSES);
    close(sender);
    ipfunnel_close(capture);
}

/* What is noticed before the end is told before it; without events there is none. */
static void events_come_before_the_end(void)
{
    const ipfunnel_datagram *datagrams[8];
    ipfunnel_event event = IPFUNNEL_EVENT_INIT;
    int status = 0, events = 0;
    ipfunnel *asked = open_live(OPTIONS(.flags = IPFUNNEL_OPEN_EVENTS), "va", IPFUNNEL_MODE_ON);
    ipfunnel *not_asked = open_live(DEFAULTS, "va", IPFUNNEL_MODE_ON);
    run("ip addr add 10.8.2.1/24 dev va");
    CHECK_INT(ipfunnel_set_mode(asked, IPFUNNEL_MODE_OFF), 0);
    while ((status = ipfunnel_recv(asked, datagrams, 8, 5000)) == IPFUNNEL_EVENT || status > 0)
        while (status == IPFUNNEL_EVENT && ipfunnel_next_event(asked, &event) == 1)
            events += event.kind == IPFUNNEL_EVENT_ADDRESSES;
    CHECK_STR(ipfunnel_status_text(status), "END");
    CHECK_INT(events, 1);
    CHECK_INT(ipfunnel_recv(not_asked, datagrams, 8, 200), 0);
    CHECK_INT(ipfunnel_next_event(not_asked, &event), 0);
    ipfunnel_close(asked);
    ipfunnel_close(not_asked);
}

int main(void)
{
    live_backend = "pcap";
    RUN(down_up_addresses_gone_in_order_after_the_datagrams);
    RUN(events_come_while_datagrams_do);
    RUN(events_come_before_the_end);
    return 0;
}
