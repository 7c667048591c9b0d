/* pcap_monitor_posix.c - what monitor mode shows of a wireless network, on a tap device that says it is one: the snap
 * length counts bytes of a datagram, however long the headers before it are and however many are in a frame. */
#define _GNU_SOURCE
#include "live_posix.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <stdbool.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { RADIOTAP = 48, QOS_DATA = 26, SIZE = 1000, SNAP = 400 };

static int device = -1;

static void open_device(void)
{
    struct ifreq request = { .ifr_name = "mon", .ifr_flags = IFF_TAP | IFF_NO_PI };
    device = open("/dev/net/tun", O_RDWR);
    if (device < 0)
        SKIP("/dev/net/tun: %s", strerror(errno));
    if (ioctl(device, TUNSETIFF, &request))
        SKIP("no tap device: %s", strerror(errno));
    if (ioctl(device, TUNSETLINK, ARPHRD_IEEE80211_RADIOTAP))
        SKIP("a tap device cannot be of another type: %s", strerror(errno));
    run("echo 1 >/proc/sys/net/ipv6/conf/mon/disable_ipv6; ip link set mon mtu 3000 up");
}

static size_t put_datagram(uint8_t *at, uint8_t fill)
{
    static const uint8_t head[] = { 0xaa, 0xaa, 3, 0, 0, 0, 8, 0, 0x45, 0, SIZE >> 8, SIZE & 0xff };
    memset(at, fill, 8 + SIZE);
    memcpy(at, head, sizeof head);
    return 8 + SIZE;
}

/* Headers up to the network layer, of a frame that holds one datagram or is an A-MSDU. */
static size_t put_headers(uint8_t *at, bool aggregated)
{
    memset(at, 0, RADIOTAP + QOS_DATA);
    at[2] = RADIOTAP;
    at[RADIOTAP] = 0x88;
    at[RADIOTAP + 24] = aggregated ? 0x80 : 0;
    return RADIOTAP + QOS_DATA;
}

static void send_one(uint8_t fill)
{
    uint8_t frame[RADIOTAP + QOS_DATA + 8 + SIZE];
    size_t n = put_headers(frame, false);
    n += put_datagram(frame + n, fill);
    CHECK_INT(write(device, frame, n), n);
}

static void send_two_in_one(void)
{
    enum { SUBFRAME = 14 + 8 + SIZE, PADDED = (SUBFRAME + 3) / 4 * 4 };
    uint8_t frame[RADIOTAP + QOS_DATA + PADDED + SUBFRAME] = { 0 };
    size_t n = put_headers(frame, true);
    for (int i = 0; i < 2; i++) {
        uint8_t *subframe = frame + n + i * PADDED;
        subframe[12] = (8 + SIZE) >> 8;
        subframe[13] = (8 + SIZE) & 0xff;
        put_datagram(subframe + 14, (uint8_t)(1 + i));
    }
    CHECK_INT(write(device, frame, sizeof frame), sizeof frame);
}

static void expect(ipfunnel *capture, uint8_t fill)
{
    const ipfunnel_datagram *d = NULL;
    CHECK_INT(ipfunnel_recv(capture, &d, 1, 5000), 1);
    CHECK_INT(d->length, SNAP);
    CHECK_INT(d->original_length, SIZE);
    CHECK_INT(d->bytes[SNAP - 1], fill);
}

static void snap_length_is_in_datagram_bytes(void)
{
    ipfunnel *capture = open_live(OPTIONS(.snap_length = SNAP), "mon", IPFUNNEL_MODE_ON);
    send_one(7);
    expect(capture, 7);
    send_two_in_one();
    expect(capture, 1);
    expect(capture, 2);
    ipfunnel_close(capture);
}

static void a_filter_sees_what_the_snap_length_cuts(void)
{
    ipfunnel *capture = open_live(OPTIONS(.snap_length = SNAP, .filter = "ip[999] = 7"), "mon", IPFUNNEL_MODE_ON);
    send_one(6);
    send_one(7);
    expect(capture, 7);
    CHECK_INT(stats_of(capture).filtered, 1);
    ipfunnel_close(capture);
}

int main(void)
{
    live_backend = "pcap";
    open_device();
    RUN(snap_length_is_in_datagram_bytes);
    RUN(a_filter_sees_what_the_snap_length_cuts);
    close(device);
    return 0;
}
