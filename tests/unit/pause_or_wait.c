/* pause_or_wait.c - when a reader pauses before it waits: while frames, or full blocks, come so fast that a pause
 * brings several. */
#include "af_packet/pace.h"
#include "check.h"

enum { MICROSECOND = 1000 };

/* Asked `times` times, every `every_us`, while a frame comes every `gap_us`: how often is there a pause? */
static int pauses(int64_t pause_us, int64_t every_us, int64_t gap_us, int times)
{
    struct ipfunnel__pace pace = { .pause_ns = pause_us * MICROSECOND };
    int64_t now = 1000000 * (int64_t)MICROSECOND;
    uint64_t frames = 0;
    int count = 0;
    ipfunnel__pace_pause(&pace, now, frames);
    for (int i = 1; i <= times; i++) {
        now += every_us * MICROSECOND;
        frames = (uint64_t)(i * every_us / gap_us);
        int64_t pause = ipfunnel__pace_pause(&pace, now, frames);
        CHECK(pause == 0 || pause == pace.pause_ns);
        count += pause > 0;
    }
    return count;
}

static void fast_frames_are_let_come(void)
{
    CHECK_INT(pauses(100, 160, 10, 50), 50);
    CHECK_INT(pauses(100, 40, 10, 50), 50);
}

static void slow_ones_are_waited_for(void)
{
    CHECK_INT(pauses(100, 5000, 5000, 50), 0);
    CHECK_INT(pauses(100, 400, 200, 50), 0);
}

static void one_frame_is_never_a_reason(void)
{
    struct ipfunnel__pace pace = { .pause_ns = 500 * MICROSECOND };
    CHECK_INT(ipfunnel__pace_pause(&pace, 1000, 1), 0);
    CHECK_INT(ipfunnel__pace_pause(&pace, 1001, 2), 0);
}

/* As fast as it was: the pause that brings nothing is the last. */
static void the_end_of_a_burst_is_noticed(void)
{
    struct ipfunnel__pace pace = { .pause_ns = 100 * MICROSECOND };
    ipfunnel__pace_pause(&pace, 1000, 0);
    CHECK(ipfunnel__pace_pause(&pace, 101000, 20) > 0);
    CHECK_INT(ipfunnel__pace_pause(&pace, 201000, 20), 0);
}

static void without_a_pause_there_is_none(void)
{
    struct ipfunnel__pace pace = { .pause_ns = 0 };
    ipfunnel__pace_pause(&pace, 1000, 0);
    CHECK_INT(ipfunnel__pace_pause(&pace, 1001, UINT64_MAX / 2), 0);
    CHECK_INT(ipfunnel__pace_pause(&pace, 1001, UINT64_MAX / 2), 0);
}

/* Of 64 blocks, each full after fills_in_us, the last frame age_us ago. */
static int64_t pause_between_blocks(int64_t latency_us, int64_t fills_in_us, int64_t age_us)
{
    const int64_t now = 1700000000 * INT64_C(1000000000);
    struct ipfunnel__filling filling = { .last_ns = now - age_us * MICROSECOND,
                                         .fills_in_ns = fills_in_us * MICROSECOND };
    return ipfunnel__pace_blocks(&filling, 64, latency_us * MICROSECOND, now) / MICROSECOND;
}

static void blocks_that_fill_fast_are_let_fill_until_the_latency_is_over(void)
{
    CHECK_INT(pause_between_blocks(1000, 100, 50), 1000 - 50);
    CHECK_INT(pause_between_blocks(1000, 1000, 0), 1000);
    CHECK_INT(pause_between_blocks(4000, 300, 1000), 4000 - 1000);
}

static void no_pause_where_blocks_do_not_fill_or_a_frame_is_late(void)
{
    CHECK_INT(pause_between_blocks(1000, 0, 50), 0);
    CHECK_INT(pause_between_blocks(1000, 1001, 50), 0);
    CHECK_INT(pause_between_blocks(1000, 100, 1000), 0);
    CHECK_INT(pause_between_blocks(1000, 100, 5000), 0);
    CHECK_INT(pause_between_blocks(1000, 100, -500), 0);      /* the clock was set back */
    CHECK_INT(pause_between_blocks(1000, -100, 50), 0);
}

static void a_pause_leaves_most_of_the_ring_free_and_ends_soon(void)
{
    CHECK_INT(pause_between_blocks(1000, 10, 50), 160);
    CHECK_INT(pause_between_blocks(1000000, 20000, 0), 10000);
    struct ipfunnel__filling filling = { .last_ns = 1000000, .fills_in_ns = 1000 };
    CHECK_INT(ipfunnel__pace_blocks(&filling, 3, 1000000, 1000000), 0);
    CHECK_INT(ipfunnel__pace_blocks(&filling, UINT32_MAX, INT64_C(1000000000), 1000000), 10000000);
}

int main(void)
{
    RUN(fast_frames_are_let_come);
    RUN(slow_ones_are_waited_for);
    RUN(one_frame_is_never_a_reason);
    RUN(the_end_of_a_burst_is_noticed);
    RUN(without_a_pause_there_is_none);
    RUN(blocks_that_fill_fast_are_let_fill_until_the_latency_is_over);
    RUN(no_pause_where_blocks_do_not_fill_or_a_frame_is_late);
    RUN(a_pause_leaves_most_of_the_ring_free_and_ends_soon);
    return 0;
}
