/* big_tcp_posix.c - by rtnetlink, because iproute2 knows these attributes since 6.3 only. */
#define _GNU_SOURCE
#include "big_tcp_posix.h"
#include "check.h"
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sys/socket.h>
#include <unistd.h>

bool big_tcp_allow(int version, uint32_t size)
{
    enum { GSO_MAX_SIZE = 41, GSO_IPV4_MAX_SIZE = 63 };
    struct {
        struct nlmsghdr header;
        struct ifinfomsg link;
        struct rtattr attribute;
        uint32_t value;
    } request = {
        .header = { .nlmsg_len = sizeof request, .nlmsg_type = RTM_NEWLINK, .nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK },
        .link = { .ifi_index = (int)if_nametoindex("va") },
        .attribute = { .rta_len = 8, .rta_type = version == 4 ? GSO_IPV4_MAX_SIZE : GSO_MAX_SIZE },
        .value = size,
    };
    struct {
        struct nlmsghdr header;
        struct nlmsgerr error;
        uint8_t rest[256];
    } answer;
    int fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
    CHECK(send(fd, &request, sizeof request, 0) == sizeof request);
    CHECK(recv(fd, &answer, sizeof answer, 0) > 0);
    close(fd);
    return answer.error.error == 0;
}
