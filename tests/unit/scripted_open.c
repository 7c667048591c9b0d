/* scripted_open.c - which sockets a capture makes, over a scripted Winsock: families, addresses, scope, buffers. */
#include "scripted_capture.h"

static void an_address_selects_its_family_and_is_bound(void)
{
    scripted_reset();
    ipfunnel *h = open_on("10.0.0.1");
    CHECK_STR(scripted_bound(4, 0), "10.0.0.1");
    CHECK_INT(scripted_open_sockets(), 1);
    CHECK_INT(info_of(h).families, IPFUNNEL_IPV4);
    close_and_check(h);
    h = open_on("fd00::1");
    CHECK_STR(scripted_bound(6, 41), "fd00::1");
    CHECK_STR(scripted_bound(6, 0), "fd00::1");
    CHECK_INT(scripted_scope(6, 41), 0);
    CHECK_INT(info_of(h).families, IPFUNNEL_IPV6);
    close_and_check(h);
}

static void a_link_local_address_is_bound_with_its_scope(void)
{
    scripted_reset();
    ipfunnel *h = open_on("fe80::1%port0");
    CHECK_STR(scripted_bound(6, 41), "fe80::1");
    CHECK_INT(scripted_scope(6, 41), SCRIPTED_INDEX);
    close_and_check(h);
}

static void an_interface_has_both_families(void)
{
    scripted_reset();
    ipfunnel *h = open_on("port0");
    ipfunnel_capture_info info = info_of(h);
    CHECK_STR(scripted_bound(4, 0), "10.0.0.1");
    CHECK_STR(scripted_bound(6, 41), "fe80::1");  /* stays when others are replaced */
    CHECK_INT(info.families, IPFUNNEL_IPV4 | IPFUNNEL_IPV6);
    CHECK_INT(info.families_failed, 0);
    CHECK_INT(info.link_type, 101);
    CHECK_STR(info.clock, "library");
    CHECK_INT(info.clock_resolution_ns, 100);
    CHECK(info.buffer_bytes >= 16 << 20);
    CHECK_INT(info.interface_index, SCRIPTED_INDEX);
    close_and_check(h);
}

static void one_family_that_cannot_be_opened_is_named(void)
{
    static const enum scripted_call calls[] = { SCRIPT_SOCKET, SCRIPT_BIND, SCRIPT_RCVALL };
    for (size_t i = 0; i < 3; i++)
        for (int version = 4; version <= 6; version += 2) {
            scripted_reset();
            scripted_fail(calls[i], version, ANY_PROTOCOL, IPFUNNEL__WSAEACCES, FOR_EVER);
            ipfunnel *h = open_on("port0");
            CHECK_INT(info_of(h).families_failed, version == 4 ? IPFUNNEL_IPV4 : IPFUNNEL_IPV6);
            CHECK_INT(info_of(h).families, version == 4 ? IPFUNNEL_IPV6 : IPFUNNEL_IPV4);
            if (version == 6) {
                deliver_v4(1);
                expect_numbers(h, 1, 1);
            }
            close_and_check(h);
        }
}

static void a_family_without_an_address_cannot_be_opened(void)
{
    static const char *const only_v6[] = { "fd00::1/64" };
    ipfunnel_error e = { .status = 0 };
    ipfunnel *h = NULL;
    scripted_reset();
    scripted_set_addresses(only_v6, 1);
    h = open_on("port0");
    CHECK_INT(info_of(h).families_failed, IPFUNNEL_IPV4);
    close_and_check(h);
    ipfunnel_options o = options_on("port0");
    o.families = IPFUNNEL_IPV4;
    h = NULL;
    CHECK_INT(ipfunnel_open(&h, &o, &e), IPFUNNEL_EADDRNOTAVAIL);
    CHECK_CONTAINS(e.text, "port0 has no IPv4 address");
    CHECK(e.remedy[0]);
    CHECK_INT(scripted_open_sockets(), 0);
    scripted_set_addresses(NULL, 0);
    o.families = 0;
    CHECK_INT(ipfunnel_open(&h, &o, &e), IPFUNNEL_EADDRNOTAVAIL);
}

/* A new address is tentative for a moment. */
static void the_next_address_is_tried_when_one_is_not_usable(void)
{
    scripted_reset();
    scripted_fail(SCRIPT_BIND, 6, 41, IPFUNNEL__WSAEADDRNOTAVAIL, 1);
    ipfunnel *h = open_on("port0");
    CHECK_STR(scripted_bound(6, 41), "fd00::1");
    CHECK_STR(scripted_bound(6, 0), "fe80::1");
    close_and_check(h);
}

static void one_ipv6_protocol_number_is_enough(void)
{
    scripted_reset();
    scripted_fail(SCRIPT_SOCKET, 6, 0, IPFUNNEL__WSAEPROTONOSUPPORT, FOR_EVER);
    ipfunnel *h = open_on("fd00::1");
    CHECK_INT(scripted_open_sockets(), 1);
    deliver_v6(4);
    CHECK_INT(next_of(h)->length, V6_LENGTH);
    close_and_check(h);
    scripted_reset();
    scripted_fail(SCRIPT_RCVALL, 6, 41, IPFUNNEL__WSAEINVAL, FOR_EVER);
    h = open_on("fd00::1");
    CHECK_INT(scripted_open_sockets(), 1);
    CHECK_INT(scripted_mode(6, 0), 1);
    CHECK_INT(info_of(h).families_failed, 0);
    close_and_check(h);
}

static void the_any_address_is_refused(void)
{
    static const char *const names[] = { "0.0.0.0", "::" };
    scripted_reset();
    for (int i = 0; i < 2; i++) {
        ipfunnel_options o = options_on(names[i]);
        ipfunnel *h = NULL;
        CHECK_INT(ipfunnel_open(&h, &o, NULL), IPFUNNEL_EINVAL);
    }
    CHECK_INT(scripted_calls(SCRIPT_STARTUP), 0);
}

static void a_system_that_grants_no_buffer_and_no_facts_is_no_error(void)
{
    scripted_reset();
    scripted_fail(SCRIPT_BUFFER, 0, ANY_PROTOCOL, IPFUNNEL__WSAENOBUFS, FOR_EVER);
    ipfunnel *h = open_on("10.0.0.1");
    CHECK(info_of(h).buffer_bytes > 0);
    close_and_check(h);
    scripted_reset();
    scripted_fail(SCRIPT_ASK, 6, ANY_PROTOCOL, IPFUNNEL__WSAENOPROTOOPT, FOR_EVER);
    h = open_on("fd00::1");
    close_and_check(h);
}

static void receives_follow_the_ring_size(void)
{
    static const struct { uint64_t bytes; int least, most; } rows[] = {
        { 1, 16, 16 }, { 4 << 20, 30, 32 }, { 1 << 30, 64, 64 },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ipfunnel_options o = options_on("10.0.0.1");
        o.ring_bytes = rows[i].bytes;
        scripted_reset();
        ipfunnel *h = open_with(&o);
        int n = scripted_outstanding(4);
        CHECK(n >= rows[i].least && n <= rows[i].most);
        close_and_check(h);
    }
}

static void it_takes_no_frames_and_counts_no_drops(void)
{
    ipfunnel_frame f = IPFUNNEL_FRAME_INIT;
    ipfunnel_statistics s = IPFUNNEL_STATISTICS_INIT;
    scripted_reset();
    ipfunnel *h = open_on("10.0.0.1");
    CHECK_INT(ipfunnel_push(h, &f), IPFUNNEL_EOPNOTSUPP);
    deliver_v4(1);
    const ipfunnel_datagram *d = next_of(h);
    CHECK(d->dropped_before == IPFUNNEL_DROPS_UNKNOWN);
    CHECK(d->time_ns > 0);
    CHECK_STR(d->interface_name, "port0");
    CHECK_INT(d->interface_index, SCRIPTED_INDEX);
    CHECK_INT(ipfunnel_stats(h, &s), 0);
    CHECK_INT(s.available >> IPFUNNEL_COUNTER_dropped & 1, 0);
    CHECK_INT(s.frames, 1);
    CHECK_INT(s.delivered, 1);
    close_and_check(h);
}

static int knows(const char *interface, int counter)
{
    ipfunnel_statistics s = IPFUNNEL_STATISTICS_INIT;
    ipfunnel_options o = options_on(interface);
    o.flags = IPFUNNEL_OPEN_COUNT_ALL;
    scripted_reset();
    ipfunnel *h = open_with(&o);
    CHECK_INT(ipfunnel_stats(h, &s), 0);
    close_and_check(h);
    return (int)(s.available >> counter & 1);
}

static void what_the_ip_layer_keeps_to_itself_is_unknown(void)
{
    static const int unknown[] = { IPFUNNEL_COUNTER_not_ip, IPFUNNEL_COUNTER_malformed, IPFUNNEL_COUNTER_excluded_vlan,
                                   IPFUNNEL_COUNTER_excluded_other_host };
    for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++)
        CHECK_INT(knows("port0", unknown[i]), 0);
    CHECK_INT(knows("port0", IPFUNNEL_COUNTER_delivered), 1);
    CHECK_INT(knows("port0", IPFUNNEL_COUNTER_other_family), 1);
    CHECK_INT(knows("10.0.0.1", IPFUNNEL_COUNTER_other_family), 0);
}

static void a_buffer_that_no_socket_has_is_enomem(void)
{
    ipfunnel_options o = options_on("10.0.0.1");
    ipfunnel_error e = { .text = "" };
    ipfunnel *h = NULL;
    o.ring_bytes = (uint64_t)1 << 40;
    scripted_reset();
    CHECK_INT(ipfunnel_open(&h, &o, &e), IPFUNNEL_ENOMEM);
    CHECK_CONTAINS(e.text, "1099511627776");
    CHECK(e.remedy[0]);
    CHECK_INT(scripted_starts(), 0);
}

int main(void)
{
    RUN(an_address_selects_its_family_and_is_bound);
    RUN(a_link_local_address_is_bound_with_its_scope);
    RUN(an_interface_has_both_families);
    RUN(one_family_that_cannot_be_opened_is_named);
    RUN(a_family_without_an_address_cannot_be_opened);
    RUN(the_next_address_is_tried_when_one_is_not_usable);
    RUN(one_ipv6_protocol_number_is_enough);
    RUN(the_any_address_is_refused);
    RUN(a_system_that_grants_no_buffer_and_no_facts_is_no_error);
    RUN(receives_follow_the_ring_size);
    RUN(it_takes_no_frames_and_counts_no_drops);
    RUN(what_the_ip_layer_keeps_to_itself_is_unknown);
    RUN(a_buffer_that_no_socket_has_is_enomem);
    return 0;
}
