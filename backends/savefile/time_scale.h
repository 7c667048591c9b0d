/* time_scale.h - what a time stamp of a pcapng interface means. */
#ifndef IPFUNNEL_SAVEFILE_TIME_SCALE_H
#define IPFUNNEL_SAVEFILE_TIME_SCALE_H
#include <ipfunnel.h>

/* Units of 10^-exponent or 2^-exponent seconds since `offset` seconds after 1970. */
struct ipfunnel__time_scale {
    int64_t offset;
    uint8_t exponent;
    uint8_t binary;
    uint32_t ns_per_unit;           /* where units are whole nanoseconds, */
    uint64_t plain_units;           /* and times of fewer units than this a product, with offset 0 */
};

/* From the option if_tsresol. Zero is a resolution, too: whole seconds. */
struct ipfunnel__time_scale ipfunnel__time_scale_of(uint8_t tsresol);

/* Nanoseconds, rounded down; IPFUNNEL_TIME_UNKNOWN where they do not fit, or the resolution is absurd: units so small
 * that 64 bits of them do not reach one second. */
static inline int64_t ipfunnel__time_ns(const struct ipfunnel__time_scale *scale, uint64_t units);

/* One unit in nanoseconds, at least 1; 0 when it is absurd. */
uint32_t ipfunnel__time_resolution_ns(const struct ipfunnel__time_scale *scale);

/* The same as ipfunnel__time_ns, for all scales: it divides. */
int64_t ipfunnel__time_ns_of_any(const struct ipfunnel__time_scale *scale, uint64_t units);

static inline int64_t ipfunnel__time_ns(const struct ipfunnel__time_scale *scale, uint64_t units)
{
    return units < scale->plain_units && !scale->offset ? (int64_t)(units * scale->ns_per_unit)
                                                        : ipfunnel__time_ns_of_any(scale, units);
}

#endif
