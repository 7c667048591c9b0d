/* scripted_modes.c - N7 over a scripted Winsock: what each mode lets through, and what is left after OFF. */
#include "scripted_capture.h"

static int receive_status(ipfunnel *h)
{
    const ipfunnel_datagram *d[8];
    return ipfunnel_recv(h, d, 8, 0);
}

static void nothing_is_captured_before_the_start(void)
{
    scripted_reset();
    scripted_hear_always();                       /* as plain raw sockets may */
    ipfunnel_options o = options_on("10.0.0.1");
    o.start = 0;
    ipfunnel *h = open_with(&o);
    CHECK_INT(info_of(h).mode, IPFUNNEL_MODE_OFF);
    for (uint32_t i = 0; i < 300; i++)
        deliver_v4(i);
    CHECK_INT(receive_status(h), IPFUNNEL_END);
    CHECK_INT(ipfunnel_set_mode(h, IPFUNNEL_MODE_ON), 0);
    deliver_v4(1000);
    expect_numbers(h, 1000, 1);
    close_and_check(h);
}

static void off_leaves_what_arrived_and_then_ends(void)
{
    scripted_reset();
    ipfunnel *h = open_on("10.0.0.1");
    for (uint32_t i = 0; i < 200; i++)            /* more than there are receives: the rest waits in the system */
        deliver_v4(i);
    CHECK_INT(ipfunnel_set_mode(h, IPFUNNEL_MODE_OFF), 0);
    CHECK_INT(scripted_mode(4, 0), 0);
    const ipfunnel_datagram *d[7];
    uint32_t next = 0;
    int n = 0;
    while ((n = ipfunnel_recv(h, d, 7, 0)) > 0)
        for (int i = 0; i < n; i++)
            CHECK_INT(number_in(d[i]), next++);
    CHECK_INT(next, 200);
    CHECK_INT(n, IPFUNNEL_END);
    CHECK_INT(receive_status(h), IPFUNNEL_END);
    CHECK_INT(ready(h), 1);
    close_and_check(h);
}

static void what_comes_after_the_end_is_never_seen(void)
{
    scripted_reset();
    scripted_hear_always();
    ipfunnel *h = open_on("10.0.0.1");
    deliver_v4(1);
    CHECK_INT(ipfunnel_set_mode(h, IPFUNNEL_MODE_OFF), 0);
    CHECK_INT(number_in(next_of(h)), 1);
    CHECK_INT(receive_status(h), IPFUNNEL_END);
    for (uint32_t i = 0; i < 100; i++)
        deliver_v4(50 + i);
    CHECK_INT(receive_status(h), IPFUNNEL_END);
    CHECK_INT(ipfunnel_set_mode(h, IPFUNNEL_MODE_IPLEVEL), 0);
    CHECK(!next_of(h));
    deliver_v4(1000);
    expect_numbers(h, 1000, 1);
    close_and_check(h);
}

static void on_again_before_the_end_loses_nothing(void)
{
    scripted_reset();
    ipfunnel *h = open_on("10.0.0.1");
    for (uint32_t i = 0; i < 100; i++)
        deliver_v4(i);
    CHECK_INT(ipfunnel_set_mode(h, IPFUNNEL_MODE_OFF), 0);
    CHECK_INT(ipfunnel_set_mode(h, IPFUNNEL_MODE_IPLEVEL), 0);
    for (uint32_t i = 100; i < 110; i++)
        deliver_v4(i);
    expect_numbers(h, 0, 110);
    close_and_check(h);
}

static void off_cancels_nothing(void)
{
    scripted_reset();
    ipfunnel *h = open_on("10.0.0.1");
    int outstanding = scripted_outstanding(4);
    CHECK(outstanding >= 16 && outstanding <= 64);
    CHECK_INT(ipfunnel_set_mode(h, IPFUNNEL_MODE_OFF), 0);
    CHECK_INT(scripted_outstanding(4), outstanding);
    close_and_check(h);
}

static void modes_go_to_the_system_by_their_numbers(void)
{
    scripted_reset();
    ipfunnel *h = open_on("10.0.0.1");
    CHECK_INT(scripted_mode(4, 0), 1);
    CHECK_INT(info_of(h).promiscuous, IPFUNNEL_UNKNOWN);
    CHECK_INT(ipfunnel_set_mode(h, IPFUNNEL_MODE_IPLEVEL), 0);
    CHECK_INT(scripted_mode(4, 0), 3);
    CHECK_INT(info_of(h).promiscuous, IPFUNNEL_NO);
    deliver_v4(7);
    CHECK_INT(ipfunnel_set_mode(h, IPFUNNEL_MODE_SOCKETLEVELONLY), 0);
    CHECK_INT(scripted_mode(4, 0), 3);
    CHECK_INT(ipfunnel_set_mode(h, (ipfunnel_mode)4), IPFUNNEL_EINVAL);
    CHECK_INT(ipfunnel_set_mode(h, IPFUNNEL_MODE_ON), 0);
    CHECK_INT(scripted_mode(4, 0), 1);
    expect_numbers(h, 7, 1);
    close_and_check(h);
}

static void a_mode_that_is_refused_leaves_the_old_one(void)
{
    scripted_reset();
    ipfunnel *h = open_on("port0");               /* IPv4 switches, then IPv6 refuses */
    scripted_fail(SCRIPT_RCVALL, 6, ANY_PROTOCOL, IPFUNNEL__WSAENOBUFS, 2);
    CHECK_INT(ipfunnel_set_mode(h, IPFUNNEL_MODE_IPLEVEL), IPFUNNEL_ENOBUFS);
    CHECK_CONTAINS(ipfunnel_last_error(h)->text, "fe80::1");
    CHECK_INT(info_of(h).mode, IPFUNNEL_MODE_ON);
    CHECK_INT(scripted_mode(4, 0), 1);
    CHECK_INT(scripted_mode(6, 41), 1);
    CHECK_INT(ipfunnel_set_mode(h, IPFUNNEL_MODE_IPLEVEL), 0);
    CHECK_INT(scripted_mode(4, 0), 3);
    close_and_check(h);
}

static void an_interrupt_ends_a_wait_and_only_one(void)
{
    scripted_reset();
    ipfunnel *h = open_on("10.0.0.1");
    const ipfunnel_datagram *d[4];
    CHECK_INT(ready(h), 0);
    ipfunnel_interrupt(h);
    CHECK_INT(ready(h), 1);
    CHECK_INT(ipfunnel_recv(h, d, 4, -1), IPFUNNEL_INTERRUPTED);
    CHECK_INT(ipfunnel_recv(h, d, 4, 1), 0);
    CHECK_INT(ready(h), 0);
    deliver_v4(5);
    ipfunnel_interrupt(h);
    CHECK_INT(ipfunnel_recv(h, d, 4, -1), IPFUNNEL_INTERRUPTED);
    CHECK_INT(ipfunnel_recv(h, d, 4, -1), 1);
    close_and_check(h);
}

static void the_wait_handle_is_ready_while_there_is_something(void)
{
    scripted_reset();
    ipfunnel *h = open_on("10.0.0.1");
    CHECK(!next_of(h));
    CHECK_INT(ready(h), 0);
    for (uint32_t i = 0; i < 3; i++)
        deliver_v4(i);
    for (uint32_t i = 0; i < 3; i++) {            /* also after receives were posted, which clears the event */
        CHECK_INT(ready(h), 1);
        CHECK_INT(number_in(next_of(h)), i);
        ipfunnel_release(h);
    }
    CHECK(!next_of(h));
    CHECK_INT(ready(h), 0);
    close_and_check(h);
}

static void each_family_keeps_its_order_and_none_starves(void)
{
    scripted_reset();
    ipfunnel *h = open_on("port0");
    deliver_v6(500);                              /* decides which IPv6 socket is kept */
    CHECK_INT(next_of(h)->version, 6);
    uint32_t next4 = 0, next6 = 0;
    for (uint32_t i = 0; i < 30; i++) {
        deliver_v4(i);
        deliver_v6(i);
    }
    for (int taken = 0; taken < 60; taken++) {
        const ipfunnel_datagram *d = next_of(h);
        uint32_t number = 0;
        memcpy(&number, d->bytes + (d->version == 4 ? 28 : 48), 4);
        CHECK_INT(number, d->version == 4 ? next4++ : next6++);
        CHECK(next4 < next6 + 4 && next6 < next4 + 4);
    }
    close_and_check(h);
}

int main(void)
{
    RUN(nothing_is_captured_before_the_start);
    RUN(off_leaves_what_arrived_and_then_ends);
    RUN(what_comes_after_the_end_is_never_seen);
    RUN(on_again_before_the_end_loses_nothing);
    RUN(off_cancels_nothing);
    RUN(modes_go_to_the_system_by_their_numbers);
    RUN(a_mode_that_is_refused_leaves_the_old_one);
    RUN(an_interrupt_ends_a_wait_and_only_one);
    RUN(the_wait_handle_is_ready_while_there_is_something);
    RUN(each_family_keeps_its_order_and_none_starves);
    return 0;
}
