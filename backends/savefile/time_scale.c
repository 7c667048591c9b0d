/* time_scale.c - see time_scale.h. All in 64 bits: each product below is shown to fit. */
#include "time_scale.h"

enum { NS_PER_SECOND = 1000000000, MOST_DECIMAL = 19, MOST_BINARY = 63 };

static uint64_t power_of_10(unsigned exponent)
{
    uint64_t power = 1;
    while (exponent-- > 0)
        power *= 10;
    return power;
}

struct ipfunnel__time_scale ipfunnel__time_scale_of(uint8_t tsresol)
{
    struct ipfunnel__time_scale scale = { .exponent = tsresol & 0x7f, .binary = tsresol >> 7 };
    if (!scale.binary && scale.exponent <= 9) {
        scale.ns_per_unit = (uint32_t)power_of_10(9u - scale.exponent);
        scale.plain_units = (uint64_t)INT64_MAX / 2 / scale.ns_per_unit;
    }
    return scale;
}

static uint32_t decimal_fraction(uint64_t part, unsigned exponent)
{
    return (uint32_t)(exponent <= 9 ? part * power_of_10(9 - exponent) : part / power_of_10(exponent - 9));
}

/* part * 10^9 / 2^exponent with part < 2^exponent. The halves of part times 10^9 are below 2^62; what the lower one
 * leaves behind its 32 bits cannot carry into the result. */
static uint32_t binary_fraction(uint64_t part, unsigned exponent)
{
    if (exponent <= 32)
        return (uint32_t)(part * NS_PER_SECOND >> exponent);
    uint64_t high = (part >> 32) * NS_PER_SECOND, low = (part & UINT32_MAX) * NS_PER_SECOND;
    return (uint32_t)((high + (low >> 32)) >> (exponent - 32));
}

int64_t ipfunnel__time_ns_of_any(const struct ipfunnel__time_scale *scale, uint64_t units)
{
    uint64_t seconds, part;
    uint32_t ns;
    if (scale->exponent > (scale->binary ? MOST_BINARY : MOST_DECIMAL))
        return IPFUNNEL_TIME_UNKNOWN;
    if (scale->binary) {
        seconds = units >> scale->exponent;
        part = units - (seconds << scale->exponent);
        ns = binary_fraction(part, scale->exponent);
    } else {
        uint64_t per_second = power_of_10(scale->exponent);
        seconds = units / per_second;
        part = units % per_second;
        ns = decimal_fraction(part, scale->exponent);
    }
    const int64_t most = INT64_MAX / NS_PER_SECOND - 1, least = -most;
    if (scale->offset > most || scale->offset < least || seconds > (uint64_t)most * 2)
        return IPFUNNEL_TIME_UNKNOWN;
    int64_t all = (int64_t)seconds + scale->offset;
    return all > most || all < least ? IPFUNNEL_TIME_UNKNOWN : all * NS_PER_SECOND + ns;
}

uint32_t ipfunnel__time_resolution_ns(const struct ipfunnel__time_scale *scale)
{
    if (scale->exponent > (scale->binary ? MOST_BINARY : MOST_DECIMAL))
        return 0;
    uint64_t per_second = scale->binary ? UINT64_C(1) << scale->exponent : power_of_10(scale->exponent);
    return per_second >= NS_PER_SECOND ? 1 : (uint32_t)(NS_PER_SECOND / per_second);
}
