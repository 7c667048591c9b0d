/* scripted_events.c - N15 over a scripted Winsock: what happens to the addresses and to the interface. */
#include "scripted_capture.h"

static ipfunnel *open_for_events(const char *interface)
{
    ipfunnel_options o = options_on(interface);
    o.flags = IPFUNNEL_OPEN_EVENTS;
    return open_with(&o);
}

static void expect_event(ipfunnel *h, uint32_t kind)
{
    const ipfunnel_datagram *d = NULL;
    ipfunnel_event event = IPFUNNEL_EVENT_INIT;
    CHECK_INT(ready(h), 1);
    CHECK_INT(ipfunnel_recv(h, &d, 1, 0), IPFUNNEL_EVENT);
    CHECK_INT(ipfunnel_next_event(h, &event), 1);
    CHECK_INT(event.kind, kind);
    CHECK_INT(event.interface_index, SCRIPTED_INDEX);
    CHECK(event.time_ns > 0);
}

static void expect_no_event(ipfunnel *h)
{
    ipfunnel_event event = IPFUNNEL_EVENT_INIT;
    CHECK(!next_of(h));
    CHECK_INT(ipfunnel_next_event(h, &event), 0);
    CHECK_INT(ready(h), 0);
}

static void set_addresses(const char *a, const char *b, const char *c)
{
    const char *const list[] = { a, b, c };
    scripted_set_addresses(list, c ? 3 : b ? 2 : 1);
}

static void a_new_address_is_told_and_counts_for_direction(void)
{
    uint8_t sent[40];
    scripted_reset();
    ipfunnel *h = open_for_events("10.0.0.1");
    make_v4(sent, sizeof sent, 1);
    sent[15] = 77;                                /* from 10.0.0.77 */
    scripted_deliver(4, sent, sizeof sent, NULL);
    CHECK_INT(next_of(h)->direction, IPFUNNEL_DIRECTION_IN);
    set_addresses("10.0.0.1/24", "10.0.0.77/24", NULL);
    scripted_announce(4);
    expect_event(h, IPFUNNEL_EVENT_ADDRESSES);
    scripted_deliver(4, sent, sizeof sent, NULL);
    CHECK_INT(next_of(h)->direction, IPFUNNEL_DIRECTION_OUT);
    set_addresses("10.0.0.1/24", NULL, NULL);
    scripted_announce(4);
    expect_event(h, IPFUNNEL_EVENT_ADDRESSES);
    close_and_check(h);
}

static void nobody_who_did_not_ask_is_told(void)
{
    scripted_reset();
    ipfunnel *h = open_on("10.0.0.1");
    set_addresses("10.0.0.1/24", "10.0.0.77/24", NULL);
    scripted_announce(0);
    expect_no_event(h);
    close_and_check(h);
}

static void changes_of_other_interfaces_are_none(void)
{
    scripted_reset();
    ipfunnel *h = open_for_events("port0");
    for (int i = 0; i < 5; i++)
        scripted_announce(0);
    expect_no_event(h);
    set_addresses("fe80::1/64", "fd00::1/64", "10.0.0.1/24");     /* another order is no change */
    scripted_announce(6);
    expect_no_event(h);
    close_and_check(h);
}

static void an_event_comes_after_what_had_arrived_and_before_the_rest(void)
{
    scripted_reset();
    ipfunnel *h = open_for_events("port0");
    deliver_v6(0);
    CHECK(next_of(h));                            /* one IPv6 socket is left */
    for (uint32_t i = 0; i < 5; i++) {
        deliver_v4(i);
        deliver_v6(i);
    }
    set_addresses("10.0.0.1/24", "fe80::1/64", NULL);
    scripted_announce(0);
    CHECK(next_of(h));
    deliver_v4(5);                                /* noticed already */
    for (int i = 0; i < 9; i++)
        CHECK(next_of(h));
    expect_event(h, IPFUNNEL_EVENT_ADDRESSES);
    CHECK_INT(number_in(next_of(h)), 5);
    expect_no_event(h);
    close_and_check(h);
}

static void down_and_up_are_told_and_ridden_through(void)
{
    scripted_reset();
    ipfunnel *h = open_for_events("10.0.0.1");
    scripted_interface(true, false);
    set_addresses("fe80::1/64", NULL, NULL);
    scripted_announce(4);
    expect_event(h, IPFUNNEL_EVENT_DOWN);
    expect_event(h, IPFUNNEL_EVENT_ADDRESSES);
    scripted_interface(true, true);
    set_addresses("10.0.0.1/24", "fe80::1/64", NULL);
    scripted_announce(4);
    expect_event(h, IPFUNNEL_EVENT_UP);
    expect_event(h, IPFUNNEL_EVENT_ADDRESSES);
    deliver_v4(3);
    expect_numbers(h, 3, 1);
    close_and_check(h);
}

static void an_interface_that_leaves_is_gone_after_all_was_read(void)
{
    scripted_reset();
    ipfunnel *h = open_for_events("10.0.0.1");
    const ipfunnel_datagram *d = NULL;
    deliver_v4(1);
    deliver_v4(2);
    scripted_interface(false, false);
    scripted_announce(4);
    CHECK_INT(number_in(next_of(h)), 1);
    CHECK_INT(number_in(next_of(h)), 2);
    expect_event(h, IPFUNNEL_EVENT_GONE);
    for (int i = 0; i < 2; i++) {
        CHECK_INT(ipfunnel_recv(h, &d, 1, -1), IPFUNNEL_ENODEV);
        CHECK_CONTAINS(ipfunnel_last_error(h)->text, "port0");
    }
    scripted_announce(4);
    CHECK_INT(ipfunnel_recv(h, &d, 1, -1), IPFUNNEL_ENODEV);
    CHECK_INT(ipfunnel_set_mode(h, IPFUNNEL_MODE_OFF), 0);
    CHECK_INT(ipfunnel_recv(h, &d, 1, -1), IPFUNNEL_END);
    close_and_check(h);
}

/* The address that the socket is bound to left: asking for the mode once more tells whether the socket still works. */
static void a_socket_that_lost_its_address_is_asked(void)
{
    scripted_reset();
    ipfunnel *h = open_for_events("10.0.0.1");
    const ipfunnel_datagram *d = NULL;
    int calls = scripted_calls(SCRIPT_RCVALL);
    set_addresses("10.0.0.9/24", NULL, NULL);
    scripted_announce(4);
    expect_event(h, IPFUNNEL_EVENT_ADDRESSES);
    CHECK_INT(scripted_calls(SCRIPT_RCVALL), calls + 1);
    deliver_v4(1);
    expect_numbers(h, 1, 1);
    scripted_fail(SCRIPT_RCVALL, 0, ANY_PROTOCOL, IPFUNNEL__WSAEINVAL, FOR_EVER);
    set_addresses("10.0.0.10/24", NULL, NULL);
    scripted_announce(4);
    expect_event(h, IPFUNNEL_EVENT_ADDRESSES);
    expect_event(h, IPFUNNEL_EVENT_GONE);
    CHECK_INT(ipfunnel_recv(h, &d, 1, -1), IPFUNNEL_ENODEV);
    close_and_check(h);
}

static void one_of_two_families_may_go(void)
{
    scripted_reset();
    ipfunnel *h = open_for_events("port0");
    scripted_fail(SCRIPT_RCVALL, 4, ANY_PROTOCOL, IPFUNNEL__WSAEINVAL, FOR_EVER);
    deliver_v4(9);
    set_addresses("fe80::1/64", NULL, NULL);
    scripted_announce(4);
    CHECK_INT(number_in(next_of(h)), 9);
    expect_event(h, IPFUNNEL_EVENT_ADDRESSES);
    CHECK_INT(info_of(h).families_failed, IPFUNNEL_IPV4);
    deliver_v6(1);
    CHECK_INT(next_of(h)->version, 6);
    expect_no_event(h);
    close_and_check(h);
}

static void what_cannot_be_looked_at_is_missed(void)
{
    scripted_reset();
    ipfunnel *h = open_for_events("10.0.0.1");
    scripted_interfaces_fail();
    scripted_announce(4);
    expect_event(h, IPFUNNEL_EVENT_MISSED);
    scripted_fail(SCRIPT_WATCH, 4, ANY_PROTOCOL, IPFUNNEL__WSAENOBUFS, 1);
    scripted_announce(4);
    expect_event(h, IPFUNNEL_EVENT_MISSED);
    close_and_check(h);
}

static void too_many_events_are_missed_ones(void)
{
    enum { KEPT = 16 };
    scripted_reset();
    ipfunnel *h = open_for_events("10.0.0.1");
    const ipfunnel_datagram *d = NULL;
    for (int i = 0; i < KEPT + 3; i++) {
        char address[32];
        snprintf(address, sizeof address, "10.0.1.%d/24", i);
        set_addresses("10.0.0.1/24", address, NULL);
        scripted_announce(4);
        CHECK_INT(ipfunnel_recv(h, &d, 1, 0), IPFUNNEL_EVENT);
    }
    for (int i = 0; i < KEPT - 1; i++)
        expect_event(h, IPFUNNEL_EVENT_ADDRESSES);
    expect_event(h, IPFUNNEL_EVENT_MISSED);
    expect_no_event(h);
    close_and_check(h);
}

static void a_system_that_does_not_watch_captures_all_the_same(void)
{
    scripted_reset();
    scripted_fail(SCRIPT_WATCH, 0, ANY_PROTOCOL, IPFUNNEL__WSAEOPNOTSUPP, FOR_EVER);
    ipfunnel *h = open_on("10.0.0.1");
    deliver_v4(2);
    expect_numbers(h, 2, 1);
    close_and_check(h);
}

int main(void)
{
    RUN(a_new_address_is_told_and_counts_for_direction);
    RUN(nobody_who_did_not_ask_is_told);
    RUN(changes_of_other_interfaces_are_none);
    RUN(an_event_comes_after_what_had_arrived_and_before_the_rest);
    RUN(down_and_up_are_told_and_ridden_through);
    RUN(an_interface_that_leaves_is_gone_after_all_was_read);
    RUN(a_socket_that_lost_its_address_is_asked);
    RUN(one_of_two_families_may_go);
    RUN(what_cannot_be_looked_at_is_missed);
    RUN(too_many_events_are_missed_ones);
    RUN(a_system_that_does_not_watch_captures_all_the_same);
    return 0;
}
