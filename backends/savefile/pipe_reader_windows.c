#include "pipe_reader.h"
#include <stdlib.h>
#include <string.h>
#include <windows.h>

enum { CHUNK = 32 * 1024, ROOM = 4 * CHUNK, TURN_MS = 10, TURNS = 25 };

struct ipfunnel__pipe_reader {
    HANDLE pipe, thread;
    HANDLE taken;                   /* auto-reset event: there is room again, or stop */
    HANDLE announced;               /* the signal's event */
    SRWLOCK lock;                   /* of what follows */
    bool stop;
    bool abandoned;                 /* nobody waits for the thread any more: it frees what it leaves */
    bool ended;                     /* no further read: `code` says why */
    DWORD code;
    size_t start, end;              /* bytes not yet taken */
    uint8_t bytes[ROOM];
    uint8_t chunk[CHUNK];           /* the thread's own, also while it waits in ReadFile */
};

static void free_reader(struct ipfunnel__pipe_reader *r)
{
    if (r->taken)
        CloseHandle(r->taken);
    if (r->thread)
        CloseHandle(r->thread);
    free(r);
}

/* Reads at least one byte into the chunk; returns the system's error when there is none to come. Nothing read without
 * an error is a writer that wrote nothing, which Windows passes on, or the end of what is no pipe of Windows. */
static DWORD read_chunk(struct ipfunnel__pipe_reader *r, DWORD *n)
{
    do
        if (!ReadFile(r->pipe, r->chunk, CHUNK, n, NULL))
            return GetLastError();
    while (*n == 0 && PeekNamedPipe(r->pipe, NULL, 0, NULL, NULL, NULL));
    return *n > 0 ? ERROR_SUCCESS : ERROR_BROKEN_PIPE;
}

/* Adds a chunk, which there is room for. Returns whether there is room for another. */
static bool add(struct ipfunnel__pipe_reader *r, size_t n, DWORD code)
{
    memmove(r->bytes, r->bytes + r->start, r->end - r->start);
    r->end -= r->start;
    r->start = 0;
    memcpy(r->bytes + r->end, r->chunk, n);
    r->end += n;
    r->code = code;
    r->ended = r->stop || code != ERROR_SUCCESS;
    if (!r->stop)
        SetEvent(r->announced);
    return ROOM - r->end >= CHUNK;
}

static DWORD WINAPI read_ahead(void *argument)
{
    struct ipfunnel__pipe_reader *r = argument;
    for (bool over = false; !over;) {
        DWORD n = 0, code = read_chunk(r, &n);
        AcquireSRWLockExclusive(&r->lock);
        bool room = add(r, n, code), abandoned = r->abandoned;
        over = r->ended;
        ReleaseSRWLockExclusive(&r->lock);
        if (abandoned) {
            free_reader(r);
            return 0;
        }
        while (!over && !room) {
            WaitForSingleObject(r->taken, INFINITE);
            AcquireSRWLockExclusive(&r->lock);
            room = ROOM - (r->end - r->start) >= CHUNK;
            over = r->ended = r->stop;
            ReleaseSRWLockExclusive(&r->lock);
        }
    }
    return 0;
}

struct ipfunnel__pipe_reader *ipfunnel__pipe_reader_start(intptr_t pipe, const struct ipfunnel__signal *signal,
                                                          uint32_t *code)
{
    struct ipfunnel__pipe_reader *r = calloc(1, sizeof *r);
    *code = ERROR_NOT_ENOUGH_MEMORY;
    if (!r)
        return NULL;
    r->pipe = (HANDLE)pipe;
    r->announced = (HANDLE)signal->handle;
    InitializeSRWLock(&r->lock);
    r->taken = CreateEventW(NULL, FALSE, FALSE, NULL);
    if (r->taken)
        r->thread = CreateThread(NULL, 0, read_ahead, r, 0, NULL);
    if (r->thread)
        return r;
    *code = GetLastError();
    free_reader(r);
    return NULL;
}

bool ipfunnel__pipe_reader_has(struct ipfunnel__pipe_reader *r)
{
    AcquireSRWLockShared(&r->lock);
    bool has = r->ended || r->end > r->start;
    ReleaseSRWLockShared(&r->lock);
    return has;
}

bool ipfunnel__pipe_reader_take(struct ipfunnel__pipe_reader *r, uint8_t *out, size_t size, size_t *got,
                                uint32_t *code)
{
    AcquireSRWLockExclusive(&r->lock);
    size_t have = r->end - r->start, n = have < size ? have : size;
    memcpy(out, r->bytes + r->start, n);
    r->start += n;
    bool more_to_come = !r->ended || n > 0;
    *got = n;
    *code = r->code;
    if (n < have || r->ended)
        SetEvent(r->announced);
    SetEvent(r->taken);
    ReleaseSRWLockExclusive(&r->lock);
    return more_to_come;
}

bool ipfunnel__pipe_reader_stop(struct ipfunnel__pipe_reader *r)
{
    AcquireSRWLockExclusive(&r->lock);
    r->stop = true;
    ReleaseSRWLockExclusive(&r->lock);
    SetEvent(r->taken);
    /* Again and again: a cancellation that comes between two reads cancels nothing. */
    DWORD waited = WAIT_TIMEOUT;
    for (int turn = 0; turn < TURNS && waited == WAIT_TIMEOUT; turn++) {
        CancelSynchronousIo(r->thread);
        waited = WaitForSingleObject(r->thread, TURN_MS);
    }
    AcquireSRWLockExclusive(&r->lock);
    r->abandoned = waited == WAIT_TIMEOUT && !r->ended;
    bool abandoned = r->abandoned;
    ReleaseSRWLockExclusive(&r->lock);
    if (abandoned)
        return false;
    WaitForSingleObject(r->thread, INFINITE);
    free_reader(r);
    return true;
}
