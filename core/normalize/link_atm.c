/* link_atm.c - IP and bridged Ethernet over ATM. */
#include "link_strip.h"

/* RFC 1483 section 4: LLC. Routed protocols by SNAP, or with an LLC of their own by NLPID; bridged Ethernet behind two
 * bytes of padding. */
int ipfunnel__strip_rfc1483(struct ipfunnel__packet *p)
{
    static const uint8_t bridged[6] = { 0xaa, 0xaa, 0x03, 0x00, 0x80, 0xc2 };
    static const uint8_t routed[3] = { 0xfe, 0xfe, 0x03 };
    enum ipfunnel__same is_bridged = ipfunnel__skip_same(p, bridged, sizeof bridged);
    if (is_bridged != DIFFERENT)
        return is_bridged == SAME ? ipfunnel__strip_bridged(p, 2) : MALFORMED;
    enum ipfunnel__same is_routed = ipfunnel__skip_same(p, routed, sizeof routed);
    if (is_routed == DIFFERENT)
        return ipfunnel__strip_llc(p);
    const uint8_t *nlpid = is_routed == SAME ? ipfunnel__take(&p->network, 1) : NULL;
    return nlpid ? ipfunnel__by_nlpid(p, *nlpid) : MALFORMED;
}

/* Linux classical IP: LLC, or no header where the circuit carries nothing but IP. */
int ipfunnel__strip_atm_clip(struct ipfunnel__packet *p)
{
    static const uint8_t snap[6] = { 0xaa, 0xaa, 0x03, 0x00, 0x00, 0x00 };
    return ipfunnel__skip_same(p, snap, sizeof snap) == SAME ? ipfunnel__strip_type(p, SMALL_IS_NOTHING) : STRIPPED;
}

/* SunATM: direction and kind of traffic in one byte, the circuit in three. */
int ipfunnel__strip_sunatm(struct ipfunnel__packet *p)
{
    enum { SENT = 0x80, KIND = 0x0f, LANE = 1, LLC = 2 };
    const uint8_t *header = ipfunnel__take(&p->network, 4);
    if (!header)
        return MALFORMED;
    ipfunnel__link_says(p, header[0] & SENT ? IPFUNNEL_FRAME_OUT : IPFUNNEL_FRAME_IN);
    if ((header[0] & KIND) == LLC)
        return ipfunnel__strip_rfc1483(p);
    if ((header[0] & KIND) != LANE)
        return NOT_IP;
    const uint8_t *client = ipfunnel__take(&p->network, 2);
    if (!client)
        return MALFORMED;
    return ipfunnel__be16(client) == 0xff00 ? NOT_IP : ipfunnel__strip_ethernet(p);     /* ff00: LAN emulation's own */
}
