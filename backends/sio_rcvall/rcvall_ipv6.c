#include "rcvall_ipv6.h"
#include "bytes.h"
#include <string.h>

enum { HOP_BY_HOP = 0, NO_NEXT_HEADER = 59, JUMBO_OPTION = 0xc2, JUMBO_HEADER = 8 };

/* The jumbo payload in a hop-by-hop header that begins with it, as systems write it (RFC 2675); 0 without one. */
static uint32_t jumbo_payload(struct ipfunnel__cursor c)
{
    const uint8_t *h = ipfunnel__take(&c, JUMBO_HEADER);
    return h && h[2] == JUMBO_OPTION && h[3] == 4 ? ipfunnel__be32(h + 4) : 0;
}

bool ipfunnel__ipv6_header_is_real(const uint8_t *bytes, uint32_t length, bool cut,
                                   const struct ipfunnel__winsock_facts *facts)
{
    struct ipfunnel__cursor c = ipfunnel__cursor_over(bytes, length);
    const uint8_t *h = ipfunnel__take(&c, IPFUNNEL__IPV6_HEADER);
    if (!h || h[0] >> 4 != 6)
        return false;
    uint32_t payload = ipfunnel__be16(h + 4), left = (uint32_t)ipfunnel__left(&c);
    if (payload == 0 && h[6] == HOP_BY_HOP)
        payload = jumbo_payload(c);
    if (payload == 0 && left > 0 && h[6] != NO_NEXT_HEADER)
        return facts->has_source && memcmp(h + 8, facts->source, sizeof facts->source) == 0;
    return cut ? payload > left : payload == left;
}

uint8_t ipfunnel__ipv6_rebuild(uint8_t header[IPFUNNEL__IPV6_HEADER], uint32_t length, bool cut,
                               const struct ipfunnel__winsock_facts *facts)
{
    uint32_t unproven = 1u << IPFUNNEL_UNPROVEN_traffic_class | 1u << IPFUNNEL_UNPROVEN_flow_label
                      | 1u << IPFUNNEL_UNPROVEN_payload_length | 1u << IPFUNNEL_UNPROVEN_next_header
                      | 1u << IPFUNNEL_UNPROVEN_extension_headers;
    uint32_t payload = cut || length > UINT16_MAX ? 0 : length;     /* 0: as long as what came */
    memset(header, 0, IPFUNNEL__IPV6_HEADER);
    header[0] = 6 << 4;
    header[4] = (uint8_t)(payload >> 8);
    header[5] = (uint8_t)payload;
    header[6] = NO_NEXT_HEADER;
    header[7] = facts->has_hop_limit ? facts->hop_limit : 0;
    if (facts->has_source)
        memcpy(header + 8, facts->source, 16);
    if (facts->has_destination)
        memcpy(header + 24, facts->destination, 16);
    unproven |= facts->has_hop_limit ? 0 : 1u << IPFUNNEL_UNPROVEN_hop_limit;
    unproven |= facts->has_source ? 0 : 1u << IPFUNNEL_UNPROVEN_source;
    unproven |= facts->has_destination ? 0 : 1u << IPFUNNEL_UNPROVEN_destination;
    return (uint8_t)unproven;
}
