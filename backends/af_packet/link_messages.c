/* link_messages.c - see link_messages.h. Only fixed headers are needed, no attributes. */
#include "link_messages.h"
#include <linux/if.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>

/* The bridge code speaks of its ports with the same message types in the address family AF_BRIDGE; a port leaving a
 * bridge is not an interface that is gone. */
static enum ipfunnel__link_news link_news(uint16_t type, struct ipfunnel__cursor body, uint32_t interface_index)
{
    struct ifinfomsg link;
    const uint8_t *bytes = ipfunnel__take(&body, sizeof link);
    if (!bytes)
        return IPFUNNEL__LINK_NO_NEWS;
    memcpy(&link, bytes, sizeof link);
    if ((uint32_t)link.ifi_index != interface_index || link.ifi_family != AF_UNSPEC)
        return IPFUNNEL__LINK_NO_NEWS;
    if (type == RTM_DELLINK)
        return IPFUNNEL__LINK_GONE;
    return link.ifi_flags & IFF_UP && link.ifi_flags & IFF_LOWER_UP ? IPFUNNEL__LINK_UP : IPFUNNEL__LINK_DOWN;
}

static enum ipfunnel__link_news address_news(struct ipfunnel__cursor body, uint32_t interface_index)
{
    struct ifaddrmsg address;
    const uint8_t *bytes = ipfunnel__take(&body, sizeof address);
    if (!bytes)
        return IPFUNNEL__LINK_NO_NEWS;
    memcpy(&address, bytes, sizeof address);
    return address.ifa_index == interface_index ? IPFUNNEL__LINK_ADDRESSES : IPFUNNEL__LINK_NO_NEWS;
}

enum ipfunnel__link_news ipfunnel__link_messages_next(struct ipfunnel__cursor *datagram, uint32_t interface_index)
{
    enum ipfunnel__link_news news = IPFUNNEL__LINK_NO_NEWS;
    while (news == IPFUNNEL__LINK_NO_NEWS && ipfunnel__left(datagram) >= sizeof(struct nlmsghdr)) {
        struct nlmsghdr header;
        memcpy(&header, datagram->at, sizeof header);
        if (header.nlmsg_len < sizeof header || header.nlmsg_len > ipfunnel__left(datagram)) {
            datagram->at = datagram->end;
            break;
        }
        struct ipfunnel__cursor body = ipfunnel__cursor_over(datagram->at, header.nlmsg_len);
        ipfunnel__take(&body, NLMSG_HDRLEN);
        if (header.nlmsg_type == RTM_NEWLINK || header.nlmsg_type == RTM_DELLINK)
            news = link_news(header.nlmsg_type, body, interface_index);
        else if (header.nlmsg_type == RTM_NEWADDR || header.nlmsg_type == RTM_DELADDR)
            news = address_news(body, interface_index);

        /* The last message of a datagram need not be padded. */
        if (!ipfunnel__take(datagram, NLMSG_ALIGN(header.nlmsg_len)))
            datagram->at = datagram->end;
    }
    return news;
}
