#define _GNU_SOURCE
#include "latency_round_linux.h"
#include "live_traffic_linux.h"
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { READER_CORE, SENDER_CORE, FRAME = 60, MARK_AT = 28, TIME_AT = 36, GRACE_MS = 300, SPIN_BELOW_NS = 200000 };

static const char mark[8] = "ipfunnel";

static int sender = -1;
static uint32_t count, noted;
static int64_t *latencies, gap_ns, started;
static atomic_bool all_sent;
static pthread_t thread;
static struct rusage before;

int64_t latency_clock(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

void latency_note(const uint8_t *datagram, uint32_t length, int64_t now)
{
    int64_t sent;
    if (length < TIME_AT + sizeof sent || memcmp(datagram + MARK_AT, mark, sizeof mark) != 0 || noted == count)
        return;
    memcpy(&sent, datagram + TIME_AT, sizeof sent);
    latencies[noted++] = now - sent;
}

/* Other programs of a busy machine are not what is measured: both threads go first, where that is permitted. */
static void take_core(int core)
{
    const struct sched_param priority = { .sched_priority = 10 };
    live_pin(core);
    sched_setscheduler(0, SCHED_FIFO, &priority);
}

static void wait_until(int64_t when)
{
    const struct timespec at = { .tv_sec = (time_t)(when / 1000000000), .tv_nsec = (long)(when % 1000000000) };
    if (gap_ns >= SPIN_BELOW_NS)
        while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL) == EINTR)
            continue;
    while (latency_clock() < when)
        continue;
}

/* A UDP datagram to a link address that nobody has: behind the captures the kernel has no work with it. The gaps vary,
 * so that no timer can be in step. */
static void *send_all(void *argument)
{
    static uint8_t frame[FRAME] = {
        2, 0, 0, 0, 0, 0xff, 2, 0, 0, 0, 0, 0x0c, 8, 0,
        0x45, 0, 0, FRAME - 14, 0, 0, 0, 0, 64, 17, 0x66, 0xa9, 10, 9, 0, 3, 10, 9, 0, 4,
        0x0f, 0xa0, 0x13, 0x88, 0, FRAME - 34, 0, 0,
    };
    unsigned random = 1;
    int64_t when = latency_clock();
    take_core(SENDER_CORE);
    memcpy(frame + 14 + MARK_AT, mark, sizeof mark);
    for (uint32_t i = 0; i < count; i++) {
        random = random * 1103515245 + 12345;
        when += gap_ns / 2 + gap_ns * (int64_t)(random >> 16) / 65536;
        wait_until(when);
        int64_t now = latency_clock();
        memcpy(frame + 14 + TIME_AT, &now, sizeof now);
        if (send(sender, frame, sizeof frame, 0) < 0 && errno != ENOBUFS)
            break;
    }
    const struct timespec grace = { .tv_nsec = GRACE_MS * 1000000L };
    nanosleep(&grace, NULL);
    atomic_store(&all_sent, true);
    return argument;
}

bool latency_start(double per_second, double seconds)
{
    struct sockaddr_ll address = { .sll_family = AF_PACKET, .sll_ifindex = (int)if_nametoindex("va") };
    count = (uint32_t)(per_second * seconds);
    gap_ns = (int64_t)(1e9 / per_second);
    latencies = calloc(count ? count : 1, sizeof *latencies);
    sender = socket(AF_PACKET, SOCK_RAW, 0);
    if (!latencies || sender < 0 || bind(sender, (const struct sockaddr *)&address, sizeof address)) {
        fprintf(stderr, "cannot send on va: %s\n", strerror(errno));
        return false;
    }
    memset(latencies, 0, count * sizeof *latencies);      /* no page of it is to be new while it is measured */
    take_core(READER_CORE);
    getrusage(RUSAGE_THREAD, &before);
    started = latency_clock();
    return pthread_create(&thread, NULL, send_all, NULL) == 0;
}

bool latency_over(void)
{
    return noted == count || atomic_load_explicit(&all_sent, memory_order_relaxed);
}

static int compare(const void *a, const void *b)
{
    int64_t x, y;
    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    return (x > y) - (x < y);
}

static double seconds_of(const struct rusage *usage)
{
    return (double)(usage->ru_utime.tv_sec + usage->ru_stime.tv_sec)
           + (double)(usage->ru_utime.tv_usec + usage->ru_stime.tv_usec) / 1e6;
}

int latency_finish(void)
{
    static const struct { const char *name; double part; } rows[] = {
        { "p50", 0.5 }, { "p90", 0.9 }, { "p99", 0.99 }, { "p99.9", 0.999 },
    };
    struct rusage after;
    getrusage(RUSAGE_THREAD, &after);
    double elapsed = (double)(latency_clock() - started) / 1e9;
    pthread_join(thread, NULL);
    close(sender);
    if (noted == 0) {
        fprintf(stderr, "nothing was received\n");
        return 1;
    }
    qsort(latencies, noted, sizeof *latencies, compare);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        printf("%s us %.1f\n", rows[i].name, (double)latencies[(uint32_t)(rows[i].part * (noted - 1))] / 1e3);
    printf("lost %% %.3f\n", 100.0 * (count - noted) / count);
    printf("reader_cpu %% %.2f\n", 100 * (seconds_of(&after) - seconds_of(&before)) / elapsed);
    printf("wakeups 1/s %.0f\n", (double)(after.ru_nvcsw - before.ru_nvcsw) / elapsed);
    free(latencies);
    return 0;
}
