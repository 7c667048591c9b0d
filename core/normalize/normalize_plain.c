/* normalize_plain.c - the short way from frames to datagrams, for nearly every frame of nearly every capture: a whole
 * IPv4 datagram without options or a whole IPv6 datagram, alone or in untagged Ethernet, of which nothing particular is
 * known or wanted. Each result is what normalize.c gives; whatever is in doubt is left to that. */
#include "direction.h"
#include "link.h"

enum { IPV4_HEADER = 20, IPV6_HEADER = 40, IPV4_WITHOUT_OPTIONS = 0x45 };

static const uint32_t direction_facts = IPFUNNEL_FRAME_IN | IPFUNNEL_FRAME_OUT;
static const uint32_t plain_facts = IPFUNNEL_FRAME_IN | IPFUNNEL_FRAME_OUT | IPFUNNEL_FRAME_OTHER_HOST
                                    | IPFUNNEL_FRAME_CHECKSUM_NOT_READY | IPFUNNEL_FRAME_CHECKSUM_VALID;

/* Takes off what is in front of the datagram. False: that is more than an Ethernet header, or no IP follows. */
static inline bool skip_link(const struct ipfunnel__frame *frame, struct ipfunnel__cursor *c, uint16_t *protocol)
{
    *protocol = frame->protocol;
    if (frame->link_type != IPFUNNEL__LINK_ETHERNET)
        return frame->link_type == IPFUNNEL__LINK_RAW;
    const uint8_t *header = ipfunnel__take(c, 14);
    *protocol = header ? ipfunnel__be16(header + 12) : 0;
    return *protocol == IPFUNNEL__ETHERTYPE_IPV4 || *protocol == IPFUNNEL__ETHERTYPE_IPV6;
}

/* Of a datagram of which the system does not tell it. */
static inline uint8_t direction_by_address(const struct ipfunnel__policy *policy, int version, const uint8_t *header)
{
    return policy->own_address_count ? ipfunnel__direction(policy, version, header) : IPFUNNEL_DIRECTION_UNKNOWN;
}

static inline bool take(const struct ipfunnel__policy *policy, uint32_t families, uint32_t allowed_facts,
                        const struct ipfunnel__frame *frame, ipfunnel_datagram *out)
{
    struct ipfunnel__cursor c = ipfunnel__cursor_over(frame->bytes, frame->captured);
    const uint32_t facts = frame->facts;
    uint16_t protocol;
    if (!skip_link(frame, &c, &protocol) || facts & ~allowed_facts)
        return false;
    size_t have = ipfunnel__left(&c);
    const uint8_t *h = ipfunnel__take(&c, IPV4_HEADER);
    if (!h)
        return false;
    uint32_t length;
    if (h[0] == IPV4_WITHOUT_OPTIONS) {
        length = ipfunnel__be16(h + 2);
        if (length < IPV4_HEADER || protocol == IPFUNNEL__ETHERTYPE_IPV6 || !(families & IPFUNNEL_IPV4))
            return false;
    } else {
        length = IPV6_HEADER + (uint32_t)ipfunnel__be16(h + 4);
        if (h[0] >> 4 != 6 || length == IPV6_HEADER || protocol == IPFUNNEL__ETHERTYPE_IPV4
            || !(families & IPFUNNEL_IPV6) || frame->unproven)
            return false;
    }
    if (length > have || length > policy->snap_length)
        return false;

    uint8_t version = h[0] >> 4, direction, source = frame->direction_source;
    if (facts & direction_facts) {
        direction = facts & IPFUNNEL_FRAME_OUT ? IPFUNNEL_DIRECTION_OUT : IPFUNNEL_DIRECTION_IN;
    } else {
        direction = direction_by_address(policy, version, h);
        source = direction ? IPFUNNEL_SAYS_ADDRESSES : IPFUNNEL_SAYS_NOBODY;
    }
    /* One by one: what is assigned as a whole is made elsewhere first. */
    out->flags = 0;
    out->vlan[0] = 0;
    out->vlan[1] = 0;
    out->vlan_count = 0;
    out->unproven = 0;
    out->bytes = h;
    out->length = length;
    out->original_length = length;
    out->time_ns = frame->time_ns;
    out->dropped_before = frame->dropped_before;
    out->interface_index = frame->interface_index;
    out->segment_size = frame->segment_size;
    out->version = version;
    out->direction = direction;
    out->direction_source = source;
    out->checksum = facts & IPFUNNEL_FRAME_CHECKSUM_NOT_READY ? IPFUNNEL_CHECKSUM_NOT_READY
                    : facts & IPFUNNEL_FRAME_CHECKSUM_VALID   ? IPFUNNEL_CHECKSUM_VALID
                                                              : IPFUNNEL_CHECKSUM_UNKNOWN;
    out->interface_name = frame->interface_name;
    return true;
}

int ipfunnel__normalize_plain(const struct ipfunnel__policy *policy, const struct ipfunnel__frame *frames, int count,
                              ipfunnel_datagram *views, const ipfunnel_datagram *out[])
{
    bool untagged = policy->vlan == IPFUNNEL_VLAN_ALL || policy->vlan == IPFUNNEL_VLAN_OWN;
    uint32_t families = untagged && !policy->no_outgoing && !policy->filter ? policy->families : 0;
    uint32_t facts = policy->no_other_host ? plain_facts & ~(uint32_t)IPFUNNEL_FRAME_OTHER_HOST : plain_facts;
    int n = 0;
    for (; n < count && take(policy, families, facts, &frames[n], &views[n]); n++)
        out[n] = &views[n];
    return n;
}
