#include "host_thread.h"
#include <stdlib.h>
#include <windows.h>

struct thread {
    HANDLE handle;
    void (*work)(void *);
    void *argument;
};

static DWORD WINAPI run(void *argument)
{
    struct thread *t = argument;
    t->work(t->argument);
    return 0;
}

bool host_thread_start(uintptr_t *thread, void (*work)(void *), void *argument)
{
    struct thread *t = malloc(sizeof *t);

    if (!t)
        return false;
    t->work = work;
    t->argument = argument;
    t->handle = CreateThread(NULL, 0, run, t, 0, NULL);
    if (!t->handle) {
        free(t);
        return false;
    }
    *thread = (uintptr_t)t;
    return true;
}

void host_thread_join(uintptr_t thread)
{
    struct thread *t = (struct thread *)thread;
    WaitForSingleObject(t->handle, INFINITE);
    CloseHandle(t->handle);
    free(t);
}
