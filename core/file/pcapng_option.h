/* pcapng_option.h - options of pcapng blocks: code, length, value, padding. */
#ifndef IPFUNNEL_CORE_FILE_PCAPNG_OPTION_H
#define IPFUNNEL_CORE_FILE_PCAPNG_OPTION_H
#include "file_block.h"

enum { IPFUNNEL__OPT_END = 0, IPFUNNEL__OPT_COMMENT = 1 };

/* Begins an option, whose value follows through the put functions. Returns its place for option_end. */
static inline size_t ipfunnel__option_begin(struct ipfunnel__block *b, uint16_t code)
{
    size_t place = b->length;
    ipfunnel__put16(b, code);
    ipfunnel__put16(b, 0);
    return place;
}

/* Ends it: fills in the length and pads. A value of more than 65535 bytes is an overflow. */
static inline void ipfunnel__option_end(struct ipfunnel__block *b, size_t place)
{
    size_t length = b->length - place - 4;
    if (length > UINT16_MAX)
        b->overflow = true;
    if (b->overflow)
        return;
    ipfunnel__le16_at(b->bytes + place + 2, (uint16_t)length);
    ipfunnel__put_padding(b);
}

static inline void ipfunnel__option(struct ipfunnel__block *b, uint16_t code, const void *value, size_t length)
{
    size_t option = ipfunnel__option_begin(b, code);
    ipfunnel__put_bytes(b, value, length);
    ipfunnel__option_end(b, option);
}

/* A text option; none for NULL and "". */
static inline void ipfunnel__option_text(struct ipfunnel__block *b, uint16_t code, const char *text)
{
    if (text && *text)
        ipfunnel__option(b, code, text, strlen(text));
}

static inline void ipfunnel__option32(struct ipfunnel__block *b, uint16_t code, uint32_t value)
{
    ipfunnel__put32(b, UINT32_C(4) << 16 | code);
    ipfunnel__put32(b, value);
}

static inline void ipfunnel__option64(struct ipfunnel__block *b, uint16_t code, uint64_t value)
{
    size_t option = ipfunnel__option_begin(b, code);
    ipfunnel__put64(b, value);
    ipfunnel__option_end(b, option);
}

#endif
