/* Time stamps of pcapng: every resolution, no overflow, no division by zero. */
#include "check.h"
#include "savefile/time_scale.h"

#define SECOND INT64_C(1000000000)
#define UNKNOWN IPFUNNEL_TIME_UNKNOWN

static int64_t ns(uint8_t tsresol, int64_t offset, uint64_t units)
{
    struct ipfunnel__time_scale scale = ipfunnel__time_scale_of(tsresol);
    scale.offset = offset;
    return ipfunnel__time_ns(&scale, units);
}

static void decimal_resolutions_are_exact(void)
{
    CHECK_INT(ns(0, 0, 17), 17 * SECOND);                 /* zero is whole seconds */
    CHECK_INT(ns(1, 0, 17), 17 * SECOND / 10);
    CHECK_INT(ns(6, 0, 1700000000123456), INT64_C(1700000000123456000));
    CHECK_INT(ns(9, 0, 1700000000123456789), INT64_C(1700000000123456789));
    CHECK_INT(ns(10, 0, 19), 1);
    CHECK_INT(ns(12, 0, 1000999999999), SECOND + 999999);
    CHECK_INT(ns(19, 0, UINT64_MAX), SECOND + 844674407);
}

static void binary_resolutions_are_exact(void)
{
    CHECK_INT(ns(0x80, 0, 17), 17 * SECOND);
    CHECK_INT(ns(0x81, 0, 3), SECOND * 3 / 2);
    CHECK_INT(ns(0x80 | 20, 0, (UINT64_C(5) << 20) + 1), 5 * SECOND + 953);
    CHECK_INT(ns(0x80 | 32, 0, (UINT64_C(1700000000) << 32) + UINT32_MAX), 1700000000 * SECOND + 999999999);
    CHECK_INT(ns(0x80 | 33, 0, (UINT64_C(7) << 33) + (UINT64_C(1) << 33) - 1), 7 * SECOND + 999999999);
    CHECK_INT(ns(0x80 | 40, 0, UINT64_C(1) << 39), SECOND / 2);
    CHECK_INT(ns(0x80 | 63, 0, UINT64_MAX), 2 * SECOND - 1);
    CHECK_INT(ns(0x80 | 63, 0, UINT64_C(1) << 62), SECOND / 2);
}

static void absurd_resolutions_give_no_time(void)
{
    for (unsigned exponent = 20; exponent < 128; exponent++) {
        CHECK(ns((uint8_t)exponent, 0, 1) == UNKNOWN);
        CHECK(ns((uint8_t)exponent, 5, UINT64_MAX) == UNKNOWN);
    }
    for (unsigned exponent = 64; exponent < 128; exponent++)
        CHECK(ns((uint8_t)(0x80 | exponent), 0, UINT64_MAX) == UNKNOWN);
}

static void offsets_move_the_time_both_ways(void)
{
    CHECK_INT(ns(6, 1700000000, 5), 1700000000 * SECOND + 5000);
    CHECK_INT(ns(9, -1, 5), 5 - SECOND);
    CHECK_INT(ns(0, -5, 3), -2 * SECOND);
}

static void times_that_do_not_fit_are_unknown(void)
{
    CHECK(ns(0, 0, UINT64_MAX) == UNKNOWN);
    CHECK(ns(6, 0, UINT64_MAX) == UNKNOWN);
    CHECK(ns(0x80, 0, UINT64_MAX) == UNKNOWN);
    CHECK(ns(9, INT64_MAX, 0) == UNKNOWN);
    CHECK(ns(9, INT64_MIN, 0) == UNKNOWN);
    CHECK(ns(0, INT64_MIN, UINT64_MAX) == UNKNOWN);
    CHECK_INT(ns(0, 9223372035, 0), 9223372035 * SECOND);
    CHECK(ns(0, 9223372035, 1) == UNKNOWN);
    CHECK_INT(ns(0, -9223372035, 0), -9223372035 * SECOND);
    CHECK_INT(ns(0, -9223372035, UINT64_C(18446744070)), 9223372035 * SECOND);
}

static void the_resolution_is_told(void)
{
    static const struct {
        uint8_t tsresol;
        uint32_t ns;
    } rows[] = { { 0, 1000000000 }, { 6, 1000 }, { 9, 1 }, { 12, 1 }, { 19, 1 }, { 20, 0 }, { 127, 0 },
                 { 0x80, 1000000000 }, { 0x8a, 976562 }, { 0x80 | 30, 1 }, { 0x80 | 63, 1 }, { 0xc0, 0 }, { 0xff, 0 } };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct ipfunnel__time_scale scale = ipfunnel__time_scale_of(rows[i].tsresol);
        CHECK_INT(ipfunnel__time_resolution_ns(&scale), rows[i].ns);
    }
}

int main(void)
{
    RUN(decimal_resolutions_are_exact);
    RUN(binary_resolutions_are_exact);
    RUN(absurd_resolutions_give_no_time);
    RUN(offsets_move_the_time_both_ways);
    RUN(times_that_do_not_fit_are_unknown);
    RUN(the_resolution_is_told);
    return 0;
}
