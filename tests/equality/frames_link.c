#include "check.h"
#include "frame_builder.h"
#include "frames.h"

void padding(struct script *s)
{
    for (size_t n = 0; n <= 46; n++)
        for (int version = 4; version <= 6; version += 2) {
            ethernet(s, version == 4 ? TYPE_IPV4 : TYPE_IPV6);
            if (version == 4)
                IPV4(s, .protocol = UDP, .payload = 8);
            else
                IPV6(s, .next = UDP, .payload = 8);
            udp(s, 0);
            for (size_t i = 0; i < n; i++)
                put8(s, 0xee);
            add_padded(s, "padded frame", n);
        }
}

void vlan_tags(struct script *s)
{
    static const struct {
        const char *name;
        uint16_t tags[6];
        int vid;
    } cases[] = {
        { "802.1Q", { 0x8100, 5 }, 5 },
        { "802.1ad", { 0x88a8, 7 }, 7 },
        { "9100", { 0x9100, 8 }, 8 },
        { "priority tag", { 0x8100, 0xa000 }, 0 },
        { "802.1ad over 802.1Q", { 0x88a8, 7, 0x8100, 5 }, 7 },
        { "priority tag over 802.1Q", { 0x8100, 0xa000, 0x8100, 6 }, 6 },
        { "three tags", { 0x88a8, 7, 0x8100, 5, 0x8100, 3 }, 7 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        link_addresses(s, s->mac);
        for (size_t t = 0; t < 6 && cases[i].tags[t]; t++)
            put16(s, cases[i].tags[t]);
        put16(s, TYPE_IPV4);
        IPV4(s, .protocol = UDP, .payload = 8 + 16);
        udp(s, 16);
        struct step *step = add_frame(s, cases[i].name, DATAGRAM);
        step->vid = cases[i].vid;
        step->tags = (int)(step->datagram_at - ETHERNET) / 4;
    }
}

/* Of each power of two one, with every priority and the drop bit; the largest number, and the one that is reserved. */
void every_vlan_id(struct script *s)
{
    static const unsigned vids[] = { 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4094, 4095 };
    for (size_t i = 0; i < sizeof vids / sizeof *vids; i++) {
        link_addresses(s, s->mac);
        put16(s, 0x8100);
        put16(s, (unsigned)(i % 8 << 13 | i % 2 << 12) | vids[i]);
        put16(s, TYPE_IPV6);
        IPV6(s, .next = UDP, .payload = 8 + 16);
        udp(s, 16);
        struct step *step = add_frame(s, "802.1Q", DATAGRAM);
        step->vid = (int)vids[i];
        step->tags = 1;
    }
}

void arp(struct script *s)
{
    link_addresses(s, broadcast_mac);
    put16(s, 0x0806);
    put(s, &(uint8_t[8]){ 0, 1, 8, 0, 6, 4, 0, 1 }, 8);
    put_pattern(s, 20);
    add_frame(s, "ARP", NOT_IP);
}

void spanning_tree(struct script *s)
{
    static const uint8_t group[6] = { 1, 0x80, 0xc2, 0, 0, 0 };
    link_addresses(s, group);
    put16(s, 38);
    put(s, &(uint8_t[3]){ 0x42, 0x42, 3 }, 3);
    put_pattern(s, 35);
    add_frame(s, "spanning tree", NOT_IP);
}

static void snap_header(struct script *s, size_t payload, const uint8_t organisation[3], unsigned type)
{
    ethernet(s, (unsigned)(8 + payload));
    put(s, &(uint8_t[3]){ 0xaa, 0xaa, 3 }, 3);
    put(s, organisation, 3);
    put16(s, type);
}

void snap(struct script *s)
{
    snap_header(s, 28, (const uint8_t[3]){ 0, 0, 0 }, TYPE_IPV4);
    IPV4(s, .protocol = UDP, .payload = 8);
    udp(s, 0);
    add_frame(s, "IPv4 in SNAP", DATAGRAM);
    snap_header(s, 20, (const uint8_t[3]){ 0, 0, 0x0c }, 0x2000);
    put_pattern(s, 20);
    add_frame(s, "SNAP of another organisation", NOT_IP);
}

void llc(struct script *s)
{
    ethernet(s, 3 + 28);
    put(s, &(uint8_t[3]){ 6, 6, 3 }, 3);
    IPV4(s, .protocol = UDP, .payload = 8);
    udp(s, 0);
    add_frame(s, "LLC with the IP access point", NOT_IP);
}

void mpls(struct script *s)
{
    ethernet(s, 0x8847);
    put32(s, 0x00001140);
    IPV4(s, .protocol = UDP, .payload = 8);
    udp(s, 0);
    add_frame(s, "MPLS", NOT_IP);
}

void pppoe(struct script *s)
{
    ethernet(s, 0x8864);
    put(s, &(uint8_t[8]){ 0x11, 0, 0, 1, 0, 30, 0, 0x21 }, 8);
    IPV4(s, .protocol = UDP, .payload = 8);
    udp(s, 0);
    add_frame(s, "PPPoE", NOT_IP);
}

/* RARP, IPX, EAPOL, LLDP, MACsec, PTP, FCoE, flow control, TRILL, loopback test, two for experiments. In each an IPv4
 * header, for whoever looks at bytes instead of the type. */
void other_ethertypes(struct script *s)
{
    static const unsigned types[] = { 0x8035, 0x8137, 0x888e, 0x88cc, 0x88e5, 0x88f7, 0x8906, 0x8808, 0x22f3, 0x9000,
                                      0x88b5, 0x88b6 };
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        ethernet(s, types[i]);
        IPV4(s, .protocol = UDP, .payload = 8);
        udp(s, 0);
        add_frame(s, "another protocol", NOT_IP);
    }
}

static void addressed(struct script *s, const char *name, const uint8_t mac[6], int version)
{
    link_addresses(s, mac);
    put16(s, version == 4 ? TYPE_IPV4 : TYPE_IPV6);
    if (version == 4)
        IPV4(s, .protocol = UDP, .payload = 8 + 30);
    else
        IPV6(s, .next = UDP, .payload = 8 + 30);
    udp(s, 30);
    add_frame(s, name, DATAGRAM);
}

void broadcast(struct script *s)
{
    addressed(s, "broadcast", broadcast_mac, 4);
}

void multicast(struct script *s)
{
    addressed(s, "IPv4 multicast", (const uint8_t[6]){ 1, 0, 0x5e, 0, 0, 1 }, 4);
    addressed(s, "IPv6 multicast", (const uint8_t[6]){ 0x33, 0x33, 0, 0, 0, 1 }, 6);
}

void for_another_host(struct script *s)
{
    addressed(s, "for another host, IPv4", nobodys_mac, 4);
    s->steps[s->count - 1].other_host = 1;
    addressed(s, "for another host, IPv6", nobodys_mac, 6);
    s->steps[s->count - 1].other_host = 1;
}

/* Not shorter than what Linux takes for a frame, with or without a tag: others reach no backend. */
void cut_headers(struct script *s)
{
    for (size_t have = 1; have < 20; have += 6) {
        ethernet(s, TYPE_IPV4);
        IPV4(s, .protocol = UDP, .payload = 0);
        s->length = ETHERNET + have;
        add_frame(s, "IPv4 header that is cut", MALFORMED);
    }
    ethernet(s, TYPE_IPV4);
    IPV4(s, .protocol = UDP, .payload = 0, .options = 40);
    s->length -= 20;
    add_frame(s, "IPv4 options that are cut", MALFORMED);
    link_addresses(s, s->mac);
    put16(s, 0x8100);
    put16(s, 0);
    put16(s, TYPE_IPV4);
    put16(s, 0x4500);
    add_frame(s, "a tag, and two bytes behind it", MALFORMED);
}
