/* link.c - the table of link types. Adding one: a row here, a function in the file of its family (or a new one),
 * frames in tests/frames. */
#include "link_strip.h"

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

/* Numbers and names: https://www.tcpdump.org/linktypes.html. 11, 12 and 14 are DLT_ numbers of some systems, which end
 * up in files although only 100 and 101 belong there. */
static const struct link_row {
    const char *name;
    int (*strip)(struct ipfunnel__packet *);
    bool tells_direction;               /* its header can tell sent from received */
} rows[] = {
    [0] = { .name = "NULL", .strip = ipfunnel__strip_null },
    [IPFUNNEL__LINK_ETHERNET] = { .name = "ETHERNET", .strip = ipfunnel__strip_ethernet },
    [6] = { .name = "IEEE802_5", .strip = ipfunnel__strip_token_ring },
    [7] = { .name = "ARCNET_BSD", .strip = ipfunnel__strip_arcnet },
    [8] = { .name = "SLIP", .strip = ipfunnel__strip_slip, .tells_direction = true },
    [9] = { .name = "PPP", .strip = ipfunnel__strip_ppp },
    [10] = { .name = "FDDI", .strip = ipfunnel__strip_fddi },
    [11] = { .name = "ATM_RFC1483", .strip = ipfunnel__strip_rfc1483 },
    [12] = { .name = "RAW", .strip = strip_raw },
    [14] = { .name = "RAW", .strip = strip_raw },
    [50] = { .name = "PPP_HDLC", .strip = ipfunnel__strip_ppp_hdlc },
    [100] = { .name = "ATM_RFC1483", .strip = ipfunnel__strip_rfc1483 },
    [IPFUNNEL__LINK_RAW] = { .name = "RAW", .strip = strip_raw },
    [104] = { .name = "C_HDLC", .strip = ipfunnel__strip_cisco_hdlc },
    [105] = { .name = "IEEE802_11", .strip = ipfunnel__strip_80211 },
    [106] = { .name = "ATM_CLIP", .strip = ipfunnel__strip_atm_clip },
    [107] = { .name = "FRELAY", .strip = ipfunnel__strip_frame_relay },
    [108] = { .name = "LOOP", .strip = ipfunnel__strip_null },
    [109] = { .name = "ENC", .strip = ipfunnel__strip_enc },
    [113] = { .name = "LINUX_SLL", .strip = ipfunnel__strip_sll, .tells_direction = true },
    [117] = { .name = "PFLOG", .strip = ipfunnel__strip_pflog, .tells_direction = true },
    [119] = { .name = "IEEE802_11_PRISM", .strip = ipfunnel__strip_prism },
    [122] = { .name = "IP_OVER_FC", .strip = ipfunnel__strip_fibre_channel },
    [123] = { .name = "SUNATM", .strip = ipfunnel__strip_sunatm, .tells_direction = true },
    [127] = { .name = "IEEE802_11_RADIOTAP", .strip = ipfunnel__strip_radiotap },
    [129] = { .name = "ARCNET_LINUX", .strip = ipfunnel__strip_arcnet_linux },
    [138] = { .name = "APPLE_IP_OVER_IEEE1394", .strip = ipfunnel__strip_ieee1394 },
    [163] = { .name = "IEEE802_11_AVS", .strip = ipfunnel__strip_avs },
    [166] = { .name = "PPP_PPPD", .strip = ipfunnel__strip_ppp_pppd, .tells_direction = true },
    [182] = { .name = "MFR", .strip = ipfunnel__strip_frame_relay_multilink },
    [192] = { .name = "PPI", .strip = ipfunnel__strip_ppi },
    [204] = { .name = "PPP_WITH_DIR", .strip = ipfunnel__strip_ppp_with_direction, .tells_direction = true },
    [205] = { .name = "C_HDLC_WITH_DIR", .strip = ipfunnel__strip_cisco_hdlc_with_direction, .tells_direction = true },
    [206] = { .name = "FRELAY_WITH_DIR", .strip = ipfunnel__strip_frame_relay_with_direction, .tells_direction = true },
    [226] = { .name = "IPNET", .strip = ipfunnel__strip_ipnet, .tells_direction = true },
    [228] = { .name = "IPV4", .strip = strip_ipv4 },
    [229] = { .name = "IPV6", .strip = strip_ipv6 },
    [239] = { .name = "NFLOG", .strip = ipfunnel__strip_nflog, .tells_direction = true },
    [242] = { .name = "IPOIB", .strip = ipfunnel__strip_infiniband },
    [258] = { .name = "PKTAP", .strip = ipfunnel__strip_pktap, .tells_direction = true },
    [276] = { .name = "LINUX_SLL2", .strip = ipfunnel__strip_sll2, .tells_direction = true },
    [281] = { .name = "DSA_TAG_BRCM", .strip = ipfunnel__strip_broadcom, .tells_direction = true },
    [282] = { .name = "DSA_TAG_BRCM_PREPEND", .strip = ipfunnel__strip_broadcom_prepended, .tells_direction = true },
    [284] = { .name = "DSA_TAG_DSA", .strip = ipfunnel__strip_dsa, .tells_direction = true },
    [285] = { .name = "DSA_TAG_EDSA", .strip = ipfunnel__strip_edsa, .tells_direction = true },
};
enum { ROWS = sizeof rows / sizeof *rows };

static int strip_by_row(struct ipfunnel__packet *p, uint32_t link_type)
{
    if (link_type < ROWS && rows[link_type].strip)
        return rows[link_type].strip(p);
    return UNKNOWN_LINK;
}

const char *ipfunnel__link_name(uint32_t link_type)
{
    return link_type < ROWS ? rows[link_type].name : NULL;
}

bool ipfunnel__link_known(uint32_t link_type)
{
    return ipfunnel__link_name(link_type) != NULL;
}

bool ipfunnel__link_tells_direction(uint32_t link_type)
{
    return link_type < ROWS && rows[link_type].tells_direction;
}

int ipfunnel__strip_as(struct ipfunnel__packet *p, uint32_t link_type)
{
    if (p->nested)
        return NOT_IP;
    p->nested = true;
    return strip_by_row(p, link_type);
}

int ipfunnel__link_strip(const struct ipfunnel__frame *frame, uint32_t resume, struct ipfunnel__packet *out)
{
    *out = (struct ipfunnel__packet){
        .network = ipfunnel__cursor_over(frame->bytes, frame->captured),
        .frame = frame,
        .part = resume,
        .protocol = frame->protocol,
    };
    if (frame->facts & IPFUNNEL_FRAME_TAGGED)
        ipfunnel__add_tag(out, frame->vlan_tci);
    if (frame->facts & IPFUNNEL_FRAME_TAGGED && frame->vlan_count > 1) {
        ipfunnel__add_tag(out, frame->vlan_inner);
        out->vlan_count = frame->vlan_count;
    }
    if (frame->link_type == IPFUNNEL__LINK_ETHERNET)            /* the busiest captures are Ethernet: no detour */
        return ipfunnel__strip_ethernet(out);
    return frame->link_type == IPFUNNEL__LINK_NETWORK ? strip_network(out) : strip_by_row(out, frame->link_type);
}
