#include "own_socket.h"
#include <string.h>
#include <winsock2.h>
#include <ws2tcpip.h>

union address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
};

static int to_system(const struct endpoint *e, union address *a)
{
    memset(a, 0, sizeof *a);
    if (e->version == 4) {
        a->v4.sin_family = AF_INET;
        a->v4.sin_port = htons(e->port);
        memcpy(&a->v4.sin_addr, e->bytes, 4);
        return (int)sizeof a->v4;
    }
    a->v6.sin6_family = AF_INET6;
    a->v6.sin6_port = htons(e->port);
    a->v6.sin6_scope_id = e->scope;
    memcpy(&a->v6.sin6_addr, e->bytes, 16);
    return (int)sizeof a->v6;
}

static bool ready(SOCKET s, bool to_write, int timeout_ms)
{
    struct timeval wait = { .tv_sec = timeout_ms / 1000, .tv_usec = timeout_ms % 1000 * 1000 };
    fd_set one;

    FD_ZERO(&one);
    FD_SET(s, &one);
    return select(0, to_write ? NULL : &one, to_write ? &one : NULL, NULL, &wait) == 1;
}

bool own_sockets_start(void)
{
    WSADATA data;
    return WSAStartup(MAKEWORD(2, 2), &data) == 0;
}

void own_sockets_stop(void)
{
    WSACleanup();
}

static intptr_t make(int family, int type, int protocol)
{
    SOCKET s = WSASocketW(family, type, protocol, NULL, 0, WSA_FLAG_OVERLAPPED);
    return s == INVALID_SOCKET ? NO_SOCKET : (intptr_t)s;
}

intptr_t own_socket_udp(int version)
{
    return make(version == 4 ? AF_INET : AF_INET6, SOCK_DGRAM, IPPROTO_UDP);
}

intptr_t own_socket_tcp(int version)
{
    return make(version == 4 ? AF_INET : AF_INET6, SOCK_STREAM, IPPROTO_TCP);
}

intptr_t own_socket_raw(int version)
{
    intptr_t s = make(version == 4 ? AF_INET : AF_INET6, SOCK_RAW, IPPROTO_UDP);
    DWORD on = 1;

    if (s != NO_SOCKET && setsockopt((SOCKET)s, version == 4 ? IPPROTO_IP : IPPROTO_IPV6,
                                     version == 4 ? IP_HDRINCL : IPV6_HDRINCL, (const char *)&on, sizeof on) != 0) {
        closesocket((SOCKET)s);
        s = NO_SOCKET;
    }
    return s;
}

void own_socket_close(intptr_t s)
{
    if (s != NO_SOCKET)
        closesocket((SOCKET)s);
}

bool own_socket_bind(intptr_t s, struct endpoint *at)
{
    union address a;
    int size;

    at->port = 0;
    size = to_system(at, &a);
    if (bind((SOCKET)s, &a.any, size) != 0 || getsockname((SOCKET)s, &a.any, &size) != 0)
        return false;
    at->port = ntohs(at->version == 4 ? a.v4.sin_port : a.v6.sin6_port);
    return true;
}

bool own_socket_listen(intptr_t s)
{
    return listen((SOCKET)s, 1) == 0;
}

bool own_socket_connect(intptr_t s, const struct endpoint *to)
{
    union address a;
    int size = to_system(to, &a);
    return connect((SOCKET)s, &a.any, size) == 0;
}

intptr_t own_socket_accept(intptr_t s)
{
    SOCKET accepted = ready((SOCKET)s, false, 1000) ? accept((SOCKET)s, NULL, NULL) : INVALID_SOCKET;
    return accepted == INVALID_SOCKET ? NO_SOCKET : (intptr_t)accepted;
}

bool own_socket_send_to(intptr_t s, const struct endpoint *to, const void *bytes, size_t size)
{
    union address a;
    int length = to_system(to, &a);
    return sendto((SOCKET)s, bytes, (int)size, 0, &a.any, length) == (int)size;
}

int own_socket_send(intptr_t s, const void *bytes, size_t size)
{
    u_long on = 1;
    int sent;

    ioctlsocket((SOCKET)s, (long)FIONBIO, &on);
    sent = send((SOCKET)s, bytes, (int)size, 0);
    return sent >= 0 ? sent : WSAGetLastError() == WSAEWOULDBLOCK ? 0 : -1;
}

int own_socket_receive(intptr_t s, void *bytes, size_t size, int timeout_ms)
{
    int received = ready((SOCKET)s, false, timeout_ms) ? recv((SOCKET)s, bytes, (int)size, 0) : -1;
    return received >= 0 ? received : -1;
}
