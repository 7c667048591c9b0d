/* on_wire_tunnel_posix.c - TCP in VXLAN on the sender's interface: the facts of its super-datagrams are those of the
 * inner TCP, so on_wire delivers them as they are seen, every byte, and says so. Small datagrams get the inner checksum
 * that was left to the hardware. Runs inside netns.sh -2. */
#define _GNU_SOURCE
#include "live_posix.h"
#include "wire_reference_posix.h"
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { BYTES = 8 << 20, PORT = 5001, ROOM = 20000, VXLAN = 4789, OUTER = 20 + 8, INNER_LINK = 8 + 14 };

static struct fingerprints *not_cut, *as_seen_supers;
static size_t filled, inner_wrong;

static void make_tunnel(void)
{
    char command[300];
    if (system("ip link add vx0 type vxlan id 7 local 10.9.0.1 remote 10.9.0.2 dstport 4789 dev va 2>/dev/null") != 0)
        SKIP("this kernel has no vxlan devices");
    run("ip addr add 10.8.0.1/24 dev vx0 && ip link set vx0 up");
    snprintf(command, sizeof command, "nsenter -t %s -n sh -c 'ip link add vx0 type vxlan id 7 local 10.9.0.2 "
             "remote 10.9.0.1 dstport 4789 dev vb && ip addr add 10.8.0.2/24 dev vx0 && ip link set vx0 up'",
             getenv("NETNS_PEER_PID"));
    run(command);
}

static struct sockaddr_in endpoint(void)
{
    struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(PORT) };
    CHECK_INT(inet_pton(AF_INET, "10.8.0.2", &to.sin_addr), 1);
    return to;
}

static void receiver(int ready)
{
    static uint8_t buffer[65536];
    char path[64];
    const struct sockaddr_in at = endpoint();
    alarm(60);                          /* the parent may fail before it connects */
    snprintf(path, sizeof path, "/proc/%s/ns/net", getenv("NETNS_PEER_PID"));
    int ns = open(path, O_RDONLY);
    CHECK(ns >= 0 && setns(ns, CLONE_NEWNET) == 0);
    int listening = socket(AF_INET, SOCK_STREAM, 0);
    CHECK_INT(bind(listening, (const struct sockaddr *)&at, sizeof at), 0);
    CHECK_INT(listen(listening, 1), 0);
    CHECK_INT(write(ready, "", 1), 1);
    int fd = accept(listening, NULL, NULL);
    while (recv(fd, buffer, sizeof buffer, 0) > 0)
        ;
    _exit(0);
}

static bool is_outer(const ipfunnel_datagram *d)
{
    const uint8_t *p = d->bytes;
    return d->version == 4 && d->length > OUTER && p[9] == 17 && (p[22] << 8 | p[23]) == VXLAN
           && d->direction == IPFUNNEL_DIRECTION_OUT;
}

/* Is the TCP checksum inside right? */
static bool inner_is_right(const ipfunnel_datagram *d)
{
    const uint8_t *ip = d->bytes + OUTER + INNER_LINK;
    if (ip[0] != 0x45 || ip[9] != 6)
        return true;
    uint32_t length = (uint32_t)(ip[2] << 8 | ip[3]) - 20;
    uint64_t sum = 6 + length;
    for (int i = 12; i < 20; i += 2)
        sum += (uint64_t)(ip[i] << 8 | ip[i + 1]);
    for (uint32_t i = 0; i < length; i++)
        sum += (uint64_t)ip[20 + i] << (i % 2 ? 0 : 8);
    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
    return sum == 0xffff;
}

static void drain(ipfunnel *h, ipfunnel *seen, int wait_ms)
{
    const ipfunnel_datagram *d[64];
    int n;
    while ((n = ipfunnel_recv(h, d, 64, wait_ms)) > 0)
        for (int i = 0; i < n; i++) {
            if (!is_outer(d[i]))
                continue;
            CHECK(!(d[i]->flags & IPFUNNEL_RECONSTRUCTED));
            if (d[i]->flags & IPFUNNEL_NOT_CUT) {
                CHECK(d[i]->flags & IPFUNNEL_SEGMENTATION);
                CHECK(d[i]->segment_size > 0);
                fingerprints_add(not_cut, d[i]->bytes, d[i]->length);
            } else {
                CHECK(d[i]->length <= 1500);
                filled += (d[i]->flags & IPFUNNEL_CHECKSUM_FILLED) != 0;
                inner_wrong += !inner_is_right(d[i]);
            }
        }
    CHECK_INT(n, 0);
    while ((n = ipfunnel_recv(seen, d, 64, wait_ms)) > 0)
        for (int i = 0; i < n; i++)
            if (is_outer(d[i]) && d[i]->length > 1500)
                fingerprints_add(as_seen_supers, d[i]->bytes, d[i]->length);
}

int main(void)
{
    static uint8_t data[65536];
    int ready[2];
    char byte;
    make_tunnel();
    not_cut = fingerprints_make(ROOM);
    as_seen_supers = fingerprints_make(ROOM);
    CHECK_INT(pipe(ready), 0);
    pid_t child = fork();
    if (child == 0)
        receiver(ready[1]);
    close(ready[1]);
    CHECK_INT(read(ready[0], &byte, 1), 1);

    ipfunnel *h = open_live(OPTIONS(.flags = IPFUNNEL_OPEN_ON_WIRE), "va", IPFUNNEL_MODE_ON);
    ipfunnel *seen = open_live(DEFAULTS, "va", IPFUNNEL_MODE_ON);
    const struct sockaddr_in to = endpoint();
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    CHECK_INT(connect(fd, (const struct sockaddr *)&to, sizeof to), 0);
    for (size_t i = 0; i < sizeof data; i++)
        data[i] = (uint8_t)(i * 7 + (i >> 8));
    for (size_t sent = 0; sent < BYTES;) {
        ssize_t n = send(fd, data, BYTES - sent < sizeof data ? BYTES - sent : sizeof data, MSG_DONTWAIT);
        CHECK(n > 0 || errno == EAGAIN);
        sent += n > 0 ? (size_t)n : 0;
        drain(h, seen, 0);
        struct pollfd writable = { .fd = fd, .events = POLLOUT };
        CHECK(poll(&writable, 1, 10000) == 1);
    }
    CHECK_INT(shutdown(fd, SHUT_WR), 0);
    CHECK_INT(recv(fd, &byte, 1, 0), 0);
    int status = 0;
    CHECK_INT(waitpid(child, &status, 0), child);
    CHECK_INT(status, 0);
    drain(h, seen, 50);

    printf("%zu super-datagrams not cut, %zu checksums filled in\n", not_cut->count, filled);
    CHECK(not_cut->count > 20);
    CHECK_INT(not_cut->count, as_seen_supers->count);
    CHECK_INT(fingerprints_differ(not_cut, "on_wire", as_seen_supers, "as seen"), 0);
    CHECK(filled > 2);
    CHECK_INT(inner_wrong, 0);
    CHECK_INT(stats_of(h).dropped, 0);
    ipfunnel_close(h);
    ipfunnel_close(seen);
    return 0;
}
