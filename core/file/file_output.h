/* file_output.h - a file that only ever receives whole records, and what to tell when it cannot. */
#ifndef IPFUNNEL_CORE_FILE_FILE_OUTPUT_H
#define IPFUNNEL_CORE_FILE_FILE_OUTPUT_H
#include "file_format.h"
#include "os.h"
#include <ipfunnel.h>
#include <stdio.h>

enum {
    IPFUNNEL__FLUSH_AT = 256 * 1024,
    /* The largest datagram with all that a format adds; blocks of an interface with all its texts fit, too. */
    IPFUNNEL__RECORD_ROOM = IPFUNNEL__FILE_MOST_BYTES + 8192
};

/* Records gather in `bytes` and go to the system together, so that a write ends where a record ends. After a failure
 * nothing is written any more. */
struct ipfunnel__output {
    FILE *stream;                  /* NULL: none */
    char *path;                    /* as the user wrote it */
    uint8_t *bytes;
    size_t used;
    struct ipfunnel__piece pieces[IPFUNNEL__PIECES];      /* of the buffer up to `in_pieces`, and what comes between */
    int piece_count;
    size_t in_pieces;
    uint64_t total;                /* bytes of this file, those not yet written included */
    ipfunnel_error *error;         /* where failures are told; lives as long as the output */
    bool failed;                   /* a write failed; *error says how, and nobody overwrites it */
};

/* Each returns 0 or a status with *error filled in. */
int ipfunnel__output_open(struct ipfunnel__output *, const char *path);
int ipfunnel__output_flush(struct ipfunnel__output *);

/* Goes on in a new file. When that cannot be created the current one stays in use and `failed` stays false. */
int ipfunnel__output_move(struct ipfunnel__output *, const char *path);

/* Writes the rest and closes. Frees everything, also half-open or all zero. */
int ipfunnel__output_close(struct ipfunnel__output *);

/* Notes what stays where it is of the record that is being committed. */
void ipfunnel__output_piece(struct ipfunnel__output *, const struct ipfunnel__block *record);

/* Room for the next record, which commit makes part of the file. Bytes that stay where they are have to do so until
 * the next flush. */
static inline struct ipfunnel__block ipfunnel__output_room(const struct ipfunnel__output *o)
{
    return (struct ipfunnel__block){ .bytes = o->bytes + o->used, .room = IPFUNNEL__RECORD_ROOM };
}

static inline int ipfunnel__output_commit(struct ipfunnel__output *o, const struct ipfunnel__block *record)
{
    if (record->staying)
        ipfunnel__output_piece(o, record);
    o->used += record->length;
    o->total += ipfunnel__block_length(record);
    return o->used >= IPFUNNEL__FLUSH_AT || o->piece_count > IPFUNNEL__PIECES - 3 ? ipfunnel__output_flush(o) : 0;
}

/* Appends whole records of any length. */
int ipfunnel__output_append(struct ipfunnel__output *, const uint8_t *records, size_t length);

#endif
