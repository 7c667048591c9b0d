/* The backends that capture on Linux, on vb, one end of a veth pair; frames come in through a packet socket on the
 * other end, va, and go out through one on vb. Runs inside the namespace of tests/integration/netns.sh, where all else
 * is quiet. */
#define _DEFAULT_SOURCE
#include "rig.h"
#include "check.h"
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <linux/virtio_net.h>
#include <net/if.h>
#include <sys/socket.h>
#include <unistd.h>

static int sender = -1, offload_sender = -1;
static unsigned va, vb, lo;

static void set_up(void)
{
    va = if_nametoindex("va");
    vb = if_nametoindex("vb");
    lo = if_nametoindex("lo");
    if (!va || !vb || !lo)
        SKIP("needs the devices va, vb and lo: run it through tests/integration/netns.sh");
    /* Protocol 0: it only sends, so that nothing piles up in its receive queue. */
    sender = socket(AF_PACKET, SOCK_RAW, 0);
    if (sender < 0)
        SKIP("socket(AF_PACKET): %s", strerror(errno));
    /* A second one, whose frames have a header about work that is left to the hardware in front. */
    int yes = 1;
    offload_sender = socket(AF_PACKET, SOCK_RAW, 0);
    CHECK(offload_sender >= 0);
    CHECK_INT(setsockopt(offload_sender, SOL_PACKET, PACKET_VNET_HDR, &yes, sizeof yes), 0);
}

static void af_packet_options(ipfunnel_options *options)
{
    options->backend = "af_packet";
    options->interface_name = "vb";
}

static void af_packet_loopback(ipfunnel_options *options)
{
    options->backend = "af_packet";
    options->interface_name = "lo";
}

/* Below a millisecond the backend has another kind of ring; at this one the reader may pause, too. */
static void low_latency(ipfunnel_options *options)
{
    if (!options->latency_us)
        options->latency_us = 200;
}

static void slots_options(ipfunnel_options *options)
{
    af_packet_options(options);
    low_latency(options);
}

static void slots_loopback(ipfunnel_options *options)
{
    af_packet_loopback(options);
    low_latency(options);
}

static void pcap_options(ipfunnel_options *options)
{
    options->backend = "pcap";
    options->interface_name = "vb";
}

static void pcap_loopback(ipfunnel_options *options)
{
    options->backend = "pcap";
    options->interface_name = "lo";
}

static void live_send(ipfunnel *const captures[], int count, const struct rig_frame *frame)
{
    (void)captures;
    (void)count;
    unsigned device = frame->side == RIG_LOOPBACK ? lo : frame->side == RIG_OUT ? vb : va;
    struct sockaddr_ll to = { .sll_family = AF_PACKET, .sll_ifindex = (int)device, .sll_halen = 6 };
    memcpy(to.sll_addr, frame->bytes, 6);
    memcpy(&to.sll_protocol, frame->bytes + 12, 2);
    struct virtio_net_hdr left = { .flags = 0 };
    if (frame->left) {
        left.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM;
        left.gso_type = (uint8_t)frame->left->segmentation;
        left.gso_size = (uint16_t)frame->left->segment_size;
        left.csum_start = (uint16_t)frame->left->checksum_start;
        left.csum_offset = (uint16_t)frame->left->checksum_offset;
        left.hdr_len = (uint16_t)(left.csum_start + left.csum_offset + 2);
    }
    struct iovec parts[] = {
        { .iov_base = &left, .iov_len = frame->left ? sizeof left : 0 },
        { .iov_base = (void *)(uintptr_t)frame->bytes, .iov_len = frame->length },
    };
    const struct msghdr message = { .msg_name = &to, .msg_namelen = sizeof to, .msg_iov = parts, .msg_iovlen = 2 };
    ssize_t sent;
    do
        sent = sendmsg(frame->left ? offload_sender : sender, &message, 0);
    while (sent < 0 && (errno == EINTR || errno == ENOBUFS));
    CHECK_INT(sent, frame->length + parts[0].iov_len);
}

static void clean_up(void)
{
    if (sender >= 0)
        close(sender);
    if (offload_sender >= 0)
        close(offload_sender);
}

#define SIDES (1u << RIG_IN | 1u << RIG_BROADCAST | 1u << RIG_OTHER_HOST | 1u << RIG_OUT | 1u << RIG_LOOPBACK)

const struct rig rig_af_packet = {
    .name = "af_packet",
    .sides = SIDES,
    .abilities = RIG_LIVE | RIG_THREADED | RIG_INTERFACE | RIG_COUNTS_QUEUED | RIG_BATCHES | RIG_SHOWS_COPIES
                 | RIG_SHOWS_LINK | RIG_ONE_QUEUE | RIG_OFFLOADS | RIG_ANNOUNCES,
    .station = { 0x02, 0, 0, 0, 0, 0x0b },
    .peer = { 0x02, 0, 0, 0, 0, 0x0a },
    .own_addresses = { "10.9.0.2", "fd09::2" },
    .set_up = set_up,
    .options = af_packet_options,
    .loopback_options = af_packet_loopback,
    .send = live_send,
    .clean_up = clean_up,
};

const struct rig rig_af_packet_slots = {
    .name = "af_packet",
    .variant = "af_packet_slots",
    .sides = SIDES,
    .abilities = RIG_LIVE | RIG_THREADED | RIG_INTERFACE | RIG_COUNTS_QUEUED | RIG_BATCHES | RIG_SHOWS_COPIES
                 | RIG_SHOWS_LINK | RIG_ONE_QUEUE | RIG_OFFLOADS | RIG_ANNOUNCES,
    .station = { 0x02, 0, 0, 0, 0, 0x0b },
    .peer = { 0x02, 0, 0, 0, 0, 0x0a },
    .own_addresses = { "10.9.0.2", "fd09::2" },
    .set_up = set_up,
    .options = slots_options,
    .loopback_options = slots_loopback,
    .send = live_send,
    .clean_up = clean_up,
};

const struct rig rig_pcap = {
    .name = "pcap",
    .sides = SIDES,
    .abilities = RIG_LIVE | RIG_THREADED | RIG_INTERFACE | RIG_SHOWS_LINK | RIG_ONE_QUEUE | RIG_OFFLOADS
                 | RIG_ANNOUNCES,
    .station = { 0x02, 0, 0, 0, 0, 0x0b },
    .peer = { 0x02, 0, 0, 0, 0, 0x0a },
    .own_addresses = { "10.9.0.2", "fd09::2" },
    .set_up = set_up,
    .options = pcap_options,
    .loopback_options = pcap_loopback,
    .send = live_send,
    .clean_up = clean_up,
};
