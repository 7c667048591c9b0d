/* bytes.h - reading packet bytes through a bounded cursor.
 * Invariant: [at, end) is readable, at <= end. Nothing here can read outside it. */
#ifndef IPFUNNEL_CORE_BYTES_H
#define IPFUNNEL_CORE_BYTES_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ipfunnel__cursor {
    const uint8_t *at, *end;
};

static inline struct ipfunnel__cursor ipfunnel__cursor_over(const uint8_t *bytes, size_t length)
{
    return (struct ipfunnel__cursor){ .at = bytes, .end = bytes + length };
}

static inline size_t ipfunnel__left(const struct ipfunnel__cursor *c) { return (size_t)(c->end - c->at); }

/* Moves past n bytes and returns where they start; NULL, without moving, when there are fewer. */
static inline const uint8_t *ipfunnel__take(struct ipfunnel__cursor *c, size_t n)
{
    if (ipfunnel__left(c) < n)
        return NULL;
    const uint8_t *start = c->at;
    c->at += n;
    return start;
}

/* Values at bytes that a take already proved to be there: big-endian, little-endian. */
static inline uint16_t ipfunnel__be16(const uint8_t *p) { return (uint16_t)(p[0] << 8 | p[1]); }
static inline uint32_t ipfunnel__be32(const uint8_t *p)
{
    return (uint32_t)ipfunnel__be16(p) << 16 | ipfunnel__be16(p + 2);
}
static inline uint16_t ipfunnel__le16(const uint8_t *p) { return (uint16_t)(p[1] << 8 | p[0]); }
static inline uint32_t ipfunnel__le32(const uint8_t *p)
{
    return (uint32_t)ipfunnel__le16(p + 2) << 16 | ipfunnel__le16(p);
}

#endif
