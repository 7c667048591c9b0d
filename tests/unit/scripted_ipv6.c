/* scripted_ipv6.c - N16 over a scripted Winsock: IPv6 with and without its header, and which socket is kept. */
#include "scripted_capture.h"

static const struct ipfunnel__winsock_facts told = {
    .has_source = true, .has_destination = true, .has_hop_limit = true, .hop_limit = 61,
    .source = { 0xfd, [15] = 2 }, .destination = { 0xfd, [15] = 1 },
};
#define UNPROVEN(field) (1u << IPFUNNEL_UNPROVEN_##field)
static const uint32_t NEVER_TOLD = UNPROVEN(traffic_class) | UNPROVEN(flow_label) | UNPROVEN(payload_length)
                                   | UNPROVEN(next_header) | UNPROVEN(extension_headers);

static uint8_t bytes[200000];

static void a_header_that_came_is_passed_on(void)
{
    uint8_t sent[V6_LENGTH];
    scripted_reset();
    ipfunnel *h = open_on("fd00::1");
    make_v6(sent, 5);
    scripted_deliver(6, sent, sizeof sent, &told);
    const ipfunnel_datagram *d = next_of(h);
    CHECK_INT(d->length, sizeof sent);
    CHECK_BYTES(d->bytes, sent, sizeof sent);
    CHECK_INT(d->flags, 0);
    CHECK_INT(d->unproven, 0);
    CHECK_INT(d->direction, IPFUNNEL_DIRECTION_IN);
    CHECK_INT(d->direction_source, IPFUNNEL_SAYS_ADDRESSES);
    close_and_check(h);
}

static void a_withheld_header_is_rebuilt_from_what_was_told(void)
{
    static const uint8_t udp[] = { 0x0f, 0xa0, 0, 53, 0, 12, 0, 0, 'a', 'b', 'c', 'd' };
    static const uint8_t expected[40] = { 0x60, 0, 0, 0, 0, 12, 59, 61, 0xfd, [23] = 2, [24] = 0xfd, [39] = 1 };
    scripted_reset();
    ipfunnel *h = open_on("fd00::1");
    scripted_deliver(6, udp, sizeof udp, &told);
    const ipfunnel_datagram *d = next_of(h);
    CHECK_INT(d->length, 52);
    CHECK_INT(d->original_length, 52);
    CHECK_BYTES(d->bytes, expected, 40);
    CHECK_BYTES(d->bytes + 40, udp, sizeof udp);
    CHECK_INT(d->flags, IPFUNNEL_HEADER_REBUILT);
    CHECK_INT(d->unproven, NEVER_TOLD);
    CHECK_INT(d->direction, IPFUNNEL_DIRECTION_IN);
    char line[200];
    CHECK_STR(ipfunnel_summary(d, line, sizeof line), "fd00::2 > fd00::1 no next header 52 header-rebuilt");
    close_and_check(h);
}

static void what_was_not_told_claims_nothing(void)
{
    static const uint8_t zeros[16], payload[8] = { 1 };
    struct ipfunnel__winsock_facts nothing = { .has_source = false };
    scripted_reset();
    ipfunnel *h = open_on("fd00::1");
    scripted_deliver(6, payload, sizeof payload, &nothing);
    const ipfunnel_datagram *d = next_of(h);
    CHECK_INT(d->unproven, NEVER_TOLD | UNPROVEN(hop_limit) | UNPROVEN(source) | UNPROVEN(destination));
    CHECK_INT(d->bytes[7], 0);
    CHECK_BYTES(d->bytes + 8, zeros, 16);
    CHECK_BYTES(d->bytes + 24, zeros, 16);
    CHECK_INT(d->direction, IPFUNNEL_DIRECTION_UNKNOWN);
    close_and_check(h);
}

/* A payload whose first byte happens to be 6x is no header: its lengths do not agree. */
static void a_payload_that_looks_like_a_version_is_no_header(void)
{
    uint8_t payload[100] = { 0x60, 1, 2, 3, 0, 61 };
    scripted_reset();
    ipfunnel *h = open_on("fd00::1");
    scripted_deliver(6, payload, sizeof payload, &told);
    CHECK_INT(next_of(h)->flags, IPFUNNEL_HEADER_REBUILT);
    payload[5] = 60;
    scripted_deliver(6, payload, sizeof payload, &told);
    CHECK_INT(next_of(h)->flags, 0);
    scripted_deliver(6, payload, 39, &told);
    CHECK_INT(next_of(h)->flags, IPFUNNEL_HEADER_REBUILT);
    close_and_check(h);
}

/* Length 0, as large sends have it, fits everything: the source address decides. */
static void a_length_of_zero_counts_with_the_right_source_only(void)
{
    scripted_reset();
    ipfunnel *h = open_on("fd00::1");
    memset(bytes, 0, sizeof bytes);
    make_v6(bytes, 0);
    bytes[5] = 0;
    scripted_deliver(6, bytes, 70000, &told);
    const ipfunnel_datagram *d = next_of(h);
    CHECK_INT(d->flags, IPFUNNEL_LENGTH_ASSUMED);
    CHECK_INT(d->length, 70000);
    bytes[23] = 9;
    scripted_deliver(6, bytes, 1000, &told);
    d = next_of(h);
    CHECK_INT(d->flags, IPFUNNEL_HEADER_REBUILT);
    CHECK_INT(d->length, 1040);
    close_and_check(h);
}

static void a_jumbo_datagram_is_real(void)
{
    scripted_reset();
    ipfunnel *h = open_on("fd00::1");
    memset(bytes, 0, sizeof bytes);
    make_v6(bytes, 0);
    bytes[5] = 0;
    bytes[6] = 0;                                 /* hop-by-hop options, and the jumbo length in them */
    const uint8_t jumbo[8] = { 17, 0, 0xc2, 4, 0, 1, 0x11, 0x70 - 40 };
    memcpy(bytes + 40, jumbo, sizeof jumbo);
    bytes[23] = 9;
    scripted_deliver(6, bytes, 70000, &told);
    const ipfunnel_datagram *d = next_of(h);
    CHECK_INT(d->flags, 0);
    CHECK_INT(d->original_length, 70000);
    close_and_check(h);
}

static void a_rebuilt_header_of_a_large_send_has_the_length_that_came(void)
{
    scripted_reset();
    ipfunnel *h = open_on("fd00::1");
    memset(bytes, 0, sizeof bytes);
    scripted_deliver(6, bytes, 70000, &told);
    const ipfunnel_datagram *d = next_of(h);
    CHECK_INT(d->length, 70040);
    CHECK_INT(d->flags, IPFUNNEL_HEADER_REBUILT | IPFUNNEL_LENGTH_ASSUMED);
    close_and_check(h);
}

static void longer_than_the_room_is_snapped(void)
{
    enum { ROOM = 128 * 1024 };
    scripted_reset();
    ipfunnel *h = open_on("port0");
    memset(bytes, 0, sizeof bytes);
    make_v6(bytes, 0);
    bytes[5] = 0;
    scripted_deliver(6, bytes, sizeof bytes, &told);
    const ipfunnel_datagram *d = next_of(h);
    CHECK_INT(d->length, ROOM);
    CHECK_INT(d->original_length, IPFUNNEL_LENGTH_UNKNOWN);
    CHECK_INT(d->flags, IPFUNNEL_SNAPPED | IPFUNNEL_LENGTH_ASSUMED);
    memset(bytes, 0, 40);
    scripted_deliver(6, bytes, sizeof bytes, &told);
    d = next_of(h);
    CHECK_INT(d->length, ROOM + 40);
    CHECK_INT(d->flags, IPFUNNEL_SNAPPED | IPFUNNEL_LENGTH_ASSUMED | IPFUNNEL_HEADER_REBUILT);
    make_v4(bytes, 40, 1);
    bytes[2] = bytes[3] = 0;
    scripted_deliver(4, bytes, sizeof bytes, NULL);
    d = next_of(h);
    CHECK_INT(d->version, 4);
    CHECK_INT(d->flags, IPFUNNEL_SNAPPED | IPFUNNEL_LENGTH_ASSUMED);
    CHECK_INT(d->original_length, IPFUNNEL_LENGTH_UNKNOWN);
    close_and_check(h);
}

/* The number that the documents give, the one that those who tried it report, or both: whichever delivers is kept, and
 * each datagram comes once. */
static void the_socket_that_delivers_is_kept(void)
{
    static const struct { int through, kept; } rows[] = { { 41, 41 }, { 0, 0 }, { ANY_PROTOCOL, 0 } };
    for (size_t i = 0; i < 3; i++) {
        scripted_reset();
        scripted_ipv6_only_through(rows[i].through);
        ipfunnel *h = open_on("fd00::1");
        CHECK_INT(scripted_open_sockets(), 2);
        for (uint32_t number = 1; number <= 100; number++)
            deliver_v6(number);
        for (uint32_t number = 1; number <= 100; number++) {
            uint32_t got = 0;
            const ipfunnel_datagram *d = next_of(h);
            CHECK(d);
            memcpy(&got, d->bytes + 48, 4);
            CHECK_INT(got, number);
        }
        CHECK(!next_of(h));
        CHECK_INT(scripted_open_sockets(), 1);
        CHECK_INT(scripted_mode(6, rows[i].kept), IPFUNNEL_MODE_ON);
        CHECK_INT(info_of(h).families_failed, 0);
        close_and_check(h);
    }
}

static void no_outgoing_leaves_out_what_is_ours_also_when_rebuilt(void)
{
    static const uint8_t payload[8] = { 1 };
    struct ipfunnel__winsock_facts sent = told, received = told;
    memcpy(sent.source, told.destination, 16);
    memcpy(sent.destination, told.source, 16);
    ipfunnel_options o = options_on("fd00::1");
    o.flags = IPFUNNEL_OPEN_NO_OUTGOING;
    scripted_reset();
    ipfunnel *h = open_with(&o);
    scripted_deliver(6, payload, sizeof payload, &sent);
    scripted_deliver(6, payload, sizeof payload, &received);
    CHECK_INT(next_of(h)->direction, IPFUNNEL_DIRECTION_IN);
    CHECK(!next_of(h));
    close_and_check(h);
}

int main(void)
{
    RUN(a_header_that_came_is_passed_on);
    RUN(a_withheld_header_is_rebuilt_from_what_was_told);
    RUN(what_was_not_told_claims_nothing);
    RUN(a_payload_that_looks_like_a_version_is_no_header);
    RUN(a_length_of_zero_counts_with_the_right_source_only);
    RUN(a_jumbo_datagram_is_real);
    RUN(a_rebuilt_header_of_a_large_send_has_the_length_that_came);
    RUN(longer_than_the_room_is_snapped);
    RUN(the_socket_that_delivers_is_kept);
    RUN(no_outgoing_leaves_out_what_is_ours_also_when_rebuilt);
    return 0;
}
