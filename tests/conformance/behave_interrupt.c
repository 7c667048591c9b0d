/* ipfunnel_interrupt is latched: it ends exactly one ipfunnel_recv, the one that waits or the next. */
#include "behaviours.h"
#include "fixture.h"
#include <stdatomic.h>

static void expect_interrupted(ipfunnel *capture, int timeout_ms)
{
    const ipfunnel_datagram *out[4], *const untouched = (const ipfunnel_datagram *)&out;
    out[0] = untouched;
    CHECK_INT(ipfunnel_recv(capture, out, 4, timeout_ms), IPFUNNEL_INTERRUPTED);
    CHECK(out[0] == untouched);
}

void interrupt_before_recv_ends_the_next_one(void)
{
    ipfunnel *capture = open_in(IPFUNNEL_MODE_ON);
    CHECK_INT(ipfunnel_interrupt(capture), 0);
    expect_interrupted(capture, -1);
    CHECK_INT(ipfunnel_interrupt(capture), 0);
    expect_interrupted(capture, 0);
}

void interrupt_ends_exactly_one_recv(void)
{
    ipfunnel *capture = open_in(IPFUNNEL_MODE_ON);
    ipfunnel_interrupt(capture);
    expect_interrupted(capture, PATIENCE_MS);
    expect_nothing(capture);
    send_udp(4, 1);
    const ipfunnel_datagram *out[4];
    CHECK_INT(receive(capture, out, 4), 1);
}

void interrupts_do_not_add_up(void)
{
    ipfunnel *capture = open_in(IPFUNNEL_MODE_ON);
    for (int i = 0; i < 100000; i++)
        CHECK_INT(ipfunnel_interrupt(capture), 0);
    expect_interrupted(capture, PATIENCE_MS);
    expect_nothing(capture);
}

void interrupt_comes_before_what_arrived(void)
{
    ipfunnel *capture = open_in(IPFUNNEL_MODE_ON);
    send_many(0, 3, 32);
    wait_for_frames(capture, 3);
    ipfunnel_interrupt(capture);
    expect_interrupted(capture, PATIENCE_MS);
    struct harvest all = { 0 };
    harvest_all(capture, &all);
    expect_numbers(&all, 0, 3);
    harvest_free(&all);
}

void interrupt_outlives_other_calls(void)
{
    ipfunnel *capture = open_in(IPFUNNEL_MODE_OFF);
    ipfunnel_interrupt(capture);
    set_mode(capture, IPFUNNEL_MODE_ON);
    info_of(capture);
    balanced(capture);
    ipfunnel_release(capture);
    CHECK_INT(ipfunnel_wait(&capture, 1, PATIENCE_MS), 1);
    set_mode(capture, IPFUNNEL_MODE_OFF);
    expect_interrupted(capture, PATIENCE_MS);
    const ipfunnel_datagram *out[1];
    CHECK_INT(ipfunnel_recv(capture, out, 1, PATIENCE_MS), IPFUNNEL_END);
}

static _Atomic int64_t interrupted_at;

static void interrupt_soon(void *capture)
{
    platform_sleep_ms(3);
    atomic_store(&interrupted_at, platform_now_us());
    ipfunnel_interrupt(capture);
}

void interrupt_from_another_thread_ends_the_wait(void)
{
    ipfunnel *capture = open_in(IPFUNNEL_MODE_ON);
    struct platform_thread *thread = platform_thread_start(interrupt_soon, capture);
    expect_interrupted(capture, -1);
    platform_thread_join(thread);
    expect_nothing(capture);
}

static ipfunnel *signalled;

static void interrupt_signalled(void)
{
    ipfunnel_interrupt(signalled);
}

void interrupt_from_a_signal_handler_ends_the_wait(void)
{
    signalled = open_in(IPFUNNEL_MODE_ON);
    for (int i = 0; i < 10; i++) {
        struct platform_thread *signal = platform_signal_after(10, interrupt_signalled);
        if (!signal)
            SKIP("this system has no signals");
        expect_interrupted(signalled, -1);
        platform_thread_join(signal);
    }
}

static int by_value(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

void interrupt_is_prompt(void)
{
    enum { ROUNDS = 101 };
    int64_t us[ROUNDS];
    ipfunnel *capture = open_in(IPFUNNEL_MODE_ON);
    for (int i = 0; i < ROUNDS; i++) {
        struct platform_thread *thread = platform_thread_start(interrupt_soon, capture);
        expect_interrupted(capture, -1);
        us[i] = platform_now_us() - atomic_load(&interrupted_at);
        platform_thread_join(thread);
    }
    qsort(us, ROUNDS, sizeof *us, by_value);
    printf("median %lld us, worst %lld us\n", (long long)us[ROUNDS / 2], (long long)us[ROUNDS - 1]);
    CHECK(us[ROUNDS / 2] < 50000);
}
