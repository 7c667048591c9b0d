/* pipe_reader.h - reads a Windows pipe in a thread of its own. Windows has no event for "this pipe has bytes", and a
 * pipe that somebody else made (standard input) cannot be read overlapped; a thread can wait in ReadFile and then set
 * an event. pipe_reader_windows.c. */
#ifndef IPFUNNEL_SAVEFILE_PIPE_READER_H
#define IPFUNNEL_SAVEFILE_PIPE_READER_H
#include "os.h"
#include <stdbool.h>

struct ipfunnel__pipe_reader;

/* Starts to read ahead; `signal` is set when there is something to take and must stay until the reader is stopped.
 * NULL and *code when the system has no room for it. */
struct ipfunnel__pipe_reader *ipfunnel__pipe_reader_start(intptr_t pipe, const struct ipfunnel__signal *signal,
                                                          uint32_t *code);

/* Are there bytes, the end or an error to take? */
bool ipfunnel__pipe_reader_has(struct ipfunnel__pipe_reader *reader);

/* Takes up to `size` bytes; sets the signal again when more is left. Returns false when nothing more will come: *code
 * is then the system's error, ERROR_BROKEN_PIPE for the end. */
bool ipfunnel__pipe_reader_take(struct ipfunnel__pipe_reader *reader, uint8_t *out, size_t size, size_t *got,
                                uint32_t *code);

/* Stops reading and ends the reader. Returns false when the system does not give the pipe back from the read that waits
 * in it; the pipe must then stay open, and what is left ends with that read. */
bool ipfunnel__pipe_reader_stop(struct ipfunnel__pipe_reader *reader);

#endif
