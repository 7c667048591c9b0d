/* gzip_decoder.c - .gz through zlib: one member or several behind each other. */
#include "decoder.h"
#include <limits.h>
#include <stdlib.h>
#include <zlib.h>

struct gzip {
    z_stream stream;
    bool inside;                /* a member has begun and not ended */
    bool pending;               /* the last call filled its room: there may be more without further input */
};

void *ipfunnel__gzip_open(void);
const char *ipfunnel__gzip_run(void *state, struct ipfunnel__decoding *d);
void ipfunnel__gzip_close(void *state);

void *ipfunnel__gzip_open(void)
{
    enum { LARGEST_WINDOW = 15, GZIP_ONLY = 16 };
    struct gzip *g = calloc(1, sizeof *g);
    if (g && inflateInit2(&g->stream, LARGEST_WINDOW + GZIP_ONLY) != Z_OK) {
        free(g);
        g = NULL;
    }
    return g;
}

static unsigned limited(size_t n)
{
    return n < UINT_MAX ? (unsigned)n : UINT_MAX;
}

const char *ipfunnel__gzip_run(void *state, struct ipfunnel__decoding *d)
{
    struct gzip *g = state;
    while (d->out < d->out_end && (d->in < d->in_end || g->pending)) {
        /* Between members: gzip itself ignores what does not begin with its magic number. */
        if (!g->inside && *d->in != 0x1f) {
            d->finished = true;
            break;
        }
        g->inside = true;
        /* zlib never writes there; its interface is older than const. */
        g->stream.next_in = (Bytef *)(uintptr_t)d->in;
        g->stream.avail_in = limited((size_t)(d->in_end - d->in));
        g->stream.next_out = d->out;
        g->stream.avail_out = limited((size_t)(d->out_end - d->out));
        int result = inflate(&g->stream, Z_NO_FLUSH);
        d->in = g->stream.next_in;
        d->out = g->stream.next_out;
        g->pending = g->stream.avail_out == 0 && result != Z_STREAM_END;
        if (result == Z_STREAM_END) {
            g->inside = false;
            if (inflateReset(&g->stream) != Z_OK)
                return "zlib cannot go on";
        } else if (result == Z_MEM_ERROR) {
            return "zlib is out of memory";
        } else if (result != Z_OK && result != Z_BUF_ERROR) {
            return g->stream.msg ? g->stream.msg : "no gzip data";
        }
    }
    d->between = !g->inside;
    return NULL;
}

void ipfunnel__gzip_close(void *state)
{
    struct gzip *g = state;
    inflateEnd(&g->stream);
    free(g);
}
