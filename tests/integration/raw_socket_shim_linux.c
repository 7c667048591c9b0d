/* raw_socket_shim_linux.c - a library for LD_PRELOAD under Wine, for tests only: it stands in for the raw sockets that
 * Linux does not have. In the server of Wine and in its programs it turns
 *
 *     socket(AF_INET, SOCK_RAW, 0)     socket(AF_INET6, SOCK_RAW, 0 or 41)
 *
 * into packet sockets, whose bind() takes an IP address and chooses its interface, and which give IP datagrams in both
 * directions: what documents say of a Windows socket with SIO_RCVALL. It is no Windows: what it gives is what this file
 * says, and nothing here proves what Windows does.
 *
 * The mode comes as setsockopt(IP_TTL) with a number that no TTL has: raw_socket_shim.h. Which of the two protocol
 * numbers of IPv6 delivers, and whether with the IPv6 header, is the environment variable RAW_SOCKET_SHIM: "header"
 * (41, whole datagrams) or "withheld" (0; what follows the last IPv6 header, and of the header what WSARecvMsg tells).
 */
#define _GNU_SOURCE
#include "raw_socket_shim.h"
#include <arpa/inet.h>
#include <dlfcn.h>
#include <errno.h>
#include <ifaddrs.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

enum { FRAME_ROOM = 1 << 18, DESCRIPTORS = 4096, RAW_IPV6 = 41, BUFFER = 32 << 20 };
enum { TYPE_IPV4 = 0x0800, TYPE_IPV6 = 0x86dd, TYPE_TAG = 0x8100, TYPE_SERVICE_TAG = 0x88a8, TYPE_OLD_TAG = 0x9100 };

/* What a socket is for has to be seen in every process that holds it: its priority, which nobody else sets, tells the
 * role and, above it, the index of the interface. Its interface is no more than a rule of the filter, since a packet
 * socket that is bound to one ends with an error when that goes down. */
enum role { NO_ROLE = 0, IPV4 = 4, IPV6_DOCUMENTED = 5, IPV6_REPORTED = 6 };
enum { ROLE_BITS = 3, ROLE_MASK = (1 << ROLE_BITS) - 1 };

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

/* What getsockname has to answer, in the process that bound the socket. */
static struct sockaddr_storage bound[DESCRIPTORS];

static bool withheld(void)
{
    const char *mode = getenv("RAW_SOCKET_SHIM");
    return mode && strcmp(mode, "withheld") == 0;
}

static unsigned priority_of(int fd)
{
    int domain = 0, priority = 0, saved = errno;
    socklen_t size = sizeof domain;
    bool ours = getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &size) == 0 && domain == AF_PACKET;
    size = sizeof priority;
    if (ours)
        getsockopt(fd, SOL_SOCKET, SO_PRIORITY, &priority, &size);
    errno = saved;
    return (unsigned)priority;
}

static enum role role_of(int fd)
{
    unsigned role = priority_of(fd) & ROLE_MASK;
    return role >= IPV4 && role <= IPV6_REPORTED ? (enum role)role : NO_ROLE;
}

/* ---- What is let in at the moment it arrives: by interface, by mode, and of tagged frames those of VLAN 0. */

static int let_in(int fd, unsigned mode, unsigned interface)
{
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)(SKF_AD_OFF + SKF_AD_IFINDEX)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, interface, 0, 8),
        BPF_STMT(BPF_LD | BPF_IMM, mode),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SHIM_ON, 2, 0),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)(SKF_AD_OFF + SKF_AD_PKTTYPE)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, PACKET_OTHERHOST, 4, 0),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)(SKF_AD_OFF + SKF_AD_VLAN_TAG)),
        BPF_STMT(BPF_ALU | BPF_AND | BPF_K, 0xfff),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, UINT32_MAX),
        BPF_STMT(BPF_RET | BPF_K, 0),
    };
    const unsigned count = sizeof code / sizeof *code, first = mode == SHIM_OFF ? count - 1 : 0;
    struct sock_fprog program = { .len = (unsigned short)(count - first), .filter = code + first };
    return REAL(setsockopt)(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program);
}

/* What the kernel had no room for is no fault of the program under test. */
static void report_loss(int fd)
{
    struct tpacket_stats counted = { 0 };
    socklen_t size = sizeof counted;
    int buffer = 0;
    if (getsockopt(fd, SOL_PACKET, PACKET_STATISTICS, &counted, &size) || counted.tp_drops == 0)
        return;
    size = sizeof buffer;
    getsockopt(fd, SOL_SOCKET, SO_RCVBUF, &buffer, &size);
    dprintf(STDERR_FILENO, "raw socket shim: the kernel dropped %u of %u frames, with a buffer of %d KiB\n",
            counted.tp_drops, counted.tp_packets, buffer >> 10);
}

static int set_mode(int fd, unsigned mode)
{
    unsigned interface = priority_of(fd) >> ROLE_BITS;
    if (mode > SHIM_IPLEVEL || interface == 0) {
        errno = EINVAL;                         /* not bound yet */
        return -1;
    }
    enum role role = role_of(fd);
    if (mode == SHIM_OFF)
        report_loss(fd);
    bool silent = role == (withheld() ? IPV6_DOCUMENTED : IPV6_REPORTED);
    if (mode == SHIM_SOCKETLEVELONLY)
        return 0;
    /* Each socket is a member once at most: leaving when it is none fails, and changes nothing. */
    struct packet_mreq promiscuous = { .mr_ifindex = (int)interface, .mr_type = PACKET_MR_PROMISC };
    REAL(setsockopt)(fd, SOL_PACKET, PACKET_DROP_MEMBERSHIP, &promiscuous, sizeof promiscuous);
    if (mode == SHIM_ON)
        REAL(setsockopt)(fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &promiscuous, sizeof promiscuous);
    return let_in(fd, silent ? SHIM_OFF : mode, interface);
}

/* ---- The calls. */

int socket(int domain, int type, int protocol)
{
    bool raw = (type & ~(SOCK_CLOEXEC | SOCK_NONBLOCK)) == SOCK_RAW;
    enum role role = !raw                                           ? NO_ROLE
                     : domain == AF_INET && protocol == 0           ? IPV4
                     : domain == AF_INET6 && protocol == RAW_IPV6   ? IPV6_DOCUMENTED
                     : domain == AF_INET6 && protocol == 0          ? IPV6_REPORTED
                                                                    : NO_ROLE;
    if (role == NO_ROLE)
        return REAL(socket)(domain, type, protocol);
    int fd = REAL(socket)(AF_PACKET, type, 0), priority = role, size = BUFFER;
    if (fd < 0 || fd >= DESCRIPTORS)
        return fd;
    memset(&bound[fd], 0, sizeof bound[fd]);
    bound[fd].ss_family = (sa_family_t)domain;
    REAL(setsockopt)(fd, SOL_SOCKET, SO_PRIORITY, &priority, sizeof priority);
    if (REAL(setsockopt)(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size))       /* for root only */
        REAL(setsockopt)(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
    let_in(fd, SHIM_OFF, 0);
    return fd;
}

static bool same_address(const struct sockaddr *a, const struct sockaddr *b)
{
    if (!a || a->sa_family != b->sa_family)
        return false;
    if (a->sa_family == AF_INET)
        return memcmp(&((const struct sockaddr_in *)(const void *)a)->sin_addr,
                      &((const struct sockaddr_in *)(const void *)b)->sin_addr, 4) == 0;
    return a->sa_family == AF_INET6
           && memcmp(&((const struct sockaddr_in6 *)(const void *)a)->sin6_addr,
                     &((const struct sockaddr_in6 *)(const void *)b)->sin6_addr, 16) == 0;
}

static unsigned interface_with(const struct sockaddr *address)
{
    struct ifaddrs *all = NULL;
    unsigned index = 0;
    if (getifaddrs(&all))
        return 0;
    for (const struct ifaddrs *i = all; i && !index; i = i->ifa_next)
        if (same_address(i->ifa_addr, address))
            index = if_nametoindex(i->ifa_name);
    freeifaddrs(all);
    return index;
}

int bind(int fd, const struct sockaddr *address, socklen_t length)
{
    enum role role = role_of(fd);
    if (role == NO_ROLE)
        return REAL(bind)(fd, address, length);
    struct sockaddr_ll everywhere = { .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL) };
    unsigned interface = interface_with(address);
    if (interface == 0) {
        errno = EADDRNOTAVAIL;
        return -1;
    }
    int priority = (int)(interface << ROLE_BITS | role);
    if (REAL(setsockopt)(fd, SOL_SOCKET, SO_PRIORITY, &priority, sizeof priority))
        return -1;
    if (fd < DESCRIPTORS && length <= sizeof bound[fd])
        memcpy(&bound[fd], address, length);
    return REAL(bind)(fd, (const struct sockaddr *)&everywhere, sizeof everywhere);
}

int getsockname(int fd, struct sockaddr *address, socklen_t *length)
{
    if (role_of(fd) == NO_ROLE || fd >= DESCRIPTORS)
        return REAL(getsockname)(fd, address, length);
    socklen_t size = bound[fd].ss_family == AF_INET ? sizeof(struct sockaddr_in) : sizeof(struct sockaddr_in6);
    memcpy(address, &bound[fd], *length < size ? *length : size);
    *length = size;
    return 0;
}

int setsockopt(int fd, int level, int option, const void *value, socklen_t length)
{
    int number = 0;
    bool ours = level == SOL_IP || level == SOL_IPV6 || (level == SOL_SOCKET && option == SO_RCVBUF);
    if (!ours || role_of(fd) == NO_ROLE)
        return REAL(setsockopt)(fd, level, option, value, length);
    if (length >= sizeof number)
        memcpy(&number, value, sizeof number);
    if (level == SOL_IP && option == IP_TTL && (number & ~SHIM_MODE_MASK) == SHIM_MODE)
        return set_mode(fd, (unsigned)(number & SHIM_MODE_MASK));
    return 0;                                   /* what is asked of an IP socket always comes; the buffer is larger */
}

/* ---- Receiving: a frame in, an IP datagram out. */

struct datagram {
    const uint8_t *bytes;
    size_t length;
};

static unsigned be16(const uint8_t *p) { return (unsigned)p[0] << 8 | p[1]; }

static bool is_tag(unsigned type) { return type == TYPE_TAG || type == TYPE_SERVICE_TAG || type == TYPE_OLD_TAG; }

/* Takes the link header off; false for what is not IP of this role. */
static bool strip(enum role role, const struct sockaddr_ll *from, struct datagram *d)
{
    unsigned type = ntohs(from->sll_protocol);
    bool ethernet = from->sll_hatype == ARPHRD_ETHER || from->sll_hatype == ARPHRD_LOOPBACK;
    if (from->sll_hatype == ARPHRD_LOOPBACK && from->sll_pkttype == PACKET_OUTGOING)
        return false;                           /* its other copy comes in */
    if (ethernet) {
        size_t at = 12;
        while (d->length >= at + 2 && is_tag(be16(d->bytes + at))) {
            if (d->length < at + 4 || (be16(d->bytes + at + 2) & 0xfff) != 0)
                return false;
            at += 4;
        }
        if (d->length < at + 2)
            return false;
        type = be16(d->bytes + at);
        at += 2;
        static const uint8_t snap[6] = { 0xaa, 0xaa, 3 };
        if (type <= 1500 && d->length >= at + 8 && memcmp(d->bytes + at, snap, sizeof snap) == 0) {
            type = be16(d->bytes + at + 6);
            at += 8;
        }
        d->bytes += at;
        d->length -= at;
    }
    return type == (role == IPV4 ? TYPE_IPV4 : TYPE_IPV6) && d->length >= 20
           && d->bytes[0] >> 4 == (role == IPV4 ? 4 : 6);
}

/* Its length by its own header; where that does not say it, all there is. */
static size_t ipv6_length(const struct datagram *d)
{
    enum { HOP_BY_HOP = 0, NOTHING = 59, JUMBO = 0xc2 };
    const uint8_t *h = d->bytes;
    if (d->length < 40)
        return SIZE_MAX;
    unsigned payload = be16(h + 4);
    if (payload || h[6] == NOTHING)
        return 40 + payload;
    bool jumbo = h[6] == HOP_BY_HOP && d->length >= 48 && h[42] == JUMBO && h[43] == 4;
    return jumbo ? 40 + ((size_t)be16(h + 44) << 16 | be16(h + 46)) : d->length;
}

/* IPv6 is given as the IP layer has it: without padding, and none that claims more than there is. */
static bool trim(struct datagram *d)
{
    size_t length = ipv6_length(d);
    if (length > d->length)
        return false;
    d->length = length;
    return true;
}

/* What follows the last IPv6 header: the first payload of a protocol that is none. */
static struct datagram without_headers(struct datagram d)
{
    enum { HOP_BY_HOP = 0, ROUTING = 43, FRAGMENT = 44, AUTHENTICATION = 51, DESTINATION = 60, MOBILITY = 135,
           HOST_IDENTITY = 139, SHIM6 = 140 };
    unsigned next = d.bytes[6];
    size_t at = 40;
    while ((next == HOP_BY_HOP || next == ROUTING || next == FRAGMENT || next == AUTHENTICATION || next == DESTINATION
            || next == MOBILITY || next == HOST_IDENTITY || next == SHIM6)
           && at + 8 <= d.length) {
        size_t size = next == FRAGMENT         ? 8
                      : next == AUTHENTICATION ? 4 * (d.bytes[at + 1] + 2u)
                                               : 8 * (d.bytes[at + 1] + 1u);
        next = d.bytes[at];
        at += size < d.length - at ? size : d.length - at;
    }
    return (struct datagram){ .bytes = d.bytes + at, .length = d.length - at };
}

static void name_source(struct msghdr *message, enum role role, const struct datagram *d)
{
    if (!message->msg_name)
        return;
    struct sockaddr_in v4 = { .sin_family = AF_INET };
    struct sockaddr_in6 v6 = { .sin6_family = AF_INET6 };
    memcpy(&v4.sin_addr, d->bytes + 12, 4);
    if (role != IPV4)
        memcpy(&v6.sin6_addr, d->bytes + 8, 16);
    const void *name = role == IPV4 ? (const void *)&v4 : &v6;
    socklen_t size = role == IPV4 ? sizeof v4 : sizeof v6;
    memcpy(message->msg_name, name, message->msg_namelen < size ? message->msg_namelen : size);
    message->msg_namelen = size;
}

static void add_control(struct msghdr *message, size_t *used, int type, const void *value, size_t size)
{
    if (*used + CMSG_SPACE(size) > message->msg_controllen)
        return;
    struct cmsghdr *header = (struct cmsghdr *)(void *)((uint8_t *)message->msg_control + *used);
    memset(header, 0, CMSG_SPACE(size));
    header->cmsg_level = IPPROTO_IPV6;
    header->cmsg_type = type;
    header->cmsg_len = CMSG_LEN(size);
    memcpy(CMSG_DATA(header), value, size);
    *used += CMSG_SPACE(size);
}

static void tell(struct msghdr *message, enum role role, const struct datagram *d, int interface)
{
    size_t used = 0;
    if (message->msg_control && role != IPV4) {
        struct in6_pktinfo to = { .ipi6_ifindex = (unsigned)interface };
        int hop_limit = d->bytes[7];
        memcpy(&to.ipi6_addr, d->bytes + 24, 16);
        add_control(message, &used, IPV6_PKTINFO, &to, sizeof to);
        add_control(message, &used, IPV6_HOPLIMIT, &hop_limit, sizeof hop_limit);
    }
    message->msg_controllen = used;
}

static ssize_t put(struct msghdr *message, const struct datagram *d)
{
    size_t done = 0;
    for (size_t i = 0; i < (size_t)message->msg_iovlen && done < d->length; i++) {
        size_t left = d->length - done, n = message->msg_iov[i].iov_len < left ? message->msg_iov[i].iov_len : left;
        memcpy(message->msg_iov[i].iov_base, d->bytes + done, n);
        done += n;
    }
    message->msg_flags = done < d->length ? MSG_TRUNC : 0;
    return (ssize_t)done;
}

static ssize_t receive(int fd, enum role role, struct msghdr *message, int flags)
{
    static _Thread_local uint8_t frame[FRAME_ROOM];
    for (;;) {
        struct sockaddr_ll from;
        struct iovec whole = { .iov_base = frame, .iov_len = sizeof frame };
        struct msghdr raw = { .msg_name = &from, .msg_namelen = sizeof from, .msg_iov = &whole, .msg_iovlen = 1 };
        ssize_t n = REAL(recvmsg)(fd, &raw, flags);
        if (n < 0)
            return n;
        struct datagram d = { .bytes = frame, .length = (size_t)n };
        if (!strip(role, &from, &d) || (role != IPV4 && !trim(&d)))
            continue;
        name_source(message, role, &d);
        tell(message, role, &d, from.sll_ifindex);
        d = role != IPV4 && withheld() ? without_headers(d) : d;
        return put(message, &d);
    }
}

/* Wine's server has a thread take what came by sending it SIGUSR1, also in the midst of this: the handler calls recvmsg
 * again, and would put another frame in the place of the one that is not copied yet. */
ssize_t recvmsg(int fd, struct msghdr *message, int flags)
{
    enum role role = role_of(fd);
    if (role == NO_ROLE)
        return REAL(recvmsg)(fd, message, flags);
    sigset_t wine, before;
    sigemptyset(&wine);
    sigaddset(&wine, SIGUSR1);
    pthread_sigmask(SIG_BLOCK, &wine, &before);
    ssize_t n = receive(fd, role, message, flags);
    int code = errno;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    errno = code;
    return n;
}
