#include "check.h"
#include "frame_builder.h"
#include "frames.h"
#include <ipfunnel.h>

/* One extension header: 8 bytes, of the authentication header 16. */
static size_t extension_size(unsigned kind) { return kind == AH ? 16 : 8; }

static void extension(struct script *s, unsigned kind, unsigned next)
{
    put8(s, next);
    put8(s, kind == AH ? 2 : 0);
    if (kind == 0 || kind == DESTINATION)
        put(s, &(uint8_t[6]){ 1, 4 }, 6);
    else
        put(s, &(uint8_t[6]){ 0 }, 6);
    if (kind == AH)
        put_pattern(s, 8);
}

/* A datagram with these extension headers in front of UDP. */
static void chain(struct script *s, const char *name, const unsigned *kinds, size_t count)
{
    size_t size = 0;
    for (size_t k = 0; k < count; k++)
        size += extension_size(kinds[k]);
    ethernet(s, TYPE_IPV6);
    IPV6(s, .next = kinds[0], .payload = size + 8 + 20);
    for (size_t k = 0; k < count; k++)
        extension(s, kinds[k], k + 1 < count ? kinds[k + 1] : UDP);
    udp(s, 20);
    add_frame(s, name, DATAGRAM);
}

/* All of them in one datagram, then each but the first alone. */
void ipv6_extension_headers(struct script *s)
{
    static const unsigned kinds[] = { 0, ROUTING, FRAGMENT, AH, DESTINATION, 135, 139, 140 };
    enum { KINDS = sizeof kinds / sizeof *kinds };
    chain(s, "IPv6 extension headers", kinds, KINDS);
    for (size_t k = 1; k < KINDS; k++)
        chain(s, "IPv6 extension headers", &kinds[k], 1);
}

void ipv6_long_chains(struct script *s)
{
    unsigned many[100];
    for (size_t k = 0; k < 100; k++)
        many[k] = DESTINATION;
    chain(s, "a hundred destination options", many, 100);
    chain(s, "hop-by-hop options in the wrong place", (unsigned[]){ DESTINATION, 0, ROUTING, 0 }, 4);
    chain(s, "a fragment header twice", (unsigned[]){ FRAGMENT, FRAGMENT }, 2);
    ethernet(s, TYPE_IPV6);
    IPV6(s, .next = DESTINATION, .payload = 2048);      /* one header of the largest size, and nothing in it */
    put8(s, NOTHING);
    put8(s, 255);
    put(s, &(uint8_t[2]){ 0x3e, 0 }, 2);
    put_pattern(s, 2044);
    add_frame(s, "a destination header of 2048 bytes", DATAGRAM);
    ethernet(s, TYPE_IPV6);
    IPV6(s, .next = ROUTING, .payload = 8);             /* claims to be longer than the datagram */
    put(s, &(uint8_t[8]){ UDP, 200, 0, 9 }, 8);
    add_frame(s, "an extension header that is cut", DATAGRAM);
}

static void fragment_at(struct script *s, unsigned offset, size_t payload, int more, uint32_t identification,
                        unsigned fill)
{
    ethernet(s, TYPE_IPV6);
    IPV6(s, .next = FRAGMENT, .payload = 8 + payload);
    put8(s, UDP);
    put8(s, 0);
    put16(s, offset | (more ? 1u : 0));
    put32(s, identification);
    for (size_t i = 0; i < payload; i++)
        put8(s, fill + (unsigned)i * 7);
    add_frame(s, "IPv6 fragment", DATAGRAM);
}

void ipv6_fragments(struct script *s)
{
    for (unsigned at = 0; at < 3; at++)
        fragment_at(s, at * 64, 64, at < 2, 77, 64);
}

void ipv6_fragments_every_order(struct script *s)
{
    static const unsigned orders[6][3] = { { 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 },
                                           { 1, 2, 0 }, { 2, 0, 1 }, { 2, 1, 0 } };
    for (unsigned order = 0; order < 6; order++)
        for (int i = 0; i < 3; i++)
            fragment_at(s, orders[order][i] * 64, 64, orders[order][i] < 2, 100 + order, order);
}

void ipv6_fragments_overlapping(struct script *s)
{
    static const struct {
        unsigned offset, size;
        int more;
    } parts[] = {
        { 0, 64, 1 }, { 32, 64, 1 }, { 0, 64, 1 }, { 0, 64, 1 }, { 8, 8, 1 }, { 96, 1, 0 }, { 0, 128, 0 },
        { 65528, 64, 0 }, { 0, 0, 1 },
    };
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        fragment_at(s, parts[i].offset, parts[i].size, parts[i].more, 78, i == 3 ? 2 : (unsigned)i);
}

void ipv6_esp_and_nothing(struct script *s)
{
    add_ipv6(s, "IPv6 with encrypted payload", ESP, 64);
    add_ipv6(s, "IPv6 with nothing in it", NOTHING, 0);
}

void ipv6_largest(struct script *s)
{
    ethernet(s, TYPE_IPV6);
    IPV6(s, .next = UDP, .payload = 65535 - 40);
    udp(s, 65535 - 48);
    add_frame(s, "IPv6 of 65535 bytes", DATAGRAM);
}

/* Payload length 0 and a hop-by-hop header with a jumbo payload option of this value. */
static struct step *jumbogram(struct script *s, const char *name, uint32_t says, size_t payload)
{
    ethernet(s, TYPE_IPV6);
    IPV6(s, .next = 0, .payload = 0);
    put8(s, 253);
    put8(s, 0);
    put(s, &(uint8_t[2]){ 0xc2, 4 }, 2);
    put32(s, says);
    put_pattern(s, payload - 8);
    return add_frame(s, name, DATAGRAM);
}

void ipv6_jumbo(struct script *s)
{
    static const uint32_t payloads[] = { 65536, 65537, 100000, 131072 };
    for (size_t i = 0; i < sizeof payloads / sizeof *payloads; i++)
        jumbogram(s, "IPv6 jumbogram", payloads[i], payloads[i]);
    jumbogram(s, "IPv6 jumbogram with bytes behind it", 70000, 70100)->datagram_length = 70040;
}

void ipv6_not_quite_jumbo(struct script *s)
{
    jumbogram(s, "jumbo option below 65536", 1000, 1000)->flags = IPFUNNEL_LENGTH_ASSUMED;
    struct step *step = jumbogram(s, "jumbogram of which most is missing", 70000, 1000);
    step->flags = IPFUNNEL_SHORT;
    step->claims = 40 + 70000;
    add_ipv6(s, "payload length 0", UDP, 0)->flags = IPFUNNEL_LENGTH_ASSUMED;
    add_ipv6(s, "nothing, and nothing behind it", NOTHING, 0);
    ethernet(s, TYPE_IPV6);
    IPV6(s, .next = NOTHING);
    put_pattern(s, 20);
    add_padded(s, "nothing, and padding behind it", 20);
}

void ipv6_every_next_header(struct script *s)
{
    for (unsigned next = 0; next < 256; next++)
        add_ipv6(s, "IPv6 with some next header", next, 1 + next % 64);
}

void ipv6_every_traffic_class(struct script *s)
{
    for (unsigned traffic_class = 0; traffic_class < 256; traffic_class++) {
        ethernet(s, TYPE_IPV6);
        IPV6(s, .next = UDP, .payload = 8 + 4, .traffic_class = traffic_class, .flow_label = traffic_class * 0x101);
        udp(s, 4);
        add_frame(s, "IPv6 with a traffic class", DATAGRAM);
    }
}

void ipv6_hop_limit(struct script *s)
{
    static const unsigned values[] = { 0, 1, 2, 64, 255 };
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        ethernet(s, TYPE_IPV6);
        IPV6(s, .next = UDP, .payload = 8, .hop_limit = values[i], .zero_hop_limit = values[i] == 0);
        udp(s, 0);
        add_frame(s, "IPv6 with a hop limit", DATAGRAM);
    }
}

void ipv6_impossible_lengths(struct script *s)
{
    for (size_t missing = 1; missing <= 39; missing += 19) {
        ethernet(s, TYPE_IPV6);
        IPV6(s, .next = UDP, .payload = 8);
        s->length -= missing;
        add_frame(s, "IPv6 header that is cut", MALFORMED);
    }
}

void ipv6_wrong_lengths(struct script *s)
{
    static const unsigned claims[] = { 29, 1000, 65535 };
    for (size_t i = 0; i < sizeof claims / sizeof *claims; i++) {
        ethernet(s, TYPE_IPV6);
        IPV6(s, .next = UDP, .payload = claims[i]);
        udp(s, 20);
        struct step *step = add_frame(s, "IPv6 claims more than the frame has", DATAGRAM);
        step->flags = IPFUNNEL_SHORT;
        step->claims = 40 + claims[i];
    }
    ethernet(s, TYPE_IPV6);
    IPV6(s, .next = UDP, .payload = 10);
    udp(s, 20);
    add_padded(s, "IPv6 claims less than the frame has", 18);
}

/* UDP over IPv6 must have one: 0 is wrong, too. */
void ipv6_wrong_checksums(struct script *s)
{
    static const unsigned wrong[] = { 0, 0xdead, 0xffff };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        ethernet(s, TYPE_IPV6);
        IPV6(s, .next = UDP, .payload = 8 + 20);
        udp(s, 20);
        set16(s, s->datagram_at + 46, wrong[i]);
        add_frame(s, "UDP over IPv6 with a wrong checksum", DATAGRAM);
    }
    add_ipv6(s, "ICMPv6 with a wrong checksum", ICMPV6, 24);
    add_ipv6(s, "TCP over IPv6 with a wrong checksum", TCP, 40);
}
