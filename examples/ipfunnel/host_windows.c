#include "host.h"
#include <io.h>
#include <string.h>
#include <windows.h>

/* Here a handle that is opened never becomes a standard stream by itself. */
void host_hold_streams(void)
{
}

int64_t host_milliseconds(void)
{
    return (int64_t)GetTickCount64();
}

int64_t host_wall_ns(void)
{
    FILETIME t;                 /* 100 ns since 1601 */
    GetSystemTimeAsFileTime(&t);
    return ((int64_t)((uint64_t)t.dwHighDateTime << 32 | t.dwLowDateTime) - 116444736000000000) * 100;
}

bool host_is_terminal(FILE *stream)
{
    DWORD mode;
    return GetConsoleMode((HANDLE)_get_osfhandle(_fileno(stream)), &mode) != 0;
}

bool host_output_is_pipe(void)
{
    return GetFileType(GetStdHandle(STD_OUTPUT_HANDLE)) == FILE_TYPE_PIPE;
}

/* What is not in the SDK's headers: the documented answer of NtQueryInformationFile about a pipe. An empty write would
 * tell as well, but most readers take it for the end. */
struct pipe_information {
    ULONG type, configuration, most_instances, instances, inbound_quota, readable, outbound_quota, writable;
    ULONG state, end;
};
enum { PIPE_LOCAL_INFORMATION = 24, PIPE_CLOSING = 4 };

bool host_output_closed(void)
{
    typedef LONG(NTAPI * query_function)(HANDLE, void *, void *, ULONG, int);
    typedef void (*any_function)(void);
    HMODULE system = GetModuleHandleW(L"ntdll.dll");
    any_function found = system ? (any_function)GetProcAddress(system, "NtQueryInformationFile") : NULL;
    query_function query = (query_function)found;
    struct pipe_information pipe = { .state = 0 };
    ULONG_PTR outcome[2];       /* IO_STATUS_BLOCK */
    return query && host_output_is_pipe() &&
           query(GetStdHandle(STD_OUTPUT_HANDLE), outcome, &pipe, sizeof pipe, PIPE_LOCAL_INFORMATION) >= 0 &&
           pipe.state == PIPE_CLOSING;
}

bool host_same_file(const char *a, const char *b)
{
    BY_HANDLE_FILE_INFORMATION x, y;
    HANDLE h[2] = { INVALID_HANDLE_VALUE, INVALID_HANDLE_VALUE };
    bool same = false;
    const DWORD share = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE;

    h[0] = CreateFileA(a, 0, share, NULL, OPEN_EXISTING, 0, NULL);
    h[1] = CreateFileA(b, 0, share, NULL, OPEN_EXISTING, 0, NULL);
    if (h[0] != INVALID_HANDLE_VALUE && h[1] != INVALID_HANDLE_VALUE && GetFileInformationByHandle(h[0], &x) &&
        GetFileInformationByHandle(h[1], &y))
        same = x.dwVolumeSerialNumber == y.dwVolumeSerialNumber && x.nFileIndexHigh == y.nFileIndexHigh &&
               x.nFileIndexLow == y.nFileIndexLow;
    for (int i = 0; i < 2; i++)
        if (h[i] != INVALID_HANDLE_VALUE)
            CloseHandle(h[i]);
    return same;
}

/* Windows clears no environment on elevation, and gives no other process's away. */
bool host_parent_environment(const char *name, char *out, size_t size)
{
    (void)name;
    (void)out;
    (void)size;
    return false;
}

const char *host_caveat(const char *backend)
{
    return strcmp(backend, "pcap") != 0
               ? NULL
               : "while any program captures there through SIO_RCVALL, Npcap shows what is sent twice";
}
