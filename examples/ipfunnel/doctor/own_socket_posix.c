#define _GNU_SOURCE
#include "own_socket.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

union address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
};

static socklen_t to_system(const struct endpoint *e, union address *a)
{
    memset(a, 0, sizeof *a);
    if (e->version == 4) {
        a->v4.sin_family = AF_INET;
        a->v4.sin_port = htons(e->port);
        memcpy(&a->v4.sin_addr, e->bytes, 4);
        return sizeof a->v4;
    }
    a->v6.sin6_family = AF_INET6;
    a->v6.sin6_port = htons(e->port);
    a->v6.sin6_scope_id = e->scope;
    memcpy(&a->v6.sin6_addr, e->bytes, 16);
    return sizeof a->v6;
}

bool own_sockets_start(void)
{
    return true;
}

void own_sockets_stop(void)
{
}

intptr_t own_socket_udp(int version)
{
    return socket(version == 4 ? AF_INET : AF_INET6, SOCK_DGRAM, 0);
}

intptr_t own_socket_tcp(int version)
{
    return socket(version == 4 ? AF_INET : AF_INET6, SOCK_STREAM, 0);
}

void own_socket_close(intptr_t s)
{
    if (s >= 0)
        close((int)s);
}

bool own_socket_bind(intptr_t s, struct endpoint *at)
{
    union address a;
    socklen_t size;

    at->port = 0;
    size = to_system(at, &a);
    if (bind((int)s, &a.any, size) < 0 || getsockname((int)s, &a.any, &size) < 0)
        return false;
    at->port = ntohs(at->version == 4 ? a.v4.sin_port : a.v6.sin6_port);
    return true;
}

bool own_socket_listen(intptr_t s)
{
    return listen((int)s, 1) == 0;
}

bool own_socket_connect(intptr_t s, const struct endpoint *to)
{
    union address a;
    socklen_t size = to_system(to, &a);
    return connect((int)s, &a.any, size) == 0;
}

intptr_t own_socket_accept(intptr_t s)
{
    struct pollfd p = { .fd = (int)s, .events = POLLIN };
    return poll(&p, 1, 1000) == 1 ? accept((int)s, NULL, NULL) : NO_SOCKET;
}

bool own_socket_send_to(intptr_t s, const struct endpoint *to, const void *bytes, size_t size)
{
    union address a;
    socklen_t length = to_system(to, &a);
    return sendto((int)s, bytes, size, 0, &a.any, length) == (ssize_t)size;
}

int own_socket_send(intptr_t s, const void *bytes, size_t size)
{
    struct pollfd p = { .fd = (int)s, .events = POLLOUT };
    if (poll(&p, 1, 0) != 1)
        return 0;
    return (int)send((int)s, bytes, size, MSG_NOSIGNAL | MSG_DONTWAIT);
}

int own_socket_receive(intptr_t s, void *bytes, size_t size, int timeout_ms)
{
    struct pollfd p = { .fd = (int)s, .events = POLLIN };
    return poll(&p, 1, timeout_ms) == 1 ? (int)recv((int)s, bytes, size, MSG_DONTWAIT) : -1;
}
