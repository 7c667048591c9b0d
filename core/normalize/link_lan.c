/* link_lan.c - local networks other than Ethernet. */
#include "link_strip.h"

/* IEEE 802.5: access control, frame control, addresses, and a source route where the first bit of the source address,
 * which cannot be a group, says so. */
int ipfunnel__strip_token_ring(struct ipfunnel__packet *p)
{
    const uint8_t *header = ipfunnel__take(&p->network, 14);
    if (!header)
        return MALFORMED;
    if ((header[1] & 0xc0) != 0x40)                /* not LLC but the ring's own */
        return NOT_IP;
    if (header[8] & 0x80) {
        struct ipfunnel__cursor route = p->network;
        const uint8_t *control = ipfunnel__take(&route, 1);
        size_t length = control ? *control & 0x1f : 0;
        if (length < 2 || length % 2 || !ipfunnel__take(&p->network, length))
            return MALFORMED;
    }
    return ipfunnel__strip_llc(p);
}

/* Frame control, addresses. LLC frames, synchronous or not, with 48-bit addresses. */
int ipfunnel__strip_fddi(struct ipfunnel__packet *p)
{
    const uint8_t *control = ipfunnel__take(&p->network, 1);
    if (!control)
        return MALFORMED;
    if ((*control & 0x70) != 0x50)
        return NOT_IP;
    return ipfunnel__take(&p->network, 12) ? ipfunnel__strip_llc(p) : MALFORMED;
}

/* RFC 2625: two addresses of 8 bytes. */
int ipfunnel__strip_fibre_channel(struct ipfunnel__packet *p)
{
    return ipfunnel__take(&p->network, 16) ? ipfunnel__strip_llc(p) : MALFORMED;
}

/* Two addresses of 8 bytes and an EtherType. */
int ipfunnel__strip_ieee1394(struct ipfunnel__packet *p)
{
    return ipfunnel__take(&p->network, 16) ? ipfunnel__strip_type(p, SMALL_IS_NOTHING) : MALFORMED;
}

/* RFC 4391 section 6: an EtherType and two bytes of zeros. Solaris, which writes such files, puts 40 bytes in front:
 * the global route header, whose version is 6, or the destination behind a zero. */
int ipfunnel__strip_infiniband(struct ipfunnel__packet *p)
{
    struct ipfunnel__cursor ahead = p->network;
    const uint8_t *first = ipfunnel__take(&ahead, 1);
    bool routed = first && (*first == 0 || *first >> 4 == 6);
    const uint8_t *header = routed && !ipfunnel__take(&p->network, 40) ? NULL : ipfunnel__take(&p->network, 4);
    return header ? ipfunnel__by_type(p, ipfunnel__be16(header), SMALL_IS_NOTHING) : MALFORMED;
}

/* ---- ARCNET, from the system code on ---- */

enum { RFC1051_IP = 240, RFC1201_IP = 212, RFC2497_IPV6 = 196 };

/* Behind the system code: split flag and sequence number, and both once more behind the padding of an exception frame.
 * The flag is 0 for a whole datagram, odd for its first part, even for a later one. */
static int strip_split_flag(struct ipfunnel__packet *p)
{
    enum { EXCEPTION = 0xff };
    const uint8_t *split = ipfunnel__take(&p->network, 3);
    if (split && *split == EXCEPTION) {
        split = ipfunnel__take(&p->network, 4);
        split = split ? split + 1 : NULL;
    }
    if (!split)
        return MALFORMED;
    return *split && *split % 2 == 0 ? NOT_IP : STRIPPED;
}

static int strip_system_code(struct ipfunnel__packet *p)
{
    const uint8_t *code = ipfunnel__take(&p->network, 1);
    if (!code)
        return MALFORMED;
    switch (*code) {
    case RFC1051_IP:
        p->protocol = IPFUNNEL__ETHERTYPE_IPV4;
        return STRIPPED;
    case RFC1201_IP:
        p->protocol = IPFUNNEL__ETHERTYPE_IPV4;
        return strip_split_flag(p);
    case RFC2497_IPV6:
        p->protocol = IPFUNNEL__ETHERTYPE_IPV6;
        return strip_split_flag(p);
    default:
        return NOT_IP;
    }
}

int ipfunnel__strip_arcnet(struct ipfunnel__packet *p)
{
    return ipfunnel__take(&p->network, 2) ? strip_system_code(p) : MALFORMED;
}

/* With a field of two bytes between addresses and system code. */
int ipfunnel__strip_arcnet_linux(struct ipfunnel__packet *p)
{
    return ipfunnel__take(&p->network, 4) ? strip_system_code(p) : MALFORMED;
}
