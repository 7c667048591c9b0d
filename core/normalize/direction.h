/* direction.h - which way a datagram went, by the addresses of the interface. */
#ifndef IPFUNNEL_CORE_DIRECTION_H
#define IPFUNNEL_CORE_DIRECTION_H
#include "normalize.h"

/* For systems that do not say it: source ours = out; destination ours, broadcast or multicast = in; else unknown
 * (forwarded, or another host's). `header` starts a datagram whose fixed header is complete. */
uint8_t ipfunnel__direction(const struct ipfunnel__policy *policy, int version, const uint8_t *header);

#endif
