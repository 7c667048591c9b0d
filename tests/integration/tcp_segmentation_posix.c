/* tcp_segmentation_posix.c - a real TCP connection over a veth pair whose sender leaves cutting to the interface: the
 * super-datagrams are delivered whole and flagged, and every byte equals what a plain packet socket on the same
 * interface reads. Runs inside netns.sh -2.   tcp_segmentation BACKEND 4|6 */
#define _GNU_SOURCE
#include "check.h"
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <ipfunnel.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { BYTES = 3 << 20, PORT = 5001, MOST = 20000 };

/* One captured datagram of the connection, ours or the reference's. */
struct copy {
    uint8_t *bytes;
    uint32_t length;
};
struct list {
    struct copy items[MOST];
    size_t count;
};
static struct list ours, reference;
static int version;

static uint8_t pattern(size_t i) { return (uint8_t)(i * 31 + (i >> 12)); }

static socklen_t endpoint(struct sockaddr_storage *to, const char *four, const char *six)
{
    memset(to, 0, sizeof *to);
    struct sockaddr_in *v4 = (struct sockaddr_in *)to;
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)to;
    if (version == 4) {
        v4->sin_family = AF_INET;
        v4->sin_port = htons(PORT);
        CHECK_INT(inet_pton(AF_INET, four, &v4->sin_addr), 1);
        return sizeof *v4;
    }
    v6->sin6_family = AF_INET6;
    v6->sin6_port = htons(PORT);
    CHECK_INT(inet_pton(AF_INET6, six, &v6->sin6_addr), 1);
    return sizeof *v6;
}

/* In the other namespace: accepts one connection, reads it to its end, and answers with one byte. */
static void receiver(int ready)
{
    char path[64];
    struct sockaddr_storage at;
    snprintf(path, sizeof path, "/proc/%s/ns/net", getenv("NETNS_PEER_PID"));
    int ns = open(path, O_RDONLY), one = 1;
    CHECK(ns >= 0);
    CHECK_INT(setns(ns, CLONE_NEWNET), 0);
    socklen_t size = endpoint(&at, "10.9.0.2", "fd09::2");
    int listening = socket(at.ss_family, SOCK_STREAM, 0);
    setsockopt(listening, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    CHECK_INT(bind(listening, (struct sockaddr *)&at, size), 0);
    CHECK_INT(listen(listening, 1), 0);
    CHECK_INT(write(ready, "", 1), 1);
    int fd = accept(listening, NULL, NULL);
    static uint8_t buffer[65536];
    size_t got = 0;
    for (ssize_t n; (n = read(fd, buffer, sizeof buffer)) > 0; got += (size_t)n)
        for (ssize_t i = 0; i < n; i++)
            CHECK_INT(buffer[i], pattern(got + (size_t)i));
    CHECK_INT(got, BYTES);
    CHECK_INT(write(fd, "", 1), 1);
    _exit(0);
}

static int reference_socket(void)
{
    struct sockaddr_ll at = { .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL),
                              .sll_ifindex = (int)if_nametoindex("va") };
    int fd = socket(AF_PACKET, SOCK_DGRAM, 0), size = 64 << 20;
    CHECK(fd >= 0);
    if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size))
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
    CHECK_INT(bind(fd, (struct sockaddr *)&at, sizeof at), 0);
    return fd;
}

static int of_connection(const uint8_t *p, size_t n)
{
    size_t header = p[0] >> 4 == 6 ? 40 : 20;
    if (n < header + 20 || p[0] >> 4 != version || p[version == 4 ? 9 : 6] != 6)
        return 0;
    return (p[header] << 8 | p[header + 1]) == PORT || (p[header + 2] << 8 | p[header + 3]) == PORT;
}

static void keep(struct list *list, const uint8_t *bytes, size_t length)
{
    CHECK(list->count < MOST);
    struct copy *c = &list->items[list->count++];
    c->bytes = malloc(length);
    c->length = (uint32_t)length;
    memcpy(c->bytes, bytes, length);
}

static void drain_reference(int fd)
{
    static uint8_t buffer[300000];
    for (ssize_t n; (n = recv(fd, buffer, sizeof buffer, MSG_DONTWAIT)) > 0;) {
        size_t length = n >= 40 ? (version == 4 ? (size_t)(buffer[2] << 8 | buffer[3])
                                                : 40 + (size_t)(buffer[4] << 8 | buffer[5])) : 0;
        if (length <= (size_t)n && of_connection(buffer, length))
            keep(&reference, buffer, length);
    }
}

static size_t super_datagrams;

/* Everything that is there now; checks the flags of each datagram on the way. */
static int drain_ours(ipfunnel *h, int timeout_ms)
{
    const ipfunnel_datagram *d[64];
    int n = ipfunnel_recv(h, d, 64, timeout_ms);
    CHECK(n >= 0);
    for (int i = 0; i < n; i++) {
        if (!of_connection(d[i]->bytes, d[i]->length))
            continue;
        keep(&ours, d[i]->bytes, d[i]->length);
        CHECK_INT(d[i]->length, d[i]->original_length);
        if (d[i]->length <= 1500)
            continue;
        super_datagrams++;
        CHECK(d[i]->flags & IPFUNNEL_SEGMENTATION);
        CHECK_INT(d[i]->checksum, IPFUNNEL_CHECKSUM_NOT_READY);
        CHECK_INT(d[i]->direction, IPFUNNEL_DIRECTION_OUT);
    }
    return n;
}

static int by_bytes(const void *a, const void *b)
{
    const struct copy *x = a, *y = b;
    if (x->length != y->length)
        return x->length < y->length ? -1 : 1;
    return memcmp(x->bytes, y->bytes, x->length);
}

/* The stream, put together from what was captured on its way out. */
static void check_stream(void)
{
    static uint8_t have[BYTES];
    size_t header = version == 4 ? 20 : 40, covered = 0;
    uint32_t first = 0;
    for (size_t i = 0; i < ours.count; i++) {
        const uint8_t *tcp = ours.items[i].bytes + header;
        uint32_t sequence = (uint32_t)tcp[4] << 24 | (uint32_t)tcp[5] << 16 | (uint32_t)tcp[6] << 8 | tcp[7];
        int outgoing = (tcp[2] << 8 | tcp[3]) == PORT;
        size_t at = header + (size_t)(tcp[12] >> 4) * 4;
        if (!outgoing)
            continue;
        if (tcp[13] & 2)
            first = sequence + 1;
        for (size_t k = at; k < ours.items[i].length; k++) {
            size_t position = sequence - first + (uint32_t)(k - at);
            CHECK(position < BYTES);
            CHECK_INT(ours.items[i].bytes[k], pattern(position));
            covered += !have[position];
            have[position] = 1;
        }
    }
    CHECK_INT(covered, BYTES);
}

int main(int argc, char **argv)
{
    CHECK(argc == 3);
    version = atoi(argv[2]);
    int ready[2];
    char byte;
    CHECK_INT(pipe(ready), 0);
    pid_t child = fork();
    if (child == 0)
        receiver(ready[1]);
    close(ready[1]);
    CHECK_INT(read(ready[0], &byte, 1), 1);

    ipfunnel_options o = IPFUNNEL_OPTIONS_INIT;
    ipfunnel_error e;
    ipfunnel *h = NULL;
    o.backend = argv[1];
    o.interface_name = "va";
    o.start = IPFUNNEL_MODE_ON;
    if (ipfunnel_open(&h, &o, &e)) {
        fprintf(stderr, "%s; %s\n", e.text, e.remedy);
        return 1;
    }
    int plain = reference_socket();

    struct sockaddr_storage to;
    socklen_t size = endpoint(&to, "10.9.0.2", "fd09::2");
    int fd = socket(to.ss_family, SOCK_STREAM, 0);
    CHECK_INT(connect(fd, (struct sockaddr *)&to, size), 0);
    static uint8_t data[BYTES];
    for (size_t i = 0; i < BYTES; i++)
        data[i] = pattern(i);
    for (size_t sent = 0; sent < BYTES;) {
        size_t chunk = BYTES - sent < 65536 ? BYTES - sent : 65536;
        ssize_t n = send(fd, data + sent, chunk, MSG_DONTWAIT);
        CHECK(n > 0 || errno == EAGAIN);
        sent += n > 0 ? (size_t)n : 0;
        drain_reference(plain);
        drain_ours(h, n > 0 ? 0 : 1);
    }
    CHECK_INT(shutdown(fd, SHUT_WR), 0);
    struct pollfd wait_for = { .fd = fd, .events = POLLIN };
    while (poll(&wait_for, 1, 1) == 0) {
        drain_reference(plain);
        drain_ours(h, 0);
    }
    int status = 0;
    CHECK_INT(waitpid(child, &status, 0), child);
    CHECK_INT(status, 0);
    CHECK_INT(read(fd, &byte, 1), 1);
    CHECK_INT(read(fd, &byte, 1), 0);
    /* After OFF the two sockets still differ in what came since; a close handshake done is the common end. */
    CHECK_INT(ipfunnel_set_mode(h, IPFUNNEL_MODE_OFF), 0);
    drain_reference(plain);
    while (ours.count < reference.count && drain_ours(h, 1000) > 0)
        continue;

    CHECK_INT(ours.count, reference.count);
    CHECK(super_datagrams > 10);
    check_stream();
    qsort(ours.items, ours.count, sizeof *ours.items, by_bytes);
    qsort(reference.items, reference.count, sizeof *reference.items, by_bytes);
    for (size_t i = 0; i < ours.count; i++)
        CHECK_INT(by_bytes(&ours.items[i], &reference.items[i]), 0);
    printf("%zu datagrams, %zu of them super-datagrams, 0 differences\n", ours.count, super_datagrams);
    ipfunnel_close(h);
    for (size_t i = 0; i < ours.count; i++) {
        free(ours.items[i].bytes);
        free(reference.items[i].bytes);
    }
    return 0;
}
