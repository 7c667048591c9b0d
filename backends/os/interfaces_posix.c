/* interfaces_posix.c - the list of interfaces by getifaddrs. */
#define _DEFAULT_SOURCE
#include "error.h"
#include "hardware_address.h"
#include "interface.h"
#include "os.h"
#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

static uint8_t prefix_length(const struct sockaddr *mask, int version)
{
    uint8_t bytes[16] = { 0 }, bits = 0;
    if (mask && version == 4)
        memcpy(bytes, &((const struct sockaddr_in *)(const void *)mask)->sin_addr, 4);
    else if (mask)
        memcpy(bytes, &((const struct sockaddr_in6 *)(const void *)mask)->sin6_addr, 16);
    while (bits < 128 && bytes[bits / 8] >> (7 - bits % 8) & 1)
        bits++;
    return bits;
}

static int version_of(const struct ifaddrs *entry)
{
    int family = entry->ifa_addr ? entry->ifa_addr->sa_family : AF_UNSPEC;
    return family == AF_INET ? 4 : family == AF_INET6 ? 6 : 0;
}

static void set_address(ipfunnel_address *to, const struct ifaddrs *entry, int version)
{
    const void *from = entry->ifa_addr;
    to->version = (uint8_t)version;
    to->prefix_length = prefix_length(entry->ifa_netmask, version);
    if (version == 4)
        memcpy(to->bytes, &((const struct sockaddr_in *)from)->sin_addr, 4);
    else
        memcpy(to->bytes, &((const struct sockaddr_in6 *)from)->sin6_addr, 16);
}

static uint32_t public_flags(unsigned flags)
{
    return (flags & IFF_UP ? IPFUNNEL_INTERFACE_UP : 0u) | (flags & IFF_RUNNING ? IPFUNNEL_INTERFACE_RUNNING : 0u)
           | (flags & IFF_LOOPBACK ? IPFUNNEL_INTERFACE_LOOPBACK : 0u)
           | (flags & IFF_POINTOPOINT ? IPFUNNEL_INTERFACE_POINT_TO_POINT : 0u);
}

static uint32_t mtu_of(int socket_fd, const char *name)
{
    struct ifreq request;
    memset(&request, 0, sizeof request);
    strncpy(request.ifr_name, name, sizeof request.ifr_name - 1);
    if (socket_fd < 0 || ioctl(socket_fd, SIOCGIFMTU, &request) || request.ifr_mtu < 0)
        return 0;
    return (uint32_t)request.ifr_mtu;
}

/* getifaddrs has one entry per address; this gathers those of one name. */
static ipfunnel_interface *gather(const struct ifaddrs *all, const struct ifaddrs *first, int socket_fd)
{
    uint32_t count = 0;
    for (const struct ifaddrs *e = all; e; e = e->ifa_next)
        count += version_of(e) && strcmp(e->ifa_name, first->ifa_name) == 0;
    ipfunnel_address *addresses = NULL;
    ipfunnel_interface *made = ipfunnel__interface_make(first->ifa_name, "", count, &addresses);
    if (!made)
        return NULL;
    made->index = if_nametoindex(first->ifa_name);
    made->flags = public_flags(first->ifa_flags);
    made->mtu = mtu_of(socket_fd, first->ifa_name);
    for (const struct ifaddrs *e = all; e; e = e->ifa_next) {
        if (!e->ifa_addr || strcmp(e->ifa_name, first->ifa_name) != 0)
            continue;
        if (version_of(e))
            set_address(addresses++, e, version_of(e));
        else
            ipfunnel__hardware_address(e->ifa_addr, made);
    }
    return made;
}

static bool seen(const ipfunnel_interface *chain, const char *name)
{
    while (chain && strcmp(chain->name, name) != 0)
        chain = chain->next;
    return chain != NULL;
}

int ipfunnel__os_interfaces(ipfunnel_interface **chain, ipfunnel_error *error)
{
    struct ifaddrs *all = NULL;
    ipfunnel_interface *out = NULL;
    if (getifaddrs(&all)) {
        char why[96];
        int code = errno;
        ipfunnel__fail(error, IPFUNNEL_EIO, code, "getifaddrs", "the interfaces cannot be listed: %s",
                       ipfunnel__os_error_text(code, why, sizeof why));
        return ipfunnel__remedy(error, "check that the program may open sockets");
    }
    int status = IPFUNNEL_OK, socket_fd = socket(AF_INET, SOCK_DGRAM, 0);
    for (const struct ifaddrs *e = all; e && !status; e = e->ifa_next) {
        /* An interface that vanished since getifaddrs has no index any more. */
        if (seen(out, e->ifa_name) || !if_nametoindex(e->ifa_name))
            continue;
        ipfunnel_interface *made = gather(all, e, socket_fd);
        if (made) {
            made->next = out;
            out = made;
        } else {
            status = ipfunnel__fail(error, IPFUNNEL_ENOMEM, 0, "getifaddrs", "out of memory");
        }
    }
    if (socket_fd >= 0)
        close(socket_fd);
    freeifaddrs(all);
    if (status)
        ipfunnel_interfaces_free(out);
    else
        *chain = out;
    return status;
}
