#include "link.h"

enum { STRIPPED = 0, NOT_IP = IPFUNNEL_COUNTER_not_ip, MALFORMED = IPFUNNEL_COUNTER_malformed };

static void add_tag(struct ipfunnel__packet *p, uint16_t tci)
{
    if (p->vlan_count < 2)
        p->vlan[p->vlan_count] = tci;
    if (p->vlan_count < UINT8_MAX)
        p->vlan_count++;
    if (!p->vid)
        p->vid = tci & 0x0fff;
}

static bool is_tag(uint16_t ethertype)
{
    return ethertype == 0x8100 || ethertype == 0x88a8 || ethertype == 0x9100;
}

/* From an EtherType (or 802.3 length) on: tags, then IP, LLC with SNAP, or something else. A length field does not
 * override the length in the IP header, so its value is of no interest. */
static int ethertype(struct ipfunnel__packet *p)
{
    static const uint8_t snap[6] = { 0xaa, 0xaa, 0x03, 0x00, 0x00, 0x00 };
    bool in_snap = false;
    for (;;) {
        const uint8_t *field = ipfunnel__take(&p->network, 2);
        if (!field)
            return MALFORMED;
        uint16_t type = ipfunnel__be16(field);
        if (type == IPFUNNEL__ETHERTYPE_IPV4 || type == IPFUNNEL__ETHERTYPE_IPV6) {
            p->protocol = type;
            return STRIPPED;
        }
        if (is_tag(type)) {
            const uint8_t *tci = ipfunnel__take(&p->network, 2);
            if (!tci)
                return MALFORMED;
            add_tag(p, ipfunnel__be16(tci));
            continue;
        }
        if (type > 1500 || in_snap)
            return NOT_IP;
        /* Byte by byte: other LLC headers are shorter and tell at their first byte, one that ends too early is cut. */
        for (size_t i = 0; i < sizeof snap; i++) {
            const uint8_t *llc = ipfunnel__take(&p->network, 1);
            if (!llc)
                return MALFORMED;
            if (*llc != snap[i])
                return NOT_IP;
        }
        in_snap = true;
    }
}

static int strip_ethernet(struct ipfunnel__packet *p)
{
    return ipfunnel__take(&p->network, 12) ? ethertype(p) : MALFORMED;
}

static int strip_raw(struct ipfunnel__packet *p)
{
    (void)p;
    return STRIPPED;
}

static int strip_ipv4(struct ipfunnel__packet *p)
{
    p->protocol = IPFUNNEL__ETHERTYPE_IPV4;
    return STRIPPED;
}

static int strip_ipv6(struct ipfunnel__packet *p)
{
    p->protocol = IPFUNNEL__ETHERTYPE_IPV6;
    return STRIPPED;
}

/* The backend put the frame's EtherType into p->protocol already. */
static int strip_network(struct ipfunnel__packet *p)
{
    bool ip = p->protocol == IPFUNNEL__ETHERTYPE_IPV4 || p->protocol == IPFUNNEL__ETHERTYPE_IPV6;
    return ip ? STRIPPED : NOT_IP;
}

/* LINKTYPE numbers: https://www.tcpdump.org/linktypes.html. 12 and 14 are DLT_RAW of different systems, which end up in
 * files although only 101 belongs there. The most frequent come first. */
static const struct link_row {
    uint32_t link_type;
    int (*strip)(struct ipfunnel__packet *);
} rows[] = {
    { .link_type = IPFUNNEL__LINK_ETHERNET, .strip = strip_ethernet },
    { .link_type = IPFUNNEL__LINK_RAW, .strip = strip_raw },
    { .link_type = IPFUNNEL__LINK_NETWORK, .strip = strip_network },
    { .link_type = 12, .strip = strip_raw },
    { .link_type = 14, .strip = strip_raw },
    { .link_type = 228, .strip = strip_ipv4 },
    { .link_type = 229, .strip = strip_ipv6 },
};

int ipfunnel__link_strip(const struct ipfunnel__frame *frame, struct ipfunnel__packet *out)
{
    *out = (struct ipfunnel__packet){
        .network = ipfunnel__cursor_over(frame->bytes, frame->captured),
        .protocol = frame->protocol,
    };
    if (frame->facts & IPFUNNEL_FRAME_TAGGED)
        add_tag(out, frame->vlan_tci);
    for (const struct link_row *row = rows; row < rows + sizeof rows / sizeof *rows; row++)
        if (row->link_type == frame->link_type)
            return row->strip(out);
    return IPFUNNEL_COUNTER_unknown_link;
}
