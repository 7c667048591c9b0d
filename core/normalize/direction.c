#include "direction.h"
#include "../bytes.h"
#include <string.h>

static bool is_broadcast_of(const ipfunnel_address *own, uint32_t destination)
{
    if (own->prefix_length == 0 || own->prefix_length >= 31)
        return false;
    uint32_t host_part = UINT32_MAX >> own->prefix_length;
    return destination == (ipfunnel__be32(own->bytes) | host_part);
}

static uint8_t direction_4(const struct ipfunnel__policy *policy, uint32_t source, uint32_t destination)
{
    bool in = destination >> 28 == 14 || destination == UINT32_MAX;
    for (uint32_t i = 0; i < policy->own_address_count; i++) {
        const ipfunnel_address *own = &policy->own_addresses[i];
        if (own->version != 4)
            continue;
        uint32_t address = ipfunnel__be32(own->bytes);
        if (address == source)
            return IPFUNNEL_DIRECTION_OUT;
        in = in || address == destination || is_broadcast_of(own, destination);
    }
    return in ? IPFUNNEL_DIRECTION_IN : IPFUNNEL_DIRECTION_UNKNOWN;
}

static uint8_t direction_6(const struct ipfunnel__policy *policy, const uint8_t *source, const uint8_t *destination)
{
    bool in = destination[0] == 0xff;
    for (uint32_t i = 0; i < policy->own_address_count; i++) {
        const ipfunnel_address *own = &policy->own_addresses[i];
        if (own->version != 6)
            continue;
        if (memcmp(own->bytes, source, 16) == 0)
            return IPFUNNEL_DIRECTION_OUT;
        in = in || memcmp(own->bytes, destination, 16) == 0;
    }
    return in ? IPFUNNEL_DIRECTION_IN : IPFUNNEL_DIRECTION_UNKNOWN;
}

uint8_t ipfunnel__direction(const struct ipfunnel__policy *policy, int version, const uint8_t *header)
{
    return version == 4 ? direction_4(policy, ipfunnel__be32(header + 12), ipfunnel__be32(header + 16))
                        : direction_6(policy, header + 8, header + 24);
}
