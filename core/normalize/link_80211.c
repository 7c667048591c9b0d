/* link_80211.c - IEEE 802.11 data frames, from their MAC header on. */
#include "link_strip.h"

/* IEEE 802.11-2020 section 9.3.2.2: each part of an A-MSDU has addresses, a length and an LLC header, and is padded to
 * 4 bytes. Strips the first part, or the one that p->part tells, and sets p->resume to the next one. */
static int strip_part(struct ipfunnel__packet *p)
{
    enum { PART_HEADER = 14 };
    if (p->part)
        ipfunnel__take(&p->network, p->part - ipfunnel__offset(p));
    const uint8_t *header = ipfunnel__take(&p->network, PART_HEADER);
    if (!header)
        return MALFORMED;
    size_t length = ipfunnel__be16(header + 12), padding = (4 - (PART_HEADER + length) % 4) % 4;
    /* Less than a header behind it is no part: padding, or a frame check sequence that nobody told of. */
    struct ipfunnel__cursor next = p->network;
    if (ipfunnel__take(&next, length + padding) && ipfunnel__left(&next) >= PART_HEADER)
        p->resume = (uint32_t)(next.at - p->frame->bytes);
    ipfunnel__limit(p, length);
    return ipfunnel__strip_llc(p);
}

/* Section 9.2.4.8.3: flags, time to live, sequence number, and up to two addresses more. The bit that tells of it means
 * other things outside of a mesh, but LLC with IP never begins like its flags. */
static bool skip_mesh_control(struct ipfunnel__packet *p)
{
    enum { WITHOUT_ADDRESSES = 6, MOST_ADDRESSES = 2, ADDRESS = 6 };
    struct ipfunnel__cursor ahead = p->network;
    const uint8_t *flags = ipfunnel__take(&ahead, 1);
    if (!flags || *flags > MOST_ADDRESSES)
        return true;
    return ipfunnel__take(&p->network, WITHOUT_ADDRESSES + (size_t)*flags * ADDRESS);
}

/* Not looked into: what is encrypted, fragments but the first, an A-MSDU in a mesh. */
int ipfunnel__strip_80211_frame(struct ipfunnel__packet *p, bool padded)
{
    enum { VERSION_AND_TYPE = 0x0f, DATA = 0x08, WITHOUT_DATA = 0x40, QOS = 0x80 };             /* first byte */
    enum { TO_AND_FROM_DS = 0x03, ENCRYPTED = 0x40, WITH_HT_CONTROL = 0x80 };                   /* second byte */
    enum { FRAGMENT_NUMBER = 0x0f, AGGREGATE = 0x80, WITH_MESH_CONTROL = 0x01 };
    const uint8_t *control = ipfunnel__take(&p->network, 2);
    if (!control)
        return MALFORMED;
    if ((control[0] & VERSION_AND_TYPE) != DATA || control[0] & WITHOUT_DATA || control[1] & ENCRYPTED)
        return NOT_IP;
    const uint8_t *rest = ipfunnel__take(&p->network, 22);
    if (!rest)
        return MALFORMED;
    if (rest[20] & FRAGMENT_NUMBER)
        return NOT_IP;
    if ((control[1] & TO_AND_FROM_DS) == TO_AND_FROM_DS && !ipfunnel__take(&p->network, 6))
        return MALFORMED;
    const uint8_t *qos = NULL;
    if (control[0] & QOS) {
        qos = ipfunnel__take(&p->network, 2);
        if (!qos || (control[1] & WITH_HT_CONTROL && !ipfunnel__take(&p->network, 4)))
            return MALFORMED;
    }
    if (padded && !ipfunnel__take(&p->network, (4 - (size_t)(p->network.at - control) % 4) % 4))
        return MALFORMED;
    if (qos && qos[0] & AGGREGATE)
        return strip_part(p);
    if (qos && qos[1] & WITH_MESH_CONTROL && !skip_mesh_control(p))
        return MALFORMED;
    return ipfunnel__strip_llc(p);
}

int ipfunnel__strip_80211(struct ipfunnel__packet *p)
{
    return ipfunnel__strip_80211_frame(p, false);
}
