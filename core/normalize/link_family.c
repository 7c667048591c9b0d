/* link_family.c - headers that tell the protocol as an address family of the capturing system, and Apple's PKTAP. */
#include "link_strip.h"

int ipfunnel__by_family(struct ipfunnel__packet *p, uint32_t family)
{
    switch (family) {
    case 2:
        p->protocol = IPFUNNEL__ETHERTYPE_IPV4;
        return STRIPPED;
    /* Linux, Windows, NetBSD and OpenBSD, Solaris, FreeBSD, macOS */
    case 10: case 23: case 24: case 26: case 28: case 30:
        p->protocol = IPFUNNEL__ETHERTYPE_IPV6;
        return STRIPPED;
    default:
        return NOT_IP;
    }
}

/* Four bytes in the byte order of whoever captured. Families are small: the zeros show which one it is. */
static int by_family_field(struct ipfunnel__packet *p, const uint8_t *field)
{
    bool big = field[0] == 0 && field[1] == 0;
    return ipfunnel__by_family(p, big ? ipfunnel__be32(field) : ipfunnel__le32(field));
}

int ipfunnel__strip_null(struct ipfunnel__packet *p)
{
    const uint8_t *family = ipfunnel__take(&p->network, 4);
    return family ? by_family_field(p, family) : MALFORMED;
}

/* enc(4): family, security parameter index, flags. */
int ipfunnel__strip_enc(struct ipfunnel__packet *p)
{
    const uint8_t *header = ipfunnel__take(&p->network, 12);
    return header ? by_family_field(p, header) : MALFORMED;
}

/* pflog(4): length of the header without the padding to 4 bytes behind it, family. It has grown over the years: the
 * direction stood behind the rule numbers, later behind user and process ids. */
int ipfunnel__strip_pflog(struct ipfunnel__packet *p)
{
    enum { SHORTEST = 45, WITH_IDS = 61, DIRECTION = 44, DIRECTION_BEHIND_IDS = 60, RECEIVED = 1, SENT = 2 };
    struct ipfunnel__cursor ahead = p->network;
    const uint8_t *length = ipfunnel__take(&ahead, 1);
    if (!length || *length < SHORTEST)
        return MALFORMED;
    const uint8_t *h = ipfunnel__take(&p->network, (*length + 3u) / 4 * 4);
    if (!h)
        return MALFORMED;
    uint8_t direction = h[*length < WITH_IDS ? DIRECTION : DIRECTION_BEHIND_IDS];
    if (direction == RECEIVED || direction == SENT)
        ipfunnel__link_says(p, direction == SENT ? IPFUNNEL_FRAME_OUT : IPFUNNEL_FRAME_IN);
    return ipfunnel__by_family(p, h[1]);
}

/* Solaris: version, family, which way, lengths, interfaces, zones. */
int ipfunnel__strip_ipnet(struct ipfunnel__packet *p)
{
    enum { RECEIVED = 0, SENT = 1 };
    const uint8_t *h = ipfunnel__take(&p->network, 24);
    if (!h)
        return MALFORMED;
    uint32_t way = ipfunnel__be16(h + 2);
    if (way == RECEIVED || way == SENT)
        ipfunnel__link_says(p, way == SENT ? IPFUNNEL_FRAME_OUT : IPFUNNEL_FRAME_IN);
    return ipfunnel__by_family(p, h[1]);
}

/* https://www.tcpdump.org/linktypes/LINKTYPE_PKTAP.html: both versions have the flags at the same place. */
int ipfunnel__strip_pktap(struct ipfunnel__packet *p)
{
    enum { COMMON = 40, SHORTEST_1 = 108, RECEIVED = 1, SENT = 2, VERSION_2 = 0x80000, PACKET_FOLLOWS = 1 };
    const uint8_t *h = ipfunnel__take(&p->network, COMMON);
    if (!h)
        return MALFORMED;
    uint32_t flags = ipfunnel__le32(h + 36);
    bool version_2 = flags & VERSION_2;
    size_t length = version_2 ? h[0] : ipfunnel__le32(h);
    if (length < (version_2 ? COMMON : SHORTEST_1) || !ipfunnel__take(&p->network, length - COMMON))
        return MALFORMED;
    if (!version_2 && ipfunnel__le32(h + 4) != PACKET_FOLLOWS)
        return NOT_IP;
    if ((flags & (RECEIVED | SENT)) == RECEIVED)
        ipfunnel__link_says(p, IPFUNNEL_FRAME_IN);
    if ((flags & (RECEIVED | SENT)) == SENT)
        ipfunnel__link_says(p, IPFUNNEL_FRAME_OUT);
    return ipfunnel__strip_as(p, version_2 ? ipfunnel__le16(h + 6) : ipfunnel__le32(h + 8));
}
