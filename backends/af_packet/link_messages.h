/* link_messages.h - what rtnetlink(7) messages say about one interface. Pure: bytes in, news out. */
#ifndef IPFUNNEL_AF_PACKET_LINK_MESSAGES_H
#define IPFUNNEL_AF_PACKET_LINK_MESSAGES_H
#include "bytes.h"

enum ipfunnel__link_news {
    IPFUNNEL__LINK_NO_NEWS,       /* the messages are used up, or what is left of them is not one */
    IPFUNNEL__LINK_UP,            /* administratively up and with carrier; not necessarily a change */
    IPFUNNEL__LINK_DOWN,
    IPFUNNEL__LINK_GONE,          /* deleted, or moved to another network namespace */
    IPFUNNEL__LINK_ADDRESSES      /* an IP address was added, changed or removed */
};

/* Takes messages from `datagram` (what one recv of a netlink socket returned, 4-byte aligned) up to and including the
 * next one that has news of this interface. */
enum ipfunnel__link_news ipfunnel__link_messages_next(struct ipfunnel__cursor *datagram, uint32_t interface_index);

#endif
