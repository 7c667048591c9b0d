#define _GNU_SOURCE
#include "idle_round_linux.h"
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static struct {
    long resident_kib;
    int block_timers;
    unsigned long long interrupts;
    struct rusage usage;
} before;
static int count;

static long resident_kib(void)
{
    long pages = 0;
    FILE *statm = fopen("/proc/self/statm", "r");
    if (!statm || fscanf(statm, "%*d %ld", &pages) != 1)
        pages = 0;
    if (statm)
        fclose(statm);
    return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

static unsigned long long timer_interrupts(void)
{
    char line[4096];
    unsigned long long sum = 0;
    FILE *interrupts = fopen("/proc/interrupts", "r");
    while (interrupts && fgets(line, sizeof line, interrupts)) {
        char *at = strstr(line, "LOC:"), *end;
        for (at = at ? at + 4 : NULL; at; at = end == at ? NULL : end)
            sum += strtoull(at, &end, 10);
    }
    if (interrupts)
        fclose(interrupts);
    return sum;
}

static int block_timers(void)
{
    char line[512];
    int timers = 0;
    FILE *list = fopen("/proc/timer_list", "r");
    while (list && fgets(line, sizeof line, list))
        timers += strstr(line, "prb_retire_rx_blk_timer_expired") != NULL;
    if (list)
        fclose(list);
    return timers;
}

static double cpu_ms(const struct rusage *usage)
{
    return (double)(usage->ru_utime.tv_sec + usage->ru_stime.tv_sec) * 1e3
           + (double)(usage->ru_utime.tv_usec + usage->ru_stime.tv_usec) / 1e3;
}

void idle_begin(void)
{
    before.resident_kib = resident_kib();
    before.block_timers = block_timers();
}

void idle_opened(int captures)
{
    count = captures;
    printf("memory KiB %.0f\n", captures ? (double)(resident_kib() - before.resident_kib) / captures : 0.0);
    fflush(stdout);                               /* who counts more, by other means, may begin */
    getrusage(RUSAGE_SELF, &before.usage);
    before.interrupts = timer_interrupts();
}

void idle_finish(void)
{
    struct rusage usage;
    unsigned long long interrupts = timer_interrupts();
    getrusage(RUSAGE_SELF, &usage);
    printf("interrupts 1/s %.0f\n", (double)(interrupts - before.interrupts) * 1000 / IDLE_MS);
    printf("block_timers - %d\n", block_timers() - before.block_timers);
    printf("cpu ms/s %.2f\n", (cpu_ms(&usage) - cpu_ms(&before.usage)) * 1000 / IDLE_MS);
    printf("wakeups 1/s %ld\n", usage.ru_nvcsw - before.usage.ru_nvcsw);
}
