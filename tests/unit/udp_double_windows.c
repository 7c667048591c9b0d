#include "udp_double_windows.h"
#include "check.h"
#include <stdbool.h>
#include <winsock2.h>
#include <ws2tcpip.h>
#include <mstcpip.h>
#include <mswsock.h>

enum { SOCKETS = 16, STATUS_CANCELLED_IO = (int)0xC0000120, PENDING_IO = 0x103 };

struct socket {
    SOCKET s;
    int version, protocol;
    bool bound;
    uint32_t mode, wanted;
    WSAOVERLAPPED *held;
};

static struct {
    struct socket sockets[SOCKETS];
    struct { enum double_how how; int code, times; } failures[DOUBLE_CALLS];
    int starts, only_through, short_times;
    uint32_t short_bytes;
    bool hold;
    SOCKET sender[2];
} now = { .only_through = -1, .sender = { INVALID_SOCKET, INVALID_SOCKET } };

/* The real function, past the import pointers below. */
typedef void (*any_function)(void);
static any_function real(const wchar_t *library, const char *name)
{
    any_function f = (any_function)GetProcAddress(GetModuleHandleW(library), name);
    CHECK(f);
    return f;
}
#define REAL(name) ((name##_function)real(L"ws2_32.dll", #name))

typedef int(WSAAPI *WSAStartup_function)(WORD, LPWSADATA);
typedef int(WSAAPI *WSACleanup_function)(void);
typedef SOCKET(WSAAPI *WSASocketW_function)(int, int, int, LPWSAPROTOCOL_INFOW, GROUP, DWORD);
typedef int(WSAAPI *closesocket_function)(SOCKET);
typedef int(WSAAPI *bind_function)(SOCKET, const struct sockaddr *, int);
typedef int(WSAAPI *WSAIoctl_function)(SOCKET, DWORD, LPVOID, DWORD, LPVOID, DWORD, LPDWORD, LPWSAOVERLAPPED,
                                       LPWSAOVERLAPPED_COMPLETION_ROUTINE);
typedef int(WSAAPI *WSARecv_function)(SOCKET, LPWSABUF, DWORD, LPDWORD, LPDWORD, LPWSAOVERLAPPED,
                                      LPWSAOVERLAPPED_COMPLETION_ROUTINE);
typedef BOOL(WINAPI *CancelIoEx_function)(HANDLE, LPOVERLAPPED);
typedef int(WSAAPI *getsockname_function)(SOCKET, struct sockaddr *, int *);
typedef int(WSAAPI *sendto_function)(SOCKET, const char *, int, int, const struct sockaddr *, int);

static struct socket *find(SOCKET s)
{
    for (int i = 0; i < SOCKETS; i++)
        if (now.sockets[i].version && now.sockets[i].s == s)
            return &now.sockets[i];
    return NULL;
}

/* True, and the code is set, when the call is to fail now. */
static bool fails(enum double_call call, enum double_how how)
{
    if (now.failures[call].times == 0 || now.failures[call].how != how)
        return false;
    now.failures[call].times--;
    WSASetLastError(now.failures[call].code);
    return true;
}

static int WSAAPI double_WSAStartup(WORD version, LPWSADATA data)
{
    if (fails(DOUBLE_STARTUP, AT_ONCE))
        return WSAGetLastError();
    now.starts++;
    return REAL(WSAStartup)(version, data);
}

static int WSAAPI double_WSACleanup(void)
{
    now.starts--;
    return REAL(WSACleanup)();
}

static SOCKET WSAAPI double_WSASocketW(int family, int type, int protocol, LPWSAPROTOCOL_INFOW info, GROUP group,
                                       DWORD flags)
{
    if (type != SOCK_RAW)
        return REAL(WSASocketW)(family, type, protocol, info, group, flags);
    if (fails(DOUBLE_SOCKET, AT_ONCE))
        return INVALID_SOCKET;
    SOCKET s = REAL(WSASocketW)(family, SOCK_DGRAM, IPPROTO_UDP, info, group, flags);
    if (s == INVALID_SOCKET)
        return s;
    for (int i = 0; i < SOCKETS; i++)
        if (!now.sockets[i].version) {
            now.sockets[i] = (struct socket){
                .s = s, .version = family == AF_INET ? 4 : 6, .protocol = protocol
            };
            return s;
        }
    CHECK(0 && "room for another socket");
    return INVALID_SOCKET;
}

static int WSAAPI double_closesocket(SOCKET s)
{
    struct socket *known = find(s);
    if (known)
        known->version = 0;
    return REAL(closesocket)(s);
}

static int WSAAPI double_bind(SOCKET s, const struct sockaddr *address, int size)
{
    struct socket *known = find(s);
    if (known && fails(DOUBLE_BIND, AT_ONCE))
        return SOCKET_ERROR;
    int result = REAL(bind)(s, address, size);
    if (known)
        known->bound = result == 0;
    return result;
}

static void end(WSAOVERLAPPED *overlapped, ULONG_PTR status)
{
    overlapped->InternalHigh = 0;
    overlapped->Internal = status;
    SetEvent(overlapped->hEvent);
}

static int rcvall(struct socket *known, const DWORD *mode, DWORD size, WSAOVERLAPPED *overlapped)
{
    CHECK(known && known->bound && overlapped && overlapped->hEvent && size == sizeof *mode);
    if (fails(DOUBLE_RCVALL, AT_ONCE))
        return SOCKET_ERROR;
    ResetEvent(overlapped->hEvent);
    overlapped->Internal = PENDING_IO;
    if (now.hold) {
        known->held = overlapped;
    } else if (fails(DOUBLE_RCVALL, WHEN_IT_ENDS)) {
        /* The statuses that Winsock turns into the codes that the tests ask for. */
        end(overlapped, now.failures[DOUBLE_RCVALL].code == WSAEACCES ? 0xC0000022      /* access denied */
                        : now.failures[DOUBLE_RCVALL].code == WSAENOBUFS ? 0xC000009A   /* insufficient resources */
                        : now.failures[DOUBLE_RCVALL].code == WSAEINVAL ? 0xC000000D    /* invalid parameter */
                                                                        : (ULONG_PTR)(unsigned)STATUS_CANCELLED_IO);
    } else {
        known->mode = *mode;
        end(overlapped, 0);
        return 0;
    }
    WSASetLastError(WSA_IO_PENDING);
    return SOCKET_ERROR;
}

static int WSAAPI double_WSAIoctl(SOCKET s, DWORD code, LPVOID in, DWORD in_size, LPVOID out, DWORD out_size,
                                  LPDWORD returned, LPWSAOVERLAPPED overlapped,
                                  LPWSAOVERLAPPED_COMPLETION_ROUTINE routine)
{
    if (code == SIO_RCVALL)
        return rcvall(find(s), in, in_size, overlapped);
    if ((code == SIO_ADDRESS_LIST_CHANGE && fails(DOUBLE_WATCH, AT_ONCE))
        || (code == SIO_GET_EXTENSION_FUNCTION_POINTER && fails(DOUBLE_MESSAGE, AT_ONCE)))
        return SOCKET_ERROR;
    return REAL(WSAIoctl)(s, code, in, in_size, out, out_size, returned, overlapped, routine);
}

static int WSAAPI double_WSARecv(SOCKET s, LPWSABUF buffers, DWORD count, LPDWORD received, LPDWORD flags,
                                 LPWSAOVERLAPPED overlapped, LPWSAOVERLAPPED_COMPLETION_ROUTINE routine)
{
    if (fails(DOUBLE_RECEIVE, AT_ONCE))
        return SOCKET_ERROR;
    if (now.short_times > 0) {
        now.short_times--;
        buffers->len = now.short_bytes;
    }
    return REAL(WSARecv)(s, buffers, count, received, flags, overlapped, routine);
}

static BOOL WINAPI double_CancelIoEx(HANDLE handle, LPOVERLAPPED overlapped)
{
    struct socket *known = find((SOCKET)handle);
    if (known && known->held && (!overlapped || overlapped == known->held)) {
        end(known->held, (ULONG_PTR)(unsigned)STATUS_CANCELLED_IO);
        known->held = NULL;
        if (overlapped)
            return TRUE;
    }
    return ((CancelIoEx_function)real(L"kernel32.dll", "CancelIoEx"))(handle, overlapped);
}

/* The seam: what an object that is linked first defines, the import library does not. */
#define SEAM(name) \
    extern const void *__imp_##name; \
    const void *__imp_##name = (const void *)double_##name;
SEAM(WSAStartup)
SEAM(WSACleanup)
SEAM(WSASocketW)
SEAM(closesocket)
SEAM(bind)
SEAM(WSAIoctl)
SEAM(WSARecv)
SEAM(CancelIoEx)

/* ---- For the tests. */

void double_reset(void)
{
    memset(now.failures, 0, sizeof now.failures);
    now.hold = false;
    now.short_times = 0;
    now.only_through = -1;
}

void double_fail(enum double_call call, enum double_how how, int code, int times)
{
    now.failures[call].how = how;
    now.failures[call].code = code;
    now.failures[call].times = times;
}

void double_hold_rcvall(void) { now.hold = true; }
void double_ipv6_only_through(int protocol) { now.only_through = protocol; }

void double_short_receives(uint32_t bytes, int times)
{
    now.short_bytes = bytes;
    now.short_times = times;
}

int double_send(int version, const void *bytes, size_t length)
{
    SOCKET *sender = &now.sender[version == 6];
    WSADATA data;
    int copies = 0;
    if (*sender == INVALID_SOCKET) {
        CHECK_INT(REAL(WSAStartup)(MAKEWORD(2, 2), &data), 0);
        *sender = REAL(WSASocketW)(version == 4 ? AF_INET : AF_INET6, SOCK_DGRAM, IPPROTO_UDP, NULL, 0, 0);
        CHECK(*sender != INVALID_SOCKET);
    }
    for (int i = 0; i < SOCKETS; i++) {
        const struct socket *to = &now.sockets[i];
        struct sockaddr_storage address;
        int size = sizeof address;
        if (to->version != version || to->mode == 0
            || (version == 6 && now.only_through >= 0 && to->protocol != now.only_through))
            continue;
        CHECK_INT(REAL(getsockname)(to->s, (struct sockaddr *)&address, &size), 0);
        CHECK_INT(REAL(sendto)(*sender, bytes, (int)length, 0, (const struct sockaddr *)&address, size), (int)length);
        copies++;
    }
    return copies;
}

int double_open_sockets(void)
{
    int count = 0;
    for (int i = 0; i < SOCKETS; i++)
        count += now.sockets[i].version != 0;
    return count;
}

int double_starts(void) { return now.starts; }
