/* platform.h - what the conformance tests need from the operating system beyond C11. One file per system implements it;
 * everything else in this folder is portable. */
#ifndef IPFUNNEL_TESTS_PLATFORM_H
#define IPFUNNEL_TESTS_PLATFORM_H
#include <stdbool.h>
#include <stdint.h>

/* Monotonic clock, microseconds; wall clock, nanoseconds since 1970 UTC. */
int64_t platform_now_us(void);
int64_t platform_wall_ns(void);
void platform_sleep_ms(int ms);

struct platform_thread;
struct platform_thread *platform_thread_start(void (*run)(void *), void *argument);
void platform_thread_join(struct platform_thread *thread);

/* Runs `handler` as a signal handler of the calling thread after delay_ms, with system calls set to restart. Join what
 * it returns; NULL where the system has no signals. */
struct platform_thread *platform_signal_after(int delay_ms, void (*handler)(void));

/* NULL removes the variable. */
void platform_set_environment(const char *name, const char *value);

/* Is a wait handle of ipfunnel_wait_handle ready within timeout_ms? */
bool platform_handle_ready(intptr_t handle, int timeout_ms);

/* What this process holds now; -1 where it cannot be known. */
long platform_open_handles(void);
long platform_memory_kib(void);

#endif
