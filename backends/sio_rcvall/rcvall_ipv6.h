/* rcvall_ipv6.h - is this an IPv6 datagram, or what is left of one whose header Windows withheld? */
#ifndef IPFUNNEL_SIO_RCVALL_RCVALL_IPV6_H
#define IPFUNNEL_SIO_RCVALL_RCVALL_IPV6_H
#include "winsock_calls.h"

enum { IPFUNNEL__IPV6_HEADER = 40 };

/* Does it begin with an IPv6 header whose length fits what came? A length of 0 (large sends) fits everything, so then
 * the source address has to be the one that the system told. `cut`: there was more than `length`. */
bool ipfunnel__ipv6_header_is_real(const uint8_t *bytes, uint32_t length, bool cut,
                                   const struct ipfunnel__winsock_facts *facts);

/* Writes a header for a payload of `length` bytes of which the system told these facts, and claims nothing else.
 * Returns which fields are no evidence, 1 << IPFUNNEL_UNPROVEN_x; never 0. */
uint8_t ipfunnel__ipv6_rebuild(uint8_t header[IPFUNNEL__IPV6_HEADER], uint32_t length, bool cut,
                               const struct ipfunnel__winsock_facts *facts);

#endif
