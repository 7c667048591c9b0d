/* os_windows.c - core/os.h for Windows 7 and later, with Winsock's text functions and events as wait handles.
 * The tests run it under Wine; it has not run on Windows itself. Newer functions than those of Windows 7 are looked up
 * at run time, so that nothing in the import table keeps a program from starting there. */
#include "os.h"
#include "error.h"
#include <fcntl.h>
#include <io.h>
#include <stdlib.h>
#include <string.h>
#include <winsock2.h>
#include <ws2tcpip.h>

/* FILETIME counts 100 ns steps since 1601. */
#define STEPS_1601_TO_1970 INT64_C(116444736000000000)

/* The function of an already loaded system library, or NULL. Through the generic function type: FARPROC cannot be cast
 * to another signature without a warning. */
typedef void (*any_function)(void);

static any_function system_function(const wchar_t *library, const char *name)
{
    HMODULE module = GetModuleHandleW(library);
    return module ? (any_function)GetProcAddress(module, name) : NULL;
}

int64_t ipfunnel__os_monotonic_ns(void)
{
    LARGE_INTEGER count, frequency;
    QueryPerformanceCounter(&count);
    QueryPerformanceFrequency(&frequency);
    /* Whole seconds apart from the rest: count * 1e9 would overflow within minutes of uptime on a fast counter. */
    return count.QuadPart / frequency.QuadPart * 1000000000
         + count.QuadPart % frequency.QuadPart * 1000000000 / frequency.QuadPart;
}

int64_t ipfunnel__os_wall_ns(void)
{
    typedef void(WINAPI * time_function)(FILETIME *);
    time_function precise = (time_function)system_function(L"kernel32.dll", "GetSystemTimePreciseAsFileTime");
    FILETIME now;
    if (precise)
        precise(&now);                        /* Windows 8 and later; below a microsecond instead of 1 to 16 ms */
    else
        GetSystemTimeAsFileTime(&now);
    int64_t steps = (int64_t)((uint64_t)now.dwHighDateTime << 32 | now.dwLowDateTime);
    return (steps - STEPS_1601_TO_1970) * 100;
}

const char *ipfunnel__os_environment(const char *name)
{
    return getenv(name);                      /* no set-user-id programs here */
}

char *ipfunnel__os_error_text(int code, char *out, size_t size)
{
    wchar_t wide[256];
    DWORD length = FormatMessageW(FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS, NULL, (DWORD)code, 0,
                                  wide, (DWORD)(sizeof wide / sizeof *wide), NULL);
    /* "Access is denied.\r\n" becomes a part of a sentence. */
    while (length > 0 && (wide[length - 1] <= L' ' || wide[length - 1] == L'.'))
        length--;
    /* Up to three bytes of UTF-8 for each of the 256. */
    char text[3 * sizeof wide / sizeof *wide + 1];
    int bytes = WideCharToMultiByte(CP_UTF8, 0, wide, (int)length, text, (int)sizeof text - 1, NULL, NULL);
    text[bytes] = '\0';
    /* The text is translated; the number is what one looks up. */
    if (bytes > 0)
        snprintf(out, size, "%s (error %d)", text, code);
    else
        snprintf(out, size, "Windows error %d", code);
    return out;
}

int ipfunnel__os_parse_address(const char *text, uint8_t bytes[16])
{
    memset(bytes, 0, 16);
    if (inet_pton(AF_INET, text, bytes) == 1)
        return 4;
    return inet_pton(AF_INET6, text, bytes) == 1 ? 6 : 0;
}

char *ipfunnel__os_address_text(int version, const uint8_t *bytes, char *out, size_t size)
{
    char text[INET6_ADDRSTRLEN] = "?";
    inet_ntop(version == 4 ? AF_INET : AF_INET6, bytes, text, sizeof text);
    snprintf(out, size, "%s", text);
    return out;
}

size_t ipfunnel__os_wait_size(void)
{
    return sizeof(HANDLE);
}

/* How many of the events are set; resets nothing, as all wait handles of this library are manual-reset events. -1 when
 * a handle is none. */
static int count_ready(const HANDLE *handles, int n)
{
    int ready = 0;
    for (int i = 0; i < n; i++) {
        DWORD result = WaitForSingleObject(handles[i], 0);
        if (result == WAIT_FAILED)
            return -1;
        ready += result == WAIT_OBJECT_0;
    }
    return ready;
}

int ipfunnel__os_wait(const intptr_t handles[], int n, int timeout_ms, void *scratch)
{
    /* One call waits for at most 64 handles. For more, the first 64 are waited for in short turns and all are looked at
     * after each: a handle beyond them is noticed at most that much later. */
    enum { TURN_MS = 5 };
    HANDLE *events = scratch;
    for (int i = 0; i < n; i++)
        events[i] = (HANDLE)handles[i];
    int64_t deadline = ipfunnel__os_monotonic_ns() + (int64_t)timeout_ms * 1000000;
    for (;;) {
        int ready = count_ready(events, n);
        if (ready != 0)
            return ready > 0 ? ready : IPFUNNEL_EIO;
        DWORD turn = INFINITE;
        if (timeout_ms >= 0) {
            int64_t left = deadline - ipfunnel__os_monotonic_ns();
            if (left <= 0)
                return 0;
            turn = (DWORD)((left + 999999) / 1000000);
        }
        if (n > MAXIMUM_WAIT_OBJECTS && turn > TURN_MS)
            turn = TURN_MS;
        if (n == 0)
            Sleep(turn);
        else if (WaitForMultipleObjects((DWORD)(n < MAXIMUM_WAIT_OBJECTS ? n : MAXIMUM_WAIT_OBJECTS), events, FALSE,
                                        turn) == WAIT_FAILED)
            return IPFUNNEL_EIO;
    }
}

int ipfunnel__signal_make(struct ipfunnel__signal *signal, ipfunnel_error *error)
{
    signal->handle = signal->setter = -1;
    HANDLE event = CreateEventW(NULL, TRUE, FALSE, NULL);
    if (!event) {
        DWORD code = GetLastError();
        char text[128];
        return ipfunnel__fail(error, IPFUNNEL_ENOBUFS, (int)code, "CreateEvent", "cannot make an event: %s",
                              ipfunnel__os_error_text((int)code, text, sizeof text));
    }
    signal->handle = signal->setter = (intptr_t)event;
    return 0;
}

void ipfunnel__signal_set(const struct ipfunnel__signal *signal)
{
    SetEvent((HANDLE)signal->setter);
}

void ipfunnel__signal_clear(const struct ipfunnel__signal *signal)
{
    ResetEvent((HANDLE)signal->handle);
}

void ipfunnel__signal_close(struct ipfunnel__signal *signal)
{
    /* 0 is a state the core zeroed and nobody made; neither 0 nor -1 is ever the handle of an event. */
    if (signal->handle != -1 && signal->handle != 0)
        CloseHandle((HANDLE)signal->handle);
    signal->handle = signal->setter = -1;
}

FILE *ipfunnel__os_binary_stdout(void)
{
    _setmode(_fileno(stdout), _O_BINARY);
    return stdout;
}

char *ipfunnel__os_name(char *out, size_t size)
{
    /* GetVersionEx answers "6.2" to every program without a manifest; this one tells the truth. */
    typedef LONG(WINAPI * version_function)(OSVERSIONINFOW *);
    version_function get_version = (version_function)system_function(L"ntdll.dll", "RtlGetVersion");
    OSVERSIONINFOW version = { .dwOSVersionInfoSize = sizeof version };
    SYSTEM_INFO machine;
    GetNativeSystemInfo(&machine);
    const char *architecture = machine.wProcessorArchitecture == PROCESSOR_ARCHITECTURE_AMD64 ? "x86_64"
                             : machine.wProcessorArchitecture == PROCESSOR_ARCHITECTURE_ARM64 ? "arm64"
                             : machine.wProcessorArchitecture == PROCESSOR_ARCHITECTURE_INTEL ? "x86"
                                                                                              : "unknown processor";
    if (get_version && get_version(&version) == 0)
        snprintf(out, size, "Windows %lu.%lu.%lu %s", version.dwMajorVersion, version.dwMinorVersion,
                 version.dwBuildNumber, architecture);
    else
        snprintf(out, size, "Windows %s", architecture);
    return out;
}
