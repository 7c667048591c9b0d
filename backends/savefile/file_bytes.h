/* file_bytes.h - the bytes of a file, decompressed where needed, in one buffer of fixed size.
 *
 *     bytes [ passed | start ... end | room ]        frames are views between start and end
 *
 * Only ipfunnel__bytes_fill moves what is there, and then no more than the record that was cut by the end. */
#ifndef IPFUNNEL_SAVEFILE_FILE_BYTES_H
#define IPFUNNEL_SAVEFILE_FILE_BYTES_H
#include "byte_source.h"
#include "decoder.h"

struct ipfunnel__file_bytes {
    struct ipfunnel__byte_source source;
    const char *path;                         /* lives as long as this */
    uint8_t *bytes;
    size_t size, start, end;
    uint64_t to_pass;                         /* bytes still to come that nobody wants to see */
    uint64_t position;                        /* bytes read from the source */
    bool ended;                               /* no more will come; `cut` when it ended inside compressed data */
    bool cut;
    bool begun;                               /* whether it is compressed was found out */

    const struct ipfunnel__decoder *decoder;  /* NULL: the source's bytes are the file's */
    void *decoder_state;
    uint8_t *packed;                          /* bytes to be decompressed */
    size_t packed_start, packed_end;
    bool between, finished;                   /* of the decoder: see there */
    bool more;                                /* decoding goes on without reading */
    const char *wrong;                        /* what the decoder said; it is not asked again */
};

/* Opens the source and acquires `size` bytes. Close it whatever this returns. */
int ipfunnel__bytes_open(struct ipfunnel__file_bytes *b, const char *path, size_t size,
                         const struct ipfunnel__signal *signal, ipfunnel_error *error);
void ipfunnel__bytes_close(struct ipfunnel__file_bytes *b);

/* Passes n bytes, which may be more than are there. */
void ipfunnel__bytes_pass(struct ipfunnel__file_bytes *b, uint64_t n);

/* Gets more bytes behind `end`, as many as come at once; what lies between start and end moves to the front. Waits at
 * most timeout_ms, of pipes only; clears the signal when it was set. Returns 0, whether or not bytes came or it ended;
 * or IPFUNNEL_END when it had ended before; EIO, EOPNOTSUPP (compressed), ENOMEM. */
int ipfunnel__bytes_fill(struct ipfunnel__file_bytes *b, int timeout_ms, const struct ipfunnel__signal *signal,
                         ipfunnel_error *error);

#endif
