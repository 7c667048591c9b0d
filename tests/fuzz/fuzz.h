/* fuzz.h - what the harnesses share: an input to take bytes from, and invariants that end the program. */
#ifndef IPFUNNEL_TESTS_FUZZ_H
#define IPFUNNEL_TESTS_FUZZ_H
#include "bytes.h"
#include <ipfunnel.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define HOLDS(invariant) \
    do { \
        if (!(invariant)) { \
            fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #invariant); \
            abort(); \
        } \
    } while (0)

/* What is left of an input that is used up is zeros. */
static inline uint32_t input_byte(struct ipfunnel__cursor *input)
{
    const uint8_t *p = ipfunnel__take(input, 1);
    return p ? *p : 0;
}

static inline uint32_t input_16(struct ipfunnel__cursor *input)
{
    uint32_t high = input_byte(input);
    return high << 8 | input_byte(input);
}

/* Bytes that end where their heap block ends, so that the sanitizer sees every read behind them; free the block. */
struct exact_bytes {
    uint8_t *block, *bytes;
};

static inline struct exact_bytes exact_bytes(const uint8_t *bytes, size_t size)
{
    struct exact_bytes e = { .block = malloc(size + 1) };
    HOLDS(e.block);
    e.bytes = e.block + 1;
    if (size)
        memcpy(e.bytes, bytes, size);
    return e;
}

/* Everything that is true of every delivered datagram; reads it through the public functions, too. */
void check_datagram(const ipfunnel_datagram *d);
void check_error(const ipfunnel_error *error, int status);

#endif
