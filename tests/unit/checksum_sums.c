/* checksum_sums.c - both ways to sum give what the definition says, at every alignment and length. */
#include "check.h"
#include "checksum.h"

/* RFC 1071 by the letter: 16-bit words in network byte order, carries added back. */
static uint32_t by_definition(const uint8_t *bytes, size_t n)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += (uint64_t)bytes[i] << (i % 2 ? 0 : 8);
    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
    return (uint32_t)sum;
}

static uint32_t number(uint16_t word)
{
    uint8_t bytes[2];
    memcpy(bytes, &word, 2);
    return (uint32_t)(bytes[0] << 8 | bytes[1]);
}

static void check_all(const uint8_t *bytes, size_t n)
{
    uint8_t *block = malloc(n ? n : 1);         /* its exact size, for the sanitizers */
    CHECK(block);
    if (n)
        memcpy(block, bytes, n);
    uint32_t expected = by_definition(bytes, n);
    CHECK_INT(number(ipfunnel__sum_fold(ipfunnel__sum_portable(block, n))), expected);
    CHECK_INT(number(ipfunnel__sum_fold(ipfunnel__sum_fastest()(block, n))), expected);
    free(block);
}

static void every_length_and_alignment(void)
{
    static uint8_t bytes[2200];
    uint32_t random = 1;
    for (int kind = 0; kind < 3; kind++) {
        for (size_t i = 0; i < sizeof bytes; i++) {
            random = random * 1664525 + 1013904223;
            bytes[i] = kind == 0 ? (uint8_t)(random >> 24) : kind == 1 ? 0xff : 0;
        }
        for (size_t n = 0; n <= 300; n++)
            for (size_t at = 0; at < 64; at += n < 140 ? 1 : 7)
                check_all(bytes + at, n);
        for (size_t n = 300; n <= 2100; n += 13)
            check_all(bytes + n % 64, n);
    }
}

static void sums_of_large_blocks_do_not_overflow(void)
{
    enum { LARGE = 600000 };
    uint8_t *bytes = malloc(LARGE);
    CHECK(bytes);
    memset(bytes, 0xff, LARGE);
    for (size_t n = LARGE - 5; n <= LARGE; n++)
        check_all(bytes, n);
    free(bytes);
}

static void folding_knows_one_zero(void)
{
    CHECK_INT(ipfunnel__sum_fold(0), 0);
    CHECK_INT(ipfunnel__sum_fold(0xffff), 0xffff);
    CHECK_INT(ipfunnel__sum_fold(0x1fffe), 0xffff);
    CHECK_INT(ipfunnel__sum_fold(UINT64_MAX), 0xffff);
    CHECK_INT(ipfunnel__sum_fold(UINT64_C(0x100000000)), 1);
    CHECK_INT(number(ipfunnel__sum_word(0x12345)), 0x2345);
}

int main(void)
{
    RUN(every_length_and_alignment);
    RUN(sums_of_large_blocks_do_not_overflow);
    RUN(folding_knows_one_zero);
    return 0;
}
