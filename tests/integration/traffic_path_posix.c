#define _GNU_SOURCE
#include "traffic_path_posix.h"
#include "check.h"
#include <errno.h>
#include <fcntl.h>
#include <ipfunnel.h>
#include <linux/if_packet.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

static void set_mtu(const char *name, int mtu)
{
    struct ifreq r = { .ifr_mtu = mtu };
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    strncpy(r.ifr_name, name, sizeof r.ifr_name - 1);
    CHECK_INT(ioctl(fd, SIOCSIFMTU, &r), 0);
    close(fd);
}

int path_socket(const char *name)
{
    struct sockaddr_ll to = { .sll_family = AF_PACKET, .sll_ifindex = (int)if_nametoindex(name) };
    int fd = socket(AF_PACKET, SOCK_RAW, 0), size = 4 << 20;
    CHECK(fd >= 0);
    CHECK_INT(bind(fd, (struct sockaddr *)&to, sizeof to), 0);
    setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
    return fd;
}

static int tun_device(const char *name)
{
    struct ifreq r = { .ifr_flags = IFF_TUN | IFF_NO_PI };
    int fd = open("/dev/net/tun", O_RDWR);
    if (fd < 0)
        SKIP("/dev/net/tun: %s", strerror(errno));
    strncpy(r.ifr_name, name, sizeof r.ifr_name - 1);
    if (ioctl(fd, TUNSETIFF, &r))
        SKIP("no tun device: %s", strerror(errno));
    set_mtu(name, 65535);
    int control = socket(AF_INET, SOCK_DGRAM, 0);
    CHECK_INT(ioctl(control, SIOCGIFFLAGS, &r), 0);
    r.ifr_flags |= IFF_UP;
    CHECK_INT(ioctl(control, SIOCSIFFLAGS, &r), 0);
    close(control);
    return fd;
}

struct path path_open(const char *device)
{
    if (strcmp(device, "tun") == 0)
        return (struct path){ .send_on = "tun7", .capture_on = "tun7", .fd = tun_device("tun7"), .copies = 1,
                              .direction = IPFUNNEL_DIRECTION_IN };
    if (strcmp(device, "lo") == 0)
        return (struct path){ .send_on = "lo", .capture_on = "lo", .fd = path_socket("lo"), .whole_frames = 1,
                              .sees_other_host = 1, .copies = 2, .direction = IPFUNNEL_DIRECTION_IN };
    set_mtu("va", 65535);
    set_mtu("vb", 65535);
    struct path path = { .send_on = "va", .capture_on = "vb", .fd = path_socket("va"), .whole_frames = 1,
                         .sees_other_host = 1, .copies = 1, .mac = { 2, 0, 0, 0, 0, 0x0b },
                         .direction = IPFUNNEL_DIRECTION_IN };
    if (strcmp(device, "veth-out") == 0) {
        path.capture_on = "va";
        path.sees_other_host = 0;
        path.direction = IPFUNNEL_DIRECTION_OUT;
    }
    return path;
}

void path_send(const struct path *path, const struct step *step)
{
    size_t at = path->whole_frames ? 0 : step->datagram_at;
    const uint8_t *bytes = step->frame + at;
    ssize_t n;
    do {
        n = path->whole_frames ? send(path->fd, bytes, step->frame_length - at, 0)
                               : write(path->fd, bytes, step->frame_length - at);
    } while (n < 0 && (errno == ENOBUFS || errno == EAGAIN));
    if (n != (ssize_t)(step->frame_length - at))
        fprintf(stderr, "%s: %s\n", step->name, strerror(errno));
    CHECK_INT(n, step->frame_length - at);
}

int path_carries(const struct path *path, const struct step *step)
{
    /* A tun device takes bare datagrams only; a tag, an 802.3 frame or a foreign link address cannot be said there. */
    return path->whole_frames || (step->outcome == DATAGRAM && !step->other_host && step->datagram_at == 14);
}

void run_on_cpu(unsigned cpu)
{
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(cpu, &one);
    sched_setaffinity(0, sizeof one, &one);
}
