/* ip.h - how long is this datagram? */
#ifndef IPFUNNEL_CORE_IP_H
#define IPFUNNEL_CORE_IP_H
#include "link.h"

struct ipfunnel__measure {
    uint32_t length;            /* bytes of the datagram that are there, before the snap length */
    uint32_t original;          /* by the IP header; or IPFUNNEL_LENGTH_UNKNOWN */
    uint32_t flags;             /* IPFUNNEL_SNAPPED, _SHORT, _LENGTH_ASSUMED */
    uint8_t version;
};

/* Reads version and length fields. Returns 0, or IPFUNNEL_COUNTER_malformed: wrong version, header longer than the
 * bytes, length less than the header.
 * Sources: RFC 791 (total length), RFC 8200 section 3, RFC 2675 (jumbo payload). */
int ipfunnel__ip_measure(const struct ipfunnel__packet *packet, struct ipfunnel__measure *out);

#endif
