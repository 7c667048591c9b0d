/* af_packet_overload_posix.c - a reader that is too slow: what was sent is what was delivered and what was dropped, and
 * dropped_before says where: always the sum, never too early, and at the very place for a reader the kernel waits for.
 * The capture is on the interface that sends, so that nothing but the ring can lose a frame. */
#define _GNU_SOURCE
#include "live_posix.h"
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct reading {
    uint32_t next;                /* number that comes next if nothing is lost */
    uint64_t delivered;
    uint64_t lost, told;          /* by the numbers, by dropped_before */
    uint64_t gaps;                /* places where numbers are missing */
    uint64_t in_place;            /* of the lost ones, those told at the very gap they belong to */
};

/* No drop may be told before it happened. */
static int read_some(ipfunnel *capture, struct reading *r, int max, int timeout_ms)
{
    const ipfunnel_datagram *datagrams[128];
    int count = ipfunnel_recv(capture, datagrams, max, timeout_ms);
    CHECK(count >= 0);
    for (int i = 0; i < count; i++) {
        uint32_t number = number_of(datagrams[i]), gap = number - r->next;
        CHECK(number != UINT32_MAX && number >= r->next);
        r->gaps += gap > 0;
        r->in_place += datagrams[i]->dropped_before < gap ? datagrams[i]->dropped_before : gap;
        r->lost += gap;
        r->told += datagrams[i]->dropped_before;
        CHECK(r->told <= r->lost);
        r->next = number + 1;
        r->delivered++;
    }
    return count;
}

/* One more frame, behind which nothing is left to tell. */
static void finish(ipfunnel *capture, struct reading *r, int sender, uint32_t sent)
{
    while (read_some(capture, r, 128, 200) > 0)
        continue;
    CHECK_INT(send_number(sender, VB, sent++, SMALLEST), 0);
    while (read_some(capture, r, 128, 200) > 0)
        continue;
    ipfunnel_statistics s = stats_of(capture);
    printf("  %u sent, %llu delivered, %llu dropped at %llu places, %llu told in place\n", sent,
           (unsigned long long)r->delivered, (unsigned long long)s.dropped, (unsigned long long)r->gaps,
           (unsigned long long)r->in_place);
    CHECK_INT(r->next, sent);
    CHECK_INT(s.frames + s.dropped, sent);
    CHECK_INT(s.delivered, r->delivered);
    CHECK_INT(s.pending, 0);
    CHECK_INT(s.dropped, r->lost);
    CHECK_INT(s.dropped, r->told);
    CHECK(r->gaps > 3);
}

static ipfunnel *open_tiny(void)
{
    return open_live(OPTIONS(.ring_bytes = 1, .flags = IPFUNNEL_OPEN_COUNT_ALL), "va", IPFUNNEL_MODE_ON);
}

/* Bursts that overrun the ring by different amounts, with partial reads in between, in one thread. */
static void gaps_after_bursts_are_told_where_they_are(void)
{
    ipfunnel *capture = open_tiny();
    int sender = sender_on("va");
    struct reading r = { .next = 0 };
    uint32_t sent = 0;
    for (uint32_t burst = 0; burst < 40; burst++) {
        for (uint32_t i = 0; i < 500 + burst * 250; i++)
            CHECK_INT(send_number(sender, VB, sent++, 36 + burst * 30), 0);
        if (burst % 3 == 1)
            stats_of(capture);                    /* must not move any drop to another place */
        for (uint32_t i = 0; i < burst % 7; i++)
            read_some(capture, &r, 1 + (int)(burst * 37 % 128), 100);
        if (burst % 4 == 0)
            ipfunnel_release(capture);
    }
    finish(capture, &r, sender, sent);
    CHECK(r.in_place * 4 >= r.lost * 3);
    ipfunnel_close(capture);
    close(sender);
}

static void sender_process(uint32_t count)
{
    int sender = sender_on("va");
    for (uint32_t number = 0; number < count; number++)
        if (send_number(sender, VB, number, SMALLEST + number % 1000))
            _exit(1);
    _exit(0);
}

/* Sender and reader at the same time, so that the ring is full again and again. */
static void constant_load_is_told_completely_and_never_early(void)
{
    enum { SENT = 400000 };
    ipfunnel *capture = open_tiny();
    struct reading r = { .next = 0 };
    pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0)
        sender_process(SENT);
    int status = -1;
    while (waitpid(child, &status, WNOHANG) == 0) {
        const struct timespec slow = { .tv_nsec = 300000 };
        for (int i = 0; i < 8; i++)
            read_some(capture, &r, 128, 10);
        ipfunnel_release(capture);
        nanosleep(&slow, NULL);
    }
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    int sender = sender_on("va");
    finish(capture, &r, sender, SENT);
    ipfunnel_close(capture);
    close(sender);
}

/* The ring must not be full of blocks that hold one frame each: little traffic has to survive a reader that is away for
 * longer than a scheduler keeps it waiting. */
static void little_traffic_survives_a_reader_that_is_away(void)
{
    ipfunnel *capture = open_live(DEFAULTS, "va", IPFUNNEL_MODE_ON);
    int sender = sender_on("va");
    uint32_t next = 0;
    for (uint32_t number = 0; number < 50; number++) {
        const struct timespec pause = { .tv_nsec = 1500000 };
        CHECK_INT(send_number(sender, VB, number, SMALLEST), 0);
        nanosleep(&pause, NULL);
    }
    CHECK_INT(expect_numbers(capture, &next, 100), 0);
    CHECK_INT(next, 50);
    CHECK_INT(stats_of(capture).dropped, 0);
    ipfunnel_close(capture);
    close(sender);
}

int main(void)
{
    RUN(little_traffic_survives_a_reader_that_is_away);
    RUN(gaps_after_bursts_are_told_where_they_are);
    RUN(constant_load_is_told_completely_and_never_early);
    return 0;
}
