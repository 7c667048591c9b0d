/* host.h - what the command needs from the system beyond ipfunnel. host_posix.c, host_windows.c. */
#ifndef HOST_H
#define HOST_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* To be called first: where a standard stream is closed, whatever is opened next would take its place and get the
 * output. */
void host_hold_streams(void);

/* Milliseconds of a clock that never jumps. */
int64_t host_milliseconds(void);

/* Wall clock, nanoseconds since 1970 UTC. */
int64_t host_wall_ns(void);

bool host_is_terminal(FILE *stream);

/* True when standard output is a pipe or socket: something whose reader can go away. */
bool host_output_is_pipe(void);

/* True when standard output is a pipe or socket and its reader is gone. Looks only, never waits. */
bool host_output_closed(void);

/* True when both names lead to the same existing file. */
bool host_same_file(const char *a, const char *b);

/* The value of an environment variable in the nearest parent process that has it (sudo clears SSH_CONNECTION for its
 * child, the shell above still has it). Writes it to out and returns true; false where it cannot be known. */
bool host_parent_environment(const char *name, char *out, size_t size);

/* What this system does to a live capture of this backend that the capture itself cannot know; NULL: nothing. */
const char *host_caveat(const char *backend);

#endif
