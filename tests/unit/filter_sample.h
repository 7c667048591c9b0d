/* filter_sample.h - datagrams for the tests of filters, from addresses and hexadecimal text. */
#ifndef IPFUNNEL_TESTS_FILTER_SAMPLE_H
#define IPFUNNEL_TESTS_FILTER_SAMPLE_H
#include "check.h"
#include "os.h"

struct filter_sample {
    const char *from, *to;                 /* both of one version */
    const char *options, *payload;         /* hexadecimal, blanks allowed; NULL: none */
    uint32_t original_length;              /* 0: as long as it is */
    uint32_t interface_index;
    uint16_t fragment;                     /* flags and offset, IPv4 */
    uint8_t protocol;                      /* or next header */
    uint8_t direction;
};

/* Bytes that end where their heap block ends. */
struct filter_datagram {
    ipfunnel_datagram datagram;
    uint8_t *block;
};

static inline uint32_t filter_sample_hex(const char *text, uint8_t *out)
{
    uint32_t n = 0;
    for (const char *p = text ? text : ""; *p;) {
        unsigned byte;
        int used;
        if (*p == ' ') {
            p++;
            continue;
        }
        CHECK(sscanf(p, "%2x%n", &byte, &used) == 1 && used == 2);
        out[n++] = (uint8_t)byte;
        p += 2;
    }
    return n;
}

static inline struct filter_datagram filter_sample_build(const struct filter_sample *s)
{
    uint8_t bytes[256] = { 0 }, from[16], to[16];
    int version = ipfunnel__os_parse_address(s->from, from);
    CHECK(version && ipfunnel__os_parse_address(s->to, to) == version);
    uint32_t header = 40;
    if (version == 4) {
        header = 20 + filter_sample_hex(s->options, bytes + 20);
        bytes[0] = (uint8_t)(0x40 | header / 4);
        bytes[6] = (uint8_t)(s->fragment >> 8);
        bytes[7] = (uint8_t)s->fragment;
        bytes[8] = 64;
        bytes[9] = s->protocol;
        memcpy(bytes + 12, from, 4);
        memcpy(bytes + 16, to, 4);
    } else {
        bytes[0] = 0x60;
        bytes[6] = s->protocol;
        bytes[7] = 64;
        memcpy(bytes + 8, from, 16);
        memcpy(bytes + 24, to, 16);
    }
    uint32_t length = header + filter_sample_hex(s->payload, bytes + header);
    uint32_t original = s->original_length ? s->original_length : length;
    uint32_t field = version == 4 ? original : original - 40, at = version == 4 ? 2 : 4;
    bytes[at] = (uint8_t)(field >> 8);
    bytes[at + 1] = (uint8_t)field;
    struct filter_datagram made = { .block = malloc(length) };
    CHECK(made.block);
    memcpy(made.block, bytes, length);
    made.datagram = (ipfunnel_datagram){
        .bytes = made.block,
        .length = length,
        .original_length = original,
        .version = (uint8_t)version,
        .direction = s->direction,
        .interface_index = s->interface_index,
    };
    return made;
}

static inline void filter_datagram_free(struct filter_datagram *made)
{
    free(made->block);
}

#endif
