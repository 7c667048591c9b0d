/* checksum.h - sums for the Internet checksum (RFC 1071). A sum is kept unfolded, of 16-bit words in the order of the
 * host: the result, stored as the host does, is right on every machine (section 2(B) there). */
#ifndef IPFUNNEL_CORE_CHECKSUM_H
#define IPFUNNEL_CORE_CHECKSUM_H
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* The sum of n bytes, at any alignment; an odd last one counts as if a zero followed. For n up to 2^32 two of them can
 * be added without overflow. */
typedef uint64_t ipfunnel__sum(const uint8_t *bytes, size_t n);

ipfunnel__sum ipfunnel__sum_portable;

/* The fastest that this machine runs. Costs some instructions: ask once. (checksum_avx2.c, or checksum_plain.c) */
ipfunnel__sum *ipfunnel__sum_fastest(void);

/* A number as the 16-bit word that it is in network byte order, to be added to a sum. */
static inline uint16_t ipfunnel__sum_word(uint32_t value)
{
    const uint8_t bytes[2] = { (uint8_t)(value >> 8), (uint8_t)value };
    uint16_t word;
    memcpy(&word, bytes, sizeof word);
    return word;
}

/* Ones' complement sum in 16 bits; 0 only for the sum 0. */
static inline uint16_t ipfunnel__sum_fold(uint64_t sum)
{
    sum = (sum & UINT32_MAX) + (sum >> 32);
    sum = (sum & UINT32_MAX) + (sum >> 32);
    sum = (sum & UINT16_MAX) + (sum >> 16);
    sum = (sum & UINT16_MAX) + (sum >> 16);
    sum = (sum & UINT16_MAX) + (sum >> 16);
    return (uint16_t)sum;
}

#endif
