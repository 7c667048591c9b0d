/* zstd_decoder.c - .zst through libzstd: one frame or several behind each other. Its own limit bounds the window, and
 * so the memory, at 128 MiB. */
#include "decoder.h"
#include <zstd.h>

void *ipfunnel__zstd_open(void);
const char *ipfunnel__zstd_run(void *state, struct ipfunnel__decoding *d);
void ipfunnel__zstd_close(void *state);

void *ipfunnel__zstd_open(void)
{
    return ZSTD_createDStream();
}

const char *ipfunnel__zstd_run(void *state, struct ipfunnel__decoding *d)
{
    ZSTD_inBuffer in = { .src = d->in, .size = (size_t)(d->in_end - d->in) };
    ZSTD_outBuffer out = { .dst = d->out, .size = (size_t)(d->out_end - d->out) };
    /* Also without input: what was decoded already may not have had room before. */
    bool moved = true;
    while (moved && out.pos < out.size) {
        size_t in_before = in.pos, out_before = out.pos;
        size_t result = ZSTD_decompressStream(state, &out, &in);
        if (ZSTD_isError(result))
            return ZSTD_getErrorName(result);
        moved = in.pos > in_before || out.pos > out_before;
        if (moved)
            d->between = result == 0;
    }
    d->in += in.pos;
    d->out += out.pos;
    return NULL;
}

void ipfunnel__zstd_close(void *state)
{
    ZSTD_freeDStream(state);
}
