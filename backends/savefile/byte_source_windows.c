/* byte_source_windows.c - files, and pipes through a thread that waits for them (pipe_reader.h): its signal is the wait
 * handle. */
#include "byte_source.h"
#include "error.h"
#include "pipe_reader.h"
#include <string.h>
#include <windows.h>

static const struct ipfunnel__source_cause causes[] = {
    { .code = ERROR_FILE_NOT_FOUND, .status = IPFUNNEL_EIO, .remedy = "correct the path" },
    { .code = ERROR_PATH_NOT_FOUND, .status = IPFUNNEL_EIO, .remedy = "correct the path" },
    { .code = ERROR_INVALID_NAME, .status = IPFUNNEL_EIO, .remedy = "correct the path" },
    { .code = ERROR_BAD_PATHNAME, .status = IPFUNNEL_EIO, .remedy = "correct the path" },
    { .code = ERROR_ACCESS_DENIED, .status = IPFUNNEL_EACCES, .remedy = "make the file readable for this user" },
    { .code = ERROR_SHARING_VIOLATION, .status = IPFUNNEL_EACCES, .remedy = "close the program that uses the file" },
    { .code = ERROR_LOCK_VIOLATION, .status = IPFUNNEL_EACCES, .remedy = "close the program that uses the file" },
    { .code = ERROR_PIPE_BUSY, .status = IPFUNNEL_EIO, .remedy = "wait for the program that reads this pipe" },
    { .code = ERROR_TOO_MANY_OPEN_FILES, .status = IPFUNNEL_ENOBUFS, .remedy = "close files" },
    { .code = ERROR_NO_SYSTEM_RESOURCES, .status = IPFUNNEL_ENOBUFS, .remedy = "close programs and try again" },
    { .code = ERROR_NOT_ENOUGH_MEMORY, .status = IPFUNNEL_ENOMEM, .remedy = "free memory and try again" },
};

static int failed(ipfunnel_error *error, const char *where, const char *path, DWORD code)
{
    return ipfunnel__source_fail(error, where, path, (int)code, causes, sizeof causes / sizeof *causes);
}

static int is_none(ipfunnel_error *error, const char *path, const char *what)
{
    ipfunnel__fail(error, IPFUNNEL_EIO, 0, "CreateFile", "cannot read %.200s: it is %s", ipfunnel__source_name(path),
                   what);
    return ipfunnel__remedy(error, "name a file, or pipe a capture into this program");
}

static bool is_folder(const char *path)
{
    DWORD attributes = GetFileAttributesA(path);
    return attributes != INVALID_FILE_ATTRIBUTES && attributes & FILE_ATTRIBUTE_DIRECTORY;
}

int ipfunnel__source_open(struct ipfunnel__byte_source *source, const char *path,
                          const struct ipfunnel__signal *signal, ipfunnel_error *error)
{
    *source = (struct ipfunnel__byte_source){ .handle = -1, .ready = -1 };
    HANDLE file = GetStdHandle(STD_INPUT_HANDLE);
    if (strcmp(path, "-") != 0) {
        file = CreateFileA(path, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL,
                           OPEN_EXISTING, FILE_FLAG_SEQUENTIAL_SCAN, NULL);
        DWORD code = GetLastError();
        /* Asked afterwards: to look at the attributes of a named pipe is to connect to it, and its writer would see the
         * one reader come and go. */
        if (file == INVALID_HANDLE_VALUE)
            return is_folder(path) ? is_none(error, path, "a folder") : failed(error, "CreateFile", path, code);
        source->ours = true;
    }
    if (!file || file == INVALID_HANDLE_VALUE)
        return is_none(error, path, "closed");
    source->handle = (intptr_t)file;
    DWORD type = GetFileType(file);
    if (type == FILE_TYPE_CHAR)
        return is_none(error, path, "a terminal or another device");
    LARGE_INTEGER size = { .QuadPart = 0 };
    if (type != FILE_TYPE_PIPE) {
        if (GetFileSizeEx(file, &size) && size.QuadPart > 0)
            source->size = (uint64_t)size.QuadPart;
        return IPFUNNEL_OK;
    }
    uint32_t code = 0;
    source->reader = ipfunnel__pipe_reader_start(source->handle, signal, &code);
    if (!source->reader)
        return failed(error, "CreateThread", path, code);
    source->ready = signal->handle;
    source->waits = true;
    return IPFUNNEL_OK;
}

bool ipfunnel__source_wait(const struct ipfunnel__byte_source *source, const struct ipfunnel__signal *signal,
                           int timeout_ms)
{
    WaitForSingleObject((HANDLE)signal->handle, timeout_ms < 0 ? INFINITE : (DWORD)timeout_ms);
    ipfunnel__signal_clear(signal);
    return ipfunnel__pipe_reader_has(source->reader);
}

static int end_or_error(ipfunnel_error *error, const char *path, DWORD code)
{
    return code == ERROR_BROKEN_PIPE || code == ERROR_HANDLE_EOF ? IPFUNNEL_END : failed(error, "ReadFile", path, code);
}

int ipfunnel__source_read(struct ipfunnel__byte_source *source, const char *path, uint8_t *out, size_t size,
                          size_t *got, ipfunnel_error *error)
{
    uint32_t code = 0;
    if (source->waits)
        return ipfunnel__pipe_reader_take(source->reader, out, size, got, &code) ? IPFUNNEL_OK
                                                                               : end_or_error(error, path, code);
    DWORD most = size > 1 << 30 ? 1 << 30 : (DWORD)size, n = 0;
    *got = 0;
    if (!ReadFile((HANDLE)source->handle, out, most, &n, NULL))
        return end_or_error(error, path, GetLastError());
    *got = n;
    return n > 0 ? IPFUNNEL_OK : IPFUNNEL_END;
}

void ipfunnel__source_close(struct ipfunnel__byte_source *source)
{
    bool free_to_close = !source->reader || ipfunnel__pipe_reader_stop(source->reader);
    if (source->ours && free_to_close)
        CloseHandle((HANDLE)source->handle);
    *source = (struct ipfunnel__byte_source){ .handle = -1, .ready = -1 };
}
