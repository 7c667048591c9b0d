#include "check.h"
#include "frame_builder.h"
#include "frames.h"
#include <ipfunnel.h>

static void with_options(struct script *s, const char *name, const uint8_t *bytes, size_t n)
{
    ethernet(s, TYPE_IPV4);
    IPV4(s, .protocol = UDP, .payload = 8 + 40, .options = n, .option_bytes = bytes, .fragment = 0x4000);
    udp(s, 40);
    add_frame(s, name, DATAGRAM);
}

void ipv4_no_operation(struct script *s)
{
    for (size_t options = 0; options <= 40; options += 4)
        with_options(s, "IPv4 with options", NULL, options);
}

void ipv4_options(struct script *s)
{
    static const struct {
        const char *name;
        uint8_t bytes[40];
        size_t length;
    } cases[] = {
        { "record route", { 7, 39, 4 }, 40 },
        { "record route, full", { 7, 7, 8, 10, 77, 0, 9 }, 8 },
        { "timestamp", { 68, 36, 5, 1 }, 36 },
        { "router alert", { 148, 4, 0, 0 }, 4 },
        { "loose source route", { 131, 7, 4, 10, 77, 0, 9 }, 8 },
        { "strict source route", { 137, 7, 4, 10, 77, 0, 9 }, 8 },
        { "security", { 130, 11, 0, 1, 2, 3, 4, 5, 6, 7, 8 }, 12 },
        { "end of options, then anything", { 0, 0xff, 0xff, 0xff }, 4 },
        { "option of length 0", { 7, 0, 1, 1 }, 4 },
        { "option longer than the header", { 7, 200, 4, 0 }, 4 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        with_options(s, cases[i].name, cases[i].bytes, cases[i].length);
}

/* `fill` tells apart fragments of the same place; the identification is that of the first one of a datagram. */
static void fragment_at(struct script *s, unsigned offset, size_t payload, int more, unsigned fill)
{
    ethernet(s, TYPE_IPV4);
    IPV4(s, .protocol = UDP, .payload = payload, .fragment = offset / 8 | (more ? 0x2000u : 0));
    for (size_t i = 0; i < payload; i++)
        put8(s, fill + (unsigned)i);
    add_frame(s, "IPv4 fragment", DATAGRAM);
}

void ipv4_fragments(struct script *s)
{
    for (unsigned at = 0; at < 3; at++) {
        ethernet(s, TYPE_IPV4);
        IPV4(s, .protocol = UDP, .payload = 64, .fragment = at * 8 | (at < 2 ? 0x2000u : 0));
        put_pattern(s, 64);
        add_frame(s, "IPv4 fragment", DATAGRAM);
    }
}

void ipv4_fragments_every_order(struct script *s)
{
    static const unsigned orders[6][3] = { { 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 },
                                           { 1, 2, 0 }, { 2, 0, 1 }, { 2, 1, 0 } };
    for (int order = 0; order < 6; order++) {
        uint16_t identification = s->identification;
        for (int i = 0; i < 3; i++) {
            s->identification = identification;
            fragment_at(s, orders[order][i] * 64, 64, orders[order][i] < 2, (unsigned)order);
        }
    }
}

void ipv4_fragments_overlapping(struct script *s)
{
    static const struct {
        unsigned offset, size;
        int more;
    } parts[] = {
        { 0, 64, 1 }, { 32, 64, 1 }, { 0, 64, 1 }, { 0, 64, 1 }, { 8, 8, 1 }, { 96, 1, 0 }, { 0, 128, 0 },
        { 65528, 64, 0 },                               /* reaches past 65535 */
    };
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        s->identification = 0x4f4f;
        fragment_at(s, parts[i].offset, parts[i].size, parts[i].more, i == 3 ? 2 : (unsigned)i);
    }
}

void ipv4_largest(struct script *s)
{
    ethernet(s, TYPE_IPV4);
    IPV4(s, .protocol = UDP, .payload = 65535 - 20, .fragment = 0x4000);
    udp(s, 65535 - 28);
    add_frame(s, "IPv4 of 65535 bytes", DATAGRAM);
}

void ipv4_some_protocols(struct script *s)
{
    static const unsigned protocols[] = { 0, 1, 2, 4, 6, 41, 47, 50, 51, 132, 255 };
    for (size_t i = 0; i < sizeof protocols / sizeof *protocols; i++)
        add_ipv4(s, "IPv4 of some protocol", protocols[i], 32);
}

void ipv4_every_protocol(struct script *s)
{
    for (unsigned protocol = 0; protocol < 256; protocol++)
        add_ipv4(s, "IPv4 of some protocol", protocol, protocol % 64);
}

void ipv4_every_tos(struct script *s)
{
    for (unsigned tos = 0; tos < 256; tos++) {
        ethernet(s, TYPE_IPV4);
        IPV4(s, .protocol = UDP, .payload = 8 + 4, .tos = tos);
        udp(s, 4);
        add_frame(s, "IPv4 with a type of service", DATAGRAM);
    }
}

void ipv4_ttl(struct script *s)
{
    static const unsigned values[] = { 0, 1, 2, 64, 255 };
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        ethernet(s, TYPE_IPV4);
        IPV4(s, .protocol = UDP, .payload = 8, .ttl = values[i], .zero_ttl = values[i] == 0);
        udp(s, 0);
        add_frame(s, "IPv4 with a time to live", DATAGRAM);
    }
}

/* A frame whose first byte and length are changed after the checksum was made. */
static struct step *add_changed(struct script *s, const char *name, unsigned type, unsigned first, unsigned total,
                                enum outcome outcome)
{
    ethernet(s, type);
    IPV4(s, .protocol = UDP, .payload = 28);
    udp(s, 20);
    s->bytes[s->datagram_at] = (uint8_t)first;
    set16(s, s->datagram_at + 2, total);
    return add_frame(s, name, outcome);
}

void ipv4_impossible_lengths(struct script *s)
{
    add_changed(s, "IPv4 header of 16 bytes", TYPE_IPV4, 0x44, 28, MALFORMED);
    add_changed(s, "IPv4 length shorter than its header", TYPE_IPV4, 0x45, 19, MALFORMED);
}

void wrong_version(struct script *s)
{
    add_changed(s, "IPv4 says version 6", TYPE_IPV4, 0x65, 28, MALFORMED);
    add_changed(s, "IPv6 says version 4", TYPE_IPV6, 0x45, 28, MALFORMED);
    add_changed(s, "version 5", TYPE_IPV4, 0x55, 28, MALFORMED);
}

void ipv4_wrong_lengths(struct script *s)
{
    struct step *step = add_changed(s, "IPv4 claims more than the frame has", TYPE_IPV4, 0x45, 0xff30, DATAGRAM);
    step->flags = IPFUNNEL_SHORT;
    step->claims = 0xff30;
    add_changed(s, "IPv4 with length 0", TYPE_IPV4, 0x45, 0, DATAGRAM)->flags = IPFUNNEL_LENGTH_ASSUMED;
}

void ipv4_wrong_checksums(struct script *s)
{
    for (unsigned wrong = 0; wrong < 3; wrong++) {
        ethernet(s, TYPE_IPV4);
        IPV4(s, .protocol = UDP, .payload = 8 + 20);
        udp(s, 20);
        set16(s, s->datagram_at + 10, wrong * 0x7fff);
        set16(s, s->datagram_at + 26, 0xdead + wrong);
        add_frame(s, "IPv4 and UDP with wrong checksums", DATAGRAM);
    }
    add_ipv4(s, "ICMP with a wrong checksum", ICMP, 24);
    add_ipv4(s, "TCP with a wrong checksum", TCP, 40);
}

void ipv4_odd_addresses(struct script *s)
{
    static const uint8_t addresses[][4] = { { 0, 0, 0, 0 }, { 127, 0, 0, 1 }, { 169, 254, 1, 1 }, { 240, 0, 0, 1 },
                                            { 255, 255, 255, 254 }, { 10, 77, 0, 1 } };
    for (size_t i = 0; i < sizeof addresses / sizeof *addresses; i++)
        for (int as_source = 0; as_source < 2; as_source++) {
            ethernet(s, TYPE_IPV4);
            IPV4(s, .protocol = 253, .payload = 8, .source = as_source ? addresses[i] : NULL,
                 .destination = as_source ? NULL : addresses[i]);
            put_pattern(s, 8);
            add_frame(s, "IPv4 with an odd address", DATAGRAM);
        }
}
