/* filter_in_kernel_posix.c - the same datagrams, byte for byte, with and without the kernel's share of a filter: two
 * captures on one interface, one of which leaves everything to user space, while the traffic script, tags, tunnels and
 * super-datagrams pass by. Every expression is set on captures that were at work with the one before.
 *
 *   filter_in_kernel BACKEND DEVICE MODE VLAN as_seen|on_wire     as in traffic_script_posix.c */
#define _GNU_SOURCE
#include "check.h"
#include "frames.h"
#include "traffic_path_posix.h"
#include <errno.h>
#include <ipfunnel.h>
#include <linux/if_packet.h>
#include <linux/virtio_net.h>
#include <net/if.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

enum { MOST = 4000, WAIT_MS = 5000 };

/* Of each class one; most accept some of the traffic. */
static const char *const expressions[] = {
    "ip", "ip6", "udp", "tcp", "icmp", "icmp6", "igmp", "ip proto 50", "ip6 proto 51", "proto 253", "esp or ah",
    "host 10.77.0.1", "src host 10.77.0.2", "dst host 10.77.0.2", "host fd77::1", "src host fd77::1 and udp",
    "net 10.77.0.0/16", "dst net 10.78.0.0/16", "net fd77::/16", "not net fd77::/16", "ip multicast", "ip6 multicast",
    "dst host 255.255.255.255", "port 4000", "src port 40000", "udp dst port 4789", "port 4000 or port 6081",
    "portrange 1000-5000", "tcp portrange 4000-4001", "tcp[tcpflags] & tcp-push != 0",
    "tcp[tcpflags] & (tcp-syn|tcp-fin) != 0",
    "tcp[4:4] > 30000", "udp[4:2] > 100", "udp[8:4] != 0 and dst port 4789", "icmp[icmptype] = icmp-unreach",
    "icmp6[icmp6type] = 1", "ip[6:2] & 0x3fff != 0", "ip[6:2] & 0x1fff = 0", "ip[0] & 0xf > 5", "ip[4:2] & 1 = 1",
    "ip[2:2] > 1000 or ip6[4:2] > 1000", "len > 1000", "len = 60", "less 100", "greater 1400",
    "greater 1400 and less 3000",
    "len > 100 and udp", "len < 100 or tcp", "len - 20 = ip[2:2] - 20", "inbound", "outbound", "not inbound and udp",
    "ip6 protochain 17", "ip protochain 6", "ip6[6] = 0", "ip6[40] = 17", "ip[20 + ip[0] - ip[0]] > 10",
    "(udp or icmp) and not port 4000 and not less 60", "not (tcp or udp or icmp or icmp6)", "tcp or (ip6 and udp)",
    "ip[8] * 2 + 1 > ip[1] | 3", "udp and (src port 40000 or ip[4:2] % 7 = 3)",
};
enum { EXPRESSIONS = sizeof expressions / sizeof *expressions };

struct record {
    ipfunnel_datagram d;               /* its own fields, and its own bytes */
    uint8_t *bytes;
};

struct view {
    ipfunnel *capture;
    struct record records[MOST];
    size_t count;
    uint64_t frames;                   /* handed over before this expression */
};
static struct view in_kernel, in_user_space;

/* ---- Traffic. */

static void build(struct script *s, const struct path *path, bool on_wire)
{
    static void (*const parts[])(struct script *) = {
        ipv4_options, udp_lengths, tcp_flags, other_transports, icmp_errors, icmpv6_messages, igmp_messages, ip_in_ip,
        gre, esp_and_ah, udp_tunnels, ipv6_not_quite_jumbo, ipv6_long_chains, other_ethertypes, cut_headers,
        ipv6_hop_limit, super_tcp_ipv4, super_tcp_ipv6,
    };
    script_build(s, path->mac);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        parts[i](s);
    if (!on_wire)
        super_udp(s);                  /* with on_wire the kernel cannot tell of this kind, and loses them */
}

static struct virtio_net_hdr told(const struct step *step)
{
    uint16_t start = (uint16_t)(step->datagram_at + (step->version == 4 ? 20 : 40));
    if (!step->segment_size)
        return (struct virtio_net_hdr){ .flags = 0 };
    return (struct virtio_net_hdr){
        .flags = VIRTIO_NET_HDR_F_NEEDS_CSUM,
        .gso_type = !step->is_super_tcp ? VIRTIO_NET_HDR_GSO_UDP : step->version == 4 ? VIRTIO_NET_HDR_GSO_TCPV4
                                                                                      : VIRTIO_NET_HDR_GSO_TCPV6,
        .gso_size = step->segment_size,
        .csum_start = start,
        .csum_offset = step->is_super_tcp ? 16 : 6,
        .hdr_len = (uint16_t)(start + (step->is_super_tcp ? 20 : 8)),
    };
}

static void send_all(const struct path *path, const struct script *script)
{
    for (size_t i = 0; i < script->count; i++) {
        const struct step *step = &script->steps[i];
        struct virtio_net_hdr what = told(step);
        struct iovec parts[] = { { .iov_base = &what, .iov_len = sizeof what },
                                 { .iov_base = step->frame, .iov_len = step->frame_length } };
        ssize_t n;
        if (!path_carries(path, step))
            continue;
        if (!path->whole_frames) {
            path_send(path, step);
            continue;
        }
        do
            n = writev(path->fd, parts, 2);
        while (n < 0 && (errno == ENOBUFS || errno == EAGAIN));
        CHECK_INT(n, sizeof what + step->frame_length);
    }
}

/* ---- What arrived. */

/* The kernel has its own opinion of some of the traffic, and says so when it likes. */
static bool is_ours(const ipfunnel_datagram *d)
{
    static const uint8_t source_4[3] = { 10, 77, 0 }, source_6[2] = { 0xfd, 0x77 };
    return d->version == 4 ? d->length >= 20 && memcmp(d->bytes + 12, source_4, 3) == 0
                           : d->length >= 40 && memcmp(d->bytes + 8, source_6, 2) == 0;
}

static void collect(struct view *v)
{
    const ipfunnel_datagram *out[64];
    int n;
    while ((n = ipfunnel_recv(v->capture, out, 64, WAIT_MS)) > 0)
        for (int i = 0; i < n; i++) {
            if (!is_ours(out[i]))
                continue;
            CHECK(v->count < MOST);
            struct record *r = &v->records[v->count++];
            r->d = *out[i];
            r->bytes = malloc(out[i]->length + 1);
            CHECK(r->bytes);
            memcpy(r->bytes, out[i]->bytes, out[i]->length);
        }
    CHECK_INT(n, IPFUNNEL_END);
}

static void forget(struct view *v)
{
    for (; v->count > 0; v->count--)
        free(v->records[v->count - 1].bytes);
}

static void compare(const char *expression)
{
    bool same = in_kernel.count == in_user_space.count;
    for (size_t i = 0; same && i < in_kernel.count; i++) {
        const struct record *a = &in_kernel.records[i], *b = &in_user_space.records[i];
        same = a->d.length == b->d.length && memcmp(a->bytes, b->bytes, a->d.length) == 0
               && a->d.original_length == b->d.original_length && a->d.flags == b->d.flags
               && a->d.direction == b->d.direction && a->d.vlan_count == b->d.vlan_count
               && a->d.vlan[0] == b->d.vlan[0] && a->d.checksum == b->d.checksum;
        if (!same)
            fprintf(stderr, "number %zu differs\n", i);
    }
    if (!same)
        fprintf(stderr, "%s: %zu datagrams with the kernel's help, %zu without\n", expression, in_kernel.count,
                in_user_space.count);
    CHECK(same);
}

static uint64_t frames_of(const struct view *v)
{
    ipfunnel_statistics s = IPFUNNEL_STATISTICS_INIT;
    CHECK_INT(ipfunnel_stats(v->capture, &s), 0);
    CHECK_INT(s.dropped, 0);
    CHECK_INT(s.frames, s.carrying_ip + s.not_ip + s.malformed + s.unknown_link + s.pending);
    return s.frames;
}

static ipfunnel_capture_info info_of(const struct view *v)
{
    ipfunnel_capture_info info = IPFUNNEL_CAPTURE_INFO_INIT;
    CHECK_INT(ipfunnel_info(v->capture, &info), 0);
    return info;
}

static void open_view(struct view *v, char **arguments, const struct path *path, uint32_t flags)
{
    ipfunnel_options o = IPFUNNEL_OPTIONS_INIT;
    ipfunnel_error e;
    o.backend = arguments[1];
    o.interface_name = path->capture_on;
    o.vlan = strcmp(arguments[4], "all") == 0 ? IPFUNNEL_VLAN_ALL : IPFUNNEL_VLAN_OWN;
    o.flags = flags;
    o.ring_bytes = 64u << 20;          /* holds all that is sent for one expression, however long that takes */
    o.latency_us = 10000;
    if (strcmp(arguments[1], "af_packet") == 0 && strcmp(arguments[3], "iplevel") == 0)
        o.latency_us = 100;            /* another ring */
    if (ipfunnel_open(&v->capture, &o, &e)) {
        fprintf(stderr, "%s; %s\n", e.text, e.remedy);
        exit(1);
    }
}

int main(int argc, char **argv)
{
    CHECK_INT(argc, 6);
    bool on_wire = strcmp(argv[5], "on_wire") == 0;
    ipfunnel_mode mode = strcmp(argv[3], "on") == 0 ? IPFUNNEL_MODE_ON : IPFUNNEL_MODE_IPLEVEL;
    uint32_t flags = on_wire ? IPFUNNEL_OPEN_ON_WIRE : 0;
    uint64_t datagrams = 0, handed[2] = { 0 }, answers[4] = { 0 };
    int yes = 1, silent = 0;
    run_on_cpu(0);
    struct path path = path_open(argv[2]);
    if (path.whole_frames)
        CHECK_INT(setsockopt(path.fd, SOL_PACKET, PACKET_VNET_HDR, &yes, sizeof yes), 0);
    static struct script script;
    build(&script, &path, on_wire);
    open_view(&in_kernel, argv, &path, flags);
    open_view(&in_user_space, argv, &path, flags | IPFUNNEL_OPEN_COUNT_ALL);
    struct view *views[] = { &in_kernel, &in_user_space };
    for (size_t i = 0; i < EXPRESSIONS; i++) {
        for (int v = 0; v < 2; v++) {
            CHECK_INT(ipfunnel_set_mode(views[v]->capture, mode), 0);
            if (ipfunnel_set_filter(views[v]->capture, expressions[i])) {
                fprintf(stderr, "%s\n", ipfunnel_last_error(views[v]->capture)->text);
                exit(1);
            }
            views[v]->frames = frames_of(views[v]);
        }
        answers[info_of(&in_kernel).filter_in_kernel]++;
        CHECK_INT(info_of(&in_user_space).filter_in_kernel, IPFUNNEL_NO);
        send_all(&path, &script);
        for (int v = 0; v < 2; v++)
            CHECK_INT(ipfunnel_set_mode(views[v]->capture, IPFUNNEL_MODE_OFF), 0);
        for (int v = 0; v < 2; v++) {
            collect(views[v]);
            handed[v] += frames_of(views[v]) - views[v]->frames;
        }
        compare(expressions[i]);
        datagrams += in_kernel.count;
        silent += in_kernel.count == 0;
        forget(&in_kernel);
        forget(&in_user_space);
    }
    printf("%d expressions (%llu in the kernel, %llu partly, %llu not): %llu datagrams the same; of %llu frames %llu "
           "were handed over\n", EXPRESSIONS, (unsigned long long)answers[IPFUNNEL_YES],
           (unsigned long long)answers[IPFUNNEL_PARTLY], (unsigned long long)answers[IPFUNNEL_NO],
           (unsigned long long)datagrams, (unsigned long long)handed[1], (unsigned long long)handed[0]);
    CHECK(silent < EXPRESSIONS / 4 && handed[0] < handed[1] * 7 / 10);
    ipfunnel_close(in_kernel.capture);
    ipfunnel_close(in_user_space.capture);
    close(path.fd);
    script_free(&script);
    return 0;
}
