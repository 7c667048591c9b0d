/* hardware_address_bsd.c - for macOS and the BSDs, where this has neither been built nor run yet. */
#include "hardware_address.h"
#include <string.h>
#include <sys/types.h>
#include <sys/socket.h>
#include <net/if_dl.h>

void ipfunnel__hardware_address(const struct sockaddr *address, ipfunnel_interface *to)
{
    if (address->sa_family != AF_LINK)
        return;
    const struct sockaddr_dl *link = (const struct sockaddr_dl *)(const void *)address;
    if (link->sdl_alen > sizeof to->hardware_address)
        return;
    to->hardware_address_length = link->sdl_alen;
    memcpy(to->hardware_address, link->sdl_data + link->sdl_nlen, link->sdl_alen);
}
