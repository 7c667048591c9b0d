/* capture_file.h - the file of -w: its interfaces, its rotation, its statistics. */
#ifndef CAPTURE_FILE_H
#define CAPTURE_FILE_H
#include "capture_settings.h"
#include <ipfunnel_file.h>

struct capture_file;

/* Creates the first file. Returns 0, or a negative status with *error. */
int capture_file_open(struct capture_file **out, const struct capture_settings *settings, ipfunnel_error *error);

/* Describes the interface of a live capture, before its first datagram. Returns 0 or a status. */
int capture_file_add(struct capture_file *, ipfunnel *capture);

/* Writes datagrams of one capture and begins new files by size on the way. Interfaces that are new (those of a file
 * that is read) are described as they come. */
int capture_file_write(struct capture_file *, ipfunnel *capture, const ipfunnel_datagram *const datagrams[], int count);

/* How many interfaces have been described. */
int capture_file_interfaces(const struct capture_file *);

/* Milliseconds until the file has to be changed or flushed; -1: no such time. */
int64_t capture_file_time_left(const struct capture_file *, int64_t now_ms);

/* Does what is due. Returns 0, a status, or 1 when as many files as -W allows are full. */
int capture_file_tick(struct capture_file *, int64_t now_ms);

/* Writes the counters of a capture that is about to be closed, the rest go on. */
int capture_file_forget(struct capture_file *, ipfunnel *capture);

int capture_file_flush(struct capture_file *);

/* The error of the last call that failed. */
const ipfunnel_error *capture_file_error(const struct capture_file *);

/* Writes the counters of all captures that are left, which must still be open, closes the file and frees everything.
 * NULL is allowed. Returns 0, or a status with *error. */
int capture_file_close(struct capture_file *, ipfunnel_error *error);

#endif
