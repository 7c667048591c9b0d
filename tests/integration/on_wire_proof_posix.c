/* on_wire_proof_posix.c - what an on_wire capture of a sender delivers is, as a multiset of bytes, what a capture
 * behind a bridge without any offloads sees: TCP, UDP_SEGMENT and BIG TCP over IPv4 and IPv6, with fragments and small
 * datagrams between them, and super-datagrams of every shape that a program may send by itself. Started by
 * on_wire_proof.sh, which makes the network.   on_wire_proof PID */
#define _GNU_SOURCE
#include "on_wire_proof_posix.h"
#include "big_tcp_posix.h"
#include "super_datagrams.h"
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/virtio_net.h>
#include <net/if.h>
#include <netinet/udp.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PORT = 5001, ROOM = 60000, TCP_BYTES = 27 << 20, UDP_SENDS = 450, SHAPES = 3000, IN_FLIGHT = 400, BIG = 185000,
       PATIENCE_S = 10, PROOF_PER_KIND = 17000 };

static struct shared *shared;
static struct fingerprints *here, *behind;
static ipfunnel *on_wire, *as_seen;
static uint8_t data[1 << 20];

/* What the system shows: how much there was to do. */
static struct seen {
    size_t supers, beyond_64_kib;
    uint32_t longest;
} seen;

static double now_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* For what the other process does. */
static void pause_a_little(double since)
{
    const struct timespec t = { .tv_nsec = 200000 };
    CHECK(now_s() - since < PATIENCE_S);
    nanosleep(&t, NULL);
}

socklen_t receiver_address(struct sockaddr_storage *to, int version)
{
    memset(to, 0, sizeof *to);
    if (version == 4) {
        struct sockaddr_in *v4 = (struct sockaddr_in *)to;
        v4->sin_family = AF_INET;
        v4->sin_port = htons(PORT);
        CHECK_INT(inet_pton(AF_INET, "10.9.0.2", &v4->sin_addr), 1);
        return sizeof *v4;
    }
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)to;
    v6->sin6_family = AF_INET6;
    v6->sin6_port = htons(PORT);
    CHECK_INT(inet_pton(AF_INET6, "fd09::2", &v6->sin6_addr), 1);
    return sizeof *v6;
}

/* The addresses of va, and those of super_datagrams.h. */
bool is_ours(const uint8_t *p, uint32_t length)
{
    static const uint8_t from_va[16] = { 0xfd, 0x09, [15] = 1 }, made_up[16] = { 0xfd, 0, [15] = 1 };
    if (length < 28)
        return false;
    if (p[0] >> 4 == 4)
        return memcmp(p + 12, "\x0a\x09\x00\x01", 4) == 0 || memcmp(p + 12, "\x0a\x00\x00\x01", 4) == 0;
    return length >= 40 && (memcmp(p + 8, from_va, 16) == 0 || memcmp(p + 8, made_up, 16) == 0);
}

/* ---- Capturing. */

static ipfunnel *open_on_va(uint32_t flags, uint32_t snap_length)
{
    ipfunnel_options o = IPFUNNEL_OPTIONS_INIT;
    ipfunnel_error e;
    ipfunnel *h = NULL;
    o.backend = "af_packet";
    o.interface_name = "va";
    o.flags = flags;
    o.snap_length = snap_length;
    o.ring_bytes = 64 << 20;
    o.start = IPFUNNEL_MODE_IPLEVEL;
    if (ipfunnel_open(&h, &o, &e)) {
        fprintf(stderr, "%s; %s\n", e.text, e.remedy);
        exit(1);
    }
    return h;
}

/* Takes what is there now. */
static void drain(void)
{
    const ipfunnel_datagram *d[64];
    int n;
    while ((n = ipfunnel_recv(on_wire, d, 64, 0)) > 0)
        for (int i = 0; i < n; i++) {
            if (!is_ours(d[i]->bytes, d[i]->length))
                continue;
            CHECK_INT(d[i]->flags & ~(uint32_t)IPFUNNEL_CHECKSUM_FILLED, 0);
            CHECK_INT(d[i]->checksum, IPFUNNEL_CHECKSUM_UNKNOWN);
            CHECK_INT(d[i]->direction, IPFUNNEL_DIRECTION_OUT);
            fingerprints_add(here, d[i]->bytes, d[i]->length);
        }
    CHECK_INT(n, 0);
    while ((n = ipfunnel_recv(as_seen, d, 64, 0)) > 0)
        for (int i = 0; i < n; i++) {
            uint32_t length = d[i]->original_length;
            if (length == IPFUNNEL_LENGTH_UNKNOWN || !is_ours(d[i]->bytes, d[i]->length))
                continue;
            seen.supers += length > 1500;
            seen.beyond_64_kib += length > 65535 + 40;
            seen.longest = length > seen.longest ? length : seen.longest;
        }
    CHECK_INT(n, 0);
}

/* A sender that no window stops waits for what is on the way: queues between the captures are not endless. */
static void keep_step(void)
{
    drain();
    for (double since = now_s(); here->count > atomic_load(&shared->seen) + IN_FLIGHT; drain())
        pause_a_little(since);
}

/* ---- Sending. */

static int connect_to(int version, int type)
{
    struct sockaddr_storage to;
    socklen_t size = receiver_address(&to, version);
    int fd = socket(to.ss_family, type, 0);
    CHECK_INT(connect(fd, (struct sockaddr *)&to, size), 0);
    return fd;
}

static void send_tcp(int version)
{
    int fd = connect_to(version, SOCK_STREAM);
    for (size_t sent = 0; sent < TCP_BYTES;) {
        /* Odd sizes, so that segments of every length end a super-datagram. */
        size_t chunk = 100001 + sent % 77777, left = TCP_BYTES - sent;
        ssize_t n = send(fd, data + sent % 65536, chunk < left ? chunk : left, MSG_DONTWAIT);
        CHECK(n > 0 || errno == EAGAIN);
        sent += n > 0 ? (size_t)n : 0;
        drain();
        struct pollfd writable = { .fd = fd, .events = POLLOUT };
        CHECK(poll(&writable, 1, PATIENCE_S * 1000) == 1);
    }
    uint8_t byte;
    CHECK_INT(shutdown(fd, SHUT_WR), 0);
    CHECK_INT(recv(fd, &byte, 1, 0), 0);
    close(fd);
}

static void send_udp(int version)
{
    int fd = connect_to(version, SOCK_DGRAM);
    for (int i = 0; i < UDP_SENDS; i++) {
        int segment = i % 5 ? 1200 + i % 200 : 1 + i % 60, none = 0;
        size_t length = (size_t)segment * 44 - (size_t)(i % segment);
        CHECK_INT(setsockopt(fd, IPPROTO_UDP, UDP_SEGMENT, &segment, sizeof segment), 0);
        CHECK_INT(send(fd, data + i, length, 0), length);
        CHECK_INT(setsockopt(fd, IPPROTO_UDP, UDP_SEGMENT, &none, sizeof none), 0);
        CHECK_INT(send(fd, data + i, (size_t)(i % 1400), 0), i % 1400);
        if (i % 10 == 0)
            CHECK_INT(send(fd, data + i, 5000, 0), 5000);         /* fragments */
        keep_step();
    }
    close(fd);
}

static uint32_t some(uint32_t below)
{
    static uint32_t state = 1;
    state = state * 1664525 + 1013904223;
    return (uint32_t)((uint64_t)state * below >> 32);
}

/* Options, extension headers, flags, numbers that wrap, sizes from 1 on. */
static struct super some_shape(int version)
{
    struct super s = {
        .version = version,
        .protocol = some(3) ? PROTOCOL_TCP : PROTOCOL_UDP,
        .ip_options = version == 4 ? some(11) * 4 : 0,
        .extension = version == 6 ? some(3) * 8 : 0,
        .tcp_options = some(11) * 4,
        .identification = (uint16_t)(some(2) ? some(65536) : 65530 + some(6)),
        .port = (uint16_t)some(65536),
        .sequence = UINT32_MAX - some(2) * some(2000000),
        .flags = (uint8_t)some(256) & (uint8_t)~0x06,             /* neither SYN nor RST: they are never cut */
    };
    s.size = some(4) ? 500 + some(800) : 1 + some(100);
    s.payload = s.size + 1 + some(s.size * 12);
    return s;
}

static void send_shapes(int version)
{
    static struct bytes built;
    static uint8_t room[SUPER_LINK + SUPER_ROOM];
    int yes = 1, fd = socket(AF_PACKET, SOCK_RAW, 0);
    const struct sockaddr_ll at = { .sll_family = AF_PACKET, .sll_ifindex = (int)if_nametoindex("va"),
                                    .sll_protocol = htons(version == 4 ? ETH_P_IP : ETH_P_IPV6) };
    CHECK(fd >= 0);
    CHECK_INT(setsockopt(fd, SOL_PACKET, PACKET_VNET_HDR, &yes, sizeof yes), 0);
    CHECK_INT(bind(fd, (const struct sockaddr *)&at, sizeof at), 0);
    for (int i = 0; i < SHAPES; i++) {
        struct super s = some_shape(version);
        build_super(&built, &s);
        ipfunnel_frame frame = super_frame(&s, &built, room);
        memcpy(room, "\x02\x00\x00\x00\x00\x0b\x02\x00\x00\x00\x00\x0a", 12);
        struct virtio_net_hdr left = {
            .flags = VIRTIO_NET_HDR_F_NEEDS_CSUM,
            .gso_type = (uint8_t)frame.segmentation,
            .gso_size = (uint16_t)frame.segment_size,
            .csum_start = (uint16_t)frame.checksum_start,
            .csum_offset = (uint16_t)frame.checksum_offset,
            .hdr_len = (uint16_t)(frame.captured_length - s.payload),
        };
        const struct iovec parts[] = { { .iov_base = &left, .iov_len = sizeof left },
                                       { .iov_base = room, .iov_len = frame.captured_length } };
        CHECK_INT(writev(fd, parts, 2), sizeof left + frame.captured_length);
        keep_step();
    }
    close(fd);
}

static void send_big_tcp(int version)
{
    if (!big_tcp_allow(version, BIG))
        SKIP("this kernel has no BIG TCP over IPv%d; what came before has no differences", version);
    send_tcp(version);
}

/* ---- Comparing. */

static const struct kind {
    const char *name;
    void (*send)(int version);
    int version;
    bool big;
} kinds[] = {
    { .name = "TCP over IPv4", .send = send_tcp, .version = 4 },
    { .name = "TCP over IPv6", .send = send_tcp, .version = 6 },
    { .name = "UDP_SEGMENT over IPv4", .send = send_udp, .version = 4 },
    { .name = "UDP_SEGMENT over IPv6", .send = send_udp, .version = 6 },
    { .name = "every shape over IPv4", .send = send_shapes, .version = 4 },
    { .name = "every shape over IPv6", .send = send_shapes, .version = 6 },
    { .name = "BIG TCP over IPv6", .send = send_big_tcp, .version = 6, .big = true },
    { .name = "BIG TCP over IPv4", .send = send_big_tcp, .version = 4, .big = true },
};

/* All of it is on its way when the sender's calls return; the captures hand over what is left within their latency. */
static void collect_the_rest(void)
{
    int still = 0;
    for (double since = now_s(); still < 20 && now_s() - since < PATIENCE_S - 1; pause_a_little(since)) {
        size_t before = here->count;
        drain();
        still = here->count == before && before == atomic_load(&shared->seen) ? still + 1 : 0;
    }
}

static size_t compare(const struct kind *k)
{
    seen = (struct seen){ 0 };
    k->send(k->version);
    collect_the_rest();
    size_t count = here->count, differ = fingerprints_differ(here, "on the sender", behind, "behind the bridge");
    printf("%-22s %5zu super-datagrams (%3zu beyond 64 KiB, longest %6u) %6zu datagrams, %zu differences\n", k->name,
           seen.supers, seen.beyond_64_kib, seen.longest, count, differ);
    fflush(stdout);
    CHECK_INT(differ, 0);
    CHECK(count > PROOF_PER_KIND);
    CHECK(seen.supers > 100 && (!k->big || seen.beyond_64_kib > 20));
    here->count = behind->count = 0;
    atomic_store(&shared->seen, 0);
    return count;
}

int main(int argc, char **argv)
{
    CHECK(argc == 2);
    shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    CHECK(shared != MAP_FAILED);
    here = fingerprints_make(ROOM);
    behind = fingerprints_make(ROOM);
    for (size_t i = 0; i < sizeof data; i++)
        data[i] = (uint8_t)(i * 31 + (i >> 8) * 7 + (i >> 16));
    pid_t child = fork();
    if (child == 0)
        receive_behind(argv[1], shared, behind);
    for (double since = now_s(); !atomic_load(&shared->ready);)
        pause_a_little(since);

    on_wire = open_on_va(IPFUNNEL_OPEN_ON_WIRE, 0);
    as_seen = open_on_va(0, 200);
    size_t total = 0;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        total += compare(&kinds[i]);

    int status = 0;
    atomic_store(&shared->over, true);
    CHECK_INT(waitpid(child, &status, 0), child);
    CHECK_INT(status, 0);
    ipfunnel_statistics s = IPFUNNEL_STATISTICS_INIT;
    CHECK_INT(ipfunnel_stats(on_wire, &s), 0);
    CHECK_INT(s.dropped, 0);
    CHECK_INT(shared->drops, 0);
    ipfunnel_close(on_wire);
    ipfunnel_close(as_seen);
    printf("%zu datagrams, 0 differences\n", total);
    return 0;
}
