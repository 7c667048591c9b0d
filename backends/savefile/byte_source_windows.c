/* byte_source_windows.c - files, and pipes as far as Windows lets one wait for them: it has no event for "this pipe has
 * bytes", so a wait looks every few milliseconds, and the wait handle of a pipe is always ready. Cross-built on every
 * test run, not yet run on Windows. */
#include "byte_source.h"
#include "error.h"
#include <string.h>
#include <windows.h>

enum { LOOK_MS = 10 };

static int failed(ipfunnel_error *error, const char *where, const char *path, DWORD code)
{
    char why[128];
    bool denied = code == ERROR_ACCESS_DENIED || code == ERROR_SHARING_VIOLATION;
    ipfunnel__fail(error, denied ? IPFUNNEL_EACCES : IPFUNNEL_EIO, (int)code, where, "cannot read %.200s: %s",
                   ipfunnel__source_name(path), ipfunnel__os_error_text((int)code, why, sizeof why));
    return ipfunnel__remedy(error, denied ? "make the file readable for this user, or close the program that uses it"
                                          : "correct the path");
}

static int is_none(ipfunnel_error *error, const char *path, const char *what)
{
    ipfunnel__fail(error, IPFUNNEL_EIO, 0, "CreateFile", "cannot read %.200s: it is %s", ipfunnel__source_name(path),
                   what);
    return ipfunnel__remedy(error, "name a file, or pipe a capture into this program");
}

int ipfunnel__source_open(struct ipfunnel__byte_source *source, const char *path,
                          const struct ipfunnel__signal *signal, ipfunnel_error *error)
{
    (void)signal;
    *source = (struct ipfunnel__byte_source){ .handle = -1, .ready = -1 };
    HANDLE file = GetStdHandle(STD_INPUT_HANDLE);
    if (strcmp(path, "-") != 0) {
        DWORD attributes = GetFileAttributesA(path);
        if (attributes != INVALID_FILE_ATTRIBUTES && attributes & FILE_ATTRIBUTE_DIRECTORY)
            return is_none(error, path, "a folder");
        file = CreateFileA(path, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL,
                           OPEN_EXISTING, FILE_FLAG_SEQUENTIAL_SCAN, NULL);
        if (file == INVALID_HANDLE_VALUE)
            return failed(error, "CreateFile", path, GetLastError());
        source->ours = true;
    }
    if (!file || file == INVALID_HANDLE_VALUE)
        return is_none(error, path, "closed");
    source->handle = (intptr_t)file;
    DWORD type = GetFileType(file);
    if (type == FILE_TYPE_CHAR)
        return is_none(error, path, "a terminal");
    LARGE_INTEGER size = { .QuadPart = 0 };
    if (type != FILE_TYPE_PIPE) {
        if (GetFileSizeEx(file, &size) && size.QuadPart > 0)
            source->size = (uint64_t)size.QuadPart;
        return IPFUNNEL_OK;
    }
    HANDLE always = CreateEventW(NULL, TRUE, TRUE, NULL);
    if (!always)
        return failed(error, "CreateEvent", path, GetLastError());
    source->ready = (intptr_t)always;
    source->waits = true;
    return IPFUNNEL_OK;
}

/* Also when the writer is gone: reading tells. */
static bool has_bytes(const struct ipfunnel__byte_source *source)
{
    DWORD count = 0;
    return !PeekNamedPipe((HANDLE)source->handle, NULL, 0, NULL, &count, NULL) || count > 0;
}

int ipfunnel__source_wait(const struct ipfunnel__byte_source *source, const struct ipfunnel__signal *signal,
                          int timeout_ms)
{
    int64_t deadline = ipfunnel__os_monotonic_ns() + (int64_t)timeout_ms * 1000000;
    for (;;) {
        int bits = has_bytes(source) ? IPFUNNEL__SOURCE_BYTES : 0;
        int64_t left = (deadline - ipfunnel__os_monotonic_ns() + 999999) / 1000000;
        DWORD turn = bits || (timeout_ms >= 0 && left <= 0)    ? 0
                     : timeout_ms >= 0 && left < (int)LOOK_MS ? (DWORD)left
                                                              : (DWORD)LOOK_MS;
        if (WaitForSingleObject((HANDLE)signal->handle, turn) == WAIT_OBJECT_0)
            bits |= IPFUNNEL__SOURCE_SIGNAL;
        if (bits || turn == 0)
            return bits;
    }
}

int ipfunnel__source_read(struct ipfunnel__byte_source *source, const char *path, uint8_t *out, size_t size,
                          size_t *got, ipfunnel_error *error)
{
    DWORD most = size > 1 << 30 ? 1 << 30 : (DWORD)size, n = 0;
    if (!ReadFile((HANDLE)source->handle, out, most, &n, NULL)) {
        DWORD code = GetLastError();
        *got = 0;
        return code == ERROR_BROKEN_PIPE || code == ERROR_HANDLE_EOF ? IPFUNNEL_END
                                                                     : failed(error, "ReadFile", path, code);
    }
    *got = n;
    return n > 0 ? IPFUNNEL_OK : IPFUNNEL_END;
}

void ipfunnel__source_close(struct ipfunnel__byte_source *source)
{
    if (source->waits)
        CloseHandle((HANDLE)source->ready);
    if (source->ours)
        CloseHandle((HANDLE)source->handle);
    *source = (struct ipfunnel__byte_source){ .handle = -1, .ready = -1 };
}
