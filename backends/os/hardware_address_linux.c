#include "hardware_address.h"
#include <netpacket/packet.h>
#include <string.h>
#include <sys/socket.h>

void ipfunnel__hardware_address(const struct sockaddr *address, ipfunnel_interface *to)
{
    static const uint8_t none[sizeof to->hardware_address];
    struct sockaddr_ll link;
    if (address->sa_family != AF_PACKET)
        return;
    memcpy(&link, address, sizeof link);
    /* Longer ones (InfiniBand has 20 bytes) do not fit the field; an all-zero one is that of lo, which has none. */
    if (link.sll_halen > sizeof to->hardware_address || memcmp(link.sll_addr, none, link.sll_halen) == 0)
        return;
    to->hardware_address_length = link.sll_halen;
    memcpy(to->hardware_address, link.sll_addr, link.sll_halen);
}
