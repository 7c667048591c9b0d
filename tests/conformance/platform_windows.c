#include "platform.h"
#include "check.h"
#include <windows.h>

struct platform_thread {
    HANDLE handle;
    void (*run)(void *);
    void *argument;
};

int64_t platform_now_us(void)
{
    LARGE_INTEGER now, frequency;
    QueryPerformanceCounter(&now);
    QueryPerformanceFrequency(&frequency);
    LONGLONG seconds = now.QuadPart / frequency.QuadPart, rest = now.QuadPart % frequency.QuadPart;
    return seconds * 1000000 + rest * 1000000 / frequency.QuadPart;
}

int64_t platform_wall_ns(void)
{
    const uint64_t from_1601_to_1970 = 116444736000000000;      /* in units of 100 ns */
    FILETIME t;
    GetSystemTimeAsFileTime(&t);
    return (int64_t)(((uint64_t)t.dwHighDateTime << 32 | t.dwLowDateTime) - from_1601_to_1970) * 100;
}

void platform_sleep_ms(int ms)
{
    Sleep((DWORD)ms);
}

static DWORD WINAPI thread_main(void *argument)
{
    struct platform_thread *thread = argument;
    thread->run(thread->argument);
    return 0;
}

struct platform_thread *platform_thread_start(void (*run)(void *), void *argument)
{
    struct platform_thread *thread = malloc(sizeof *thread);
    CHECK(thread);
    *thread = (struct platform_thread){ .run = run, .argument = argument };
    thread->handle = CreateThread(NULL, 0, thread_main, thread, 0, NULL);
    CHECK(thread->handle);
    return thread;
}

void platform_thread_join(struct platform_thread *thread)
{
    WaitForSingleObject(thread->handle, INFINITE);
    CloseHandle(thread->handle);
    free(thread);
}

/* Console handlers run in a thread of their own, which the tests of other threads cover. */
struct platform_thread *platform_signal_after(int delay_ms, void (*handler)(void))
{
    (void)delay_ms;
    (void)handler;
    return NULL;
}

void platform_set_environment(const char *name, const char *value)
{
    _putenv_s(name, value ? value : "");
}

bool platform_handle_ready(intptr_t handle, int timeout_ms)
{
    return WaitForSingleObject((HANDLE)handle, (DWORD)timeout_ms) == WAIT_OBJECT_0;
}

long platform_open_handles(void)
{
    DWORD count = 0;
    return GetProcessHandleCount(GetCurrentProcess(), &count) ? (long)count : -1;
}

long platform_memory_kib(void)
{
    return -1;
}
