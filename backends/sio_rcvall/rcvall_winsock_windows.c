/* rcvall_winsock_windows.c - winsock_calls.h over Winsock: each function is one call of the system, and nothing is
 * decided here. Run under Wine with doubles for the raw socket only; not yet run on Windows. */
#include "winsock_calls.h"
#include <assert.h>
#include <limits.h>
#include <string.h>
#include <winsock2.h>
#include <ws2tcpip.h>
#include <mstcpip.h>
#include <mswsock.h>

#define SAME(code) static_assert(IPFUNNEL__##code == code, #code)
SAME(WSA_NOT_ENOUGH_MEMORY);
SAME(WSA_OPERATION_ABORTED);
SAME(WSA_IO_INCOMPLETE);
SAME(WSA_IO_PENDING);
SAME(WSAEINTR);
SAME(WSAEACCES);
SAME(WSAEFAULT);
SAME(WSAEINVAL);
SAME(WSAEMFILE);
SAME(WSAEWOULDBLOCK);
SAME(WSAEINPROGRESS);
SAME(WSAENOTSOCK);
SAME(WSAEMSGSIZE);
SAME(WSAENOPROTOOPT);
SAME(WSAEPROTONOSUPPORT);
SAME(WSAESOCKTNOSUPPORT);
SAME(WSAEOPNOTSUPP);
SAME(WSAEAFNOSUPPORT);
SAME(WSAEADDRINUSE);
SAME(WSAEADDRNOTAVAIL);
SAME(WSAENETDOWN);
SAME(WSAENETRESET);
SAME(WSAECONNRESET);
SAME(WSAENOBUFS);
SAME(WSAEPROCLIM);
SAME(WSASYSNOTREADY);
SAME(WSAVERNOTSUPPORTED);
SAME(WSAEPROVIDERFAILEDINIT);
SAME(WSAENOPROTOOPT);

static_assert((intptr_t)INVALID_SOCKET == IPFUNNEL__NO_SOCKET, "no socket");

/* What the system writes to and reads from while a call is under way. */
struct call {
    WSAOVERLAPPED overlapped;
    WSABUF buffer;
    WSAMSG message;
    SOCKADDR_STORAGE source;
    DWORD flags, mode;
    union {
        char bytes[160];                    /* twice what is asked for */
        WSACMSGHDR header;
    } control;
};
static_assert(sizeof(struct call) <= sizeof(struct ipfunnel__winsock_call), "room for a call");

static struct call *inside(struct ipfunnel__winsock_call *call) { return (struct call *)(void *)call; }

static SOCKET of(const struct ipfunnel__winsock_socket *socket) { return (SOCKET)socket->handle; }

static int code_of(int result) { return result == 0 ? 0 : WSAGetLastError(); }

int ipfunnel__winsock_start(struct ipfunnel__winsock *winsock)
{
    WSADATA data;
    HMODULE kernel = GetModuleHandleW(L"kernel32.dll");
    winsock->precise_time = (void (*)(void))GetProcAddress(kernel, "GetSystemTimePreciseAsFileTime");
    return WSAStartup(MAKEWORD(2, 2), &data);
}

void ipfunnel__winsock_stop(void)
{
    WSACleanup();
}

int64_t ipfunnel__winsock_time_ns(const struct ipfunnel__winsock *winsock)
{
    const int64_t steps_1601_to_1970 = INT64_C(116444736000000000);
    typedef void(WINAPI * time_function)(FILETIME *);
    time_function read = winsock->precise_time ? (time_function)winsock->precise_time : GetSystemTimeAsFileTime;
    FILETIME now;
    read(&now);
    return ((int64_t)((uint64_t)now.dwHighDateTime << 32 | now.dwLowDateTime) - steps_1601_to_1970) * 100;
}

uint32_t ipfunnel__winsock_time_step_ns(const struct ipfunnel__winsock *winsock)
{
    DWORD adjustment = 0, step = 0;
    BOOL disabled = FALSE;
    if (winsock->precise_time)
        return 100;
    return GetSystemTimeAdjustment(&adjustment, &step, &disabled) ? step * 100 : 0;
}

int ipfunnel__winsock_socket(struct ipfunnel__winsock_socket *made, int version, int protocol)
{
    SOCKET s = WSASocketW(version == 4 ? AF_INET : AF_INET6, SOCK_RAW, protocol, NULL, 0, WSA_FLAG_OVERLAPPED);
    made->handle = (intptr_t)s;
    made->receive_message = NULL;
    if (s == INVALID_SOCKET)
        return WSAGetLastError();
    SetHandleInformation((HANDLE)s, HANDLE_FLAG_INHERIT, 0);    /* the flag for it is newer than Windows 7 */
    return 0;
}

int ipfunnel__winsock_close(struct ipfunnel__winsock_socket *socket)
{
    return code_of(closesocket(of(socket)));
}

int ipfunnel__winsock_bind(struct ipfunnel__winsock_socket *socket, int version, const uint8_t bytes[16],
                           uint32_t scope)
{
    struct sockaddr_in v4 = { .sin_family = AF_INET };
    struct sockaddr_in6 v6 = { .sin6_family = AF_INET6, .sin6_scope_id = scope };
    memcpy(&v4.sin_addr, bytes, 4);
    memcpy(&v6.sin6_addr, bytes, 16);
    return version == 4 ? code_of(bind(of(socket), (const struct sockaddr *)&v4, sizeof v4))
                        : code_of(bind(of(socket), (const struct sockaddr *)&v6, sizeof v6));
}

static int set_number(struct ipfunnel__winsock_socket *socket, int level, int option, int value)
{
    return code_of(setsockopt(of(socket), level, option, (const char *)&value, sizeof value));
}

int ipfunnel__winsock_set_buffer(struct ipfunnel__winsock_socket *socket, uint32_t bytes)
{
    return set_number(socket, SOL_SOCKET, SO_RCVBUF, bytes > INT_MAX ? INT_MAX : (int)bytes);
}

int ipfunnel__winsock_get_buffer(struct ipfunnel__winsock_socket *socket, uint32_t *bytes)
{
    int value = 0, size = sizeof value;
    int code = code_of(getsockopt(of(socket), SOL_SOCKET, SO_RCVBUF, (char *)&value, &size));
    *bytes = (uint32_t)value;
    return code;
}

int ipfunnel__winsock_find_receive_message(struct ipfunnel__winsock_socket *socket)
{
    GUID id = WSAID_WSARECVMSG;
    LPFN_WSARECVMSG function = NULL;
    DWORD size = 0;
    int code = code_of(WSAIoctl(of(socket), SIO_GET_EXTENSION_FUNCTION_POINTER, &id, sizeof id, &function,
                                sizeof function, &size, NULL, NULL));
    socket->receive_message = (void (*)(void))function;
    return code;
}

int ipfunnel__winsock_ask_destination(struct ipfunnel__winsock_socket *socket)
{
    return set_number(socket, IPPROTO_IPV6, IPV6_PKTINFO, 1);
}

int ipfunnel__winsock_ask_hop_limit(struct ipfunnel__winsock_socket *socket)
{
    return set_number(socket, IPPROTO_IPV6, IPV6_HOPLIMIT, 1);
}

static struct call *begin(struct ipfunnel__winsock_call *call, const struct ipfunnel__signal *event)
{
    struct call *c = inside(call);
    memset(c, 0, sizeof *c);
    c->overlapped.Internal = STATUS_PENDING;    /* not ended, also where the system does not write it at the start */
    c->overlapped.hEvent = (HANDLE)event->handle;
    return c;
}

int ipfunnel__winsock_rcvall(struct ipfunnel__winsock_socket *socket, struct ipfunnel__winsock_call *call,
                             uint32_t mode, const struct ipfunnel__signal *event)
{
    struct call *c = begin(call, event);
    c->mode = mode;
    return code_of(WSAIoctl(of(socket), SIO_RCVALL, &c->mode, sizeof c->mode, NULL, 0, &c->flags, &c->overlapped,
                            NULL));
}

int ipfunnel__winsock_watch_addresses(struct ipfunnel__winsock_socket *socket, struct ipfunnel__winsock_call *call,
                                      const struct ipfunnel__signal *event)
{
    struct call *c = begin(call, event);
    return code_of(WSAIoctl(of(socket), SIO_ADDRESS_LIST_CHANGE, NULL, 0, NULL, 0, &c->flags, &c->overlapped, NULL));
}

int ipfunnel__winsock_receive(struct ipfunnel__winsock_socket *socket, struct ipfunnel__winsock_call *call,
                              uint8_t *bytes, uint32_t size, const struct ipfunnel__signal *event)
{
    struct call *c = begin(call, event);
    c->buffer = (WSABUF){ .len = size, .buf = (char *)bytes };
    return code_of(WSARecv(of(socket), &c->buffer, 1, NULL, &c->flags, &c->overlapped, NULL));
}

int ipfunnel__winsock_receive_message(struct ipfunnel__winsock_socket *socket, struct ipfunnel__winsock_call *call,
                                      uint8_t *bytes, uint32_t size, const struct ipfunnel__signal *event)
{
    LPFN_WSARECVMSG receive = (LPFN_WSARECVMSG)socket->receive_message;
    struct call *c = begin(call, event);
    c->buffer = (WSABUF){ .len = size, .buf = (char *)bytes };
    c->message = (WSAMSG){
        .name = (struct sockaddr *)&c->source,
        .namelen = sizeof c->source,
        .lpBuffers = &c->buffer,
        .dwBufferCount = 1,
        .Control = { .len = sizeof c->control, .buf = c->control.bytes },
    };
    return code_of(receive(of(socket), &c->message, NULL, &c->overlapped, NULL));
}

bool ipfunnel__winsock_done(const struct ipfunnel__winsock_call *call)
{
    /* Volatile: the system writes it behind the compiler's back. What it wrote before is read after it. */
    const volatile OVERLAPPED *overlapped = &((const struct call *)(const void *)call)->overlapped;
    bool done = HasOverlappedIoCompleted(overlapped);
    MemoryBarrier();
    return done;
}

int ipfunnel__winsock_result(struct ipfunnel__winsock_socket *socket, struct ipfunnel__winsock_call *call,
                             uint32_t *bytes)
{
    struct call *c = inside(call);
    DWORD size = 0, flags = 0;
    int code = WSAGetOverlappedResult(of(socket), &c->overlapped, &size, FALSE, &flags) ? 0 : WSAGetLastError();
    *bytes = size;
    return code;
}

static void read_control(const WSACMSGHDR *header, const void *data, size_t size,
                         struct ipfunnel__winsock_facts *facts)
{
    IN6_PKTINFO info;
    int number = -1;
    if (header->cmsg_level == IPPROTO_IPV6 && header->cmsg_type == IPV6_PKTINFO && size >= sizeof info) {
        memcpy(&info, data, sizeof info);
        facts->has_destination = true;
        memcpy(facts->destination, &info.ipi6_addr, 16);
    } else if (header->cmsg_level == IPPROTO_IPV6 && header->cmsg_type == IPV6_HOPLIMIT && size >= sizeof number) {
        memcpy(&number, data, sizeof number);
        facts->has_hop_limit = number >= 0 && number <= UINT8_MAX;
        facts->hop_limit = (uint8_t)number;
    }
}

void ipfunnel__winsock_facts(const struct ipfunnel__winsock_call *call, struct ipfunnel__winsock_facts *facts)
{
    const struct call *c = (const struct call *)(const void *)call;
    const struct sockaddr_in6 *source = (const struct sockaddr_in6 *)(const void *)&c->source;
    const size_t align = sizeof(size_t), head = (sizeof(WSACMSGHDR) + align - 1) / align * align;
    size_t size = c->message.Control.len < sizeof c->control ? c->message.Control.len : sizeof c->control;
    memset(facts, 0, sizeof *facts);
    if (source->sin6_family == AF_INET6) {
        facts->has_source = true;
        memcpy(facts->source, &source->sin6_addr, 16);
    }
    for (size_t at = 0, step = 0; size - at >= head; at += step) {
        WSACMSGHDR header;
        memcpy(&header, c->control.bytes + at, sizeof header);
        if (header.cmsg_len < head || header.cmsg_len > size - at)
            break;
        read_control(&header, c->control.bytes + at + head, header.cmsg_len - head, facts);
        step = (header.cmsg_len + align - 1) / align * align;
        if (step > size - at)
            break;
    }
}

void ipfunnel__winsock_cancel(struct ipfunnel__winsock_socket *socket, struct ipfunnel__winsock_call *call)
{
    CancelIoEx((HANDLE)of(socket), call ? &inside(call)->overlapped : NULL);
}
