#include "winsock_capture_windows.h"
#include "../host.h"
#include <string.h>

enum { TRIAL_QUIET_MS = 300, TRIAL_MOST_MS = 3000, ANSWER_MS = 2000, BUFFER_SIZE = 1 << 17 };

union address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
};

static char buffer[BUFFER_SIZE];

int winsock_control(SOCKET s, DWORD code, void *in, DWORD in_size)
{
    WSAOVERLAPPED overlapped = { .hEvent = WSACreateEvent() };
    DWORD returned = 0, flags = 0;
    int result = WSAIoctl(s, code, in, in_size, NULL, 0, &returned, &overlapped, NULL) == 0 ? 0 : WSAGetLastError();

    if (result == WSA_IO_PENDING) {
        if (WSAWaitForMultipleEvents(1, &overlapped.hEvent, TRUE, ANSWER_MS, FALSE) != WSA_WAIT_EVENT_0)
            CancelIoEx((HANDLE)s, &overlapped);
        result = WSAGetOverlappedResult(s, &overlapped, &returned, TRUE, &flags) ? 0 : WSAGetLastError();
    }
    WSACloseEvent(overlapped.hEvent);
    return result;
}

static int switch_rcvall(SOCKET s, DWORD mode)
{
    return winsock_control(s, SIO_RCVALL, &mode, sizeof mode);
}

SOCKET winsock_raw(int version, int protocol, int *code)
{
    SOCKET s = WSASocketW(version == 4 ? AF_INET : AF_INET6, SOCK_RAW, protocol, NULL, 0, WSA_FLAG_OVERLAPPED);
    *code = s == INVALID_SOCKET ? WSAGetLastError() : 0;
    return s;
}

int winsock_bind(SOCKET s, const struct endpoint *e)
{
    union address a;
    int size = e->version == 4 ? (int)sizeof a.v4 : (int)sizeof a.v6;

    memset(&a, 0, sizeof a);
    a.any.sa_family = e->version == 4 ? AF_INET : AF_INET6;
    if (e->version == 4) {
        memcpy(&a.v4.sin_addr, e->bytes, 4);
    } else {
        memcpy(&a.v6.sin6_addr, e->bytes, 16);
        a.v6.sin6_scope_id = e->scope;
    }
    return bind(s, &a.any, size) == 0 ? 0 : WSAGetLastError();
}

SOCKET winsock_capture(const struct endpoint *e, int protocol, int *code, const char **call)
{
    SOCKET s = winsock_raw(e->version, protocol, code);

    *call = "WSASocket";
    if (*code == 0) {
        *call = "bind";
        *code = winsock_bind(s, e);
    }
    if (*code == 0) {
        *call = "SIO_RCVALL";
        *code = switch_rcvall(s, RCVALL_ON);
    }
    if (*code == 0 || s == INVALID_SOCKET)
        return s;
    closesocket(s);
    return INVALID_SOCKET;
}

void winsock_capture_close(SOCKET s)
{
    if (s == INVALID_SOCKET)
        return;
    switch_rcvall(s, RCVALL_OFF);
    closesocket(s);
}

static bool readable(SOCKET s, int timeout_ms)
{
    struct timeval wait = { .tv_sec = 0, .tv_usec = timeout_ms * 1000 };
    fd_set one;

    FD_ZERO(&one);
    FD_SET(s, &one);
    return select(0, &one, NULL, NULL, &wait) == 1;
}

static uint32_t be16_at(const uint8_t *p)
{
    return (uint32_t)p[0] << 8 | p[1];
}

static void look_at(struct shapes *f, const uint8_t *p, uint32_t n, int version, const struct traffic_batch *batch)
{
    const uint32_t header = version == 4 ? 20 : 40;
    const bool fits = n >= header && p[0] >> 4 == version;
    const uint32_t says = !fits ? 0 : version == 4 ? be16_at(p + 2) : be16_at(p + 4) + 40;

    if (fits && (version == 4 || says == n))
        f->ip_header++;
    else if (n >= 8 && be16_at(p) == batch->from_port && be16_at(p + 2) == batch->to_port)
        f->udp_header++;
    else
        f->other++;
    f->longer += fits && says && n > says;
    f->without_length += fits && version == 4 && says == 0;
}

/* Nothing else was asked for, so it is the first. */
static void look_at_destination(struct shapes *f, const WSAMSG *message, const struct endpoint *e)
{
    const WSACMSGHDR *c = WSA_CMSG_FIRSTHDR(message);
    const struct in6_pktinfo *info;

    if (!c || c->cmsg_level != IPPROTO_IPV6 || c->cmsg_type != IPV6_PKTINFO)
        return;
    info = (const struct in6_pktinfo *)(const void *)WSA_CMSG_DATA(c);
    f->told++;
    f->told_right += memcmp(&info->ipi6_addr, e->bytes, 16) == 0;
}

LPFN_WSARECVMSG winsock_receive_message(SOCKET s)
{
    GUID id = WSAID_WSARECVMSG;
    LPFN_WSARECVMSG found = NULL;
    DWORD size = 0, on = 1;

    if (setsockopt(s, IPPROTO_IPV6, IPV6_PKTINFO, (const char *)&on, sizeof on) != 0)
        return NULL;
    return WSAIoctl(s, SIO_GET_EXTENSION_FUNCTION_POINTER, &id, sizeof id, &found, sizeof found, &size, NULL, NULL) == 0
               ? found : NULL;
}

/* One receive; with WSARecvMsg where it was found. Bytes, or -1. */
static int receive(SOCKET s, LPFN_WSARECVMSG receive_message, struct shapes *f, const struct endpoint *e)
{
    union { WSACMSGHDR header; char bytes[256]; } side;
    SOCKADDR_STORAGE from;
    WSABUF data = { .len = BUFFER_SIZE, .buf = buffer };
    WSAMSG message = { .name = (SOCKADDR *)&from, .namelen = sizeof from, .lpBuffers = &data, .dwBufferCount = 1,
                       .Control = { .len = sizeof side, .buf = side.bytes } };
    DWORD got = 0;

    if (!receive_message)
        return recv(s, buffer, BUFFER_SIZE, 0);
    if (receive_message(s, &message, &got, NULL, NULL) != 0)
        return -1;
    look_at_destination(f, &message, e);
    return (int)got;
}

void winsock_collect(SOCKET s, LPFN_WSARECVMSG receive_message, struct shapes *f, uint32_t run,
                     const struct endpoint *e, const struct traffic_batch *batch)
{
    const int64_t end_ms = host_milliseconds() + TRIAL_MOST_MS;
    uint32_t number = 0;

    *f = (struct shapes){ .tally = { .run = run, .first = batch->first, .count = batch->count } };
    while (host_milliseconds() < end_ms && readable(s, TRIAL_QUIET_MS)) {
        const uint32_t told = f->told, told_right = f->told_right;
        int n = receive(s, receive_message, f, e);
        if (n < 0)
            break;
        if (!mark_find((uint8_t *)buffer, (size_t)n, f->tally.run, &number)) {
            f->told = told;             /* others' datagrams are none of our business */
            f->told_right = told_right;
            continue;
        }
        if (!f->tally.seen)
            f->first = number - batch->first;
        f->last = number - batch->first;
        tally_add(&f->tally, number, (uint32_t)n, false, false);
        look_at(f, (uint8_t *)buffer, (uint32_t)n, e->version, batch);
    }
}

