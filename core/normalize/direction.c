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

uint8_t ipfunnel__direction(const struct ipfunnel__policy *policy, int version, const uint8_t *header)
{
    size_t size = version == 4 ? 4 : 16;
    const uint8_t *source = header + (version == 4 ? 12 : 8), *destination = source + size;
    bool in = version == 4 ? destination[0] >= 224 && destination[0] < 240 : destination[0] == 0xff;
    if (version == 4 && ipfunnel__be32(destination) == UINT32_MAX)
        in = true;
    for (uint32_t i = 0; i < policy->own_address_count; i++) {
        const ipfunnel_address *own = &policy->own_addresses[i];
        if (own->version != version)
            continue;
        if (memcmp(own->bytes, source, size) == 0)
            return IPFUNNEL_DIRECTION_OUT;
        if (memcmp(own->bytes, destination, size) == 0)
            in = true;
        if (version == 4 && is_broadcast_of(own, ipfunnel__be32(destination)))
            in = true;
    }
    return in ? IPFUNNEL_DIRECTION_IN : IPFUNNEL_DIRECTION_UNKNOWN;
}
