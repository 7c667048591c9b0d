/* link_cooked.c - what Linux gives in place of a link header: cooked captures, and packets that Netfilter logged. */
#include "link_strip.h"

/* linux/if_packet.h and linux/if_arp.h */
enum { TO_US = 0, TO_ALL = 1, TO_GROUP = 2, TO_OTHER_HOST = 3, SENT = 4 };
enum { FRAME_RELAY = 770, LOOPBACK = 772, RADIOTAP = 803, NETLINK = 824 };

static void read_packet_type(struct ipfunnel__packet *p, uint32_t type, uint32_t hardware)
{
    switch (type) {
    case TO_US: case TO_ALL: case TO_GROUP:
        ipfunnel__link_says(p, IPFUNNEL_FRAME_IN);
        break;
    case TO_OTHER_HOST:
        ipfunnel__link_says(p, IPFUNNEL_FRAME_IN | IPFUNNEL_FRAME_OTHER_HOST);
        break;
    case SENT:
        ipfunnel__link_says(p, hardware == LOOPBACK ? IPFUNNEL_FRAME_OUT | IPFUNNEL_FRAME_LOOPBACK_COPY
                                                    : IPFUNNEL_FRAME_OUT);
        break;
    default:
        break;
    }
}

/* Some devices have no EtherType in the protocol field. */
static int strip_cooked(struct ipfunnel__packet *p, uint32_t packet_type, uint32_t hardware, uint16_t protocol)
{
    read_packet_type(p, packet_type, hardware);
    switch (hardware) {
    case FRAME_RELAY: return ipfunnel__strip_frame_relay(p);
    case RADIOTAP: return ipfunnel__strip_radiotap(p);
    case NETLINK: return NOT_IP;
    default: return ipfunnel__by_type(p, protocol, SMALL_IS_COOKED);
    }
}

/* Packet type, hardware type, address (its length and 8 bytes), protocol. */
int ipfunnel__strip_sll(struct ipfunnel__packet *p)
{
    const uint8_t *h = ipfunnel__take(&p->network, 16);
    if (!h)
        return MALFORMED;
    return strip_cooked(p, ipfunnel__be16(h), ipfunnel__be16(h + 2), ipfunnel__be16(h + 14));
}

/* Protocol, reserved, interface index, hardware type, packet type, address (its length and 8 bytes). */
int ipfunnel__strip_sll2(struct ipfunnel__packet *p)
{
    const uint8_t *h = ipfunnel__take(&p->network, 20);
    return h ? strip_cooked(p, h[10], ipfunnel__be16(h + 8), ipfunnel__be16(h)) : MALFORMED;
}

/* ---- NFLOG: https://www.tcpdump.org/linktypes/LINKTYPE_NFLOG.html, linux/netfilter/nfnetlink_log.h ---- */

struct attribute {
    uint32_t type;
    const uint8_t *value;
    size_t size;
};

/* Takes the next attribute. Its length and type are in the byte order of the capturing machine, which shows in the
 * type: it is never 0 and always below 256. The payload, which comes last, may be cut before its length is reached. */
static bool next_attribute(struct ipfunnel__cursor *c, struct attribute *out)
{
    enum { TYPE = 0x3fff, NESTED_LITTLE = 0x80 };
    const uint8_t *header = ipfunnel__take(c, 4);
    if (!header)
        return false;
    bool little = (header[3] & ~NESTED_LITTLE) == 0;
    size_t length = little ? ipfunnel__le16(header) : ipfunnel__be16(header);
    if (length < 4)
        return false;
    out->type = (little ? ipfunnel__le16(header + 2) : ipfunnel__be16(header + 2)) & TYPE;
    out->value = c->at;
    out->size = length - 4;
    size_t padded = (out->size + 3) / 4 * 4, left = ipfunnel__left(c);
    c->at += padded < left ? padded : left;
    return true;
}

static void read_vlan(struct ipfunnel__packet *p, struct ipfunnel__cursor inside)
{
    enum { VLAN_TCI = 2 };
    struct attribute a;
    while (next_attribute(&inside, &a))
        if (a.type == VLAN_TCI && a.size == 2 && a.value + 2 <= inside.at)
            ipfunnel__add_tag(p, ipfunnel__be16(a.value));
}

/* Hooks of IPv4, IPv6, both together, and bridges agree on the numbers of these. */
static void read_hook(struct ipfunnel__packet *p, uint8_t hook)
{
    enum { BEFORE_ROUTING = 0, LOCAL_IN = 1, LOCAL_OUT = 3, AFTER_ROUTING = 4 };
    if (hook == BEFORE_ROUTING || hook == LOCAL_IN)
        ipfunnel__link_says(p, IPFUNNEL_FRAME_IN);
    if (hook == LOCAL_OUT || hook == AFTER_ROUTING)
        ipfunnel__link_says(p, IPFUNNEL_FRAME_OUT);
}

int ipfunnel__strip_nflog(struct ipfunnel__packet *p)
{
    enum { FAMILY_IPV4 = 2, FAMILY_NETDEV = 5, FAMILY_IPV6 = 10 };
    enum { PACKET_HEADER = 1, PAYLOAD = 9, VLAN = 20 };
    const uint8_t *family = ipfunnel__take(&p->network, 4);
    uint16_t protocol = 0;
    struct attribute a;
    if (!family)
        return MALFORMED;
    while (next_attribute(&p->network, &a)) {
        size_t there = (size_t)(p->network.at - a.value);
        if (a.type == PACKET_HEADER && a.size >= 4 && there >= 4) {
            protocol = ipfunnel__be16(a.value);
            if (*family != FAMILY_NETDEV)
                read_hook(p, a.value[2]);
        } else if (a.type == VLAN) {
            read_vlan(p, ipfunnel__cursor_over(a.value, a.size < there ? a.size : there));
        } else if (a.type == PAYLOAD) {
            p->network.at = a.value;
            ipfunnel__limit(p, a.size);
            if (*family == FAMILY_IPV4 || *family == FAMILY_IPV6)
                protocol = *family == FAMILY_IPV4 ? IPFUNNEL__ETHERTYPE_IPV4 : IPFUNNEL__ETHERTYPE_IPV6;
            return ipfunnel__by_type(p, protocol, SMALL_IS_COOKED);
        }
    }
    return MALFORMED;
}
