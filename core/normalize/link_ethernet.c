/* link_ethernet.c - protocol fields, VLAN tags, LLC with SNAP, Ethernet, and Ethernet with the tag of a switch chip. */
#include "link_strip.h"

static bool is_tag(uint16_t type)
{
    return type == 0x8100 || type == 0x88a8 || type == 0x9100;
}

static bool is_llc(uint16_t type, enum ipfunnel__small small)
{
    return small == SMALL_IS_LENGTH ? type <= 1500 : small == SMALL_IS_COOKED && type == 4;
}

/* Byte by byte: other LLC headers are shorter and tell at their first byte, one that ends too early is cut. */
static int skip_snap(struct ipfunnel__packet *p)
{
    static const uint8_t snap[6] = { 0xaa, 0xaa, 0x03, 0x00, 0x00, 0x00 };
    switch (ipfunnel__skip_same(p, snap, sizeof snap)) {
    case SAME: return STRIPPED;
    case DIFFERENT: return NOT_IP;
    default: return MALFORMED;
    }
}

int ipfunnel__by_type(struct ipfunnel__packet *p, uint16_t type, enum ipfunnel__small small)
{
    while (type != IPFUNNEL__ETHERTYPE_IPV4 && type != IPFUNNEL__ETHERTYPE_IPV6) {
        if (is_tag(type)) {
            const uint8_t *tci = ipfunnel__take(&p->network, 2);
            if (!tci)
                return MALFORMED;
            ipfunnel__add_tag(p, ipfunnel__be16(tci));
            if (small == SMALL_IS_COOKED)           /* 4 as well, or the length of a tag that was never taken off */
                small = SMALL_IS_LENGTH;
        } else if (is_llc(type, small)) {
            int status = skip_snap(p);
            if (status)
                return status;
            small = SMALL_IS_NOTHING;
        } else {
            return NOT_IP;
        }
        const uint8_t *field = ipfunnel__take(&p->network, 2);
        if (!field)
            return MALFORMED;
        type = ipfunnel__be16(field);
    }
    p->protocol = type;
    return STRIPPED;
}

int ipfunnel__strip_type(struct ipfunnel__packet *p, enum ipfunnel__small small)
{
    const uint8_t *field = ipfunnel__take(&p->network, 2);
    return field ? ipfunnel__by_type(p, ipfunnel__be16(field), small) : MALFORMED;
}

int ipfunnel__strip_llc(struct ipfunnel__packet *p)
{
    int status = skip_snap(p);
    return status ? status : ipfunnel__strip_type(p, SMALL_IS_NOTHING);
}

int ipfunnel__strip_ethernet(struct ipfunnel__packet *p)
{
    const uint8_t *header = ipfunnel__take(&p->network, 14);
    if (!header)
        return MALFORMED;
    uint16_t type = ipfunnel__be16(header + 12);
    if (type != IPFUNNEL__ETHERTYPE_IPV4 && type != IPFUNNEL__ETHERTYPE_IPV6)
        return ipfunnel__by_type(p, type, SMALL_IS_LENGTH);
    p->protocol = type;                             /* nearly every frame of nearly every capture */
    return STRIPPED;
}

int ipfunnel__by_nlpid(struct ipfunnel__packet *p, uint8_t nlpid)
{
    enum { NLPID_IPV6 = 0x8e, NLPID_IPV4 = 0xcc };
    p->protocol = nlpid == NLPID_IPV4 ? IPFUNNEL__ETHERTYPE_IPV4 : nlpid == NLPID_IPV6 ? IPFUNNEL__ETHERTYPE_IPV6 : 0;
    return p->protocol ? STRIPPED : NOT_IP;
}

int ipfunnel__strip_bridged(struct ipfunnel__packet *p, size_t padding)
{
    enum { WITH_CHECKSUM = 1, WITHOUT_CHECKSUM = 7 };
    const uint8_t *field = ipfunnel__take(&p->network, 2);
    if (!field)
        return MALFORMED;
    uint16_t kind = ipfunnel__be16(field);
    if (kind != WITH_CHECKSUM && kind != WITHOUT_CHECKSUM)
        return NOT_IP;
    if (!ipfunnel__take(&p->network, padding))
        return MALFORMED;
    if (kind == WITH_CHECKSUM)
        ipfunnel__trim(p, 4);
    return ipfunnel__strip_ethernet(p);
}

/* ---- Switch tags: https://www.tcpdump.org/linktypes/broadcom-switch-tag.html, .../marvell-switch-tag.html ---- */

/* The 4 bytes of a Broadcom tag say which way between switch and host. */
static void read_broadcom(struct ipfunnel__packet *p, const uint8_t *tag)
{
    enum { TO_HOST = 0, FROM_HOST = 1 };
    int operation = tag[0] >> 5;
    if (operation == TO_HOST || operation == FROM_HOST)
        ipfunnel__link_says(p, operation == FROM_HOST ? IPFUNNEL_FRAME_OUT : IPFUNNEL_FRAME_IN);
}

int ipfunnel__strip_broadcom(struct ipfunnel__packet *p)
{
    const uint8_t *header = ipfunnel__take(&p->network, 16);
    if (!header)
        return MALFORMED;
    read_broadcom(p, header + 12);
    return ipfunnel__strip_type(p, SMALL_IS_LENGTH);
}

int ipfunnel__strip_broadcom_prepended(struct ipfunnel__packet *p)
{
    const uint8_t *tag = ipfunnel__take(&p->network, 4);
    if (!tag)
        return MALFORMED;
    read_broadcom(p, tag);
    return ipfunnel__strip_ethernet(p);
}

/* A Marvell tag may have taken the place of the frame's VLAN tag. Frames that the switch forwards or mirrors can go
 * either way. */
static int strip_marvell(struct ipfunnel__packet *p)
{
    enum { TO_CPU = 0, FROM_CPU = 1, WAS_TAGGED = 0x20 };
    const uint8_t *tag = ipfunnel__take(&p->network, 4);
    if (!tag)
        return MALFORMED;
    int mode = tag[0] >> 6;
    if (mode == TO_CPU || mode == FROM_CPU)
        ipfunnel__link_says(p, mode == FROM_CPU ? IPFUNNEL_FRAME_OUT : IPFUNNEL_FRAME_IN);
    if (tag[0] & WAS_TAGGED) {
        uint16_t priority_and_vid = ipfunnel__be16(tag + 2) & 0xefff;
        ipfunnel__add_tag(p, (uint16_t)(priority_and_vid | (tag[1] & 1) << 12));
    }
    return ipfunnel__strip_type(p, SMALL_IS_LENGTH);
}

int ipfunnel__strip_dsa(struct ipfunnel__packet *p)
{
    return ipfunnel__take(&p->network, 12) ? strip_marvell(p) : MALFORMED;
}

/* As DSA, behind an EtherType, which can be chosen, and two bytes of zeros. */
int ipfunnel__strip_edsa(struct ipfunnel__packet *p)
{
    return ipfunnel__take(&p->network, 16) ? strip_marvell(p) : MALFORMED;
}
