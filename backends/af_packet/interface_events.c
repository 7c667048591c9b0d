/* interface_events.c - see interface_events.h. */
#define _GNU_SOURCE
#include "interface_events.h"
#include "os.h"
#include "packet_socket.h"
#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* The answer comes like any other RTM_NEWLINK and tells what the state was before the first change. */
static int ask_for_state(int fd, uint32_t interface_index)
{
    struct {
        struct nlmsghdr header;
        struct ifinfomsg link;
    } question = {
        .header = { .nlmsg_len = sizeof question, .nlmsg_type = RTM_GETLINK, .nlmsg_flags = NLM_F_REQUEST },
        .link = { .ifi_family = AF_UNSPEC, .ifi_index = (int)interface_index },
    };
    return send(fd, &question, sizeof question, 0) < 0 ? -1 : 0;
}

int ipfunnel__interface_events_open(struct ipfunnel__interface_events *events, uint32_t interface_index,
                                    ipfunnel_error *error)
{
    struct sockaddr_nl groups = {
        .nl_family = AF_NETLINK,
        .nl_groups = RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR,
    };
    events->interface_index = interface_index;
    events->fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);
    if (events->fd < 0 || bind(events->fd, (const struct sockaddr *)&groups, sizeof groups) ||
        ask_for_state(events->fd, interface_index))
        return ipfunnel__packet_fail(error, errno, "socket(AF_NETLINK)", "watch interface events", NULL);
    return IPFUNNEL_OK;
}

void ipfunnel__interface_events_close(struct ipfunnel__interface_events *events)
{
    if (events->fd >= 0)
        close(events->fd);
    events->fd = -1;
}

static void queue(struct ipfunnel__interface_events *events, uint32_t kind)
{
    if (events->count == IPFUNNEL__EVENTS_KEPT) {
        events->queue[(events->first + events->count - 1) % IPFUNNEL__EVENTS_KEPT].kind = IPFUNNEL_EVENT_MISSED;
        return;
    }
    events->queue[(events->first + events->count) % IPFUNNEL__EVENTS_KEPT] = (struct ipfunnel__interface_event){
        .time_ns = ipfunnel__os_wall_ns(),
        .due = UINT64_MAX,
        .kind = kind,
    };
    events->count++;
}

static void tell(struct ipfunnel__interface_events *events, enum ipfunnel__link_news news)
{
    static const uint32_t kinds[] = {
        [IPFUNNEL__LINK_UP] = IPFUNNEL_EVENT_UP,
        [IPFUNNEL__LINK_DOWN] = IPFUNNEL_EVENT_DOWN,
        [IPFUNNEL__LINK_GONE] = IPFUNNEL_EVENT_GONE,
        [IPFUNNEL__LINK_ADDRESSES] = IPFUNNEL_EVENT_ADDRESSES,
    };
    if (events->link == IPFUNNEL__LINK_GONE)      /* its number may belong to another interface by now */
        return;
    if (news != IPFUNNEL__LINK_ADDRESSES) {
        enum ipfunnel__link_news before = events->link;
        events->link = news;
        if (news == before || (before == IPFUNNEL__LINK_NO_NEWS && news != IPFUNNEL__LINK_GONE))
            return;
    }
    queue(events, kinds[news]);
}

uint32_t ipfunnel__interface_events_notice(struct ipfunnel__interface_events *events)
{
    _Alignas(struct nlmsghdr) uint8_t buffer[16384];
    uint32_t before = events->count;
    while (events->fd >= 0) {
        struct sockaddr_nl from = { .nl_family = AF_UNSPEC };
        struct iovec piece = { .iov_base = buffer, .iov_len = sizeof buffer };
        struct msghdr message = {
            .msg_name = &from, .msg_namelen = sizeof from, .msg_iov = &piece, .msg_iovlen = 1
        };
        ssize_t size = recvmsg(events->fd, &message, MSG_DONTWAIT);
        if (size < 0 && errno == EINTR)
            continue;
        if (size < 0 && errno == ENOBUFS) {
            queue(events, IPFUNNEL_EVENT_MISSED);
            continue;
        }
        if (size <= 0)
            break;
        if (from.nl_pid != 0)                     /* not the kernel */
            continue;
        if (message.msg_flags & MSG_TRUNC)
            queue(events, IPFUNNEL_EVENT_MISSED);
        struct ipfunnel__cursor datagram = ipfunnel__cursor_over(buffer, (size_t)size);
        enum ipfunnel__link_news news;
        while ((news = ipfunnel__link_messages_next(&datagram, events->interface_index)) != IPFUNNEL__LINK_NO_NEWS)
            tell(events, news);
    }
    return events->count - before;
}

uint32_t ipfunnel__interface_events_gone(struct ipfunnel__interface_events *events)
{
    uint32_t before = events->count;
    if (events->fd >= 0)
        tell(events, IPFUNNEL__LINK_GONE);
    return events->count - before;
}

void ipfunnel__interface_events_date(struct ipfunnel__interface_events *events, uint32_t count, uint64_t due)
{
    for (uint32_t i = events->count - count; i < events->count; i++)
        events->queue[(events->first + i) % IPFUNNEL__EVENTS_KEPT].due = due;
}

uint64_t ipfunnel__interface_events_due(const struct ipfunnel__interface_events *events)
{
    return events->count ? events->queue[events->first].due : UINT64_MAX;
}

int ipfunnel__interface_events_take(struct ipfunnel__interface_events *events, uint64_t returned,
                                    ipfunnel_event *event)
{
    if (ipfunnel__interface_events_due(events) > returned)
        return 0;
    const struct ipfunnel__interface_event *oldest = &events->queue[events->first];
    event->time_ns = oldest->time_ns;
    event->kind = oldest->kind;
    event->interface_index = events->interface_index;
    events->first = (events->first + 1) % IPFUNNEL__EVENTS_KEPT;
    events->count--;
    return 1;
}
