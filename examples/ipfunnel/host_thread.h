/* host_thread.h - one function in a thread of its own. host_thread_posix.c, host_thread_windows.c. */
#ifndef HOST_THREAD_H
#define HOST_THREAD_H
#include <stdbool.h>
#include <stdint.h>

/* Signals go to the other threads. False when the system has no thread to give. */
bool host_thread_start(uintptr_t *thread, void (*work)(void *), void *argument);

/* Waits until it has returned. */
void host_thread_join(uintptr_t thread);

#endif
