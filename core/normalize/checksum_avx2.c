/* checksum_avx2.c - for x86-64 with gcc or clang: AVX2, where the processor has it. The function says so itself; the
 * file is compiled like all others, as what else is in it must run anywhere. */
#include "checksum.h"

typedef uint64_t four __attribute__((vector_size(32)));

static inline __attribute__((target("avx2"), always_inline)) four load(const uint8_t *bytes)
{
    four words;
    memcpy(&words, bytes, sizeof words);
    return words;
}

/* As the portable one, 64 bytes at a time: of each 64-bit word the halves are added up apart. */
__attribute__((target("avx2"))) static uint64_t sum_avx2(const uint8_t *bytes, size_t n)
{
    const four low = { UINT32_MAX, UINT32_MAX, UINT32_MAX, UINT32_MAX };
    four a = { 0 }, b = { 0 }, c = { 0 }, d = { 0 };
    size_t at = 0;
    for (; n - at >= 64; at += 64) {
        four x = load(bytes + at), y = load(bytes + at + 32);
        a += x & low;
        b += x >> 32;
        c += y & low;
        d += y >> 32;
    }
    four all = a + b + c + d;
    return all[0] + all[1] + all[2] + all[3] + ipfunnel__sum_portable(bytes + at, n - at);
}

ipfunnel__sum *ipfunnel__sum_fastest(void)
{
    return __builtin_cpu_supports("avx2") ? sum_avx2 : ipfunnel__sum_portable;
}
