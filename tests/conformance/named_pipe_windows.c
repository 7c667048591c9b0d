#include "named_pipe.h"
#include "check.h"
#include <windows.h>

void named_pipe_make(struct named_pipe *pipe, int number)
{
    *pipe = (struct named_pipe){ .path = "" };
    snprintf(pipe->path, sizeof pipe->path, "\\\\.\\pipe\\ipfunnel-%lu-%d", GetCurrentProcessId(), number);
    HANDLE made = CreateNamedPipeA(pipe->path, PIPE_ACCESS_OUTBOUND, PIPE_TYPE_BYTE | PIPE_NOWAIT, 1, NAMED_PIPE_SIZE,
                                   0, 0, NULL);
    CHECK(made != INVALID_HANDLE_VALUE);
    pipe->handle = made;
}

enum named_pipe_state named_pipe_look(struct named_pipe *pipe)
{
    /* Does not wait, as the pipe was made. */
    DWORD code = ConnectNamedPipe(pipe->handle, NULL) ? ERROR_PIPE_CONNECTED : GetLastError();
    if (code == ERROR_PIPE_CONNECTED)
        pipe->connected = true;
    return code == ERROR_PIPE_CONNECTED ? NAMED_PIPE_IS_READ
           : code == ERROR_NO_DATA      ? NAMED_PIPE_LEFT
                                        : NAMED_PIPE_WAITS;
}

bool named_pipe_write(struct named_pipe *pipe, const void *bytes, size_t size)
{
    DWORD written = 0;
    if (WriteFile(pipe->handle, bytes, (DWORD)size, &written, NULL)) {
        CHECK(written == size || written == 0);
        return written == size;
    }
    DWORD code = GetLastError();
    CHECK(code == ERROR_NO_DATA || code == ERROR_BROKEN_PIPE || code == ERROR_PIPE_NOT_CONNECTED);
    return true;
}

void named_pipe_remove(struct named_pipe *pipe)
{
    if (pipe->handle)
        CloseHandle(pipe->handle);
    *pipe = (struct named_pipe){ .path = "" };
}

void named_pipes_end(void)
{
}
