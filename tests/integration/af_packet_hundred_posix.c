/* af_packet_hundred_posix.c - a hundred captures on a hundred interfaces, and one thread that waits for all of them: it
 * finds those that have something, costs nothing while none has, and little memory. */
#define _GNU_SOURCE
#include "live_posix.h"
#include <stdbool.h>
#include <sys/resource.h>
#include <unistd.h>

enum { PAIRS = 50, CAPTURES = 2 * PAIRS, LOW_US = 200 };

static ipfunnel *captures[CAPTURES];
static int senders[CAPTURES];

/* w0, w1, ... on which the kernel says nothing by itself; w0 and w1 are the ends of a pair, and so on. */
static void name_of(int number, char name[16])
{
    snprintf(name, 16, "w%d", number);
}

static void make_interfaces(void)
{
    FILE *ip = popen("ip -batch -", "w");
    CHECK(ip);
    run("echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6");
    for (int i = 0; i < CAPTURES; i += 2)
        fprintf(ip, "link add w%d type veth peer name w%d\nlink set w%d up\nlink set w%d up\n", i, i + 1, i, i + 1);
    CHECK_INT(pclose(ip), 0);
}

static long resident_kib(void)
{
    long pages = 0;
    FILE *statm = fopen("/proc/self/statm", "r");
    CHECK(statm && fscanf(statm, "%*d %ld", &pages) == 1);
    fclose(statm);
    return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

static void open_all(uint32_t latency_us)
{
    long before = resident_kib();
    uint64_t rings = 0;
    for (int i = 0; i < CAPTURES; i++) {
        char name[16];
        ipfunnel_capture_info info = IPFUNNEL_CAPTURE_INFO_INIT;
        name_of(i, name);
        /* Four blocks: one is held, and both datagrams of a round may be in one of their own. */
        captures[i] = open_live(OPTIONS(.latency_us = latency_us, .ring_bytes = 1 << 20), name, IPFUNNEL_MODE_ON);
        CHECK_INT(ipfunnel_info(captures[i], &info), 0);
        rings += info.buffer_bytes / 1024;
    }
    long grown = resident_kib() - before;
    printf("  %u us: %ld KiB for each, of which the ring is at most %llu KiB\n", latency_us, grown / CAPTURES,
           (unsigned long long)rings / CAPTURES);
    CHECK(grown <= (long)rings + CAPTURES * 64);
}

static void close_all(void)
{
    for (int i = 0; i < CAPTURES; i++)
        ipfunnel_close(captures[i]);
}

static uint64_t timer_interrupts(void)
{
    char line[4096];
    unsigned long long sum = 0;
    FILE *interrupts = fopen("/proc/interrupts", "r");
    while (interrupts && fgets(line, sizeof line, interrupts)) {
        char *at = strstr(line, "LOC:");
        for (at = at ? at + 4 : NULL; at;) {
            char *end;
            unsigned long long n = strtoull(at, &end, 10);
            sum += n;
            at = end == at ? NULL : end;
        }
    }
    if (interrupts)
        fclose(interrupts);
    return sum;
}

/* Timers of the kernel that hand over blocks; -1: who is not root of the machine may not look. */
static int block_timers(void)
{
    char line[512];
    int count = 0;
    FILE *timers = fopen("/proc/timer_list", "r");
    if (!timers)
        return -1;
    while (fgets(line, sizeof line, timers))
        count += strstr(line, "prb_retire_rx_blk_timer_expired") != NULL;
    fclose(timers);
    return count;
}

static int64_t voluntary_switches(void)
{
    struct rusage usage;
    CHECK(getrusage(RUSAGE_THREAD, &usage) == 0);
    return usage.ru_nvcsw;
}

/* The machine's interrupts are printed only: others cause some, too. */
static void wait_idle(const char *what, int expected)
{
    enum { IDLE_MS = 500 };
    uint64_t before = timer_interrupts();
    int64_t switches = voluntary_switches();
    if (expected == 0)
        CHECK_INT(ipfunnel_wait(captures, CAPTURES, IDLE_MS), 0);
    else
        usleep(IDLE_MS * 1000);
    switches = voluntary_switches() - switches;
    uint64_t interrupts = (timer_interrupts() - before) * 1000 / IDLE_MS;
    printf("  %s: %llu timer interrupts a second on this machine, %d timers of blocks, %lld times woken\n", what,
           (unsigned long long)interrupts, block_timers(), (long long)switches);
    CHECK(switches <= 3);
}

/* One, some, all of them: who has something is among those that are ready, and says it. */
static void the_ready_ones_are_found(void)
{
    uint32_t next[CAPTURES] = { 0 };
    const ipfunnel_datagram *datagrams[8];
    for (int round = 0; round < 60; round++) {
        bool sent[CAPTURES] = { false };
        int left = 0, step = round % 3 == 0 ? CAPTURES : round % 3 == 1 ? 7 : 1;
        for (int to = round * 37 % CAPTURES; to < CAPTURES; to += step) {
            CHECK_INT(send_number(senders[to ^ 1], NOBODY, next[to], SMALLEST), 0);
            sent[to] = sent[to ^ 1] = true;       /* who sends sees it, too */
            left += 2;
            next[to]++;
            if (step == 1 && to % 10 == 9)
                break;
        }
        for (int turns = 0; left > 0; turns++) {
            CHECK(turns < 1000);
            int ready = ipfunnel_wait(captures, CAPTURES, 5000);
            CHECK(ready > 0 && ready <= CAPTURES);
            for (int i = 0; i < CAPTURES; i++) {
                int n = ipfunnel_recv(captures[i], datagrams, 8, 0);
                CHECK(n >= 0 && (n == 0 || sent[i]));
                left -= n;
            }
        }
        CHECK_INT(left, 0);
    }
}

static void a_hundred(uint32_t latency_us)
{
    open_all(latency_us);
    the_ready_ones_are_found();
    const ipfunnel_datagram *datagrams[8];
    for (int i = 0; i < CAPTURES; i++)
        CHECK_INT(ipfunnel_recv(captures[i], datagrams, 8, 0), 0);
}

static void with_the_default_latency(void)
{
    a_hundred(0);
    wait_idle("1 ms", 0);
    close_all();
}

static void with_a_low_latency(void)
{
    int before = block_timers();
    a_hundred(LOW_US);
    wait_idle("200 us", 0);
    CHECK(block_timers() - before < CAPTURES / 2);        /* other programs may have some; these captures have none */
    close_all();
}

int main(void)
{
    if (sysconf(_SC_OPEN_MAX) < 8 * CAPTURES) {
        struct rlimit limit = { .rlim_cur = 8 * CAPTURES, .rlim_max = 8 * CAPTURES };
        if (setrlimit(RLIMIT_NOFILE, &limit))
            SKIP("%d captures need more open files than are allowed here (ulimit -n)", CAPTURES);
    }
    make_interfaces();
    for (int i = 0; i < CAPTURES; i++) {
        char name[16];
        name_of(i, name);
        senders[i] = sender_on(name);
    }
    wait_idle("nothing open", -1);
    RUN(with_the_default_latency);
    RUN(with_a_low_latency);
    return 0;
}
