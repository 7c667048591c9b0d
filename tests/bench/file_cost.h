/* file_cost.h - what reading a file costs, as the file suite prints it. */
#ifndef IPFUNNEL_TESTS_BENCH_FILE_COST_H
#define IPFUNNEL_TESTS_BENCH_FILE_COST_H
#include <stdint.h>
#include <stdio.h>
#include <time.h>

struct file_cost {
    uint64_t datagrams, bytes;          /* what was read; the readers add up */
    struct timespec start;
    clock_t cpu;
};

static inline struct file_cost file_cost_begin(void)
{
    struct file_cost cost = { .cpu = clock() };
    timespec_get(&cost.start, TIME_UTC);
    return cost;
}

static inline void file_cost_print(const struct file_cost *cost)
{
    struct timespec end;
    double n = (double)cost->datagrams, cpu = (double)(clock() - cost->cpu) / CLOCKS_PER_SEC;
    timespec_get(&end, TIME_UTC);
    double seconds = (double)(end.tv_sec - cost->start.tv_sec) + (double)(end.tv_nsec - cost->start.tv_nsec) / 1e9;
    printf("reader_cpu ns/datagram %.3f\n", cpu * 1e9 / n);
    printf("reader_time ns/datagram %.3f\n", seconds * 1e9 / n);
    fprintf(stderr, "%llu datagrams, %llu bytes\n", (unsigned long long)cost->datagrams,
            (unsigned long long)cost->bytes);
}

#endif
