/* link_serial.c - point-to-point lines: SLIP, PPP, Cisco HDLC, frame relay. */
#include "link_strip.h"

/* One byte in front of the header: 0 received, else sent. */
static int strip_with_direction(struct ipfunnel__packet *p, int (*strip)(struct ipfunnel__packet *))
{
    const uint8_t *sent = ipfunnel__take(&p->network, 1);
    if (!sent)
        return MALFORMED;
    ipfunnel__link_says(p, *sent ? IPFUNNEL_FRAME_OUT : IPFUNNEL_FRAME_IN);
    return strip(p);
}

/* Direction, a type and the header as compressed on the line: 16 bytes. The datagram behind them is whole. */
int ipfunnel__strip_slip(struct ipfunnel__packet *p)
{
    const uint8_t *header = ipfunnel__take(&p->network, 16);
    if (!header)
        return MALFORMED;
    ipfunnel__link_says(p, header[0] ? IPFUNNEL_FRAME_OUT : IPFUNNEL_FRAME_IN);
    return STRIPPED;
}

/* ---- PPP ---- */

/* One byte when it is odd (RFC 1661 section 6.5), else two. Compressed headers (002d, 002f) are not datagrams. */
static int strip_ppp_protocol(struct ipfunnel__packet *p)
{
    enum { PPP_IPV4 = 0x21, PPP_IPV6 = 0x57 };
    const uint8_t *high = ipfunnel__take(&p->network, 1);
    if (!high)
        return MALFORMED;
    uint32_t protocol = *high;
    if (protocol % 2 == 0) {
        const uint8_t *low = ipfunnel__take(&p->network, 1);
        if (!low)
            return MALFORMED;
        protocol = protocol << 8 | *low;
    }
    p->protocol = protocol == PPP_IPV4 ? IPFUNNEL__ETHERTYPE_IPV4 : protocol == PPP_IPV6 ? IPFUNNEL__ETHERTYPE_IPV6 : 0;
    return p->protocol ? STRIPPED : NOT_IP;
}

/* With or without address and control field. */
int ipfunnel__strip_ppp(struct ipfunnel__packet *p)
{
    return ipfunnel__skip_same(p, "\xff\x03", 2) == TOO_SHORT ? MALFORMED : strip_ppp_protocol(p);
}

/* RFC 1662, or Cisco HDLC by its first byte. */
int ipfunnel__strip_ppp_hdlc(struct ipfunnel__packet *p)
{
    enum { CISCO_UNICAST = 0x0f, CISCO_MULTICAST = 0x8f };
    struct ipfunnel__cursor ahead = p->network;
    const uint8_t *address = ipfunnel__take(&ahead, 1);
    if (address && (*address == CISCO_UNICAST || *address == CISCO_MULTICAST))
        return ipfunnel__strip_cisco_hdlc(p);
    return ipfunnel__strip_ppp(p);
}

/* The direction stands in place of the address: 0 received, 1 sent. */
int ipfunnel__strip_ppp_pppd(struct ipfunnel__packet *p)
{
    const uint8_t *header = ipfunnel__take(&p->network, 2);
    if (!header)
        return MALFORMED;
    if (header[0] <= 1)
        ipfunnel__link_says(p, header[0] ? IPFUNNEL_FRAME_OUT : IPFUNNEL_FRAME_IN);
    return strip_ppp_protocol(p);
}

int ipfunnel__strip_ppp_with_direction(struct ipfunnel__packet *p)
{
    return strip_with_direction(p, ipfunnel__strip_ppp);
}

/* RFC 1547 section 4.3.1: address, control, EtherType. */
int ipfunnel__strip_cisco_hdlc(struct ipfunnel__packet *p)
{
    return ipfunnel__take(&p->network, 2) ? ipfunnel__strip_type(p, SMALL_IS_NOTHING) : MALFORMED;
}

int ipfunnel__strip_cisco_hdlc_with_direction(struct ipfunnel__packet *p)
{
    return strip_with_direction(p, ipfunnel__strip_cisco_hdlc);
}

/* ---- Frame relay ---- */

/* RFC 2427: SNAP behind its NLPID, for EtherTypes and for bridged frames. */
static int strip_relay_snap(struct ipfunnel__packet *p)
{
    static const uint8_t ethertype[3] = { 0, 0, 0 }, bridged[3] = { 0x00, 0x80, 0xc2 };
    const uint8_t *organisation = ipfunnel__take(&p->network, 3);
    if (!organisation)
        return MALFORMED;
    if (memcmp(organisation, ethertype, 3) == 0)
        return ipfunnel__strip_type(p, SMALL_IS_NOTHING);
    if (memcmp(organisation, bridged, 3) != 0)
        return NOT_IP;
    return ipfunnel__strip_bridged(p, 0);
}

/* RFC 2427, behind the control byte: the NLPID, with a byte of padding in front of it or not. */
static int strip_nlpid(struct ipfunnel__packet *p)
{
    enum { PADDING = 0x00, SNAP = 0x80 };
    const uint8_t *nlpid = ipfunnel__take(&p->network, 1);
    if (nlpid && *nlpid == PADDING)
        nlpid = ipfunnel__take(&p->network, 1);
    if (!nlpid)
        return MALFORMED;
    return *nlpid == SNAP ? strip_relay_snap(p) : ipfunnel__by_nlpid(p, *nlpid);
}

/* Q.922 address of 2 to 4 bytes, the last one odd; then a control byte as RFC 2427 has it, or an EtherType as Cisco
 * does. Circuit 0 is the line's own signalling. */
int ipfunnel__strip_frame_relay(struct ipfunnel__packet *p)
{
    enum { LONGEST = 4, UNNUMBERED_INFORMATION = 3 };
    uint32_t circuit = 0;
    for (int i = 0;; i++) {
        const uint8_t *address = ipfunnel__take(&p->network, 1);
        if (!address)
            return MALFORMED;
        bool last = *address & 1;
        if ((last && i == 0) || (!last && i == LONGEST - 1))
            return MALFORMED;
        circuit |= i == 1 ? *address & 0xf0u : *address & 0xfcu;
        if (last)
            break;
    }
    struct ipfunnel__cursor ahead = p->network;
    const uint8_t *control = ipfunnel__take(&ahead, 1);
    if (!control)
        return MALFORMED;
    if (*control != UNNUMBERED_INFORMATION)
        return circuit ? ipfunnel__strip_type(p, SMALL_IS_NOTHING) : NOT_IP;
    p->network = ahead;
    return strip_nlpid(p);
}

int ipfunnel__strip_frame_relay_with_direction(struct ipfunnel__packet *p)
{
    return strip_with_direction(p, ipfunnel__strip_frame_relay);
}

/* FRF.16: flags and a sequence number in 2 bytes. A frame that begins here holds at least the start of a datagram. */
int ipfunnel__strip_frame_relay_multilink(struct ipfunnel__packet *p)
{
    enum { BEGIN = 0x80, CONTROL = 0x20 };
    const uint8_t *header = ipfunnel__take(&p->network, 2);
    if (!header)
        return MALFORMED;
    return (header[0] & (BEGIN | CONTROL)) == BEGIN ? ipfunnel__strip_frame_relay(p) : NOT_IP;
}
