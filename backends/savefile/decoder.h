/* decoder.h - compressed files. Which decoders are there is decided when ipfunnel is built; those that are not are
 * known by their magic number, to say so. */
#ifndef IPFUNNEL_SAVEFILE_DECODER_H
#define IPFUNNEL_SAVEFILE_DECODER_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* For people. */
#ifdef IPFUNNEL_HAVE_ZLIB
#define IPFUNNEL__READS_GZIP ", .gz"
#else
#define IPFUNNEL__READS_GZIP ""
#endif
#ifdef IPFUNNEL_HAVE_ZSTD
#define IPFUNNEL__READS_ZSTD ", .zst"
#else
#define IPFUNNEL__READS_ZSTD ""
#endif

/* Bytes in and out; each call of `run` moves the pointers on. */
struct ipfunnel__decoding {
    const uint8_t *in, *in_end;
    uint8_t *out, *out_end;
    bool between;               /* the compressed data is whole up to here: it may end, or another part begins */
    bool finished;              /* what follows is no compressed data and is not looked at */
};

struct ipfunnel__decoder {
    uint8_t magic[4];
    uint8_t magic_length;
    const char *name;           /* "gzip" */
    const char *library;        /* that makes it possible, with its package */

    /* NULL where this build cannot. */
    void *(*open)(void);                                                /* NULL: out of memory */
    const char *(*run)(void *state, struct ipfunnel__decoding *d);      /* NULL: fine; else what is wrong */
    void (*close)(void *state);
};

/* The format that begins like this (4 bytes), or NULL. */
const struct ipfunnel__decoder *ipfunnel__decoder_of(const uint8_t magic[4]);

#endif
