/* hardware_address_none.c - for systems whose link addresses are not read yet. */
#include "hardware_address.h"

void ipfunnel__hardware_address(const struct sockaddr *address, ipfunnel_interface *to)
{
    (void)address;
    (void)to;
}
