/* super_datagrams.h - super-datagrams as a sender makes them, and their segments as the wire has them, both built from
 * the same description and straight from the RFCs: nothing here is cut out of something else. */
#ifndef IPFUNNEL_TESTS_SUPER_DATAGRAMS_H
#define IPFUNNEL_TESTS_SUPER_DATAGRAMS_H
#include "check.h"
#include <ipfunnel.h>
#include <stdbool.h>

enum { SUPER_ROOM = 200000, SUPER_LINK = 14, PROTOCOL_TCP = 6, PROTOCOL_UDP = 17 };

struct super {
    int version, protocol;
    uint32_t payload, size;             /* bytes in all, and in a segment */
    uint32_t ip_options, tcp_options;   /* bytes, multiples of 4 */
    uint32_t extension;                 /* bytes of an IPv6 destination options header, a multiple of 8 */
    uint16_t identification, port;      /* port: the source's */
    uint32_t sequence;
    uint8_t flags;                      /* of TCP */
    bool no_length;                     /* IPv4 total length 0, IPv6 payload length 0, as of Windows' LSO */
    bool jumbo;                         /* BIG TCP over IPv6: the length is in a hop-by-hop header */
};

#define TCP4 .version = 4, .protocol = PROTOCOL_TCP
#define UDP4 .version = 4, .protocol = PROTOCOL_UDP
#define TCP6 .version = 6, .protocol = PROTOCOL_TCP
#define UDP6 .version = 6, .protocol = PROTOCOL_UDP

struct bytes {
    uint8_t at[SUPER_ROOM];
    uint32_t length, transport;
};

static inline void put_16(uint8_t *p, uint32_t v)
{
    p[0] = (uint8_t)(v >> 8);
    p[1] = (uint8_t)v;
}

static inline uint32_t sum_16(const uint8_t *p, size_t n, uint64_t sum)
{
    for (size_t i = 0; i < n; i++)
        sum += (uint64_t)p[i] << (i % 2 ? 0 : 8);
    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
    return (uint32_t)sum;
}

static inline uint8_t payload_byte(uint32_t i) { return (uint8_t)(i * 7 + (i >> 8) * 13 + (i >> 16)); }

/* The datagram with `count` payload bytes from `from` on, its checksums filled in. */
static inline void build_datagram(struct bytes *b, const struct super *s, uint32_t from, uint32_t count,
                                  uint16_t identification, uint8_t flags)
{
    uint32_t ip = s->version == 4 ? 20 + s->ip_options : 40 + s->extension;
    uint32_t transport = s->protocol == PROTOCOL_TCP ? 20 + s->tcp_options : 8, sum;
    uint8_t *p = b->at, *t = p + ip;
    memset(b->at, 0, ip + transport);
    b->length = ip + transport + count;
    b->transport = ip;
    CHECK(b->length <= SUPER_ROOM);
    if (s->version == 4) {
        p[0] = (uint8_t)(0x40 | ip / 4);
        p[1] = 0x02;
        put_16(p + 2, b->length);
        put_16(p + 4, identification);
        p[6] = 0x40;
        p[8] = 61;
        p[9] = (uint8_t)s->protocol;
        memcpy(p + 12, "\x0a\x00\x00\x01\xc0\xa8\xff\xfe", 8);
        memset(p + 20, 1, s->ip_options);
        put_16(p + 10, ~sum_16(p, ip, 0) & 0xffff);
        sum = sum_16(p + 12, 8, 0);
    } else {
        p[0] = 0x62;
        p[3] = 0x99;
        put_16(p + 4, b->length - 40);
        p[6] = (uint8_t)(s->extension ? 60 : s->protocol);
        p[7] = 61;
        p[8] = p[24] = 0xfd;
        p[23] = 1;
        p[39] = 2;
        if (s->extension) {
            p[40] = (uint8_t)s->protocol;
            p[41] = (uint8_t)(s->extension / 8 - 1);
            p[42] = 1;
            p[43] = (uint8_t)(s->extension - 4);
        }
        sum = sum_16(p + 8, 32, 0);
    }
    put_16(t, s->port);
    put_16(t + 2, 443);
    if (s->protocol == PROTOCOL_TCP) {
        put_16(t + 4, (s->sequence + from) >> 16);
        put_16(t + 6, (s->sequence + from) & 0xffff);
        put_16(t + 10, 0x1234);
        t[12] = (uint8_t)(transport / 4 << 4);
        t[13] = flags;
        put_16(t + 14, 501);
        put_16(t + 18, flags & 0x20 ? 77 : 0);
        memset(t + 20, 1, s->tcp_options);
    } else {
        put_16(t + 4, 8 + count);
    }
    for (uint32_t i = 0; i < count; i++)
        t[transport + i] = payload_byte(from + i);
    sum = sum_16(t, transport + count, sum + (uint32_t)s->protocol + transport + count);
    if (s->protocol == PROTOCOL_UDP && sum == 0xffff)
        sum = 0;
    put_16(t + (s->protocol == PROTOCOL_TCP ? 16 : 6), ~sum & 0xffff);
}

static inline uint32_t segments_of(const struct super *s) { return (s->payload + s->size - 1) / s->size; }

/* Segment i, as the wire has it. */
static inline void build_segment(struct bytes *b, const struct super *s, uint32_t i)
{
    uint32_t from = i * s->size, count = s->payload - from < s->size ? s->payload - from : s->size;
    uint8_t flags = s->flags;
    if (i + 1 < segments_of(s))
        flags &= (uint8_t)~(0x01 | 0x08);       /* FIN, PSH */
    if (i > 0)
        flags &= (uint8_t)~0x80;                /* CWR */
    build_datagram(b, s, from, count, (uint16_t)(s->identification + i), flags);
}

/* The super-datagram, its checksum field left to the hardware. */
static inline void build_super(struct bytes *b, const struct super *s)
{
    build_datagram(b, s, 0, s->payload, s->identification, s->flags);
    if (s->jumbo) {
        uint8_t header[8] = { b->at[6], 0, 0xc2, 4 };
        uint32_t payload = b->length - 40 + 8;
        CHECK(b->length + 8 <= SUPER_ROOM);
        memmove(b->at + 48, b->at + 40, b->length - 40);
        put_16(header + 4, payload >> 16);
        put_16(header + 6, payload & 0xffff);
        memcpy(b->at + 40, header, 8);
        b->at[6] = 0;
        b->length += 8;
        b->transport += 8;
    }
    if (s->jumbo || s->no_length)
        put_16(b->at + (s->version == 4 ? 2 : 4), 0);
    if (s->version == 4) {
        put_16(b->at + 10, 0);
        put_16(b->at + 10, ~sum_16(b->at, 20 + s->ip_options, 0) & 0xffff);
    }
    uint32_t length = b->length - b->transport;
    uint32_t sum = s->version == 4 ? sum_16(b->at + 12, 8, 0) : sum_16(b->at + 8, 32, 0);
    sum += (length >> 16) + (length & 0xffff) + (uint32_t)s->protocol;
    put_16(b->at + b->transport + (s->protocol == PROTOCOL_TCP ? 16 : 6), sum_16(NULL, 0, sum));
}

static inline uint32_t kind_of(const struct super *s)
{
    return s->protocol == PROTOCOL_UDP ? IPFUNNEL_SEGMENTS_UDP
           : s->version == 4           ? IPFUNNEL_SEGMENTS_TCP4 | IPFUNNEL_SEGMENTS_ECN
                                       : IPFUNNEL_SEGMENTS_TCP6 | IPFUNNEL_SEGMENTS_ECN;
}

/* The frame around it, with what a kernel says. `room` has SUPER_LINK bytes more than the datagram. */
static inline ipfunnel_frame super_frame(const struct super *s, const struct bytes *b, uint8_t *room)
{
    ipfunnel_frame f = IPFUNNEL_FRAME_INIT;
    memset(room, 2, 12);
    put_16(room + 12, s->version == 4 ? 0x0800 : 0x86dd);
    memcpy(room + SUPER_LINK, b->at, b->length);
    f.bytes = room;
    f.captured_length = SUPER_LINK + b->length;
    f.link_type = 1;
    f.facts = IPFUNNEL_FRAME_OUT | IPFUNNEL_FRAME_SEGMENTATION | IPFUNNEL_FRAME_CHECKSUM_NOT_READY;
    f.segmentation = kind_of(s);
    f.segment_size = s->size;
    f.checksum_start = SUPER_LINK + b->transport;
    f.checksum_offset = s->protocol == PROTOCOL_TCP ? 16 : 6;
    return f;
}

#endif
