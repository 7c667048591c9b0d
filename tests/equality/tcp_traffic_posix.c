#define _GNU_SOURCE
#include "big_tcp_posix.h"
#include "check.h"
#include "equality_traffic_posix.h"
#include "peer_posix.h"
#include <linux/ethtool.h>
#include <net/if.h>
#include <unistd.h>

enum { PORT = 5001, BIG = 125000 };

/* What the other process does differently. */
static struct {
    int here;                   /* it runs in this namespace, over lo */
    int cuts;                   /* it sends, and cuts what it sends by itself */
} peer;

static const char *address(int version, int of_peer)
{
    if (peer.here)
        return version == 4 ? "127.0.0.1" : "::1";
    return version == 4 ? of_peer ? "10.9.0.2" : "10.9.0.1" : of_peer ? "fd09::2" : "fd09::1";
}

static void send_stream(int version, int from_peer)
{
    static uint8_t data[STREAM_BYTES];
    struct sockaddr_storage to;
    socklen_t size = address_of(&to, address(version, !from_peer), PORT);
    int fd = socket_at(SOCK_STREAM, address(version, from_peer), 0);
    uint8_t byte;
    CHECK_INT(connect(fd, (struct sockaddr *)&to, size), 0);
    for (size_t i = 0; i < sizeof data; i++)
        data[i] = (uint8_t)(i * 31 + (i >> 12));
    for (size_t sent = 0; sent < sizeof data;) {
        ssize_t n = send(fd, data + sent, sizeof data - sent, 0);
        CHECK(n > 0);
        sent += (size_t)n;
    }
    CHECK_INT(shutdown(fd, SHUT_WR), 0);
    CHECK_INT(recv(fd, &byte, 1, 0), 0);
    close(fd);
}

static void receive_stream(int listening)
{
    static uint8_t buffer[65536];
    int fd = accept(listening, NULL, NULL);
    size_t got = 0;
    CHECK(fd >= 0);
    for (ssize_t n; (n = recv(fd, buffer, sizeof buffer, 0)) > 0; got += (size_t)n)
        for (ssize_t i = 0; i < n; i++)
            CHECK_INT(buffer[i], (uint8_t)((got + (size_t)i) * 31 + ((got + (size_t)i) >> 12)));
    CHECK_INT(got, STREAM_BYTES);
    close(fd);
}

static int listener(int version, int of_peer)
{
    int fd = socket_at(SOCK_STREAM, address(version, of_peer), PORT);
    CHECK_INT(listen(fd, 1), 0);
    return fd;
}

static void peer_receives(int version)
{
    int fd = listener(version, 1);
    peer_is_ready();
    receive_stream(fd);
}

static void peer_sends(int version)
{
    if (peer.cuts) {
        set_offload("vb", ETHTOOL_STSO, 0);
        set_offload("vb", ETHTOOL_SGSO, 0);
    }
    peer_is_ready();
    send_stream(version, 1);
}

static void to_peer(int version, int here)
{
    peer.here = here;
    pid_t child = peer_start(peer_receives, version, here);
    send_stream(version, 0);
    peer_end(child);
}

void tcp_ipv4(void) { to_peer(4, 0); }
void tcp_ipv6(void) { to_peer(6, 0); }
void tcp_loopback_ipv4(void) { to_peer(4, 1); }
void tcp_loopback_ipv6(void) { to_peer(6, 1); }

static void without_offloads(int version)
{
    set_offload("va", ETHTOOL_STSO, 0);
    set_offload("va", ETHTOOL_SGSO, 0);
    set_offload("va", ETHTOOL_STXCSUM, 0);
    to_peer(version, 0);
}

void tcp_without_offloads_ipv4(void) { without_offloads(4); }
void tcp_without_offloads_ipv6(void) { without_offloads(6); }

static void from_peer(int version)
{
    set_offload("va", ETHTOOL_SGRO, 1);
    peer.cuts = 1;
    int fd = listener(version, 0);
    pid_t child = peer_start(peer_sends, version, 0);
    receive_stream(fd);
    peer_end(child);
    close(fd);
}

void tcp_received_ipv4(void) { from_peer(4); }
void tcp_received_ipv6(void) { from_peer(6); }

static void need_big_tcp(int version)
{
    if (!big_tcp_allow(version, BIG))
        SKIP("the BIG TCP rig cannot be set up: this kernel has no datagrams beyond 64 KiB");
}

void tcp_big_ipv4(void)
{
    need_big_tcp(4);
    tcp_ipv4();
}

void tcp_big_ipv6(void)
{
    need_big_tcp(6);
    tcp_ipv6();
}
