#include "ip.h"

enum { MALFORMED = IPFUNNEL_COUNTER_malformed };
enum { HOP_BY_HOP = 0, NO_NEXT_HEADER = 59, OPTION_PAD1 = 0, OPTION_JUMBO = 0xc2 };

/* The jumbo payload option of a hop-by-hop header that follows the fixed IPv6 header; 0 when there is none. Values
 * below 65536 are not allowed in it (RFC 2675 section 3), so they do not count as one. */
static uint32_t jumbo_payload(struct ipfunnel__cursor after_fixed_header)
{
    struct ipfunnel__cursor c = after_fixed_header;
    const uint8_t *start = ipfunnel__take(&c, 2);
    size_t options = start ? (size_t)start[1] * 8 + 6 : 0;
    if (!start || ipfunnel__left(&c) < options)
        return 0;
    c.end = c.at + options;
    while (ipfunnel__left(&c)) {
        const uint8_t *type = ipfunnel__take(&c, 1);
        if (*type == OPTION_PAD1)
            continue;
        const uint8_t *size = ipfunnel__take(&c, 1);
        const uint8_t *data = size ? ipfunnel__take(&c, *size) : NULL;
        if (!data)
            return 0;
        if (*type == OPTION_JUMBO && *size == 4) {
            uint32_t payload = ipfunnel__be32(data);
            return payload > UINT16_MAX ? payload : 0;
        }
    }
    return 0;
}

/* Total length of an IPv4 datagram by its header; 0 when the header leaves it open; -1 when it is unusable. */
static int64_t ipv4_length(struct ipfunnel__cursor c)
{
    size_t have = ipfunnel__left(&c);
    const uint8_t *h = ipfunnel__take(&c, 20);
    if (!h)
        return -1;
    uint32_t header = (h[0] & 15u) * 4, total = ipfunnel__be16(h + 2);
    if (header < 20 || header > have || (total && total < header))
        return -1;
    return total;
}

/* Next header 59 claims nothing in a header that was rebuilt. */
static int64_t ipv6_length(struct ipfunnel__cursor c, bool rebuilt)
{
    const uint8_t *h = ipfunnel__take(&c, 40);
    if (!h)
        return -1;
    uint32_t payload = ipfunnel__be16(h + 4);
    if (payload || (h[6] == NO_NEXT_HEADER && !rebuilt))
        return 40 + (int64_t)payload;
    uint32_t jumbo = h[6] == HOP_BY_HOP ? jumbo_payload(c) : 0;
    return jumbo ? 40 + (int64_t)jumbo : 0;
}

/* Bytes from the network header to the packet's end, before the capture cut it; or IPFUNNEL_LENGTH_UNKNOWN. */
static uint32_t before_cut(const struct ipfunnel__packet *packet)
{
    uint32_t end = ipfunnel__packet_end(packet);
    return end == IPFUNNEL_LENGTH_UNKNOWN ? end : end - (uint32_t)(packet->network.at - packet->frame->bytes);
}

int ipfunnel__ip_measure(const struct ipfunnel__packet *packet, struct ipfunnel__measure *out)
{
    struct ipfunnel__cursor c = packet->network;
    uint32_t have = (uint32_t)ipfunnel__left(&c);
    uint8_t version = have ? *c.at >> 4 : 0;
    bool says_4 = packet->protocol != IPFUNNEL__ETHERTYPE_IPV6, says_6 = packet->protocol != IPFUNNEL__ETHERTYPE_IPV4;
    int64_t length = version == 4 && says_4   ? ipv4_length(c)
                     : version == 6 && says_6 ? ipv6_length(c, packet->frame->unproven != 0)
                                              : -1;
    if (length < 0 || length >= IPFUNNEL_LENGTH_UNKNOWN)
        return MALFORMED;

    out->version = version;
    out->flags = 0;
    out->length = out->original = (uint32_t)length;
    if (length == 0) {
        /* Large send offload and BIG TCP: the datagram is as long as what came. */
        out->length = have;
        out->original = before_cut(packet);
        out->flags = IPFUNNEL_LENGTH_ASSUMED | (have < out->original ? IPFUNNEL_SNAPPED : 0u);
    } else if (have < out->original) {
        uint32_t on_wire = before_cut(packet);
        out->length = have;
        out->flags = (have < on_wire ? IPFUNNEL_SNAPPED : 0u) | (on_wire < out->original ? IPFUNNEL_SHORT : 0u);
    }
    return 0;
}
