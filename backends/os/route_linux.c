/* route_linux.c - the way to an address by rtnetlink(7), which names the interface itself: the local address alone
 * would mislead where one address serves several interfaces, and where the destination is this machine's own. */
#include "bytes.h"
#include "no_route.h"
#include "os.h"
#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* The interface in a route message; 0 and *code when there is no way through it. */
static uint32_t interface_of(struct ipfunnel__cursor body, int *code)
{
    struct rtmsg route;
    const uint8_t *bytes = ipfunnel__take(&body, NLMSG_ALIGN(sizeof route));
    *code = ENETUNREACH;
    if (!bytes)
        return 0;
    memcpy(&route, bytes, sizeof route);
    if (route.rtm_type == RTN_UNREACHABLE || route.rtm_type == RTN_BLACKHOLE || route.rtm_type == RTN_PROHIBIT)
        return 0;
    while (ipfunnel__left(&body) >= sizeof(struct rtattr)) {
        struct rtattr attribute;
        memcpy(&attribute, body.at, sizeof attribute);
        size_t length = attribute.rta_len;
        uint32_t value;
        if (length < sizeof attribute || length > ipfunnel__left(&body))
            return 0;
        if (attribute.rta_type == RTA_OIF && length == sizeof attribute + sizeof value) {
            memcpy(&value, body.at + sizeof attribute, sizeof value);
            return value;
        }
        if (!ipfunnel__take(&body, RTA_ALIGN(length)))
            return 0;
    }
    return 0;
}

/* The same for one whole answer of the kernel. */
static uint32_t read_answer(const uint8_t *answer, size_t size, int *code)
{
    struct ipfunnel__cursor c = ipfunnel__cursor_over(answer, size);
    struct nlmsghdr header;
    struct nlmsgerr refusal;
    *code = EBADMSG;
    const uint8_t *bytes = ipfunnel__take(&c, NLMSG_HDRLEN);
    if (!bytes)
        return 0;
    memcpy(&header, bytes, sizeof header);
    if (header.nlmsg_type == RTM_NEWROUTE)
        return interface_of(c, code);
    bytes = header.nlmsg_type == NLMSG_ERROR ? ipfunnel__take(&c, sizeof refusal) : NULL;
    if (bytes) {
        memcpy(&refusal, bytes, sizeof refusal);
        *code = -refusal.error;
    }
    return 0;
}

int ipfunnel__os_route(int version, const uint8_t *bytes, struct ipfunnel__route *out, ipfunnel_error *error)
{
    const size_t length = version == 4 ? 4 : 16;
    struct {
        struct nlmsghdr header;
        struct rtmsg route;
        struct rtattr attribute;
        uint8_t destination[16];
    } ask = {
        .header = { .nlmsg_len = (uint32_t)(NLMSG_LENGTH(sizeof ask.route) + RTA_LENGTH(length)),
                    .nlmsg_type = RTM_GETROUTE,
                    .nlmsg_flags = NLM_F_REQUEST },
        .route = { .rtm_family = version == 4 ? AF_INET : AF_INET6, .rtm_dst_len = (uint8_t)(8 * length) },
        .attribute = { .rta_len = (uint16_t)RTA_LENGTH(length), .rta_type = RTA_DST },
    };
    uint8_t answer[4096];
    memcpy(ask.destination, bytes, length);
    int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE), code = errno;
    if (fd < 0)
        return ipfunnel__no_route(error, version, bytes, "socket(AF_NETLINK)", code);
    ssize_t got = send(fd, &ask, ask.header.nlmsg_len, 0);
    /* The kernel answers before send returns. */
    if (got >= 0)
        got = recv(fd, answer, sizeof answer, MSG_DONTWAIT);
    code = errno;
    close(fd);
    *out = (struct ipfunnel__route){ .interface_index = 0 };
    if (got >= 0)
        out->interface_index = read_answer(answer, (size_t)got, &code);
    return out->interface_index ? IPFUNNEL_OK : ipfunnel__no_route(error, version, bytes, "RTM_GETROUTE", code);
}
