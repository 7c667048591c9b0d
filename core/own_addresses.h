/* own_addresses.h - the addresses of an interface that exists only as text: "10.0.0.1/24,fd00::1/64". */
#ifndef IPFUNNEL_CORE_OWN_ADDRESSES_H
#define IPFUNNEL_CORE_OWN_ADDRESSES_H
#include <ipfunnel.h>

/* Parses the list into *addresses (malloc, the caller frees, also after a failure) and tells which families it names;
 * "" is an interface without addresses, and no family. EINVAL for what is not an address and for the ANY address. */
int ipfunnel__own_addresses_parse(const char *text, ipfunnel_address **addresses, uint32_t *count, uint32_t *families,
                                  ipfunnel_error *error);

#endif
