/* route_posix.c - the way to an address by the local address that a connected UDP socket gets. */
#include "no_route.h"
#include "os.h"
#include <errno.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

union socket_address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
};

int ipfunnel__os_route(int version, const uint8_t *bytes, struct ipfunnel__route *out, ipfunnel_error *error)
{
    union socket_address address;
    socklen_t length = version == 4 ? sizeof address.v4 : sizeof address.v6;
    int fd = socket(version == 4 ? AF_INET : AF_INET6, SOCK_DGRAM, 0), code = errno;
    if (fd < 0)
        return ipfunnel__no_route(error, version, bytes, "socket", code);
    memset(&address, 0, sizeof address);
    if (version == 4) {
        address.v4.sin_family = AF_INET;
        address.v4.sin_port = htons(9);             /* any: nothing is sent there */
        memcpy(&address.v4.sin_addr, bytes, 4);
    } else {
        address.v6.sin6_family = AF_INET6;
        address.v6.sin6_port = htons(9);
        memcpy(&address.v6.sin6_addr, bytes, 16);
    }
    bool got = connect(fd, &address.any, length) == 0 && getsockname(fd, &address.any, &length) == 0;
    code = errno;
    close(fd);
    if (!got)
        return ipfunnel__no_route(error, version, bytes, "connect", code);
    *out = (struct ipfunnel__route){ .interface_index = 0 };
    if (version == 4)
        memcpy(out->local, &address.v4.sin_addr, 4);
    else
        memcpy(out->local, &address.v6.sin6_addr, 16);
    return IPFUNNEL_OK;
}
