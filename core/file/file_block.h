/* file_block.h - one record of a file under construction, in memory that may turn out too small.
 * Invariant: length <= room. A put without room sets `overflow` and changes nothing, so that a record is built without
 * checks and judged once, at its end. All numbers are little-endian, whatever the host. */
#ifndef IPFUNNEL_CORE_FILE_BLOCK_H
#define IPFUNNEL_CORE_FILE_BLOCK_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct ipfunnel__block {
    uint8_t *bytes;
    size_t length, room;
    bool overflow;
    bool may_stay;                /* the caller writes bytes of datagrams from where they are, if it is told */
    const uint8_t *staying;       /* such bytes, or NULL: they are not among `bytes` but belong before bytes[before] */
    size_t staying_length, before;
};

/* Room for n bytes, which the caller fills; NULL when there is none. */
static inline uint8_t *ipfunnel__put_room(struct ipfunnel__block *b, size_t n)
{
    if (b->room - b->length < n) {
        b->overflow = true;
        return NULL;
    }
    b->length += n;
    return b->bytes + b->length - n;
}

static inline void ipfunnel__le16_at(uint8_t *p, uint16_t v)
{
    p[0] = (uint8_t)v;
    p[1] = (uint8_t)(v >> 8);
}

/* Several of these byte by byte are slow: compilers take them together and apart again. */
static inline void ipfunnel__le32_at(uint8_t *p, uint32_t v)
{
    static const union { uint16_t word; uint8_t bytes[2]; } order = { .word = 1 };
    if (!order.bytes[0])
        v = v >> 24 | (v >> 8 & 0xff00) | (v & 0xff00) << 8 | v << 24;
    memcpy(p, &v, sizeof v);
}

static inline void ipfunnel__put16(struct ipfunnel__block *b, uint16_t v)
{
    uint8_t *p = ipfunnel__put_room(b, 2);
    if (p)
        ipfunnel__le16_at(p, v);
}

static inline void ipfunnel__put32(struct ipfunnel__block *b, uint32_t v)
{
    uint8_t *p = ipfunnel__put_room(b, 4);
    if (p)
        ipfunnel__le32_at(p, v);
}

static inline void ipfunnel__put64(struct ipfunnel__block *b, uint64_t v)
{
    ipfunnel__put32(b, (uint32_t)v);
    ipfunnel__put32(b, (uint32_t)(v >> 32));
}

static inline void ipfunnel__put_bytes(struct ipfunnel__block *b, const void *bytes, size_t n)
{
    uint8_t *p = ipfunnel__put_room(b, n);
    if (p && n > 0)
        memcpy(p, bytes, n);
}

/* Room for `head` bytes, which the caller fills, and behind it n bytes of a datagram and at most three zeros. To copy
 * few bytes costs less than to have the system gather them. */
static inline uint8_t *ipfunnel__put_datagram(struct ipfunnel__block *b, size_t head, const uint8_t *bytes, size_t n,
                                              size_t zeros)
{
    enum { STAYS_FROM = 256 };
    bool stays = b->may_stay && n >= STAYS_FROM;
    uint8_t *p = ipfunnel__put_room(b, head + (stays ? 0 : n) + zeros);
    if (!p)
        return NULL;
    if (zeros > 0)
        ipfunnel__le32_at(b->bytes + b->length - 4, 0);
    if (stays) {
        b->staying = bytes;
        b->staying_length = n;
        b->before = b->length - zeros;
    } else if (n > 0) {
        memcpy(p + head, bytes, n);
    }
    return p;
}

/* Bytes of the record, those included that stay where they are. */
static inline size_t ipfunnel__block_length(const struct ipfunnel__block *b) { return b->length + b->staying_length; }

/* Zero bytes up to the next multiple of 4, counted from the start of the record. */
static inline void ipfunnel__put_padding(struct ipfunnel__block *b)
{
    static const uint8_t zeros[3];
    ipfunnel__put_bytes(b, zeros, (4 - b->length % 4) % 4);
}

#endif
