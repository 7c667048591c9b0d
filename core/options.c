#include "options.h"
#include "error.h"
#include <string.h>

/* Nothing of ours comes near it; a larger size is an uninitialised struct, and reading its tail would be a crash. So is
 * one that no struct beginning with a size_t can have: it would end inside a pointer. */
enum { LARGEST_STRUCT = 4096 };

static size_t size_of(const void *given)
{
    size_t size = 0;
    if (given)
        memcpy(&size, given, sizeof size);
    return size;
}

int ipfunnel__check_sized(const void *given, const char *name, ipfunnel_error *error)
{
    size_t size = size_of(given);
    if (size >= sizeof(size_t) && size <= LARGEST_STRUCT && size % sizeof(size_t) == 0)
        return IPFUNNEL_OK;
    ipfunnel__fail(error, IPFUNNEL_EINVAL, 0, name, "the size field of %s is %zu", name, size);
    return ipfunnel__remedy(error, "initialise the struct with its ..._INIT macro");
}

int ipfunnel__take_sized(void *ours, size_t known, const void *given, const char *name, ipfunnel_error *error)
{
    size_t size = size_of(given);
    if (ipfunnel__check_sized(given, name, error))
        return IPFUNNEL_EINVAL;
    for (size_t i = known; i < size; i++)
        if (((const uint8_t *)given)[i]) {
            ipfunnel__fail(error, IPFUNNEL_EINVAL, 0, name, "%s uses a field (at byte %zu) that this version of the "
                           "library does not know", name, i);
            return ipfunnel__remedy(error, "use a newer library, or leave that field 0");
        }
    memset(ours, 0, known);
    memcpy(ours, given, size < known ? size : known);
    return IPFUNNEL_OK;
}

int ipfunnel__give_sized(void *given, const void *ours, size_t known, const char *name, ipfunnel_error *error)
{
    size_t size = size_of(given);
    if (ipfunnel__check_sized(given, name, error))
        return IPFUNNEL_EINVAL;
    size_t common = size < known ? size : known;
    memcpy((uint8_t *)given + sizeof size, (const uint8_t *)ours + sizeof size, common - sizeof size);
    memset((uint8_t *)given + common, 0, size - common);
    return IPFUNNEL_OK;
}

static int bad(ipfunnel_error *error, const char *remedy, const char *field, uint64_t value)
{
    ipfunnel__fail(error, IPFUNNEL_EINVAL, 0, "ipfunnel_open", "option %s cannot be %llu", field,
                   (unsigned long long)value);
    return ipfunnel__remedy(error, "%s", remedy);
}

int ipfunnel__options_check(ipfunnel_options *o, ipfunnel_error *error)
{
    const uint32_t flags = IPFUNNEL_OPEN_NO_OUTGOING | IPFUNNEL_OPEN_COUNT_ALL | IPFUNNEL_OPEN_EVENTS
                           | IPFUNNEL_OPEN_ON_WIRE | IPFUNNEL_OPEN_NEWEST_WINS;
    if (o->start > IPFUNNEL_MODE_IPLEVEL)
        return bad(error, "use an ipfunnel_mode: OFF 0, ON 1, SOCKETLEVELONLY 2 or IPLEVEL 3", "start", o->start);
    if (o->families & ~(uint32_t)(IPFUNNEL_IPV4 | IPFUNNEL_IPV6))
        return bad(error, "use IPFUNNEL_IPV4 and IPFUNNEL_IPV6, or 0 for both", "families", o->families);
    if (o->flags & ~flags)
        return bad(error, "use the IPFUNNEL_OPEN_... bits", "flags", o->flags);
    if (o->vlan > 4094 && o->vlan != IPFUNNEL_VLAN_OWN && o->vlan != IPFUNNEL_VLAN_ALL)
        return bad(error, "use IPFUNNEL_VLAN_OWN, IPFUNNEL_VLAN_ALL or a VLAN id from 1 to 4094", "vlan", o->vlan);
    if (o->latency_us > 1000000)
        return bad(error, "the longest delay is 1000000, one second", "latency_us", o->latency_us);
    if (o->fanout_group > UINT16_MAX)
        return bad(error, "fanout groups are numbered 1 to 65535", "fanout_group", o->fanout_group);
    if (o->fanout_mode > IPFUNNEL_FANOUT_ROLLOVER)
        return bad(error, "use the IPFUNNEL_FANOUT_... values", "fanout_mode", o->fanout_mode);
    if (o->interface_name && o->file) {
        ipfunnel__fail(error, IPFUNNEL_EINVAL, 0, "ipfunnel_open", "both an interface (%s) and a file (%s) were given",
                       o->interface_name, o->file);
        return ipfunnel__remedy(error, "give exactly one of them");
    }
    if (!o->snap_length)
        o->snap_length = 262144;
    if (!o->latency_us)
        o->latency_us = 1000;
    if (!o->ring_bytes)
        o->ring_bytes = 16u << 20;
    if (o->vlan == IPFUNNEL_VLAN_DEFAULT)
        o->vlan = o->file ? IPFUNNEL_VLAN_ALL : IPFUNNEL_VLAN_OWN;
    return IPFUNNEL_OK;
}
