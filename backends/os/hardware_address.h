/* hardware_address.h - the link address of an interface, which every system reports in its own way. */
#ifndef IPFUNNEL_BACKENDS_HARDWARE_ADDRESS_H
#define IPFUNNEL_BACKENDS_HARDWARE_ADDRESS_H
#include <ipfunnel.h>

struct sockaddr;

/* When `address` (an entry of getifaddrs) is a link address, copies it into the interface. */
void ipfunnel__hardware_address(const struct sockaddr *address, ipfunnel_interface *to);

#endif
