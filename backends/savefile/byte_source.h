/* byte_source.h - where the bytes of a capture file come from: a path, or "-" for standard input. One file per
 * system. */
#ifndef IPFUNNEL_SAVEFILE_BYTE_SOURCE_H
#define IPFUNNEL_SAVEFILE_BYTE_SOURCE_H
#include "os.h"
#include <stdbool.h>

struct ipfunnel__byte_source {
    intptr_t handle;            /* descriptor or HANDLE; -1: not open */
    intptr_t ready;             /* wait handle: bytes or the end are there, or the signal is set; -1 unless `waits` */
    bool ours;                  /* to be closed */
    bool waits;                 /* a pipe or the like: what will be read may not have been written yet */
    uint64_t size;              /* of a regular file; 0: there is no telling */
    struct ipfunnel__pipe_reader *reader;       /* of a pipe on Windows */
};

/* A pipe that nobody writes to yet is open at once. Close it whatever this returns; the signal has to stay until
 * then. */
int ipfunnel__source_open(struct ipfunnel__byte_source *source, const char *path,
                          const struct ipfunnel__signal *signal, ipfunnel_error *error);

/* Of one that waits: until there are bytes (or the end), the signal is set, the time is over (-1: no limit) or a signal
 * handler ran. Clears the signal before it looks for bytes, so that none can come unnoticed. Returns whether there are
 * bytes or the end. */
bool ipfunnel__source_wait(const struct ipfunnel__byte_source *source, const struct ipfunnel__signal *signal,
                           int timeout_ms);

/* Reads up to `size` bytes (at least 1) into out. Returns 0 with *got, which is 0 when there are none at the moment;
 * IPFUNNEL_END; or EIO. */
int ipfunnel__source_read(struct ipfunnel__byte_source *source, const char *path, uint8_t *out, size_t size,
                          size_t *got, ipfunnel_error *error);

void ipfunnel__source_close(struct ipfunnel__byte_source *source);

/* What a system's error means for a file, and what to do about it. */
struct ipfunnel__source_cause {
    int code, status;
    const char *remedy;
};

/* byte_source.c: the error of a call on this file, by the table of its system. */
int ipfunnel__source_fail(ipfunnel_error *error, const char *where, const char *path, int code,
                          const struct ipfunnel__source_cause *causes, size_t count);

/* What the user calls it. */
static inline const char *ipfunnel__source_name(const char *path)
{
    return path[0] == '-' && path[1] == '\0' ? "standard input" : path;
}

#endif
