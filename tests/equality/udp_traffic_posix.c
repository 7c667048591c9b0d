#define _GNU_SOURCE
#include "check.h"
#include "equality_traffic_posix.h"
#include "peer_posix.h"
#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/ip_icmp.h>
#include <netinet/udp.h>
#include <stdbool.h>
#include <unistd.h>

static uint8_t data[6000];
static const char *ours(int version) { return version == 4 ? "10.9.0.1" : "fd09::1"; }
static const char *theirs(int version) { return version == 4 ? "10.9.0.2" : "fd09::2"; }
static const char *loopback(int version) { return version == 4 ? "127.0.0.1" : "::1"; }

/* Connected from port 4000 to a port of the other side. */
static int connected(const char *from, const char *to, unsigned port)
{
    struct sockaddr_storage at;
    int fd = socket_at(SOCK_DGRAM, from, 4000);
    socklen_t size = address_of(&at, to, port);
    CHECK_INT(connect(fd, (struct sockaddr *)&at, size), 0);
    return fd;
}

static const ssize_t sizes[] = { 0, 100, 1452 };
enum { SIZES = sizeof sizes / sizeof *sizes };

static void answer(int fd)
{
    uint8_t buffer[2000];
    struct sockaddr_storage from;
    for (int i = 0; i < SIZES; i++) {
        socklen_t size = sizeof from;
        CHECK_INT(recvfrom(fd, buffer, sizeof buffer, 0, (struct sockaddr *)&from, &size), sizes[i]);
        CHECK_INT(sendto(fd, buffer, (size_t)sizes[i], 0, (struct sockaddr *)&from, size), sizes[i]);
    }
    close(fd);
}

static void answer_there(int version)
{
    int fd = socket_at(SOCK_DGRAM, theirs(version), 4001);
    peer_is_ready();
    answer(fd);
}

static void answer_here(int version)
{
    int fd = socket_at(SOCK_DGRAM, loopback(version), 4001);
    peer_is_ready();
    answer(fd);
}

static void ask(int version, bool here)
{
    uint8_t buffer[2000];
    pid_t child = peer_start(here ? answer_here : answer_there, version, here);
    int fd = connected(here ? loopback(version) : ours(version), here ? loopback(version) : theirs(version), 4001);
    for (int i = 0; i < SIZES; i++) {
        CHECK_INT(send(fd, data, (size_t)sizes[i], 0), sizes[i]);
        CHECK_INT(recv(fd, buffer, sizeof buffer, 0), sizes[i]);
    }
    close(fd);
    peer_end(child);
}

void udp_to_peer_ipv4(void) { ask(4, false); }
void udp_to_peer_ipv6(void) { ask(6, false); }
void udp_loopback_ipv4(void) { ask(4, true); }
void udp_loopback_ipv6(void) { ask(6, true); }

/* Somebody takes it, so that no error comes back. */
static void take(int version)
{
    uint8_t buffer[6000];
    int fd = socket_at(SOCK_DGRAM, theirs(version), 4001);
    peer_is_ready();
    for (ssize_t got = 0; got < 4000;) {
        ssize_t n = recv(fd, buffer, sizeof buffer, 0);
        CHECK(n > 0);
        got += n;
    }
    close(fd);
}

static void send_large(int version, size_t size, int segment)
{
    pid_t child = peer_start(take, version, 0);
    int fd = connected(ours(version), theirs(version), 4001);
    if (segment && setsockopt(fd, IPPROTO_UDP, UDP_SEGMENT, &segment, sizeof segment))
        SKIP("the UDP_SEGMENT rig cannot be set up: %s", strerror(errno));
    CHECK_INT(send(fd, data, size, 0), size);
    close(fd);
    peer_end(child);
}

void udp_fragmented_ipv4(void) { send_large(4, 4000, 0); }
void udp_fragmented_ipv6(void) { send_large(6, 4000, 0); }
void udp_segmented_ipv4(void) { send_large(4, 5000, 1000); }
void udp_segmented_ipv6(void) { send_large(6, 5000, 1000); }

static void unreachable(int version)
{
    uint8_t buffer[64];
    int fd = connected(ours(version), theirs(version), 9);
    CHECK_INT(send(fd, data, 36, 0), 36);
    CHECK_INT(recv(fd, buffer, sizeof buffer, 0), -1);
    CHECK_INT(errno, ECONNREFUSED);
    close(fd);
}

void udp_to_nobody_ipv4(void) { unreachable(4); }
void udp_to_nobody_ipv6(void) { unreachable(6); }

void udp_to_many(void)
{
    static const char *const groups[] = { "10.9.0.255", "255.255.255.255", "224.0.0.251", "ff02::fb" };
    int yes = 1, index = (int)if_nametoindex("va");
    for (int i = 0; i < 4; i++) {
        struct sockaddr_storage to;
        socklen_t size = address_of(&to, groups[i], 4001);
        int fd = socket_at(SOCK_DGRAM, ours(i < 3 ? 4 : 6), 4000);
        const struct ip_mreqn through = { .imr_ifindex = index };
        CHECK_INT(setsockopt(fd, SOL_SOCKET, SO_BROADCAST, &yes, sizeof yes), 0);
        CHECK_INT(setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, "va", 3), 0);
        CHECK_INT(i < 3 ? setsockopt(fd, IPPROTO_IP, IP_MULTICAST_IF, &through, sizeof through)
                        : setsockopt(fd, IPPROTO_IPV6, IPV6_MULTICAST_IF, &index, sizeof index), 0);
        CHECK_INT(sendto(fd, data, 20, 0, (struct sockaddr *)&to, size), 20);
        close(fd);
    }
}

static void echo(int version)
{
    struct sockaddr_storage at;
    const struct timeval patience = { .tv_sec = 3 };
    uint8_t message[36] = { version == 4 ? ICMP_ECHO : ICMP6_ECHO_REQUEST }, reply[200];
    int fd = socket(version == 4 ? AF_INET : AF_INET6, SOCK_RAW, version == 4 ? IPPROTO_ICMP : IPPROTO_ICMPV6);
    CHECK(fd >= 0);
    CHECK_INT(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience), 0);
    socklen_t size = address_of(&at, theirs(version), 0);
    CHECK_INT(connect(fd, (struct sockaddr *)&at, size), 0);
    for (uint8_t number = 1; number <= 3; number++) {
        message[7] = number;
        if (version == 4) {             /* of ICMPv6 the kernel makes the checksum */
            uint32_t sum = (uint32_t)(ICMP_ECHO << 8) + number;
            message[2] = (uint8_t)(~sum >> 8);
            message[3] = (uint8_t)~sum;
        }
        CHECK_INT(send(fd, message, sizeof message, 0), sizeof message);
        const uint8_t *type = reply + (version == 4 ? 20 : 0);
        do
            CHECK(recv(fd, reply, sizeof reply, 0) >= (version == 4 ? 56 : 36));
        while (*type != (version == 4 ? ICMP_ECHOREPLY : ICMP6_ECHO_REPLY));
    }
    close(fd);
}

void echo_ipv4(void) { echo(4); }
void echo_ipv6(void) { echo(6); }

/* The reports go out within milliseconds; the socket has to live until then, so it lives as long as the process. */
void join_group_ipv4(void)
{
    struct ip_mreqn group = { .imr_ifindex = (int)if_nametoindex("va") };
    CHECK_INT(inet_pton(AF_INET, "239.9.9.9", &group.imr_multiaddr), 1);
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    CHECK_INT(setsockopt(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &group, sizeof group), 0);
}

void join_group_ipv6(void)
{
    struct ipv6_mreq group = { .ipv6mr_interface = if_nametoindex("va") };
    CHECK_INT(inet_pton(AF_INET6, "ff02::9:9:9", &group.ipv6mr_multiaddr), 1);
    int fd = socket(AF_INET6, SOCK_DGRAM, 0);
    CHECK_INT(setsockopt(fd, IPPROTO_IPV6, IPV6_ADD_MEMBERSHIP, &group, sizeof group), 0);
}
