/* interfaces_posix.c - the list of interfaces by getifaddrs. */
#define _DEFAULT_SOURCE
#include "error.h"
#include "hardware_address.h"
#include "interface.h"
#include "link_facts.h"
#include "os.h"
#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdbool.h>
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

/* Linux shows the label of an IPv4 address, "eth0:1", where the name should be (ip-address(8)). strchr finds the end of
 * the name as well. */
static bool is_of(const struct ifaddrs *entry, const char *name)
{
    size_t length = strlen(name);
    return strncmp(entry->ifa_name, name, length) == 0 && strchr(":", entry->ifa_name[length]);
}

/* getifaddrs has one entry per address; this gathers those of one interface. */
static ipfunnel_interface *gather(const struct ifaddrs *all, const struct if_nameindex *interface,
                                  const struct ipfunnel__link_facts *facts, int socket_fd)
{
    const char *name = interface->if_name;
    const struct ipfunnel__link_fact more = ipfunnel__link_fact_of(facts, interface->if_index);
    uint32_t count = 0;
    for (const struct ifaddrs *e = all; e; e = e->ifa_next)
        count += version_of(e) && is_of(e, name);
    ipfunnel_address *addresses = NULL;
    ipfunnel_interface *made = ipfunnel__interface_make(&(struct ipfunnel__interface_texts){
        .name = name, .description = more.alias, .other_names = more.other_names,
        .other_name_count = more.other_name_count }, count, &addresses);
    if (!made)
        return NULL;
    made->frames = more.frames;
    made->index = interface->if_index;
    made->mtu = mtu_of(socket_fd, name);
    for (const struct ifaddrs *e = all; e; e = e->ifa_next) {
        if (!is_of(e, name))
            continue;
        made->flags = public_flags(e->ifa_flags);
        if (version_of(e))
            set_address(addresses++, e, version_of(e));
        else if (e->ifa_addr)
            ipfunnel__hardware_address(e->ifa_addr, made);
    }
    return made;
}

static int cannot_list(ipfunnel_error *error, const char *where, int code)
{
    char why[96];
    bool exhausted = code == EMFILE || code == ENFILE || code == ENOBUFS;
    int status = exhausted ? IPFUNNEL_ENOBUFS : code == ENOMEM ? IPFUNNEL_ENOMEM : IPFUNNEL_EIO;
    ipfunnel__fail(error, status, code, where, "the interfaces cannot be listed: %s",
                   ipfunnel__os_error_text(code, why, sizeof why));
    return ipfunnel__remedy(error, exhausted        ? "close other captures or raise the limit (ulimit -n)"
                                   : code == ENOMEM ? "free memory and try again"
                                                    : "check that the program may open sockets");
}

int ipfunnel__os_interfaces(ipfunnel_interface **chain, ipfunnel_error *error)
{
    struct ifaddrs *all = NULL;
    struct if_nameindex *names = NULL;
    struct ipfunnel__link_facts *facts = NULL;
    ipfunnel_interface *out = NULL;
    int status = IPFUNNEL_OK, socket_fd = -1, code;
    if (getifaddrs(&all))
        return cannot_list(error, "getifaddrs", errno);
    names = if_nameindex();
    if (!names) {
        status = cannot_list(error, "if_nameindex", errno);
        goto done;
    }
    socket_fd = socket(AF_INET, SOCK_DGRAM, 0);
    code = ipfunnel__link_facts_read(&facts);
    if (code) {
        status = cannot_list(error, "RTM_GETLINK", code);
        goto done;
    }
    for (const struct if_nameindex *i = names; i->if_index; i++) {
        ipfunnel_interface *made = gather(all, i, facts, socket_fd);
        if (!made) {
            status = ipfunnel__no_memory(error, "malloc");
            goto done;
        }
        made->next = out;
        out = made;
    }
    *chain = out;
    out = NULL;
done:
    ipfunnel__link_facts_free(facts);
    if (socket_fd >= 0)
        close(socket_fd);
    if (names)
        if_freenameindex(names);
    freeifaddrs(all);
    ipfunnel_interfaces_free(out);
    return status;
}
