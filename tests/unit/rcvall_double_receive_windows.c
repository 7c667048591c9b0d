/* rcvall_double_receive_windows.c - the unmodified backend sio_rcvall over a UDP double (udp_double_windows.h):
 * datagrams of every size through the real overlapped path, in order, with modes, waits, cuts and IPv6. */
#include "check.h"
#include "udp_double_windows.h"
#include <ipfunnel.h>

enum { LONGEST = 65507 };                       /* what fits into UDP */

static uint8_t bytes[LONGEST];

static ipfunnel *open_on(const char *address, uint32_t flags)
{
    ipfunnel_options o = IPFUNNEL_OPTIONS_INIT;
    ipfunnel_error e = { .text = "" };
    ipfunnel *h = NULL;
    o.backend = "sio_rcvall";
    o.interface_name = address;
    o.flags = flags;
    o.start = IPFUNNEL_MODE_ON;
    int status = ipfunnel_open(&h, &o, &e);
    if (status == IPFUNNEL_EADDRNOTAVAIL)
        SKIP("no interface here has the address %s", address);
    if (status)
        fprintf(stderr, "%s\n%s\n", e.text, e.remedy);
    CHECK_INT(status, 0);
    return h;
}

static void close_and_check(ipfunnel *h)
{
    ipfunnel_close(h);
    CHECK_INT(double_open_sockets(), 0);
    CHECK_INT(double_starts(), 0);
}

static void send_v4(uint32_t number, uint32_t length)
{
    static const uint8_t header[20] = { 0x45, 0, 0, 0, 0, 1, 0, 0, 64, 17, 0, 0, 10, 0, 0, 2, 127, 0, 0, 1 };
    memcpy(bytes, header, sizeof header);
    bytes[2] = (uint8_t)(length >> 8);
    bytes[3] = (uint8_t)length;
    memset(bytes + 20, (int)number, length - 20);
    memcpy(bytes + 20, &number, sizeof number);
    CHECK_INT(double_send(4, bytes, length), 1);
}

static const ipfunnel_datagram *next_of(ipfunnel *h)
{
    const ipfunnel_datagram *d = NULL;
    int n = ipfunnel_recv(h, &d, 1, 10000);
    if (n < 0)
        fprintf(stderr, "%s: %s\n", ipfunnel_status_text(n), ipfunnel_last_error(h)->text);
    CHECK_INT(n, 1);
    return d;
}

static void expect_v4(const ipfunnel_datagram *d, uint32_t number, uint32_t length)
{
    uint32_t got = 0;
    memcpy(&got, d->bytes + 20, sizeof got);
    CHECK_INT(got, number);
    CHECK_INT(d->length, length);
    CHECK_INT(d->original_length, length);
    CHECK_INT(d->flags, 0);
    CHECK_INT(d->bytes[length - 1], length > 24 ? (uint8_t)number : (uint8_t)(number >> 24));
}

static void datagrams_of_all_sizes_come_whole(void)
{
    static const uint32_t sizes[] = { 28, 29, 576, 1500, 9000, 65506, LONGEST };
    double_reset();
    ipfunnel *h = open_on("127.0.0.1", 0);
    for (uint32_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        send_v4(i, sizes[i]);
        expect_v4(next_of(h), i, sizes[i]);
    }
    close_and_check(h);
}

/* More at once than receives are under way, in batches of changing size. */
static void bursts_come_in_order(void)
{
    enum { COUNT = 50000, BURST = 50 };
    const ipfunnel_datagram *d[23];
    double_reset();
    ipfunnel *h = open_on("127.0.0.1", 0);
    uint32_t sent = 0, got = 0;
    while (got < COUNT) {
        for (; sent < COUNT && sent < got + 2 * BURST; sent++)
            send_v4(sent, 28 + sent * 13 % 1400);
        int n = ipfunnel_recv(h, d, 1 + (int)(got % 23), 10000);
        CHECK(n > 0);
        for (int i = 0; i < n; i++, got++)
            expect_v4(d[i], got, 28 + got * 13 % 1400);
    }
    close_and_check(h);
}

static void off_leaves_what_arrived_and_then_ends(void)
{
    const ipfunnel_datagram *d[200];
    double_reset();
    ipfunnel *h = open_on("127.0.0.1", 0);
    for (uint32_t i = 0; i < 100; i++)
        send_v4(i, 100);
    CHECK_INT(ipfunnel_set_mode(h, IPFUNNEL_MODE_OFF), 0);
    CHECK_INT(double_send(4, bytes, 100), 0);
    uint32_t got = 0;
    int n = 0;
    while ((n = ipfunnel_recv(h, d, 200, 10000)) > 0)
        for (int i = 0; i < n; i++, got++)
            expect_v4(d[i], got, 100);
    CHECK_INT(got, 100);
    CHECK_INT(n, IPFUNNEL_END);
    CHECK_INT(ipfunnel_set_mode(h, IPFUNNEL_MODE_IPLEVEL), 0);
    send_v4(7, 64);
    expect_v4(next_of(h), 7, 64);
    close_and_check(h);
}

static void the_wait_handle_is_an_event(void)
{
    double_reset();
    ipfunnel *h = open_on("127.0.0.1", 0);
    ipfunnel *const captures[] = { h };
    const ipfunnel_datagram *d = NULL;
    CHECK_INT(ipfunnel_recv(h, &d, 1, 0), 0);
    CHECK_INT(ipfunnel_wait(captures, 1, 0), 0);
    for (uint32_t i = 0; i < 3; i++)
        send_v4(i, 50);
    for (uint32_t i = 0; i < 3; i++) {
        CHECK_INT(ipfunnel_wait(captures, 1, 10000), 1);
        expect_v4(next_of(h), i, 50);
        ipfunnel_release(h);
    }
    CHECK_INT(ipfunnel_recv(h, &d, 1, 0), 0);
    CHECK_INT(ipfunnel_wait(captures, 1, 0), 0);
    ipfunnel_interrupt(h);
    CHECK_INT(ipfunnel_wait(captures, 1, 0), 1);
    CHECK_INT(ipfunnel_recv(h, &d, 1, -1), IPFUNNEL_INTERRUPTED);
    close_and_check(h);
}

/* More captures than one call of the system can wait for. */
static void more_captures_than_64_are_waited_for(void)
{
    enum { CAPTURES = 66 };
    double_reset();
    CHECK_INT(double_open_sockets(), 0);
    ipfunnel *captures[CAPTURES];
    ipfunnel_options o = IPFUNNEL_OPTIONS_INIT;
    const ipfunnel_datagram *d = NULL;
    o.backend = "memory";
    o.start = IPFUNNEL_MODE_ON;
    captures[CAPTURES - 1] = open_on("127.0.0.1", 0);
    for (int i = 0; i < CAPTURES - 1; i++)
        CHECK_INT(ipfunnel_open(&captures[i], &o, NULL), 0);
    CHECK_INT(ipfunnel_recv(captures[CAPTURES - 1], &d, 1, 0), 0);
    CHECK_INT(ipfunnel_wait(captures, CAPTURES, 20), 0);
    send_v4(1, 40);
    CHECK_INT(ipfunnel_wait(captures, CAPTURES, 10000), 1);
    expect_v4(next_of(captures[CAPTURES - 1]), 1, 40);
    for (int i = 0; i < CAPTURES; i++)
        ipfunnel_close(captures[i]);
    CHECK_INT(double_open_sockets(), 0);
}

/* Room for 600 bytes only, made by the double: the system's own WSAEMSGSIZE. */
static void a_cut_datagram_has_its_own_length(void)
{
    double_reset();
    double_short_receives(600, 1000);
    ipfunnel *h = open_on("127.0.0.1", 0);
    for (int burst = 1; burst <= 100; burst += 99) {     /* also when it waits already while a receive is posted */
        for (int i = 0; i < burst; i++)
            send_v4(5, 1400);
        for (int i = 0; i < burst; i++) {
            const ipfunnel_datagram *d = next_of(h);
            CHECK_INT(d->length, 600);
            CHECK_INT(d->original_length, 1400);
            CHECK_INT(d->flags, IPFUNNEL_SNAPPED);
        }
    }
    close_and_check(h);
}

static void facts_are_those_of_the_library(void)
{
    ipfunnel_capture_info info = IPFUNNEL_CAPTURE_INFO_INIT;
    double_reset();
    ipfunnel *h = open_on("127.0.0.1", 0);
    CHECK_INT(ipfunnel_info(h, &info), 0);
    CHECK_STR(info.clock, "library");
    CHECK(info.clock_resolution_ns >= 100);
    CHECK_INT(info.families, IPFUNNEL_IPV4);
    send_v4(1, 40);
    const ipfunnel_datagram *d = next_of(h);
    CHECK(d->time_ns > INT64_C(1600000000000000000));
    CHECK(d->dropped_before == IPFUNNEL_DROPS_UNKNOWN);
    CHECK_INT(d->direction, IPFUNNEL_DIRECTION_IN);
    CHECK_INT(d->direction_source, IPFUNNEL_SAYS_ADDRESSES);
    close_and_check(h);
}

static void ipv6_comes_with_its_header_and_without(void)
{
    static const uint8_t loopback[16] = { [15] = 1 };
    uint8_t sent[48] = { 0x60, 0, 0, 0, 0, 8, 17, 64, 0xfd, [23] = 2, [39] = 1, 0x0f, 0xa0, 0, 53, 0, 8 };
    for (int protocol = -1; protocol <= 41; protocol += protocol < 0 ? 1 : 41) {
        double_reset();
        double_ipv6_only_through(protocol);
        ipfunnel *h = open_on("::1", 0);
        CHECK_INT(double_open_sockets(), 2);
        CHECK(double_send(6, sent, sizeof sent) > 0);
        const ipfunnel_datagram *d = next_of(h);
        CHECK_INT(d->length, sizeof sent);
        CHECK_BYTES(d->bytes, sent, sizeof sent);
        CHECK_INT(d->flags, 0);
        CHECK_INT(double_open_sockets(), 1);
        CHECK_INT(double_send(6, sent + 40, 8), 1);
        d = next_of(h);
        CHECK_INT(d->length, 48);
        CHECK_INT(d->flags, IPFUNNEL_HEADER_REBUILT);
        CHECK_BYTES(d->bytes + 8, loopback, 16);
        CHECK_BYTES(d->bytes + 24, loopback, 16);
        CHECK_BYTES(d->bytes + 40, sent + 40, 8);
        CHECK_INT(d->unproven >> IPFUNNEL_UNPROVEN_source & 1, 0);
        CHECK_INT(d->unproven >> IPFUNNEL_UNPROVEN_destination & 1, 0);
        CHECK_INT(d->unproven >> IPFUNNEL_UNPROVEN_hop_limit & 1, 0);
        CHECK(d->bytes[7] > 0);
        CHECK_INT(d->unproven >> IPFUNNEL_UNPROVEN_next_header & 1, 1);
        close_and_check(h);
    }
}

int main(void)
{
    RUN(datagrams_of_all_sizes_come_whole);
    RUN(bursts_come_in_order);
    RUN(off_leaves_what_arrived_and_then_ends);
    RUN(the_wait_handle_is_an_event);
    RUN(more_captures_than_64_are_waited_for);
    RUN(a_cut_datagram_has_its_own_length);
    RUN(facts_are_those_of_the_library);
    RUN(ipv6_comes_with_its_header_and_without);
    return 0;
}
