/* af_packet_facts_posix.c - what the kernel says about a frame arrives with the datagram: direction, VLAN tag, checksum
 * state, super-datagrams, time; on devices with and without a link header. */
#define _GNU_SOURCE
#include "live_posix.h"
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static const ipfunnel_datagram *one(ipfunnel *capture)
{
    const ipfunnel_datagram *datagram;
    CHECK_INT(ipfunnel_recv(capture, &datagram, 1, 5000), 1);
    return datagram;
}

static int64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void direction_time_and_interface(void)
{
    int in = sender_on("vb"), out = sender_on("va");
    ipfunnel *capture = open_live(DEFAULTS, "va", IPFUNNEL_MODE_ON);
    int64_t before = now_ns();
    CHECK_INT(send_number(in, VA, 1, SMALLEST), 0);
    CHECK_INT(send_number(out, VB, 2, SMALLEST), 0);
    for (uint32_t number = 1; number <= 2; number++) {
        const ipfunnel_datagram *d = one(capture);
        CHECK_INT(number_of(d), number);
        CHECK_INT(d->direction, number == 1 ? IPFUNNEL_DIRECTION_IN : IPFUNNEL_DIRECTION_OUT);
        CHECK_INT(d->direction_source, IPFUNNEL_SAYS_KERNEL);
        CHECK_INT(d->interface_index, if_nametoindex("va"));
        CHECK_STR(d->interface_name, "va");
        CHECK(d->time_ns >= before && d->time_ns <= now_ns());
        CHECK_INT(d->length, SMALLEST);           /* no padding: the frame was shorter than Ethernet's 60 bytes */
    }
    ipfunnel_close(capture);

    const uint32_t flags[] = { IPFUNNEL_OPEN_NO_OUTGOING, IPFUNNEL_OPEN_NO_OUTGOING | IPFUNNEL_OPEN_COUNT_ALL };
    for (int i = 0; i < 2; i++) {
        capture = open_live(OPTIONS(.flags = flags[i]), "va", IPFUNNEL_MODE_ON);
        CHECK_INT(send_number(out, VB, 3, SMALLEST), 0);
        CHECK_INT(send_number(in, VA, 4, SMALLEST), 0);
        CHECK_INT(number_of(one(capture)), 4);
        ipfunnel_statistics s = stats_of(capture);
        CHECK_INT(AVAILABLE(s, excluded_outgoing), i);
        CHECK_INT(s.excluded_outgoing, i);
        ipfunnel_close(capture);
    }
    close(in);
    close(out);
}

/* The kernel takes the outermost tag off what is received and leaves the next one; sent frames keep both. */
static void vlan_tags_in_both_directions(void)
{
    static const uint8_t tagged[] = {
        0x02, 0, 0, 0, 0, VA, 0x02, 0, 0, 0, 0, 0x0c, 0x88, 0xa8, 0x60, 0x07, 0x81, 0x00, 0x00, 0x2a, 0x08, 0x00,
        0x45, 0, 0, 20, 0, 1, 0, 0, 64, 253, 0, 0, 10, 9, 0, 3, 10, 9, 0, 4,
    };
    ipfunnel *at_va = open_live(OPTIONS(.vlan = IPFUNNEL_VLAN_ALL), "va", IPFUNNEL_MODE_ON);
    ipfunnel *at_vb = open_live(OPTIONS(.vlan = IPFUNNEL_VLAN_ALL), "vb", IPFUNNEL_MODE_ON);
    int sender = sender_on("vb");
    CHECK_INT(send(sender, tagged, sizeof tagged, 0), (long)sizeof tagged);
    for (int i = 0; i < 2; i++) {
        const ipfunnel_datagram *d = one(i == 0 ? at_va : at_vb);
        CHECK_INT(d->vlan_count, 2);
        CHECK_INT(d->vlan[0], 0x6007);
        CHECK_INT(d->vlan[1], 42);
        CHECK_INT(d->length, 20);
        CHECK_BYTES(d->bytes, tagged + sizeof tagged - 20, 20);
    }
    close(sender);
    ipfunnel_close(at_va);
    ipfunnel_close(at_vb);
}

/* A TCP connection over lo: checksums are never filled in, and large writes travel in one piece. */
static void checksum_state_and_super_datagrams(void)
{
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t size = sizeof address;
    static char bytes[50000];
    int listener = socket(AF_INET, SOCK_STREAM, 0), client = socket(AF_INET, SOCK_STREAM, 0);
    CHECK(bind(listener, (const struct sockaddr *)&address, sizeof address) == 0 && listen(listener, 1) == 0);
    CHECK(getsockname(listener, (struct sockaddr *)&address, &size) == 0);
    CHECK(setsockopt(client, IPPROTO_TCP, 2 /* TCP_MAXSEG */, &(int){ 1000 }, sizeof(int)) == 0);
    ipfunnel *capture = open_live(DEFAULTS, "lo", IPFUNNEL_MODE_ON);
    CHECK(connect(client, (const struct sockaddr *)&address, sizeof address) == 0);
    CHECK_INT(send(client, bytes, sizeof bytes, 0), (long)sizeof bytes);

    const ipfunnel_datagram *datagrams[64];
    int count, super = 0, not_ready = 0;
    while ((count = ipfunnel_recv(capture, datagrams, 64, 100)) > 0)
        for (int i = 0; i < count; i++) {
            not_ready += datagrams[i]->checksum == IPFUNNEL_CHECKSUM_NOT_READY;
            super += datagrams[i]->flags & IPFUNNEL_SEGMENTATION && datagrams[i]->length > 1500;
            CHECK(datagrams[i]->length <= 1040 || datagrams[i]->length > 1500);
        }
    CHECK(not_ready > 0);
    if (super == 0)
        printf("  (this kernel does not mark super-datagrams)\n");
    close(client);
    close(listener);
    ipfunnel_close(capture);
}

static void a_device_without_link_header(void)
{
    static const uint8_t ipv4[] = { 0x45, 0, 0, 20, 0, 1, 0, 0, 64, 253, 0, 0, 10, 9, 8, 7, 10, 9, 8, 6 };
    static const uint8_t ipv6[40] = { 0x60, 0, 0, 0, 0, 0, 59, 64, 0xfd, [23] = 1, [24] = 0xfd, [39] = 2 };
    struct ifreq request = { .ifr_flags = IFF_TUN | IFF_NO_PI, .ifr_name = "tunny" };
    int tun = open("/dev/net/tun", O_RDWR);
    if (tun < 0 || ioctl(tun, TUNSETIFF, &request)) {
        printf("  (not tested: no tun device, %s)\n", strerror(errno));
        return;
    }
    run("echo 1 >/proc/sys/net/ipv6/conf/tunny/disable_ipv6; ip link set tunny up");
    ipfunnel *capture = open_live(DEFAULTS, "tunny", IPFUNNEL_MODE_ON);
    ipfunnel_capture_info info = IPFUNNEL_CAPTURE_INFO_INIT;
    CHECK_INT(ipfunnel_info(capture, &info), 0);
    CHECK_INT(info.link_type, 101);
    CHECK_INT(write(tun, ipv4, sizeof ipv4), (long)sizeof ipv4);
    CHECK_INT(write(tun, ipv6, sizeof ipv6), (long)sizeof ipv6);
    const ipfunnel_datagram *d = one(capture);
    CHECK_INT(d->length, sizeof ipv4);
    CHECK_BYTES(d->bytes, ipv4, sizeof ipv4);
    CHECK_INT(d->direction, IPFUNNEL_DIRECTION_IN);
    d = one(capture);
    CHECK_INT(d->version, 6);
    CHECK_BYTES(d->bytes, ipv6, sizeof ipv6);
    ipfunnel_close(capture);
    close(tun);
}

int main(void)
{
    RUN(direction_time_and_interface);
    RUN(vlan_tags_in_both_directions);
    RUN(checksum_state_and_super_datagrams);
    RUN(a_device_without_link_header);
    return 0;
}
