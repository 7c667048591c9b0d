#include "check.h"
#include "frame_builder.h"
#include "frames.h"

void udp_lengths(struct script *s)
{
    add_udp(s, "UDP without data", 4, 0);
    add_udp(s, "UDP without data", 6, 0);
    for (unsigned says = 0; says <= 40; says += 10)
        for (int version = 4; version <= 6; version += 2) {
            ethernet(s, version == 4 ? TYPE_IPV4 : TYPE_IPV6);
            if (version == 4)
                IPV4(s, .protocol = UDP, .payload = 8 + 12);
            else
                IPV6(s, .next = UDP, .payload = 8 + 12);
            udp(s, 12);
            set16(s, s->length - 16, says);
            add_frame(s, "UDP with a length of its own", DATAGRAM);
        }
}

void tcp_flags(struct script *s)
{
    for (unsigned flags = 0; flags < 256; flags++) {
        ethernet(s, flags % 2 ? TYPE_IPV6 : TYPE_IPV4);
        if (flags % 2)
            IPV6(s, .next = TCP, .payload = 20 + 6);
        else
            IPV4(s, .protocol = TCP, .payload = 20 + 6, .fragment = 0x4000);
        put16(s, 4000);
        put16(s, 4001);
        put32(s, 1000);
        put32(s, 2000);
        put8(s, flags % 16 << 4);                       /* a header length that is too small, right, too large */
        put8(s, flags);
        put(s, &(uint8_t[6]){ 0xff, 0xff, 0, 0, 0, 7 }, 6);
        put_pattern(s, 6);
        add_frame(s, "TCP with flags", DATAGRAM);
    }
}

void other_transports(struct script *s)
{
    /* SCTP, DCCP, UDP-Lite, OSPF, EIGRP, PIM, VRRP, L2TP, RSVP, two for experiments */
    static const unsigned protocols[] = { SCTP, 33, UDP_LITE, 89, 88, 103, 112, 115, 46, 253, 254 };
    for (size_t i = 0; i < sizeof protocols / sizeof *protocols; i++) {
        add_ipv4(s, "IPv4 of another transport", protocols[i], 44);
        add_ipv6(s, "IPv6 of another transport", protocols[i], 44);
    }
}

/* A message of 8 bytes, then the beginning of a datagram that it is about, checksum included. */
static void error_about(struct script *s, int version, unsigned type, unsigned code, uint32_t rest)
{
    ethernet(s, version == 4 ? TYPE_IPV4 : TYPE_IPV6);
    size_t quoted = version == 4 ? 20 + 8 : 40 + 8;
    if (version == 4)
        IPV4(s, .protocol = ICMP, .payload = 8 + quoted);
    else
        IPV6(s, .next = ICMPV6, .payload = 8 + quoted);
    size_t at = s->length;
    put8(s, type);
    put8(s, code);
    put16(s, 0);
    put32(s, rest);
    if (version == 4)
        IPV4(s, .inner = 1, .protocol = UDP, .payload = 8 + 1000, .source = target_4, .destination = source_4);
    else
        IPV6(s, .inner = 1, .next = UDP, .payload = 8 + 1000, .source = target_6, .destination = source_6);
    put(s, &(uint8_t[8]){ 0x0f, 0xa0, 0x0f, 0xa1, 0x03, 0xf0, 0, 0 }, 8);
    set16(s, at + 2, internet_checksum(s->bytes + at, s->length - at, 0));
    add_frame(s, "an ICMP error", DATAGRAM);
}

void icmp_errors(struct script *s)
{
    for (unsigned code = 0; code < 16; code++)
        error_about(s, 4, 3, code, code == 4 ? 1280 : 0);
    for (unsigned code = 0; code < 2; code++)
        error_about(s, 4, 11, code, 0);
    for (unsigned code = 0; code < 4; code++)
        error_about(s, 4, 5, code, 0x0a4d0009);
    error_about(s, 4, 12, 0, 0x14000000);
    error_about(s, 4, 4, 0, 0);                         /* source quench */
}

void icmpv6_messages(struct script *s)
{
    for (unsigned code = 0; code < 8; code++)
        error_about(s, 6, 1, code, 0);
    error_about(s, 6, 2, 0, 1280);
    error_about(s, 6, 3, 0, 0);
    error_about(s, 6, 3, 1, 0);
    for (unsigned code = 0; code < 4; code++)
        error_about(s, 6, 4, code, 40);
    for (unsigned type = 133; type <= 137; type++) {    /* neighbour discovery */
        ethernet(s, TYPE_IPV6);
        IPV6(s, .next = ICMPV6, .payload = 24, .hop_limit = 255);
        put8(s, type);
        put8(s, 0);
        put_pattern(s, 22);
        add_frame(s, "neighbour discovery", DATAGRAM);
    }
}

/* A group that nobody here has joined, so that nobody answers. */
static const uint8_t GROUP_4[4] = { 239, 77, 0, 1 }, GROUP_6[16] = { 0xff, 0x02, [13] = 0x77, [15] = 1 };
static const uint8_t GROUP_4_MAC[6] = { 1, 0, 0x5e, 77, 0, 1 }, GROUP_6_MAC[6] = { 0x33, 0x33, 0, 0x77, 0, 1 };

void igmp_messages(struct script *s)
{
    static const uint8_t alert[4] = { 148, 4, 0, 0 };
    static const unsigned types[] = { 0x11, 0x12, 0x16, 0x17, 0x22 };
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        link_addresses(s, GROUP_4_MAC);
        put16(s, TYPE_IPV4);
        IPV4(s, .protocol = IGMP, .payload = 8, .options = 4, .option_bytes = alert, .ttl = 1, .destination = GROUP_4);
        size_t at = s->length;
        put8(s, types[i]);
        put8(s, 100);
        put16(s, 0);
        put(s, GROUP_4, 4);
        set16(s, at + 2, internet_checksum(s->bytes + at, 8, 0));
        add_frame(s, "IGMP", DATAGRAM);
    }
}

void mld_messages(struct script *s)
{
    static const unsigned types[] = { 130, 131, 132, 143 };
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        link_addresses(s, GROUP_6_MAC);
        put16(s, TYPE_IPV6);
        IPV6(s, .next = 0, .payload = 8 + 24, .hop_limit = 1, .destination = GROUP_6);
        put(s, &(uint8_t[8]){ ICMPV6, 0, 5, 2, 0, 0, 1, 0 }, 8);    /* router alert */
        put8(s, types[i]);
        put8(s, 0);
        put_pattern(s, 6);
        put(s, GROUP_6, 16);
        add_frame(s, "MLD", DATAGRAM);
    }
}

static void put_inner(struct script *s, int version)
{
    if (version == 4)
        IPV4(s, .inner = 1, .protocol = UDP, .payload = 8 + 10);
    else
        IPV6(s, .inner = 1, .next = UDP, .payload = 8 + 10);
    udp(s, 10);
}
static size_t inner_size(int version) { return (version == 4 ? 20 : 40) + 8 + 10; }

static void outer(struct script *s, int version, unsigned protocol, size_t payload)
{
    ethernet(s, version == 4 ? TYPE_IPV4 : TYPE_IPV6);
    if (version == 4)
        IPV4(s, .protocol = protocol, .payload = payload);
    else
        IPV6(s, .next = protocol, .payload = payload);
}

void ip_in_ip(struct script *s)
{
    for (int version = 4; version <= 6; version += 2)
        for (int inside = 4; inside <= 6; inside += 2) {
            outer(s, version, inside == 4 ? IN_IPV4 : IN_IPV6, inner_size(inside));
            put_inner(s, inside);
            add_frame(s, "IP in IP", DATAGRAM);
        }
    outer(s, 4, IN_IPV4, 20 + inner_size(4));           /* in IP in IP */
    IPV4(s, .inner = 1, .protocol = IN_IPV4, .payload = inner_size(4));
    put_inner(s, 4);
    add_frame(s, "IP in IP in IP", DATAGRAM);
}

void gre(struct script *s)
{
    static const struct {
        unsigned flags, type;
        size_t more;                                    /* bytes of checksum, key, sequence number */
    } cases[] = {
        { 0x0000, 0x0800, 0 }, { 0x2000, 0x0800, 4 }, { 0x3000, 0x86dd, 8 }, { 0xb000, 0x0800, 12 },
        { 0x0000, 0x6558, 0 }, { 0x3001, 0x880b, 8 }, { 0x1000, 0x88be, 4 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (int version = 4; version <= 6; version += 2) {
            outer(s, version, GRE, 4 + cases[i].more + inner_size(4));
            put16(s, cases[i].flags);
            put16(s, cases[i].type);
            put_pattern(s, cases[i].more);
            put_inner(s, 4);
            add_frame(s, "GRE", DATAGRAM);
        }
}

void esp_and_ah(struct script *s)
{
    for (int version = 4; version <= 6; version += 2) {
        outer(s, version, ESP, 72);
        put32(s, 0x1001);
        put32(s, 1);
        put_pattern(s, 64);
        add_frame(s, "ESP", DATAGRAM);
        outer(s, version, AH, 24 + inner_size(4));
        put(s, &(uint8_t[4]){ IN_IPV4, 4 }, 4);
        put32(s, 0x1001);
        put32(s, 1);
        put_pattern(s, 12);
        put_inner(s, 4);
        add_frame(s, "AH", DATAGRAM);
        outer(s, version, UDP, 8 + 24);                 /* ESP through a NAT; a keep-alive of one byte */
        put(s, &(uint8_t[8]){ 0x11, 0x94, 0x11, 0x94, 0, 32 }, 8);
        put_pattern(s, 24);
        add_frame(s, "ESP in UDP", DATAGRAM);
    }
}

/* VXLAN, Geneve, GTP, Teredo, L2TP: the datagram on the wire is the outer one. */
void udp_tunnels(struct script *s)
{
    static const struct {
        unsigned port;
        uint8_t header[8];
        int ethernet;
    } cases[] = {
        { 4789, { 8, 0, 0, 0, 0, 0, 7 }, 1 }, { 6081, { 0, 0, 0x65, 0x58, 0, 0, 7 }, 1 },
        { 2152, { 0x30, 0xff, 0, 38, 0, 0, 0, 7 }, 0 }, { 3544, { 0 }, 0 }, { 1701, { 2, 0, 0, 7, 0, 7 }, 0 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (int version = 4; version <= 6; version += 2) {
            size_t size = 8 + 8 + (cases[i].ethernet ? 14u : 0) + inner_size(4);
            outer(s, version, UDP, size);
            put16(s, 40000);
            put16(s, cases[i].port);
            put16(s, (unsigned)size);
            put16(s, 0);
            put(s, cases[i].header, 8);
            if (cases[i].ethernet) {
                put(s, nobodys_mac, 6);
                put(s, s->mac, 6);
                put16(s, TYPE_IPV4);
            }
            put_inner(s, 4);
            add_frame(s, "a tunnel over UDP", DATAGRAM);
        }
}
