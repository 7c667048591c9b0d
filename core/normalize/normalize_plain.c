/* normalize_plain.c - the short way from frames to datagrams, for nearly every frame of nearly every capture: a whole
 * IPv4 datagram without options or a whole IPv6 datagram, alone or in untagged Ethernet, of which nothing particular is
 * known or wanted. Each result is what normalize.c gives; whatever is in doubt is left to that. */
#include "direction.h"
#include "link.h"
#include "normalize.h"

enum { ETHERNET_HEADER = 14, IPV4_HEADER = 20, IPV6_HEADER = 40, IPV4_WITHOUT_OPTIONS = 0x45 };

static const uint32_t direction_facts = IPFUNNEL_FRAME_IN | IPFUNNEL_FRAME_OUT;
static const uint32_t plain_facts = IPFUNNEL_FRAME_IN | IPFUNNEL_FRAME_OUT | IPFUNNEL_FRAME_OTHER_HOST
                                    | IPFUNNEL_FRAME_CHECKSUM_NOT_READY | IPFUNNEL_FRAME_CHECKSUM_VALID;

/* What is the same for all frames of a run. */
struct run {
    const struct ipfunnel__policy *policy;
    uint32_t families, facts;                 /* of those that may be taken */
    uint32_t snap_length;
    uint8_t direction_source;
    uint8_t unproven;
    uint16_t protocol;                        /* where there is no link header */
};

/* Of a datagram of which the system does not tell it. */
static uint8_t direction_by_address(const struct ipfunnel__policy *policy, int version, const uint8_t *header)
{
    return policy->own_address_count ? ipfunnel__direction(policy, version, header) : IPFUNNEL_DIRECTION_UNKNOWN;
}

static inline bool take(bool ethernet, const struct run *run, const struct ipfunnel__frame *frame,
                        ipfunnel_datagram *out)
{
    const uint32_t link = ethernet ? ETHERNET_HEADER : 0, captured = frame->captured, facts = frame->facts;
    if (facts & ~run->facts || captured < link + IPV4_HEADER)
        return false;
    const uint8_t *h = frame->bytes + link;
    uint32_t length;
    uint8_t version;
    if (h[0] == IPV4_WITHOUT_OPTIONS) {
        version = 4;
        length = ipfunnel__be16(h + 2);
        if (length < IPV4_HEADER || !(run->families & IPFUNNEL_IPV4)
            || (ethernet ? ipfunnel__be16(h - 2) != IPFUNNEL__ETHERTYPE_IPV4
                         : run->protocol == IPFUNNEL__ETHERTYPE_IPV6))
            return false;
    } else {
        version = 6;
        length = IPV6_HEADER + (uint32_t)ipfunnel__be16(h + 4);
        if (h[0] >> 4 != 6 || length == IPV6_HEADER || !(run->families & IPFUNNEL_IPV6) || run->unproven
            || (ethernet ? ipfunnel__be16(h - 2) != IPFUNNEL__ETHERTYPE_IPV6
                         : run->protocol == IPFUNNEL__ETHERTYPE_IPV4))
            return false;
    }
    if (length > captured - link || length > run->snap_length)
        return false;

    uint8_t direction = facts & IPFUNNEL_FRAME_OUT ? IPFUNNEL_DIRECTION_OUT : IPFUNNEL_DIRECTION_IN;
    uint8_t source = run->direction_source;
    if (!(facts & direction_facts)) {
        direction = direction_by_address(run->policy, version, h);
        source = direction ? IPFUNNEL_SAYS_ADDRESSES : IPFUNNEL_SAYS_NOBODY;
    }
    out->bytes = h;
    out->length = length;
    out->original_length = length;
    out->time_ns = frame->time_ns;
    out->version = version;
    out->direction = direction;
    out->direction_source = source;
    out->checksum = facts & IPFUNNEL_FRAME_CHECKSUM_NOT_READY ? IPFUNNEL_CHECKSUM_NOT_READY
                    : facts & IPFUNNEL_FRAME_CHECKSUM_VALID   ? IPFUNNEL_CHECKSUM_VALID
                                                              : IPFUNNEL_CHECKSUM_UNKNOWN;
    return true;
}

/* `ethernet` is written out in each call, so that there is a loop for each. */
static inline int take_run(bool ethernet, const struct run *told, const struct ipfunnel__frame *restrict frames,
                           int count, ipfunnel_datagram *restrict views, const ipfunnel_datagram **restrict out)
{
    const struct run run = *told;
    int n = 0;
    for (; n < count && take(ethernet, &run, &frames[n], &views[n]); n++)
        out[n] = &views[n];
    return n;
}

static int take_ethernet(const struct run *run, const struct ipfunnel__frame *frames, int count,
                         ipfunnel_datagram *views, const ipfunnel_datagram *out[])
{
    return take_run(true, run, frames, count, views, out);
}

static int take_raw(const struct run *run, const struct ipfunnel__frame *frames, int count,
                    ipfunnel_datagram *views, const ipfunnel_datagram *out[])
{
    return take_run(false, run, frames, count, views, out);
}

/* Puts what take leaves alone into views, if it is not there already. */
static void prepare(struct ipfunnel__views *views, const struct ipfunnel__frame *frame, int to, int count)
{
    bool like = views->interface_name == frame->interface_name && views->interface_index == frame->interface_index
                && views->dropped_before == frame->dropped_before && views->segment_size == frame->segment_size;
    if (like && to >= views->first && to + count <= views->end)
        return;
    for (int i = to; i < to + count; i++)
        views->at[i] = (ipfunnel_datagram){
            .dropped_before = frame->dropped_before,
            .interface_index = frame->interface_index,
            .segment_size = frame->segment_size,
            .interface_name = frame->interface_name,
        };
    if (!like || to < views->first || to > views->end)
        views->first = to;
    views->end = to + count;
    views->interface_name = frame->interface_name;
    views->interface_index = frame->interface_index;
    views->dropped_before = frame->dropped_before;
    views->segment_size = frame->segment_size;
}

int ipfunnel__normalize_plain(const struct ipfunnel__policy *policy, const struct ipfunnel__frame *frames, int count,
                              int alike, struct ipfunnel__views *views, int to, const ipfunnel_datagram *out[])
{
    bool untagged = policy->vlan == IPFUNNEL_VLAN_ALL || policy->vlan == IPFUNNEL_VLAN_OWN;
    int n = 0;
    if (!untagged || policy->no_outgoing || policy->filter)
        return 0;
    while (n < count) {
        const struct ipfunnel__frame *first = &frames[n];
        const struct run run = {
            .policy = policy,
            .families = policy->families,
            .facts = policy->no_other_host ? plain_facts & ~(uint32_t)IPFUNNEL_FRAME_OTHER_HOST : plain_facts,
            .snap_length = policy->snap_length,
            .direction_source = first->direction_source,
            .unproven = first->unproven,
            .protocol = first->protocol,
        };
        const bool ethernet = first->link_type == IPFUNNEL__LINK_ETHERNET;
        const int end = alike <= n ? n + 1 : alike < count ? alike : count, wanted = end - n;
        if (!ethernet && first->link_type != IPFUNNEL__LINK_RAW)
            return n;
        prepare(views, first, to + n, wanted);
        int taken = (ethernet ? take_ethernet : take_raw)(&run, first, wanted, &views->at[to + n], &out[n]);
        n += taken;
        if (taken < wanted)
            return n;
    }
    return n;
}
