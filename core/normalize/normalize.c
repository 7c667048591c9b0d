#include "normalize.h"
#include "direction.h"
#include "ip.h"
#include "link.h"

static bool wanted_vlan(uint32_t option, const struct ipfunnel__packet *packet)
{
    return option == IPFUNNEL_VLAN_ALL || packet->vid == (option == IPFUNNEL_VLAN_OWN ? 0 : option);
}

static void set_direction(const struct ipfunnel__policy *policy, const struct ipfunnel__frame *frame,
                          ipfunnel_datagram *d)
{
    d->direction_source = frame->direction_source;
    if (frame->facts & (IPFUNNEL_FRAME_IN | IPFUNNEL_FRAME_OUT)) {
        d->direction = frame->facts & IPFUNNEL_FRAME_OUT ? IPFUNNEL_DIRECTION_OUT : IPFUNNEL_DIRECTION_IN;
        return;
    }
    d->direction = policy->own_address_count ? ipfunnel__direction(policy, d->version, d->bytes)
                                             : IPFUNNEL_DIRECTION_UNKNOWN;
    d->direction_source = d->direction ? IPFUNNEL_SAYS_ADDRESSES : IPFUNNEL_SAYS_NOBODY;
}

/* The first reason counts, from the frame's own facts to what the capture was opened for. */
static int reject(const struct ipfunnel__policy *policy, const struct ipfunnel__frame *frame,
                  const struct ipfunnel__packet *packet, const ipfunnel_datagram *d)
{
    if (frame->facts & IPFUNNEL_FRAME_LOOPBACK_COPY)
        return IPFUNNEL_COUNTER_excluded_loopback_copy;
    if (policy->no_other_host && frame->facts & IPFUNNEL_FRAME_OTHER_HOST)
        return IPFUNNEL_COUNTER_excluded_other_host;
    if (policy->no_outgoing && d->direction == IPFUNNEL_DIRECTION_OUT)
        return IPFUNNEL_COUNTER_excluded_outgoing;
    if (!wanted_vlan(policy->vlan, packet))
        return IPFUNNEL_COUNTER_excluded_vlan;
    if (!(policy->families & (d->version == 4 ? IPFUNNEL_IPV4 : IPFUNNEL_IPV6)))
        return IPFUNNEL_COUNTER_other_family;
    return IPFUNNEL_COUNTER_delivered;
}

int ipfunnel__normalize(const struct ipfunnel__policy *policy, const struct ipfunnel__frame *frame,
                        ipfunnel_datagram *out)
{
    struct ipfunnel__packet packet;
    int counter = ipfunnel__link_strip(frame, &packet);
    if (counter)
        return counter;

    struct ipfunnel__measure ip;
    uint32_t link_header = (uint32_t)(packet.network.at - frame->bytes);
    uint32_t on_wire = frame->original == IPFUNNEL_LENGTH_UNKNOWN ? IPFUNNEL_LENGTH_UNKNOWN
                                                                  : frame->original - link_header;
    counter = ipfunnel__ip_measure(&packet, on_wire, &ip);
    if (counter)
        return counter;

    bool cut = ip.length > policy->snap_length;
    *out = (ipfunnel_datagram){
        .bytes = packet.network.at,
        .length = cut ? policy->snap_length : ip.length,
        .original_length = ip.original,
        .time_ns = frame->time_ns,
        .flags = ip.flags | (cut ? IPFUNNEL_SNAPPED : 0u)
                 | (frame->facts & IPFUNNEL_FRAME_SEGMENTATION ? IPFUNNEL_SEGMENTATION : 0u),
        .interface_index = frame->interface_index,
        .segment_size = frame->segment_size,
        .vlan = { packet.vlan[0], packet.vlan[1] },
        .vlan_count = packet.vlan_count,
        .version = ip.version,
        .checksum = frame->facts & IPFUNNEL_FRAME_CHECKSUM_NOT_READY ? IPFUNNEL_CHECKSUM_NOT_READY
                    : frame->facts & IPFUNNEL_FRAME_CHECKSUM_VALID   ? IPFUNNEL_CHECKSUM_VALID
                                                                     : IPFUNNEL_CHECKSUM_UNKNOWN,
        .interface_name = frame->interface_name,
    };
    set_direction(policy, frame, out);
    return reject(policy, frame, &packet, out);
}
