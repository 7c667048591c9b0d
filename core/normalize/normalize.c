#include "normalize.h"
#include "../filter/filter.h"
#include "direction.h"
#include "ip.h"
#include "link.h"

static bool wanted_vlan(uint32_t option, const struct ipfunnel__packet *packet)
{
    return option == IPFUNNEL_VLAN_ALL || packet->vid == (option == IPFUNNEL_VLAN_OWN ? 0 : option);
}

static void set_direction(const struct ipfunnel__policy *policy, const struct ipfunnel__frame *frame,
                          uint32_t facts, ipfunnel_datagram *d)
{
    d->direction_source = frame->direction_source;
    if (facts & (IPFUNNEL_FRAME_IN | IPFUNNEL_FRAME_OUT)) {
        d->direction = facts & IPFUNNEL_FRAME_OUT ? IPFUNNEL_DIRECTION_OUT : IPFUNNEL_DIRECTION_IN;
        return;
    }
    d->direction = policy->own_address_count ? ipfunnel__direction(policy, d->version, d->bytes)
                                             : IPFUNNEL_DIRECTION_UNKNOWN;
    d->direction_source = d->direction ? IPFUNNEL_SAYS_ADDRESSES : IPFUNNEL_SAYS_NOBODY;
}

/* The first reason counts, from the frame's own facts to what the capture was opened for. */
static int exclude(const struct ipfunnel__policy *policy, const struct ipfunnel__packet *packet, uint32_t facts,
                   const ipfunnel_datagram *d)
{
    if (facts & (IPFUNNEL_FRAME_LOOPBACK_COPY | IPFUNNEL_FRAME_OTHER_HOST)) {
        if (facts & IPFUNNEL_FRAME_LOOPBACK_COPY)
            return IPFUNNEL_COUNTER_excluded_loopback_copy;
        if (policy->no_other_host)
            return IPFUNNEL_COUNTER_excluded_other_host;
    }
    if (policy->no_outgoing && d->direction == IPFUNNEL_DIRECTION_OUT)
        return IPFUNNEL_COUNTER_excluded_outgoing;
    if (!wanted_vlan(policy->vlan, packet))
        return IPFUNNEL_COUNTER_excluded_vlan;
    if (!(policy->families & (d->version == 4 ? IPFUNNEL_IPV4 : IPFUNNEL_IPV6)))
        return IPFUNNEL_COUNTER_other_family;
    return IPFUNNEL_COUNTER_delivered;
}

/* What the filter says of the whole datagram, and the cut to the snap length. */
static inline int judge(const struct ipfunnel__policy *policy, ipfunnel_datagram *d)
{
    if (policy->filter && !ipfunnel__filter_accepts(policy->filter, d))
        return IPFUNNEL_COUNTER_filtered;
    if (d->length > policy->snap_length) {
        d->length = policy->snap_length;
        d->flags |= IPFUNNEL_SNAPPED;
    }
    return IPFUNNEL_COUNTER_delivered;
}

/* One part of a frame, and for nearly all frames the only one. */
static int look_at_part(const struct ipfunnel__frame *frame, uint32_t resume, struct ipfunnel__packet *packet,
                        struct ipfunnel__measure *ip)
{
    int counter = ipfunnel__link_strip(frame, resume, packet);
    return counter ? counter : ipfunnel__ip_measure(packet, ip);
}

/* All but the filter and the cut to the snap length. */
static inline int take_whole(const struct ipfunnel__policy *policy, const struct ipfunnel__frame *frame,
                             uint32_t *resume, ipfunnel_datagram *out)
{
    struct ipfunnel__packet packet;
    struct ipfunnel__measure ip;
    int counter;
    do {
        counter = look_at_part(frame, *resume, &packet, &ip);
        *resume = packet.resume;
    } while (counter && *resume);
    if (counter)
        return counter;

    uint32_t facts = frame->facts | packet.facts;
    uint8_t unproven = ip.version == 6 ? frame->unproven : 0;
    *out = (ipfunnel_datagram){
        .bytes = packet.network.at,
        .length = ip.length,
        .original_length = ip.original,
        .time_ns = frame->time_ns,
        .flags = ip.flags | (facts & IPFUNNEL_FRAME_SEGMENTATION ? IPFUNNEL_SEGMENTATION : 0u)
                 | (unproven ? IPFUNNEL_HEADER_REBUILT : 0u)
                 | (facts >> IPFUNNEL__RECORDED_SHIFT & IPFUNNEL__RECORDED),
        .interface_index = frame->interface_index,
        .segment_size = frame->segment_size,
        .vlan = { packet.vlan[0], packet.vlan[1] },
        .vlan_count = packet.vlan_count,
        .version = ip.version,
        .checksum = facts & IPFUNNEL_FRAME_CHECKSUM_NOT_READY ? IPFUNNEL_CHECKSUM_NOT_READY
                    : facts & IPFUNNEL_FRAME_CHECKSUM_VALID   ? IPFUNNEL_CHECKSUM_VALID
                                                              : IPFUNNEL_CHECKSUM_UNKNOWN,
        .interface_name = frame->interface_name,
        .unproven = unproven,
    };
    set_direction(policy, frame, facts, out);
    return exclude(policy, &packet, facts, out);
}

int ipfunnel__normalize(const struct ipfunnel__policy *policy, const struct ipfunnel__frame *frame, uint32_t *resume,
                        ipfunnel_datagram *out)
{
    int counter = take_whole(policy, frame, resume, out);
    return counter == IPFUNNEL_COUNTER_delivered ? judge(policy, out) : counter;
}

int ipfunnel__normalize_on_wire(const struct ipfunnel__policy *policy, const struct ipfunnel__frame *frame,
                                struct ipfunnel__cut *cut, uint32_t *resume, ipfunnel_datagram *out)
{
    bool cutting = *resume == IPFUNNEL__CUTTING, first = *resume == 0;
    if (!cutting) {
        int counter = take_whole(policy, frame, resume, out);
        if (counter != IPFUNNEL_COUNTER_delivered)
            return counter;
        cutting = ipfunnel__offload(cut, frame, first && *resume == 0, out);
    }
    if (cutting)
        *resume = ipfunnel__cut_next(cut, out) ? IPFUNNEL__CUTTING : 0;
    return judge(policy, out);
}
