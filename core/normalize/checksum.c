#include "checksum.h"

/* Words of 32 bits into 64: their halves are folded together in the end. Compilers make vectors of this loop. */
uint64_t ipfunnel__sum_portable(const uint8_t *bytes, size_t n)
{
    uint64_t sum = 0;
    size_t at = 0;
    for (; n - at >= 4; at += 4) {
        uint32_t word;
        memcpy(&word, bytes + at, sizeof word);
        sum += word;
    }
    uint32_t rest = 0;
    memcpy(&rest, bytes + at, n - at);
    return sum + rest;
}
