/* rcvall_ioctl_seam_windows.c - linked into a test build: of all calls of WSAIoctl it takes SIO_RCVALL, which Wine
 * refuses before anybody is asked, and passes the mode on to raw_socket_shim_linux.c. All else is Wine's own.
 *
 * A program calls what it imports through a pointer called __imp_NAME; one that is defined here is found before that of
 * the import library. */
#include "raw_socket_shim.h"
#include <string.h>
#include <winsock2.h>
#include <ws2tcpip.h>
#include <mstcpip.h>

typedef int(WSAAPI *ioctl_function)(SOCKET, DWORD, LPVOID, DWORD, LPVOID, DWORD, LPDWORD, LPWSAOVERLAPPED,
                                    LPWSAOVERLAPPED_COMPLETION_ROUTINE);
typedef void (*any_function)(void);

static int WSAAPI seam_ioctl(SOCKET s, DWORD code, LPVOID in, DWORD in_size, LPVOID out, DWORD out_size,
                             LPDWORD returned, LPWSAOVERLAPPED overlapped, LPWSAOVERLAPPED_COMPLETION_ROUTINE routine)
{
    any_function found = (any_function)GetProcAddress(GetModuleHandleW(L"ws2_32.dll"), "WSAIoctl");
    if (code != SIO_RCVALL)
        return ((ioctl_function)found)(s, code, in, in_size, out, out_size, returned, overlapped, routine);
    DWORD mode = 0;
    if (!in || in_size < sizeof mode) {
        WSASetLastError(WSAEINVAL);
        return SOCKET_ERROR;
    }
    memcpy(&mode, in, sizeof mode);
    int number = (int)(SHIM_MODE | (mode & SHIM_MODE_MASK));
    if (mode > SHIM_MODE_MASK || setsockopt(s, IPPROTO_IP, IP_TTL, (const char *)&number, sizeof number)) {
        WSASetLastError(WSAEINVAL);
        return SOCKET_ERROR;
    }
    if (returned)
        *returned = 0;
    if (overlapped) {
        overlapped->Internal = overlapped->InternalHigh = 0;
        if (overlapped->hEvent)
            SetEvent(overlapped->hEvent);
    }
    return 0;
}

extern const void *__imp_WSAIoctl;
const void *__imp_WSAIoctl = (const void *)seam_ioctl;
