/* demo_traffic_posix.c - a small mix of real traffic for demo.sh: UDP questions and answers, UDP larger than one frame
 * (so that IP cuts it into fragments), a TCP transfer, and ICMP echo.
 *   demo_traffic serve PORT SECONDS               answers UDP and takes TCP on every address of this network
 *   demo_traffic send PORT SECONDS ADDRESS...     talks to servers, round after round
 * Both end by themselves after SECONDS. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

enum { QUESTION = 36, LARGE = 4000, TRANSFER = 20000, PAUSE_MS = 150, PATIENCE_MS = 300, MOST_ADDRESSES = 8 };

union address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
};

static int64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static socklen_t size_of(const union address *a)
{
    return a->any.sa_family == AF_INET ? (socklen_t)sizeof a->v4 : (socklen_t)sizeof a->v6;
}

static int parse(const char *text, uint16_t port, union address *out)
{
    memset(out, 0, sizeof *out);
    if (inet_pton(AF_INET, text, &out->v4.sin_addr) == 1) {
        out->v4.sin_family = AF_INET;
        out->v4.sin_port = htons(port);
        return 1;
    }
    out->v6.sin6_family = AF_INET6;
    out->v6.sin6_port = htons(port);
    return inet_pton(AF_INET6, text, &out->v6.sin6_addr) == 1;
}

/* A socket that gives up waiting, so that a lost packet cannot stop the demonstration; -1 when the system has none. */
static int open_socket(int family, int type, int protocol)
{
    const struct timeval patience = { .tv_usec = PATIENCE_MS * 1000 };
    int s = socket(family, type, protocol);
    if (s >= 0) {
        setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        setsockopt(s, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    }
    return s;
}

static int open_server(int family, int type, uint16_t port)
{
    const int yes = 1;
    union address here;
    int s = open_socket(family, type, 0);
    if (s < 0)
        return -1;
    parse(family == AF_INET ? "0.0.0.0" : "::", port, &here);
    setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (family == AF_INET6)
        setsockopt(s, IPPROTO_IPV6, IPV6_V6ONLY, &yes, sizeof yes);
    if (bind(s, &here.any, size_of(&here)) != 0 || (type == SOCK_STREAM && listen(s, 8) != 0)) {
        close(s);
        return -1;
    }
    return s;
}

static void answer_udp(int s)
{
    char message[LARGE];
    union address from;
    socklen_t size = sizeof from;
    ssize_t n = recvfrom(s, message, sizeof message, 0, &from.any, &size);
    if (n >= 0)
        (void)!sendto(s, message, (size_t)n, 0, &from.any, size);
}

static void take_tcp(int listener)
{
    char part[16384];
    ssize_t n = 0;
    int s = accept(listener, NULL, NULL);
    if (s < 0)
        return;
    const struct timeval patience = { .tv_usec = PATIENCE_MS * 1000 };
    setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    while ((n = recv(s, part, sizeof part, 0)) > 0)
        ;
    (void)!send(s, "thanks\n", 7, MSG_NOSIGNAL);
    close(s);
}

static int serve(uint16_t port, int64_t end)
{
    /* UDP before TCP, so that the index tells them apart. A family that the system lacks is -1, which poll ignores. */
    struct pollfd servers[4] = {
        { .fd = open_server(AF_INET, SOCK_DGRAM, port), .events = POLLIN },
        { .fd = open_server(AF_INET6, SOCK_DGRAM, port), .events = POLLIN },
        { .fd = open_server(AF_INET, SOCK_STREAM, port), .events = POLLIN },
        { .fd = open_server(AF_INET6, SOCK_STREAM, port), .events = POLLIN },
    };
    if (servers[0].fd < 0 || servers[2].fd < 0) {
        fprintf(stderr, "demo_traffic: port %u is not free\n", (unsigned)port);
        return 1;
    }
    for (int64_t left = 0; (left = end - now_ms()) > 0;) {
        if (poll(servers, 4, (int)left) <= 0)
            continue;
        for (int i = 0; i < 4; i++)
            if (servers[i].revents & POLLIN)
                i < 2 ? answer_udp(servers[i].fd) : take_tcp(servers[i].fd);
    }
    return 0;
}

static void ask_udp(const union address *to, size_t size)
{
    char message[LARGE];
    memset(message, 'u', sizeof message);
    int s = open_socket(to->any.sa_family, SOCK_DGRAM, 0);
    if (s < 0)
        return;
    if (sendto(s, message, size, 0, &to->any, size_of(to)) >= 0)
        (void)!recv(s, message, sizeof message, 0);
    close(s);
}

static void transfer_tcp(const union address *to)
{
    static char bytes[TRANSFER];
    char answer[16];
    int s = open_socket(to->any.sa_family, SOCK_STREAM, 0);
    if (s < 0)
        return;
    if (connect(s, &to->any, size_of(to)) == 0) {
        (void)!send(s, bytes, sizeof bytes, MSG_NOSIGNAL);
        shutdown(s, SHUT_WR);
        (void)!recv(s, answer, sizeof answer, 0);
    }
    close(s);
}

static void ping(const union address *to, uint16_t sequence)
{
    /* Type, code, checksum, identifier, sequence, and text. The system fills the checksum of ICMPv6 only. */
    uint8_t echo[40] = { to->any.sa_family == AF_INET ? 8 : 128, 0, 0, 0, 0x1f, 0x0f };
    uint8_t answer[128];
    union address target = *to;
    uint32_t sum = 0;
    echo[6] = (uint8_t)(sequence >> 8);
    echo[7] = (uint8_t)sequence;
    for (size_t i = 0; i < sizeof echo; i += 2)
        sum += (uint32_t)(echo[i] << 8 | echo[i + 1]);
    sum = (sum & 0xffff) + (sum >> 16);
    echo[2] = (uint8_t)(~sum >> 8);
    echo[3] = (uint8_t)~sum;
    int s = to->any.sa_family == AF_INET ? open_socket(AF_INET, SOCK_RAW, IPPROTO_ICMP)
                                         : open_socket(AF_INET6, SOCK_RAW, IPPROTO_ICMPV6);
    if (s < 0)
        return;
    target.v4.sin_port = 0;                   /* where both kinds of address have it; raw sockets of IPv6 want 0 */
    if (sendto(s, echo, sizeof echo, 0, &target.any, size_of(&target)) >= 0)
        (void)!recv(s, answer, sizeof answer, 0);
    close(s);
}

static int send_rounds(uint16_t port, int64_t end, char **addresses, int count)
{
    union address to[MOST_ADDRESSES];
    uint16_t round = 0;
    for (int i = 0; i < count; i++)
        if (!parse(addresses[i], port, &to[i])) {
            fprintf(stderr, "demo_traffic: not an address: %s\n", addresses[i]);
            return 1;
        }
    while (now_ms() < end) {
        for (int i = 0; i < count; i++)
            switch (round % 4) {
            case 0: ping(&to[i], round); break;
            case 1: ask_udp(&to[i], QUESTION); break;
            case 2: ask_udp(&to[i], LARGE); break;
            default: transfer_tcp(&to[i]);
            }
        round++;
        poll(NULL, 0, PAUSE_MS);              /* slow enough to be read while it happens */
    }
    return 0;
}

int main(int argc, char **argv)
{
    long port = argc > 3 ? strtol(argv[2], NULL, 10) : 0;
    long seconds = argc > 3 ? strtol(argv[3], NULL, 10) : 0;
    if (port >= 1 && port <= 65535 && seconds >= 1 && seconds <= 3600) {
        int64_t end = now_ms() + seconds * 1000;
        if (strcmp(argv[1], "serve") == 0 && argc == 4)
            return serve((uint16_t)port, end);
        if (strcmp(argv[1], "send") == 0 && argc > 4 && argc - 4 <= MOST_ADDRESSES)
            return send_rounds((uint16_t)port, end, argv + 4, argc - 4);
    }
    fprintf(stderr, "usage: demo_traffic serve PORT SECONDS\n       demo_traffic send PORT SECONDS ADDRESS...\n");
    return 2;
}
