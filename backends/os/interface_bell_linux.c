/* interface_bell_linux.c - rings for every message of rtnetlink(7) about links and addresses. */
#include "bytes.h"
#include "error.h"
#include "os.h"
#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int ipfunnel__bell_open(struct ipfunnel__bell *bell, ipfunnel_error *error)
{
    const struct sockaddr_nl groups = {
        .nl_family = AF_NETLINK,
        .nl_groups = RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR,
    };
    char why[96];
    int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);
    bell->handle = fd;
    if (fd >= 0 && bind(fd, (const struct sockaddr *)&groups, sizeof groups) == 0)
        return IPFUNNEL_OK;
    int code = errno;
    bool exhausted = code == EMFILE || code == ENFILE || code == ENOBUFS || code == ENOMEM;
    ipfunnel__fail(error, exhausted ? IPFUNNEL_ENOBUFS : IPFUNNEL_EIO, code, "socket(AF_NETLINK)",
                   "cannot watch the interfaces: %s", ipfunnel__os_error_text(code, why, sizeof why));
    return ipfunnel__remedy(error, exhausted ? "close other captures or raise the limit (ulimit -n)"
                                             : "check that the program may open sockets");
}

/* Notes the links that the messages say are deleted, or moved away. The bridge code tells of ports that leave in the
 * same words, but for the address family. */
static void note_deleted(struct ipfunnel__cursor c, struct ipfunnel__deleted *deleted)
{
    struct nlmsghdr header;
    struct ifinfomsg link;
    while (ipfunnel__left(&c) >= sizeof header) {
        memcpy(&header, c.at, sizeof header);
        if (header.nlmsg_len < sizeof header || header.nlmsg_len > ipfunnel__left(&c))
            return;
        if (header.nlmsg_type == RTM_DELLINK && header.nlmsg_len >= NLMSG_LENGTH(sizeof link)) {
            memcpy(&link, c.at + NLMSG_HDRLEN, sizeof link);
            if (link.ifi_family == AF_UNSPEC && deleted->count < IPFUNNEL__DELETED)
                deleted->indexes[deleted->count++] = (uint32_t)link.ifi_index;
        }
        if (!ipfunnel__take(&c, NLMSG_ALIGN((size_t)header.nlmsg_len)))
            return;
    }
}

bool ipfunnel__bell_rang(struct ipfunnel__bell *bell, struct ipfunnel__deleted *deleted)
{
    uint8_t buffer[32768];
    bool rang = false;
    deleted->count = 0;
    for (;;) {
        struct sockaddr_nl from = { .nl_family = AF_UNSPEC };
        socklen_t from_size = sizeof from;
        ssize_t size = recvfrom((int)bell->handle, buffer, sizeof buffer, MSG_DONTWAIT, (struct sockaddr *)&from,
                                &from_size);
        if (size < 0 && errno == EINTR)
            continue;
        if (size < 0 && errno != ENOBUFS)         /* ENOBUFS: messages were lost; that is a ring, too */
            return rang;
        if (size >= 0 && from.nl_pid != 0)        /* not the kernel */
            continue;
        rang = true;
        if (size > 0)
            note_deleted(ipfunnel__cursor_over(buffer, (size_t)size), deleted);
    }
}

void ipfunnel__bell_close(struct ipfunnel__bell *bell)
{
    if (bell->handle >= 0)
        close((int)bell->handle);
    bell->handle = -1;
}
