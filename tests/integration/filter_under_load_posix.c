/* filter_under_load_posix.c - what a kernel that does a filter's work is good for: what is rejected costs the reader
 * nothing, and a reader that is too slow loses only what matches; and what it must not cost: a filter that changes
 * under load misses nothing, and one that the kernel does not take works all the same.
 *   filter_under_load BACKEND */
#define _GNU_SOURCE
#include "live_posix.h"
#include <poll.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { EVERY = 4 };                    /* of so many numbers a filter accepts one */

static void set_filter(ipfunnel *capture, const char *expression)
{
    int status = ipfunnel_set_filter(capture, expression);
    if (status)
        fprintf(stderr, "%s\n", ipfunnel_last_error(capture)->text);
    CHECK_INT(status, 0);
}

/* The identification of IPv4 has the lower half of the number. */
static const char *accepts(uint32_t which)
{
    static char expression[64];
    snprintf(expression, sizeof expression, "udp dst port 5000 and ip[4:2] & %d = %u", EVERY - 1, which);
    return expression;
}

static uint32_t in_kernel(ipfunnel *capture)
{
    ipfunnel_capture_info info = IPFUNNEL_CAPTURE_INFO_INIT;
    CHECK_INT(ipfunnel_info(capture, &info), 0);
    return info.filter_in_kernel;
}

/* ---- A process that sends. */

struct sending {
    atomic_uint begun, ended;          /* so many sends */
    atomic_bool over;
};

static struct sending *shared_sending(void)
{
    struct sending *s = mmap(NULL, sizeof *s, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    CHECK(s != MAP_FAILED);
    return s;
}

static pid_t start_sender(struct sending *s, uint32_t count, int pause_every)
{
    pid_t child = fork();
    CHECK(child >= 0);
    if (child > 0)
        return child;
    int sender = sender_on("vc");
    const struct timespec pause = { .tv_nsec = 200000 };
    for (uint32_t number = 0; number < count && !atomic_load(&s->over); number++) {
        atomic_store(&s->begun, number + 1);
        if (send_number(sender, VB, number, SMALLEST))
            _exit(1);
        atomic_store(&s->ended, number + 1);
        if (pause_every && number % (uint32_t)pause_every == 0)
            nanosleep(&pause, NULL);
    }
    _exit(0);
}

static void wait_for(pid_t child)
{
    int status = -1;
    CHECK(waitpid(child, &status, 0) == child);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

/* ---- Behaviours. */

static void rejected_datagrams_cost_nothing(void)
{
    enum { SENT = 10000 };
    struct sending *s = shared_sending();
    ipfunnel *capture = open_live(OPTIONS(.filter = "udp dst port 5001"), "vc", IPFUNNEL_MODE_ON);
    CHECK_INT(in_kernel(capture), IPFUNNEL_YES);
    const ipfunnel_datagram *out[4];
    CHECK_INT(ipfunnel_recv(capture, out, 4, 200), 0);            /* what the start has to do is done */
    uint64_t before = stats_of(capture).frames;
    struct rusage then, now;
    pid_t child = start_sender(s, SENT, 100);
    CHECK_INT(getrusage(RUSAGE_SELF, &then), 0);
    while (atomic_load(&s->ended) < SENT)
        CHECK_INT(ipfunnel_recv(capture, out, 4, 1000), 0);
    CHECK_INT(getrusage(RUSAGE_SELF, &now), 0);
    wait_for(child);
    struct pollfd ready = { .fd = (int)ipfunnel_wait_handle(capture), .events = POLLIN };
    if (strcmp(live_backend, "af_packet") == 0)                   /* pcap's looks for the interface now and then */
        CHECK_INT(poll(&ready, 1, 50), 0);
    long waits = now.ru_nvcsw - then.ru_nvcsw;
    long us = (now.ru_utime.tv_sec - then.ru_utime.tv_sec + now.ru_stime.tv_sec - then.ru_stime.tv_sec) * 1000000
              + (now.ru_utime.tv_usec - then.ru_utime.tv_usec + now.ru_stime.tv_usec - then.ru_stime.tv_usec);
    printf("  %d rejected: %llu frames handed over, the reader waited %ld times and ran for %ld us\n", SENT,
           (unsigned long long)(stats_of(capture).frames - before), waits, us);
    CHECK_INT(stats_of(capture).frames, before);
    CHECK_INT(stats_of(capture).dropped, 0);
    CHECK(waits < SENT / 100);
    CHECK(!AVAILABLE(stats_of(capture), filtered));
    ipfunnel_close(capture);
}

/* Everything that comes is decided in the library: the same traffic is handed over. */
static void count_all_hands_everything_over(void)
{
    enum { SENT = 1000 };
    ipfunnel *capture = open_live(OPTIONS(.filter = "udp dst port 5001", .flags = IPFUNNEL_OPEN_COUNT_ALL), "vc",
                                  IPFUNNEL_MODE_ON);
    const ipfunnel_datagram *out[4];
    CHECK_INT(in_kernel(capture), IPFUNNEL_NO);
    int sender = sender_on("vc");
    send_numbers(sender, VB, 0, SENT - 1);
    while (stats_of(capture).filtered < SENT)
        CHECK_INT(ipfunnel_recv(capture, out, 4, 1000), 0);
    CHECK_INT(stats_of(capture).frames, SENT);
    CHECK_INT(stats_of(capture).filtered, SENT);
    CHECK(AVAILABLE(stats_of(capture), filtered));
    ipfunnel_close(capture);
    close(sender);
}

/* Under each filter all numbers that it accepts come, from the first one whose sending began after the change, to one
 * whose sending had ended before the next; and none that it does not accept. */
static void a_change_under_load_misses_nothing(void)
{
    enum { CHANGES = 200 };
    struct sending *s = shared_sending();
    ipfunnel *capture = open_live(OPTIONS(.ring_bytes = 64u << 20, .filter = accepts(0)), "vc", IPFUNNEL_MODE_ON);
    pid_t child = start_sender(s, UINT32_MAX - EVERY, 50);
    uint64_t checked = 0;
    for (uint32_t change = 1; change <= CHANGES; change++) {
        uint32_t which = change % EVERY;
        set_filter(capture, accepts(which));
        uint32_t begun = atomic_load(&s->begun), next = begun + (which - begun) % EVERY, goal = begun + 200;
        CHECK_INT(in_kernel(capture), IPFUNNEL_YES);
        if (change % 8 == 0) {
            CHECK_INT(ipfunnel_set_filter(capture, "udp and and"), IPFUNNEL_EINVAL);
            CHECK_INT(in_kernel(capture), IPFUNNEL_YES);
        }
        while (next < goal) {
            const ipfunnel_datagram *out[64];
            int count = ipfunnel_recv(capture, out, 64, 5000);
            CHECK(count > 0);
            for (int i = 0; i < count; i++) {
                uint32_t number = number_of(out[i]);
                CHECK_INT(number % EVERY, which);
                if (number < next)
                    continue;
                CHECK_INT(number, next);
                next += EVERY;
                checked++;
            }
        }
    }
    atomic_store(&s->over, true);
    wait_for(child);
    printf("  %d changes, %llu datagrams in their order\n", CHANGES, (unsigned long long)checked);
    CHECK_INT(stats_of(capture).dropped, 0);
    ipfunnel_close(capture);
}

static void set_before_the_start_it_leaks_nothing(void)
{
    const ipfunnel_datagram *out[64];
    ipfunnel *capture = open_live(DEFAULTS, "vc", IPFUNNEL_MODE_OFF);
    int sender = sender_on("vc");
    send_numbers(sender, VB, 0, 99);
    set_filter(capture, accepts(1));
    CHECK_INT(in_kernel(capture), IPFUNNEL_NO);
    send_numbers(sender, VB, 100, 199);
    CHECK_INT(ipfunnel_set_mode(capture, IPFUNNEL_MODE_ON), 0);
    CHECK_INT(in_kernel(capture), IPFUNNEL_YES);
    send_numbers(sender, VB, 200, 299);
    CHECK_INT(ipfunnel_set_mode(capture, IPFUNNEL_MODE_OFF), 0);
    uint32_t next = 201;
    int count;
    while ((count = ipfunnel_recv(capture, out, 64, 5000)) > 0)
        for (int i = 0; i < count; i++, next += EVERY)
            CHECK_INT(number_of(out[i]), next);
    CHECK_INT(count, IPFUNNEL_END);
    CHECK_INT(next, 301);
    CHECK_INT(stats_of(capture).frames, 25);
    ipfunnel_close(capture);
    close(sender);
}

/* More than the kernel has room for. */
static void what_the_kernel_does_not_take_works_without_it(void)
{
    enum { HOSTS = 2500, ROOM = HOSTS * 40 };
    char *expression = malloc(ROOM);
    size_t used = 0;
    CHECK(expression);
    for (int i = 0; i < HOSTS; i++)
        used += (size_t)snprintf(expression + used, ROOM - used, "%sip[4:2] = %d", i ? " or " : "", i * 2);
    ipfunnel *capture = open_live(OPTIONS(.filter = "ip6"), "vc", IPFUNNEL_MODE_ON);
    CHECK_INT(in_kernel(capture), IPFUNNEL_YES);
    set_filter(capture, expression);
    CHECK_INT(in_kernel(capture), IPFUNNEL_NO);
    int sender = sender_on("vc");
    const ipfunnel_datagram *out[64];
    uint32_t next = 0;
    send_numbers(sender, VB, 0, 199);
    while (next < 200) {
        int count = ipfunnel_recv(capture, out, 64, 5000);
        CHECK(count > 0);
        for (int i = 0; i < count; i++, next += 2)
            CHECK_INT(number_of(out[i]), next);
    }
    CHECK(stats_of(capture).frames >= 199);       /* pcap counts those that it took */
    set_filter(capture, "ip6");
    CHECK_INT(in_kernel(capture), IPFUNNEL_YES);
    ipfunnel_close(capture);
    close(sender);
    free(expression);
}

/* Only what matches can be lost, and all of that is counted. */
static void matching_sent_is_delivered_and_dropped(void)
{
    enum { RUNS = 3, SENT = 200000 };
    for (int run = 0; run < RUNS; run++) {
        struct sending *s = shared_sending();
        ipfunnel *capture = open_live(OPTIONS(.ring_bytes = 1, .filter = accepts(3)), "vc", IPFUNNEL_MODE_ON);
        CHECK_INT(in_kernel(capture), IPFUNNEL_YES);
        pid_t child = start_sender(s, SENT, 0);
        const ipfunnel_datagram *out[64];
        uint64_t delivered = 0;
        while (atomic_load(&s->ended) < SENT) {
            const struct timespec slow = { .tv_nsec = 2000000 };
            int count = ipfunnel_recv(capture, out, 1 + run * 16, 10);
            CHECK(count >= 0);
            delivered += (uint64_t)count;
            nanosleep(&slow, NULL);
        }
        wait_for(child);
        for (int count; (count = ipfunnel_recv(capture, out, 64, 300)) != 0; delivered += (uint64_t)count)
            CHECK(count > 0);
        ipfunnel_statistics t = stats_of(capture);
        printf("  %d sent, %d match: %llu delivered, %llu dropped\n", SENT, SENT / EVERY,
               (unsigned long long)delivered, (unsigned long long)t.dropped);
        CHECK_INT(t.delivered, delivered);
        CHECK_INT(delivered + t.dropped, SENT / EVERY);
        CHECK(t.dropped > 0);
        ipfunnel_close(capture);
    }
}

int main(int argc, char **argv)
{
    CHECK_INT(argc, 2);
    live_backend = argv[1];
    a_fresh_pair();
    RUN(rejected_datagrams_cost_nothing);
    RUN(count_all_hands_everything_over);
    RUN(a_change_under_load_misses_nothing);
    RUN(set_before_the_start_it_leaks_nothing);
    RUN(what_the_kernel_does_not_take_works_without_it);
    RUN(matching_sent_is_delivered_and_dropped);
    return 0;
}
