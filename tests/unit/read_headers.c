/* read_headers.c - the way from the IP header to the transport header. */
#include "check.h"
#include <ipfunnel.h>

static uint8_t bytes[512];
static size_t length;

static void put(const char *hex)
{
    for (; hex[0] && hex[1]; hex += hex[2] == ' ' ? 3 : 2) {
        char two[3] = { hex[0], hex[1], 0 };
        bytes[length++] = (uint8_t)strtoul(two, NULL, 16);
    }
}

static ipfunnel_headers read_as(uint8_t version)
{
    /* An exact-size copy, so that a sanitizer sees any byte read beyond the datagram. */
    uint8_t *exact = malloc(length);
    memcpy(exact, bytes, length);
    ipfunnel_datagram d = { .bytes = exact, .length = (uint32_t)length, .version = version };
    ipfunnel_headers h = IPFUNNEL_HEADERS_INIT;
    CHECK_INT(ipfunnel_read_headers(&d, &h), 0);
    CHECK(h.transport_offset <= length);
    free(exact);
    h.source = h.destination = NULL;
    return h;
}

static ipfunnel_headers ipv6(const char *first_header, const char *rest)
{
    length = 0;
    put("6000000000ff");
    put(first_header);
    put("40 fd090000000000000000000000000001 fd090000000000000000000000000002");
    put(rest);
    return read_as(6);
}

static void ipv4_with_options(void)
{
    length = 0;
    put("46000024000700004011 0000 0a0900010a090002 94040000 0fa0003500100000");
    ipfunnel_headers h = read_as(4);
    CHECK_INT(h.transport_offset, 24);
    CHECK_INT(h.source_port, 4000);
    CHECK_INT(h.identification, 7);
}

static void ipv4_options_beyond_the_bytes(void)
{
    length = 0;
    put("4f000024000700004011 0000 0a0900010a090002");
    ipfunnel_headers h = read_as(4);
    CHECK(h.flags & IPFUNNEL_CHAIN_CUT);
    CHECK(!(h.flags & IPFUNNEL_HAS_PORTS));
    put("94040000");
    h = read_as(4);
    CHECK(h.flags & IPFUNNEL_CHAIN_CUT);
    CHECK_INT(h.transport_offset, 24);             /* nothing follows: these 4 bytes are options */
}

static void every_extension_header_is_walked(void)
{
    /* hop-by-hop, destination, routing, fragment (first), AH (24 bytes), mobility, HIP, shim6, then UDP */
    ipfunnel_headers h = ipv6("00", "3c00010400000000 2b00010400000000 2c00000000000000 3300000100000009"
                                    "8704000000000000000000000000000000000000000000 00"
                                    "8b00000000000000 8c00000000000000 1100000000000000 0fa0003500080000");
    CHECK_INT(h.protocol, 17);
    CHECK_INT(h.source_port, 4000);
    CHECK_INT(h.identification, 9);
    CHECK(h.flags & IPFUNNEL_MORE_FRAGMENTS);
    CHECK(!(h.flags & IPFUNNEL_CHAIN_CUT));
}

static void later_ipv6_fragment_ends_the_walk(void)
{
    ipfunnel_headers h = ipv6("2c", "0000000800000001 ffffffffffffffff");
    CHECK_INT(h.protocol, 0);
    CHECK_INT(h.fragment_offset, 8);
    CHECK_INT(h.transport_offset, 48);
    CHECK(!(h.flags & IPFUNNEL_HAS_PORTS));
}

static void atomic_fragment_is_no_fragment(void)
{
    ipfunnel_headers h = ipv6("2c", "1100000000000001 0fa0003500080000");
    CHECK(!(h.flags & IPFUNNEL_IS_FRAGMENT));
    CHECK_INT(h.destination_port, 53);
}

static void chain_beyond_the_bytes_is_cut(void)
{
    ipfunnel_headers h = ipv6("00", "11ff010400000000");
    CHECK(h.flags & IPFUNNEL_CHAIN_CUT);
    CHECK_INT(h.transport_offset, 40);
    h = ipv6("00", "1100");
    CHECK(h.flags & IPFUNNEL_CHAIN_CUT);
}

static void no_next_header(void)
{
    ipfunnel_headers h = ipv6("3b", "0fa0003500080000");
    CHECK_INT(h.protocol, 59);
    CHECK(!(h.flags & IPFUNNEL_HAS_PORTS));
}

static void too_few_bytes_for_the_fixed_header(void)
{
    ipfunnel_datagram d = { .bytes = bytes, .length = 39, .version = 6 };
    ipfunnel_headers h = IPFUNNEL_HEADERS_INIT;
    h.protocol = 77;
    CHECK_INT(ipfunnel_read_headers(&d, &h), IPFUNNEL_EINVAL);
    CHECK_INT(h.protocol, 77);
}

int main(void)
{
    RUN(ipv4_with_options);
    RUN(ipv4_options_beyond_the_bytes);
    RUN(every_extension_header_is_walked);
    RUN(later_ipv6_fragment_ends_the_walk);
    RUN(atomic_fragment_is_no_fragment);
    RUN(chain_beyond_the_bytes_is_cut);
    RUN(no_next_header);
    RUN(too_few_bytes_for_the_fixed_header);
    return 0;
}
