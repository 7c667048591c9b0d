/* interface_near.h - what to offer somebody whose name for an interface led nowhere, or to several. Every text is cut
 * to what its array holds, at a whole item, and says how many more there are. */
#ifndef IPFUNNEL_CORE_INTERFACE_NEAR_H
#define IPFUNNEL_CORE_INTERFACE_NEAR_H
#include <ipfunnel.h>
#include <stdbool.h>

enum { IPFUNNEL__OFFER_SIZE = 200 };

/* All interfaces, those whose names are most like `text` first: "eth0, eth1, lo and 3 more". NULL: by number. Returns
 * out. */
char *ipfunnel__offer_names(const ipfunnel_interface *chain, const char *text, char out[IPFUNNEL__OFFER_SIZE]);

/* The name that was very likely meant; NULL when it is anybody's guess. */
const char *ipfunnel__name_meant(const ipfunnel_interface *chain, const char *text);

/* The addresses of this version, those with most leading bits like `bytes` first: "10.9.0.1 (eth0), 127.0.0.1 (lo)".
 * Returns out; "" when there are none. */
char *ipfunnel__offer_addresses(const ipfunnel_interface *chain, int version, const uint8_t *bytes,
                                char out[IPFUNNEL__OFFER_SIZE]);

#endif
