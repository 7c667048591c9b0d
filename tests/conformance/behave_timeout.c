/* How long ipfunnel_recv waits. Machines that run tests are busy, so the upper bound must hold once in a few attempts;
 * the lower one always. */
#include "behaviours.h"
#include "fixture.h"
#include <stdatomic.h>

enum { ATTEMPTS = 8, BOUND_MS = 100 };

static int64_t waited_us(ipfunnel *capture, int timeout_ms, int expected)
{
    const ipfunnel_datagram *out[8];
    int64_t start = platform_now_us();
    int n = ipfunnel_recv(capture, out, 8, timeout_ms);
    int64_t end = platform_now_us();
    CHECK_INT(n, expected);
    return end - start;
}

static void expect_bound(ipfunnel *capture)
{
    for (int i = 0; i < ATTEMPTS; i++) {
        int64_t us = waited_us(capture, BOUND_MS, 0);
        CHECK(us >= BOUND_MS * 1000);
        if (us <= 2 * BOUND_MS * 1000)
            return;
    }
    CHECK(0 && "one of the attempts ended within twice the timeout");
}

void timeout_0_only_looks(void)
{
    ipfunnel *capture = open_in(IPFUNNEL_MODE_ON);
    int64_t start = platform_now_us();
    for (int i = 0; i < 1000; i++)
        waited_us(capture, 0, 0);
    CHECK(platform_now_us() - start < 1000 * 1000);
}

void timeout_is_a_real_bound(void)
{
    expect_bound(open_in(IPFUNNEL_MODE_ON));
}

static atomic_bool stop;

static void send_rejected(void *argument)
{
    (void)argument;
    struct packet packet = packet_arp();
    while (!atomic_load(&stop)) {
        send_in(&packet);
        platform_sleep_ms(1);
    }
}

void timeout_holds_while_rejected_frames_arrive(void)
{
    need_ability(RIG_SHOWS_LINK, "show frames that are not IP");
    ipfunnel_options options = options_here();
    options.start = IPFUNNEL_MODE_ON;
    options.flags = IPFUNNEL_OPEN_COUNT_ALL;
    ipfunnel *capture = open_with(&options);
    struct packet packet = packet_arp();
    for (int i = 0; i < 1000; i++)
        send_in(&packet);
    if (rig->abilities & RIG_THREADED) {
        struct platform_thread *sender = platform_thread_start(send_rejected, NULL);
        expect_bound(capture);
        atomic_store(&stop, true);
        platform_thread_join(sender);
    } else {
        expect_bound(capture);
    }
    ipfunnel_statistics s = balanced(capture);
    CHECK(is_known(&s, IPFUNNEL_COUNTER_not_ip));
    CHECK(s.not_ip >= 1000);
}

static void do_nothing(void)
{
}

void timeout_is_not_shortened_by_a_signal(void)
{
    ipfunnel *capture = open_in(IPFUNNEL_MODE_ON);
    struct platform_thread *signal = platform_signal_after(20, do_nothing);
    if (!signal)
        SKIP("this system has no signals");
    CHECK(waited_us(capture, BOUND_MS, 0) >= BOUND_MS * 1000);
    platform_thread_join(signal);
}

static void interrupt_later(void *capture)
{
    platform_sleep_ms(BOUND_MS);
    ipfunnel_interrupt(capture);
}

void no_timeout_waits_until_interrupt(void)
{
    ipfunnel *capture = open_in(IPFUNNEL_MODE_ON);
    int64_t start = platform_now_us();
    struct platform_thread *thread = platform_thread_start(interrupt_later, capture);
    waited_us(capture, -1, IPFUNNEL_INTERRUPTED);
    CHECK(platform_now_us() - start >= BOUND_MS * 1000);
    platform_thread_join(thread);
}

static void send_later(void *argument)
{
    (void)argument;
    platform_sleep_ms(20);
    send_udp(4, 1);
}

void arrival_ends_the_wait(void)
{
    need_ability(RIG_THREADED, "send while a recv waits");
    ipfunnel *capture = open_in(IPFUNNEL_MODE_ON);
    struct platform_thread *sender = platform_thread_start(send_later, NULL);
    CHECK(waited_us(capture, PATIENCE_MS, 1) < PATIENCE_MS / 2 * 1000);
    platform_thread_join(sender);
}

/* A lone datagram, with nothing behind it that would fill a buffer. Most of a few have to be in time, because the
 * machine is busy; MARGIN is for that and for the ways there and back. */
void latency_bounds_the_delivery(void)
{
    enum { ROUNDS = 5, MARGIN_US = 40000 };
    static const uint32_t latencies[] = { IPFUNNEL_LATENCY_LOWEST, 200, 1000, 30000, 100000 };
    for (size_t row = 0; row < sizeof latencies / sizeof *latencies; row++) {
        ipfunnel_options options = options_here();
        options.start = IPFUNNEL_MODE_ON;
        options.latency_us = latencies[row];
        ipfunnel *capture = open_with(&options);
        uint32_t obtained = info_of(capture).latency_us;
        CHECK(obtained <= latencies[row] + 20000);        /* some systems have no timers that short */
        int in_time = 0;
        for (int i = 0; i < ROUNDS; i++) {
            int64_t start = platform_now_us();
            send_udp(4, 1);
            waited_us(capture, PATIENCE_MS, 1);
            in_time += platform_now_us() - start <= obtained + MARGIN_US;
        }
        printf("%u us, obtained %u us: %d of %d in time\n", latencies[row], obtained, in_time, ROUNDS);
        CHECK(in_time > ROUNDS / 2);
        close_capture(capture);
    }
}
