#include "file_bytes.h"
#include "error.h"
#include <stdlib.h>
#include <string.h>

/* Reads of this size cost little per byte, and what they bring is still in the processor's cache when it is parsed. */
enum { CHUNK = 256 * 1024, PACKED_SIZE = 128 * 1024, MAGIC = 4 };

int ipfunnel__bytes_open(struct ipfunnel__file_bytes *b, const char *path, size_t size,
                         const struct ipfunnel__signal *signal, ipfunnel_error *error)
{
    *b = (struct ipfunnel__file_bytes){ .path = path, .size = size, .source = { .handle = -1, .ready = -1 } };
    /* First: a pipe that is opened and closed again is a broken one to its writer. */
    b->bytes = malloc(size);
    if (b->bytes)
        return ipfunnel__source_open(&b->source, path, signal, error);
    ipfunnel__fail(error, IPFUNNEL_ENOMEM, 0, "malloc", "a buffer of %zu bytes does not fit into memory", size);
    return ipfunnel__remedy(error, "ask for a smaller one (ring_bytes, -B)");
}

void ipfunnel__bytes_close(struct ipfunnel__file_bytes *b)
{
    if (!b->path)
        return;
    if (b->decoder_state)
        b->decoder->close(b->decoder_state);
    ipfunnel__source_close(&b->source);
    free(b->packed);
    free(b->bytes);
    *b = (struct ipfunnel__file_bytes){ .path = NULL };
}

void ipfunnel__bytes_pass(struct ipfunnel__file_bytes *b, uint64_t n)
{
    uint64_t here = b->end - b->start;
    if (n < here)
        here = n;
    b->start += (size_t)here;
    b->to_pass += n - here;
}

static int not_in_this_build(const struct ipfunnel__file_bytes *b, ipfunnel_error *error)
{
    ipfunnel__fail(error, IPFUNNEL_EOPNOTSUPP, 0, "savefile", "%.160s is %s data, which this build cannot read",
                   ipfunnel__source_name(b->path), b->decoder->name);
    return ipfunnel__remedy(error, "\"%s -dc FILE | ipfunnel capture -r -\" decompresses it; or build with %s",
                            b->decoder->name, b->decoder->library);
}

/* At the first four bytes. Compressed ones move to where the decoder takes them from. */
static int begin(struct ipfunnel__file_bytes *b, ipfunnel_error *error)
{
    size_t have = b->end - b->start;
    if (have < MAGIC && !b->ended)
        return IPFUNNEL_OK;
    b->begun = true;
    b->decoder = have < MAGIC ? NULL : ipfunnel__decoder_of(b->bytes + b->start);
    if (!b->decoder)
        return IPFUNNEL_OK;
    if (!b->decoder->open)
        return not_in_this_build(b, error);
    b->packed = malloc(PACKED_SIZE);
    b->decoder_state = b->packed ? b->decoder->open() : NULL;
    if (!b->decoder_state)
        return ipfunnel__no_memory(error, "savefile");
    memcpy(b->packed, b->bytes + b->start, have);
    b->packed_end = have;
    b->start = b->end = 0;
    return IPFUNNEL_OK;
}

/* What came out before something was wrong is good; the error follows when it is used up. */
static int decode(struct ipfunnel__file_bytes *b, ipfunnel_error *error)
{
    size_t end = b->end;
    struct ipfunnel__decoding d = {
        .in = b->packed + b->packed_start,
        .in_end = b->packed + b->packed_end,
        .out = b->bytes + b->end,
        .out_end = b->size - b->end > CHUNK ? b->bytes + b->end + CHUNK : b->bytes + b->size,
        .between = b->between,
    };
    if (!b->wrong)
        b->wrong = b->decoder->run(b->decoder_state, &d);
    b->packed_start = (size_t)(d.in - b->packed);
    b->end = (size_t)(d.out - b->bytes);
    b->between = d.between;
    b->finished = d.finished;
    b->more = d.out == d.out_end;
    if (b->packed_start == b->packed_end)
        b->packed_start = b->packed_end = 0;
    if (!b->wrong || b->end > end)
        return IPFUNNEL_OK;
    ipfunnel__fail(error, IPFUNNEL_EIO, 0, b->decoder->name, "%.160s is damaged near byte %llu of its %s data: %.80s",
                   ipfunnel__source_name(b->path),
                   (unsigned long long)(b->position - (b->packed_end - b->packed_start)), b->decoder->name, b->wrong);
    return ipfunnel__remedy(error, "what came before it is good; copy the file anew, as binary data");
}

/* One read of at most CHUNK bytes, after waiting for it where that is needed. */
static int read_some(struct ipfunnel__file_bytes *b, uint8_t *out, size_t room, int timeout_ms, size_t *got,
                     const struct ipfunnel__signal *signal, ipfunnel_error *error)
{
    *got = 0;
    if (b->source.waits && !ipfunnel__source_wait(&b->source, signal, timeout_ms))
        return IPFUNNEL_OK;
    int status = ipfunnel__source_read(&b->source, b->path, out, room < CHUNK ? room : CHUNK, got, error);
    b->position += *got;
    return status;
}

static int fill_plain(struct ipfunnel__file_bytes *b, int timeout_ms, const struct ipfunnel__signal *signal,
                      ipfunnel_error *error)
{
    size_t got;
    int status = read_some(b, b->bytes + b->end, b->size - b->end, timeout_ms, &got, signal, error);
    b->end += got;
    if (status == IPFUNNEL_END)
        b->ended = true;
    return status == IPFUNNEL_END ? IPFUNNEL_OK : status;
}

/* What is decoded already comes first; a read follows only where that was nothing. */
static int fill_decoded(struct ipfunnel__file_bytes *b, int timeout_ms, const struct ipfunnel__signal *signal,
                        ipfunnel_error *error)
{
    size_t end = b->end, got;
    int status = decode(b, error);
    if (status || b->end > end)
        return status;
    if (!b->finished) {
        memmove(b->packed, b->packed + b->packed_start, b->packed_end - b->packed_start);
        b->packed_end -= b->packed_start;
        b->packed_start = 0;
        status = read_some(b, b->packed + b->packed_end, PACKED_SIZE - b->packed_end, timeout_ms, &got, signal, error);
        b->packed_end += got;
        if (status == IPFUNNEL_OK)
            return got > 0 ? decode(b, error) : IPFUNNEL_OK;
    }
    if (b->finished || status == IPFUNNEL_END) {
        b->ended = true;
        b->cut = !b->between && !b->finished;
        return IPFUNNEL_OK;
    }
    return status;
}

int ipfunnel__bytes_fill(struct ipfunnel__file_bytes *b, int timeout_ms, const struct ipfunnel__signal *signal,
                         ipfunnel_error *error)
{
    if (b->ended)
        return IPFUNNEL_END;
    /* Always to the front: the same memory is used again while the cache still has it. */
    size_t have = b->end - b->start;
    if (b->start > 0) {
        memmove(b->bytes, b->bytes + b->start, have);
        b->start = 0;
        b->end = have;
    }
    int status = b->decoder ? fill_decoded(b, timeout_ms, signal, error) : fill_plain(b, timeout_ms, signal, error);
    if (!status && !b->begun)
        status = begin(b, error);
    uint64_t passed = b->to_pass < b->end - b->start ? b->to_pass : b->end - b->start;
    b->start += (size_t)passed;
    b->to_pass -= passed;
    return status;
}
