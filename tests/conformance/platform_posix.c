#define _POSIX_C_SOURCE 200809L
#include "platform.h"
#include "check.h"
#include <dirent.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__)
#define UNDER_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define UNDER_ASAN 1
#endif
#endif
#ifndef UNDER_ASAN
#define UNDER_ASAN 0
#endif

/* Read by AddressSanitizer: out of memory is a result that tests ask for. */
__attribute__((visibility("default"))) const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
    return "allocator_may_return_null=1";
}

struct platform_thread {
    pthread_t id;
    void (*run)(void *);
    void *argument;
    pthread_t target;               /* of a signal */
    int delay_ms;
};

static void (*signal_handler)(void);

int64_t platform_now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

int64_t platform_wall_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

void platform_sleep_ms(int ms)
{
    struct timespec t = { .tv_sec = ms / 1000, .tv_nsec = (long)(ms % 1000) * 1000000 };
    nanosleep(&t, NULL);
}

static void *thread_main(void *argument)
{
    struct platform_thread *thread = argument;
    thread->run(thread->argument);
    return NULL;
}

static struct platform_thread *start(struct platform_thread template)
{
    struct platform_thread *thread = malloc(sizeof *thread);
    CHECK(thread);
    *thread = template;
    if (!thread->argument)
        thread->argument = thread;
    CHECK_INT(pthread_create(&thread->id, NULL, thread_main, thread), 0);
    return thread;
}

struct platform_thread *platform_thread_start(void (*run)(void *), void *argument)
{
    return start((struct platform_thread){ .run = run, .argument = argument });
}

void platform_thread_join(struct platform_thread *thread)
{
    CHECK_INT(pthread_join(thread->id, NULL), 0);
    free(thread);
}

static void on_signal(int number)
{
    (void)number;
    signal_handler();
}

static void send_signal(void *argument)
{
    struct platform_thread *thread = argument;
    platform_sleep_ms(thread->delay_ms);
    pthread_kill(thread->target, SIGUSR1);
}

struct platform_thread *platform_signal_after(int delay_ms, void (*handler)(void))
{
    struct sigaction action = { .sa_handler = on_signal, .sa_flags = SA_RESTART };
    signal_handler = handler;
    CHECK_INT(sigaction(SIGUSR1, &action, NULL), 0);
    return start((struct platform_thread){ .run = send_signal, .target = pthread_self(), .delay_ms = delay_ms });
}

void platform_set_environment(const char *name, const char *value)
{
    CHECK_INT(value ? setenv(name, value, 1) : unsetenv(name), 0);
}

bool platform_handle_ready(intptr_t handle, int timeout_ms)
{
    struct pollfd p = { .fd = (int)handle, .events = POLLIN };
    return poll(&p, 1, timeout_ms) > 0;
}

long platform_open_handles(void)
{
    long count = 0;
    DIR *folder = opendir("/dev/fd");
    if (!folder)
        return -1;
    while (readdir(folder))
        count++;
    closedir(folder);
    return count;
}

/* Not under AddressSanitizer: it holds freed memory back on purpose, and its leak check is the better test. */
long platform_memory_kib(void)
{
    long pages = -1;
    FILE *file = UNDER_ASAN ? NULL : fopen("/proc/self/statm", "r");
    if (!file)
        return -1;
    if (fscanf(file, "%*s %ld", &pages) != 1)
        pages = -1;
    fclose(file);
    return pages < 0 ? -1 : pages * (sysconf(_SC_PAGESIZE) / 1024);
}
