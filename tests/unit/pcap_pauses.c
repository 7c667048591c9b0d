/* pcap_pauses.c - when a reader of libpcap pauses before it waits: while frames come by the hundreds, for no longer
 * than the latency and the buffer allow. */
#include "check.h"
#include "pcap/pcap_pause.h"

enum { MILLISECOND = 1000000, BUFFER = 16 << 20 };

/* What is said after `frames` of `size` bytes came in `took`, the last of them `ago`. */
static int64_t pause_after(uint64_t frames, uint64_t size, int64_t took, int64_t ago, int64_t latency)
{
    struct ipfunnel__pcap_pause pause = { .since_ns = 5 };
    pause.frames = frames;
    pause.bytes = frames * size;
    pause.last_ns = INT64_C(1700000000000000000) - ago;
    int64_t ns = ipfunnel__pcap_pause(&pause, latency, BUFFER, 5 + took, INT64_C(1700000000000000000));
    CHECK(pause.frames == 0 && pause.bytes == 0 && pause.since_ns == 5 + took);
    return ns;
}

static void the_pause_ends_when_the_latency_is_used_up(void)
{
    CHECK_INT(pause_after(2000, 200, MILLISECOND, 100000, MILLISECOND), 900000);
    CHECK_INT(pause_after(2000, 200, MILLISECOND, MILLISECOND, MILLISECOND), 0);
    CHECK_INT(pause_after(2000, 200, MILLISECOND, 5 * MILLISECOND, MILLISECOND), 0);
    CHECK_INT(pause_after(20000, 20, 10 * MILLISECOND, 0, 500 * INT64_C(1000000)), 10 * MILLISECOND);
}

static void few_frames_are_waited_for(void)
{
    CHECK_INT(pause_after(200, 200, 10 * MILLISECOND, 100000, MILLISECOND), 0);
    CHECK_INT(pause_after(1000, 200, 100 * MILLISECOND, 100000, MILLISECOND), 0);       /* ten in a pause */
    CHECK_INT(pause_after(0, 0, MILLISECOND, 0, MILLISECOND), 0);
}

static void a_quarter_of_the_buffer_fills_at_most(void)
{
    CHECK_INT(pause_after(8000, 2048, 4 * MILLISECOND, 0, 10 * MILLISECOND), 1024 * INT64_C(1000000) / 1000);
    CHECK_INT(pause_after(1000, 65536, MILLISECOND, 0, 10 * MILLISECOND), 0);           /* 64 of them would */
}

static void a_clock_that_was_set_makes_no_pause(void)
{
    CHECK_INT(pause_after(2000, 200, MILLISECOND, -50 * MILLISECOND, MILLISECOND), 0);
    CHECK_INT(pause_after(2000, 200, 0, 0, MILLISECOND), 0);
    CHECK_INT(pause_after(2000, 200, -5, 0, MILLISECOND), 0);
}

static void a_frame_without_a_time_makes_no_pause(void)
{
    struct ipfunnel__pcap_pause pause = { .frames = 2000, .bytes = 400000, .last_ns = INT64_MIN };
    CHECK_INT(ipfunnel__pcap_pause(&pause, MILLISECOND, BUFFER, MILLISECOND, INT64_C(1700000000000000000)), 0);
}

int main(void)
{
    RUN(the_pause_ends_when_the_latency_is_used_up);
    RUN(few_frames_are_waited_for);
    RUN(a_quarter_of_the_buffer_fills_at_most);
    RUN(a_clock_that_was_set_makes_no_pause);
    RUN(a_frame_without_a_time_makes_no_pause);
    return 0;
}
