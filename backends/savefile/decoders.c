/* decoders.c - the table of decoder.h; with that header the only place of this backend with build conditions. */
#include "decoder.h"
#include <string.h>

#ifdef IPFUNNEL_HAVE_ZLIB
void *ipfunnel__gzip_open(void);
const char *ipfunnel__gzip_run(void *state, struct ipfunnel__decoding *d);
void ipfunnel__gzip_close(void *state);
#define GZIP .open = ipfunnel__gzip_open, .run = ipfunnel__gzip_run, .close = ipfunnel__gzip_close
#else
#define GZIP .open = NULL
#endif
#ifdef IPFUNNEL_HAVE_ZSTD
void *ipfunnel__zstd_open(void);
const char *ipfunnel__zstd_run(void *state, struct ipfunnel__decoding *d);
void ipfunnel__zstd_close(void *state);
#define ZSTD .open = ipfunnel__zstd_open, .run = ipfunnel__zstd_run, .close = ipfunnel__zstd_close
#else
#define ZSTD .open = NULL
#endif

static const struct ipfunnel__decoder decoders[] = {
    { .magic = { 0x1f, 0x8b }, .magic_length = 2, .name = "gzip", .library = "zlib (Debian: zlib1g-dev)", GZIP },
    { .magic = { 0x28, 0xb5, 0x2f, 0xfd }, .magic_length = 4, .name = "zstd",
      .library = "libzstd (Debian: libzstd-dev)", ZSTD },
};

const struct ipfunnel__decoder *ipfunnel__decoder_of(const uint8_t magic[4])
{
    for (size_t i = 0; i < sizeof decoders / sizeof *decoders; i++)
        if (memcmp(magic, decoders[i].magic, decoders[i].magic_length) == 0)
            return &decoders[i];
    return NULL;
}
