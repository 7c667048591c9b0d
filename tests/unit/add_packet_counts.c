/* add_packet_counts.c - readings of a packet socket's 32-bit counters add up to exact 64-bit sums, across any wrap. */
#include "af_packet/packet_counts.h"
#include "check.h"

/* What the kernel counts between two readings, and what it then answers: both modulo 2^32, the drops in both. */
static void read_after(struct ipfunnel__packet_counts *counts, uint32_t accepted, uint32_t dropped)
{
    CHECK_INT(ipfunnel__packet_counts_add(counts, accepted + dropped, dropped), dropped);
}

static void each_wrap_is_added_once(void)
{
    const struct {
        uint32_t accepted, dropped;
    } rows[] = {
        { .accepted = 0, .dropped = 0 },
        { .accepted = UINT32_MAX, .dropped = 0 },
        { .accepted = 0, .dropped = UINT32_MAX },
        { .accepted = UINT32_MAX, .dropped = 1 },               /* their sum is 0 */
        { .accepted = 1, .dropped = UINT32_MAX },
        { .accepted = UINT32_MAX, .dropped = UINT32_MAX },
        { .accepted = UINT32_C(1) << 31, .dropped = UINT32_C(1) << 31 },
    };
    struct ipfunnel__packet_counts counts = { .accepted = 0 };
    uint64_t accepted = 0, dropped = 0;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        read_after(&counts, rows[i].accepted, rows[i].dropped);
        CHECK_INT(counts.accepted, accepted += rows[i].accepted);
        CHECK_INT(counts.dropped, dropped += rows[i].dropped);
    }
}

static void sums_never_go_back_and_miss_nothing(void)
{
    struct ipfunnel__packet_counts counts = { .accepted = 0 };
    uint64_t accepted = 0, dropped = 0;
    uint32_t seed = 7, waiting_accepted = 0, waiting_dropped = 0;
    for (int i = 0; i < 100000; i++) {
        struct ipfunnel__packet_counts before = counts;
        seed = seed * 1664525 + 1013904223;
        uint32_t more = seed >> (i % 32), lost = (seed ^ 0x5a5a5a5a) >> (i * 7 % 32);
        bool fits = more <= UINT32_MAX - waiting_accepted && lost <= UINT32_MAX - waiting_dropped;
        waiting_accepted += fits ? more : 0;
        waiting_dropped += fits ? lost : 0;
        accepted += fits ? more : 0;
        dropped += fits ? lost : 0;
        if (i % 5 == 0) {                         /* not read: the kernel goes on from there */
            ipfunnel__packet_counts_fail(&counts);
            CHECK(counts.unknown);
        } else {
            read_after(&counts, waiting_accepted, waiting_dropped);
            waiting_accepted = waiting_dropped = 0;
            CHECK(!counts.unknown);
            CHECK_INT(counts.accepted, accepted);
            CHECK_INT(counts.dropped, dropped);
        }
        CHECK(counts.accepted >= before.accepted && counts.dropped >= before.dropped);
    }
    CHECK(accepted > UINT64_C(100) << 32 && dropped > UINT64_C(100) << 32);
}

int main(void)
{
    RUN(each_wrap_is_added_once);
    RUN(sums_never_go_back_and_miss_nothing);
    return 0;
}
