/* link_strip.h - what the families of link types share: results, reading aids, and one function per row of link.c.
 *
 * Every ipfunnel__strip_... takes a packet whose cursor stands at its own header, moves it behind that header and
 * returns STRIPPED, or the counter of what cannot be a datagram. */
#ifndef IPFUNNEL_CORE_LINK_STRIP_H
#define IPFUNNEL_CORE_LINK_STRIP_H
#include "link.h"
#include <string.h>

enum {
    STRIPPED = 0,
    NOT_IP = IPFUNNEL_COUNTER_not_ip,
    MALFORMED = IPFUNNEL_COUNTER_malformed,
    UNKNOWN_LINK = IPFUNNEL_COUNTER_unknown_link
};

/* ---- Reading aids ---- */

/* Facts that a link header tells. What the system or the file said about the frame itself comes first. */
static inline void ipfunnel__link_says(struct ipfunnel__packet *p, uint32_t facts)
{
    const uint32_t direction = IPFUNNEL_FRAME_IN | IPFUNNEL_FRAME_OUT;
    uint32_t said = (p->frame->facts | p->facts) & direction;
    if (!said || said == (facts & direction))
        p->facts |= facts;
}

static inline size_t ipfunnel__offset(const struct ipfunnel__packet *p)
{
    return (size_t)(p->network.at - p->frame->bytes);
}

/* Only n more bytes are the packet's. */
static inline void ipfunnel__limit(struct ipfunnel__packet *p, size_t n)
{
    size_t end = ipfunnel__offset(p) + n;
    if (end < ipfunnel__packet_end(p))
        p->end = (uint32_t)end;
    if (n < ipfunnel__left(&p->network))
        p->network.end = p->network.at + n;
}

/* The last n bytes of the frame are not the packet's: a frame check sequence. */
static inline void ipfunnel__trim(struct ipfunnel__packet *p, size_t n)
{
    uint32_t end = ipfunnel__packet_end(p);
    size_t at = ipfunnel__offset(p);
    if (end != IPFUNNEL_LENGTH_UNKNOWN)
        ipfunnel__limit(p, end - at > n ? end - at - n : 0);
}

enum ipfunnel__same { DIFFERENT, SAME, TOO_SHORT };

/* Moves past these bytes when the packet goes on with them. TOO_SHORT: as far as it goes, it does. */
static inline enum ipfunnel__same ipfunnel__skip_same(struct ipfunnel__packet *p, const void *bytes, size_t n)
{
    size_t left = ipfunnel__left(&p->network);
    if (memcmp(p->network.at, bytes, left < n ? left : n) != 0)
        return DIFFERENT;
    return ipfunnel__take(&p->network, n) ? SAME : TOO_SHORT;
}

/* Records a VLAN tag that was removed. */
static inline void ipfunnel__add_tag(struct ipfunnel__packet *p, uint16_t tci)
{
    if (p->vlan_count < 2)
        p->vlan[p->vlan_count] = tci;
    if (p->vlan_count < UINT8_MAX)
        p->vlan_count++;
    if (!p->vid)
        p->vid = tci & 0x0fff;
}

/* ---- Protocol fields ---- */

/* What a number below the EtherTypes means where an EtherType may stand. */
enum ipfunnel__small {
    SMALL_IS_NOTHING,
    SMALL_IS_LENGTH,        /* 802.3: LLC follows. The length does not override that of the IP header */
    SMALL_IS_COOKED         /* Linux cooked: 4 for LLC */
};

int ipfunnel__by_type(struct ipfunnel__packet *p, uint16_t type, enum ipfunnel__small small);
int ipfunnel__strip_type(struct ipfunnel__packet *p, enum ipfunnel__small small);       /* two bytes, then as by_type */
int ipfunnel__strip_llc(struct ipfunnel__packet *p);                                    /* SNAP, or it is not IP */

/* By an AF_ value: 2 is IPv4 everywhere, IPv6 differs from system to system. */
int ipfunnel__by_family(struct ipfunnel__packet *p, uint32_t family);

/* By a network layer protocol identifier of ISO 9577. */
int ipfunnel__by_nlpid(struct ipfunnel__packet *p, uint8_t nlpid);

/* What follows SNAP of the organisation 00-80-c2: a kind of frame, `padding` bytes, and the frame. */
int ipfunnel__strip_bridged(struct ipfunnel__packet *p, size_t padding);

/* By another link type, which a link header names. UNKNOWN_LINK: it has no row; NOT_IP: nesting in nesting. */
int ipfunnel__strip_as(struct ipfunnel__packet *p, uint32_t link_type);

/* 802.11 whose header may be padded to 4 bytes. */
int ipfunnel__strip_80211_frame(struct ipfunnel__packet *p, bool padded);

/* ---- One per row ---- */

/* link_ethernet.c */
int ipfunnel__strip_ethernet(struct ipfunnel__packet *p);
int ipfunnel__strip_broadcom(struct ipfunnel__packet *p);
int ipfunnel__strip_broadcom_prepended(struct ipfunnel__packet *p);
int ipfunnel__strip_dsa(struct ipfunnel__packet *p);
int ipfunnel__strip_edsa(struct ipfunnel__packet *p);
/* link_lan.c */
int ipfunnel__strip_token_ring(struct ipfunnel__packet *p);
int ipfunnel__strip_fddi(struct ipfunnel__packet *p);
int ipfunnel__strip_fibre_channel(struct ipfunnel__packet *p);
int ipfunnel__strip_ieee1394(struct ipfunnel__packet *p);
int ipfunnel__strip_infiniband(struct ipfunnel__packet *p);
int ipfunnel__strip_arcnet(struct ipfunnel__packet *p);
int ipfunnel__strip_arcnet_linux(struct ipfunnel__packet *p);
/* link_serial.c */
int ipfunnel__strip_slip(struct ipfunnel__packet *p);
int ipfunnel__strip_ppp(struct ipfunnel__packet *p);
int ipfunnel__strip_ppp_hdlc(struct ipfunnel__packet *p);
int ipfunnel__strip_ppp_pppd(struct ipfunnel__packet *p);
int ipfunnel__strip_ppp_with_direction(struct ipfunnel__packet *p);
int ipfunnel__strip_cisco_hdlc(struct ipfunnel__packet *p);
int ipfunnel__strip_cisco_hdlc_with_direction(struct ipfunnel__packet *p);
int ipfunnel__strip_frame_relay(struct ipfunnel__packet *p);
int ipfunnel__strip_frame_relay_with_direction(struct ipfunnel__packet *p);
int ipfunnel__strip_frame_relay_multilink(struct ipfunnel__packet *p);
/* link_atm.c */
int ipfunnel__strip_rfc1483(struct ipfunnel__packet *p);
int ipfunnel__strip_atm_clip(struct ipfunnel__packet *p);
int ipfunnel__strip_sunatm(struct ipfunnel__packet *p);
/* link_80211.c */
int ipfunnel__strip_80211(struct ipfunnel__packet *p);
/* link_monitor.c */
int ipfunnel__strip_prism(struct ipfunnel__packet *p);
int ipfunnel__strip_radiotap(struct ipfunnel__packet *p);
int ipfunnel__strip_avs(struct ipfunnel__packet *p);
int ipfunnel__strip_ppi(struct ipfunnel__packet *p);
/* link_cooked.c */
int ipfunnel__strip_sll(struct ipfunnel__packet *p);
int ipfunnel__strip_sll2(struct ipfunnel__packet *p);
int ipfunnel__strip_nflog(struct ipfunnel__packet *p);
/* link_family.c */
int ipfunnel__strip_null(struct ipfunnel__packet *p);
int ipfunnel__strip_enc(struct ipfunnel__packet *p);
int ipfunnel__strip_pflog(struct ipfunnel__packet *p);
int ipfunnel__strip_ipnet(struct ipfunnel__packet *p);
int ipfunnel__strip_pktap(struct ipfunnel__packet *p);

#endif
