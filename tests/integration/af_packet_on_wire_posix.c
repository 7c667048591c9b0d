/* af_packet_on_wire_posix.c - on_wire where it is special: frames that the kernel cannot show, the loopback device,
 * devices without a link header. */
#define _GNU_SOURCE
#include "live_posix.h"
#include "super_datagrams.h"
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_packet.h>
#include <linux/if_tun.h>
#include <linux/virtio_net.h>
#include <net/if.h>
#include <netinet/udp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

enum { WAIT_MS = 2000 };
#define ON_WIRE OPTIONS(.flags = IPFUNNEL_OPEN_ON_WIRE)

static void send_frame(int sender, const struct virtio_net_hdr *left, const ipfunnel_frame *frame)
{
    const struct iovec parts[] = {
        { .iov_base = (void *)(uintptr_t)left, .iov_len = sizeof *left },
        { .iov_base = (void *)(uintptr_t)frame->bytes, .iov_len = frame->captured_length },
    };
    CHECK_INT(writev(sender, parts, 2), sizeof *left + frame->captured_length);
}

/* A tun device whose reader takes on what is left to the hardware. */
static int open_tun(const char *name, const char *address)
{
    char command[100];
    struct ifreq request = { .ifr_flags = IFF_TUN | IFF_NO_PI | IFF_VNET_HDR };
    int tun = open("/dev/net/tun", O_RDWR);
    strcpy(request.ifr_name, name);
    if (tun < 0 || ioctl(tun, TUNSETIFF, &request))
        SKIP("/dev/net/tun: %s", strerror(errno));
    snprintf(command, sizeof command, "ip addr add %s/24 dev %s && ip link set %s up", address, name, name);
    run(command);
    return tun;
}

/* UFO, a kind that tun may receive but a packet socket not tell: lost for this capture, counted, and nothing else
 * suffers. */
static void what_the_kernel_cannot_show_is_counted_as_dropped(void)
{
    enum { ROUNDS = 10 };
    static struct bytes built;
    static uint8_t room[SUPER_LINK + SUPER_ROOM];
    const struct super large = { UDP4, .payload = 3000, .size = 1000 };
    const ipfunnel_datagram *out[8];
    int tun = open_tun("tun6", "10.6.0.1");
    ipfunnel *capture = open_live(ON_WIRE, "tun6", IPFUNNEL_MODE_ON);
    for (uint16_t i = 0; i <= ROUNDS; i++) {
        const struct super small = { UDP4, .payload = 10, .size = 10, .identification = i };
        const struct virtio_net_hdr nothing = { .flags = 0 };
        build_segment(&built, &small, 0);
        ipfunnel_frame frame = super_frame(&small, &built, room);
        frame.bytes += SUPER_LINK;
        frame.captured_length -= SUPER_LINK;
        send_frame(tun, &nothing, &frame);
        if (i == ROUNDS)
            break;
        build_super(&built, &large);
        frame = super_frame(&large, &built, room);
        frame.bytes += SUPER_LINK;
        frame.captured_length -= SUPER_LINK;
        const struct virtio_net_hdr ufo = {
            .flags = VIRTIO_NET_HDR_F_NEEDS_CSUM, .gso_type = VIRTIO_NET_HDR_GSO_UDP, .gso_size = 1000, .hdr_len = 28,
            .csum_start = 20, .csum_offset = 6,
        };
        send_frame(tun, &ufo, &frame);
    }
    for (uint16_t next = 0; next <= ROUNDS;) {
        int n = ipfunnel_recv(capture, out, 8, WAIT_MS);
        CHECK(n > 0);
        for (int i = 0; i < n; i++)
            if (out[i]->version == 4)                 /* the kernel greets its neighbours over IPv6 */
                CHECK_INT(out[i]->bytes[4] << 8 | out[i]->bytes[5], next++);
    }
    ipfunnel_statistics counts = stats_of(capture);
    CHECK_INT(counts.dropped, ROUNDS);
    CHECK_INT(counts.pending, 0);
    CHECK_INT(ipfunnel_set_mode(capture, IPFUNNEL_MODE_OFF), 0);
    CHECK_INT(ipfunnel_recv(capture, out, 8, WAIT_MS), IPFUNNEL_END);
    ipfunnel_close(capture);
    close(tun);
}

static int udp_to(const char *address, uint16_t port)
{
    struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(port) };
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    CHECK_INT(inet_pton(AF_INET, address, &to.sin_addr), 1);
    CHECK_INT(connect(fd, (const struct sockaddr *)&to, sizeof to), 0);
    return fd;
}

static bool checksum_is_right(const ipfunnel_datagram *d)
{
    uint32_t length = d->length - 20;
    return sum_16(d->bytes + 20, length, sum_16(d->bytes + 12, 8, 17 + length)) == 0xffff;
}

/* `count` UDP datagrams with right checksums. */
static void expect_udp(ipfunnel *capture, int count, uint32_t payload, uint32_t flags)
{
    const ipfunnel_datagram *out[8];
    while (count > 0) {
        int n = ipfunnel_recv(capture, out, 8, WAIT_MS);
        CHECK(n > 0);
        for (int i = 0; i < n; i++) {
            if (out[i]->version != 4 || out[i]->bytes[9] != 17)
                continue;
            CHECK_INT(out[i]->length, 28 + payload);
            CHECK_INT(out[i]->flags, flags);
            CHECK(checksum_is_right(out[i]));
            count--;
        }
    }
    CHECK_INT(count, 0);
}

/* Nothing on lo is ever cut or filled in; what it would have been is marked. */
static void loopback_datagrams_are_reconstructed(void)
{
    static const uint8_t data[5000];
    int segment = 1000, receiver = socket(AF_INET, SOCK_DGRAM, 0), sender = -1;
    struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t size = sizeof at;
    CHECK_INT(bind(receiver, (const struct sockaddr *)&at, sizeof at), 0);
    CHECK_INT(getsockname(receiver, (struct sockaddr *)&at, &size), 0);
    ipfunnel *capture = open_live(ON_WIRE, "lo", IPFUNNEL_MODE_ON);
    sender = udp_to("127.0.0.1", ntohs(at.sin_port));
    CHECK_INT(send(sender, data, 500, 0), 500);
    expect_udp(capture, 1, 500, IPFUNNEL_CHECKSUM_FILLED);
    CHECK_INT(setsockopt(sender, IPPROTO_UDP, UDP_SEGMENT, &segment, sizeof segment), 0);
    CHECK_INT(send(sender, data, sizeof data, 0), sizeof data);
    expect_udp(capture, 5, 1000, IPFUNNEL_CHECKSUM_FILLED | IPFUNNEL_RECONSTRUCTED);
    ipfunnel_close(capture);
    close(receiver);
    close(sender);
}

static void devices_without_a_link_header(void)
{
    static const uint8_t data[5000];
    int tun = open_tun("tun7", "10.7.0.1"), segment = 1000;
    enum { USO4 = 0x20, USO6 = 0x40 };                /* TUN_F_USO4 of Linux 6.2 */
    bool cuts = ioctl(tun, TUNSETOFFLOAD, TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6 | USO4 | USO6) == 0;
    if (!cuts)
        CHECK_INT(ioctl(tun, TUNSETOFFLOAD, TUN_F_CSUM), 0);
    ipfunnel *capture = open_live(ON_WIRE, "tun7", IPFUNNEL_MODE_ON);
    int sender = udp_to("10.7.0.2", 4000);
    CHECK_INT(send(sender, data, 500, 0), 500);
    expect_udp(capture, 1, 500, IPFUNNEL_CHECKSUM_FILLED);
    CHECK_INT(setsockopt(sender, IPPROTO_UDP, UDP_SEGMENT, &segment, sizeof segment), 0);
    CHECK_INT(send(sender, data, sizeof data, 0), sizeof data);
    expect_udp(capture, 5, 1000, IPFUNNEL_CHECKSUM_FILLED);
    ipfunnel_statistics counts = stats_of(capture);
    CHECK(!cuts || counts.extra_from_cutting == 4);
    ipfunnel_close(capture);
    close(sender);
    close(tun);
}

/* The kernel must not cut at the snap length what is still to be summed. */
static void a_small_snap_length_cuts_late(void)
{
    static struct bytes built, expected;
    static uint8_t room[SUPER_LINK + SUPER_ROOM];
    const struct super s = { TCP4, .payload = 3000, .size = 1000, .flags = 0x10 };
    const ipfunnel_datagram *out[4];
    ipfunnel *capture = open_live(OPTIONS(.flags = IPFUNNEL_OPEN_ON_WIRE, .snap_length = 64), "va", IPFUNNEL_MODE_ON);
    int sender = sender_on("va"), yes = 1;
    CHECK_INT(setsockopt(sender, SOL_PACKET, PACKET_VNET_HDR, &yes, sizeof yes), 0);
    build_super(&built, &s);
    ipfunnel_frame frame = super_frame(&s, &built, room);
    const struct virtio_net_hdr left = {
        .flags = VIRTIO_NET_HDR_F_NEEDS_CSUM, .gso_type = VIRTIO_NET_HDR_GSO_TCPV4, .gso_size = 1000, .hdr_len = 54,
        .csum_start = (uint16_t)frame.checksum_start, .csum_offset = (uint16_t)frame.checksum_offset,
    };
    send_frame(sender, &left, &frame);
    for (uint32_t i = 0; i < 3; i++) {
        build_segment(&expected, &s, i);
        CHECK_INT(ipfunnel_recv(capture, out, 4, WAIT_MS), 1);
        CHECK_INT(out[0]->length, 64);
        CHECK_INT(out[0]->original_length, expected.length);
        CHECK_BYTES(out[0]->bytes, expected.at, 64);
    }
    ipfunnel_close(capture);
    close(sender);
}

/* Not with slots: the kernel would wait for ever for the slot of a frame that it cannot show. */
static void the_latency_is_that_of_blocks_and_told(void)
{
    ipfunnel_capture_info info = IPFUNNEL_CAPTURE_INFO_INIT;
    ipfunnel *capture = open_live(OPTIONS(.flags = IPFUNNEL_OPEN_ON_WIRE, .latency_us = IPFUNNEL_LATENCY_LOWEST), "va",
                                  IPFUNNEL_MODE_ON);
    CHECK_INT(ipfunnel_info(capture, &info), 0);
    CHECK(info.latency_us >= 1000);
    ipfunnel_close(capture);
}

int main(void)
{
    RUN(the_latency_is_that_of_blocks_and_told);
    RUN(loopback_datagrams_are_reconstructed);
    RUN(a_small_snap_length_cuts_late);
    RUN(devices_without_a_link_header);
    RUN(what_the_kernel_cannot_show_is_counted_as_dropped);
    return 0;
}
