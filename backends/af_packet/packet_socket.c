/* packet_socket.c - see packet_socket.h and packet(7). */
#define _GNU_SOURCE
#include "packet_socket.h"
#include "error.h"
#include "filter/filter_preselect.h"
#include "kernel_program.h"
#include "os.h"
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/membarrier.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static int status_for(int code)
{
    switch (code) {
    case EPERM:
    case EACCES:
        return IPFUNNEL_EACCES;
    case ENODEV:
    case ENXIO:
        return IPFUNNEL_ENODEV;
    case ENETDOWN:
        return IPFUNNEL_ENETDOWN;
    case ENOMEM:
        return IPFUNNEL_ENOMEM;
    case ENOBUFS:
    case EMFILE:
    case ENFILE:
        return IPFUNNEL_ENOBUFS;
    case EAFNOSUPPORT:
    case ESOCKTNOSUPPORT:
    case EPROTONOSUPPORT:
        return IPFUNNEL_EUNAVAILABLE;
    case EOPNOTSUPP:
    case ENOPROTOOPT:
        return IPFUNNEL_EOPNOTSUPP;
    default:
        return IPFUNNEL_EIO;
    }
}

static void remedy_for(ipfunnel_error *error, int status)
{
    switch (status) {
    case IPFUNNEL_EACCES:
        ipfunnel__os_permission_remedy(error);
        break;
    case IPFUNNEL_ENODEV:
        ipfunnel__remedy(error, "\"ip link\" lists the interfaces of this network namespace");
        break;
    case IPFUNNEL_ENOMEM:
        ipfunnel__remedy(error, "ask for less: a smaller ring_bytes, or -B of the command");
        break;
    case IPFUNNEL_ENOBUFS:
        ipfunnel__remedy(error, "close other captures, or raise the limit of open files (ulimit -n)");
        break;
    case IPFUNNEL_EUNAVAILABLE:
        ipfunnel__remedy(error, "the kernel needs packet sockets: CONFIG_PACKET, module af_packet");
        break;
    default:
        ipfunnel__remedy(error, "see packet(7) for what this call needs, and the kernel's log (dmesg)");
        break;
    }
}

int ipfunnel__packet_fail(ipfunnel_error *error, int code, const char *where, const char *what,
                          const char *interface_name)
{
    char reason[128];
    int status = status_for(code);
    ipfunnel__os_error_text(code, reason, sizeof reason);
    if (interface_name)
        ipfunnel__fail(error, status, code, where, "cannot %s on %s: %s", what, interface_name, reason);
    else
        ipfunnel__fail(error, status, code, where, "cannot %s: %s", what, reason);
    remedy_for(error, status);
    return status;
}

/* No program keeps everything, too, and is not run for each frame to say so. ENOENT: there was none. */
static int attach(int fd, struct sock_filter *code, uint32_t length)
{
    if (length == 1 && code->code == (BPF_RET | BPF_K) && code->k == UINT32_MAX) {
        int unused = 0;
        int failed = setsockopt(fd, SOL_SOCKET, SO_DETACH_FILTER, &unused, sizeof unused);
        return failed && errno != ENOENT ? -1 : 0;
    }
    struct sock_fprog pointer = { .len = (unsigned short)length, .filter = code };
    return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &pointer, sizeof pointer);
}

int ipfunnel__packet_socket(ipfunnel_error *error)
{
    int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return ipfunnel__packet_fail(error, errno, "socket(AF_PACKET)", "open a packet socket", NULL);
    struct ipfunnel__kernel_program nothing;
    ipfunnel__kernel_program_build(&nothing, IPFUNNEL_MODE_OFF, 0, false, 0);
    if (attach(fd, nothing.code, nothing.length)) {
        int status = ipfunnel__packet_fail(error, errno, "setsockopt(SO_ATTACH_FILTER)", "attach a program", NULL);
        close(fd);
        return status;
    }
    return fd;
}

int ipfunnel__packet_bind(int fd, const struct ipfunnel__request *request, ipfunnel_error *error)
{
    struct sockaddr_ll address = {
        .sll_family = AF_PACKET,
        .sll_protocol = htons(ETH_P_ALL),
        .sll_ifindex = (int)request->interface_index,
    };
    if (bind(fd, (const struct sockaddr *)&address, sizeof address))
        return ipfunnel__packet_fail(error, errno, "bind(AF_PACKET)", "start capturing", request->interface_name);
    return IPFUNNEL_OK;
}

int ipfunnel__packet_fanout(int fd, const struct ipfunnel__request *request, ipfunnel_error *error)
{
    static const int type[] = {
        [IPFUNNEL_FANOUT_FLOW] = PACKET_FANOUT_HASH,
        [IPFUNNEL_FANOUT_ROUND_ROBIN] = PACKET_FANOUT_LB,
        [IPFUNNEL_FANOUT_CPU] = PACKET_FANOUT_CPU,
        [IPFUNNEL_FANOUT_ROLLOVER] = PACKET_FANOUT_ROLLOVER,
    };
    int group = (int)(request->fanout_group | (uint32_t)type[request->fanout_mode] << 16);
    if (!setsockopt(fd, SOL_PACKET, PACKET_FANOUT, &group, sizeof group))
        return IPFUNNEL_OK;
    int code = errno;
    char what[48];
    snprintf(what, sizeof what, "join fanout group %u", (unsigned)request->fanout_group);
    if (code != EINVAL)
        return ipfunnel__packet_fail(error, code, "setsockopt(PACKET_FANOUT)", what, request->interface_name);
    ipfunnel__fail(error, IPFUNNEL_EINVAL, EINVAL, "setsockopt(PACKET_FANOUT)",
                   "cannot %s on %s: the group has another fanout mode or interface, or the interface is down", what,
                   request->interface_name);
    return ipfunnel__remedy(error, "use one fanout_mode and interface for all members, another fanout_group for "
                                   "others, and bring the interface up first");
}

int ipfunnel__packet_tell_offloads(int fd, const char *interface_name, ipfunnel_error *error)
{
    int yes = 1;
    if (setsockopt(fd, SOL_PACKET, PACKET_VNET_HDR, &yes, sizeof yes) == 0)
        return IPFUNNEL_OK;
    ipfunnel__packet_fail(error, errno, "setsockopt(PACKET_VNET_HDR)", "be told what is left to the hardware",
                          interface_name);
    return ipfunnel__remedy(error, "Linux 4.6 and later can do that with a ring; or capture without on_wire");
}

/* The program sees a frame from its link header on, if the device has one, and a datagram where it has none. That is
 * certain of Ethernet and of devices that say that they have none (tun, WireGuard); of PPP and tunnels it depends on
 * driver and kernel, and the ring, unlike the program, goes by the network header. */
static uint32_t link_seen(int hardware)
{
    switch (hardware) {
    case ARPHRD_ETHER:
    case ARPHRD_LOOPBACK: return IPFUNNEL__LINK_ETHERNET;
    case ARPHRD_NONE: return IPFUNNEL__LINK_NETWORK;
    default: return UINT32_MAX;
    }
}

/* Attaches the program with the filter behind it. 0: that was not possible, and nothing has changed. */
static uint32_t attach_filter(int fd, const struct ipfunnel__kernel_program *program,
                              const struct ipfunnel__packet_wish *wish, const struct ipfunnel__request *request)
{
    const struct ipfunnel__kernel_view view = {
        .link_type = link_seen(wish->hardware),
        .interface_index = request->interface_index,
        .tells_direction = true,
        .on_wire = request->flags & IPFUNNEL_OPEN_ON_WIRE,
    };
    union {
        struct ipfunnel__instruction ours[IPFUNNEL__KERNEL_MOST];
        struct sock_filter kernels[IPFUNNEL__KERNEL_MOST];
    } *code = malloc(sizeof *code);
    uint32_t length = program->length, selects = IPFUNNEL_NO;
    if (code) {
        memcpy(code->kernels, program->code, length * sizeof *program->code);
        selects = ipfunnel__filter_preselect(wish->filter, &view, code->ours, &length);
    }
    if (selects != IPFUNNEL_NO && attach(fd, code->kernels, length))
        selects = IPFUNNEL_NO;
    free(code);
    return selects == IPFUNNEL_NO ? 0 : selects;
}

int ipfunnel__packet_program(int fd, const struct ipfunnel__packet_wish *wish, const struct ipfunnel__request *request,
                             struct ipfunnel__facts *facts, ipfunnel_error *error)
{
    struct ipfunnel__kernel_program program;
    bool select = wish->filter && wish->mode != IPFUNNEL_MODE_OFF && !(request->flags & IPFUNNEL_OPEN_COUNT_ALL);
    ipfunnel__kernel_program_build(&program, wish->mode, request->flags, wish->hardware == ARPHRD_LOOPBACK, wish->keep);
    uint32_t selects = select ? attach_filter(fd, &program, wish, request) : 0;
    if (!selects && attach(fd, program.code, program.length))
        return ipfunnel__packet_fail(error, errno, "setsockopt(SO_ATTACH_FILTER)", "attach a program",
                                     request->interface_name);
    facts->hidden |= program.hidden;
    facts->preselects = selects;
    return IPFUNNEL_OK;
}

/* The kernel runs the program and fills the ring inside one RCU read section (net/packet/af_packet.c), and this command
 * of membarrier(2) waits for all such sections that have begun (kernel/sched/membarrier.c). Where it is refused, by
 * nohz_full kernels or a seccomp filter, a pause far longer than a frame takes has to do. */
void ipfunnel__packet_settle(void)
{
    if (syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0) == 0)
        return;
    struct timespec pause = { .tv_nsec = 10000000 };
    while (nanosleep(&pause, &pause))             /* a signal handler ran: the rest */
        continue;
}

bool ipfunnel__packet_promiscuous(int fd, uint32_t interface_index, bool want)
{
    struct packet_mreq membership = { .mr_ifindex = (int)interface_index, .mr_type = PACKET_MR_PROMISC };
    int option = want ? PACKET_ADD_MEMBERSHIP : PACKET_DROP_MEMBERSHIP;
    return setsockopt(fd, SOL_PACKET, option, &membership, sizeof membership) == 0 && want;
}

int ipfunnel__packet_hardware(int fd, const char *interface_name)
{
    struct ifreq request = { .ifr_flags = 0 };
    snprintf(request.ifr_name, sizeof request.ifr_name, "%s", interface_name);
    return ioctl(fd, SIOCGIFHWADDR, &request) ? -1 : request.ifr_hwaddr.sa_family;
}

/* The kernel tells a packet socket that its interface went down, but not that it was deleted afterwards. The only sign
 * is the index the socket is bound to: it becomes -1. The name may have changed, so the state is asked for by index. */
enum ipfunnel__packet_interface ipfunnel__packet_interface_state(int fd)
{
    struct sockaddr_ll address = { .sll_ifindex = 0 };
    socklen_t size = sizeof address;
    if (getsockname(fd, (struct sockaddr *)&address, &size) || address.sll_ifindex == -1)
        return IPFUNNEL__PACKET_GONE;
    struct ifreq request = { .ifr_ifindex = address.sll_ifindex };
    if (ioctl(fd, SIOCGIFNAME, &request) || ioctl(fd, SIOCGIFFLAGS, &request))
        return IPFUNNEL__PACKET_DOWN;
    return request.ifr_flags & IFF_UP ? IPFUNNEL__PACKET_UP : IPFUNNEL__PACKET_DOWN;
}
