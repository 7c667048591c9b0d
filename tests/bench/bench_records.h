/* bench_records.h - what the suites measured, and what is made of it: medians of values and of ratios. */
#ifndef IPFUNNEL_TESTS_BENCH_RECORDS_H
#define IPFUNNEL_TESTS_BENCH_RECORDS_H
#include <stdbool.h>
#include <stddef.h>

/* One line of the records file: "bench contender round metric unit value". */
struct bench_record {
    char bench[48], contender[32], metric[32], unit[32];
    int round;
    double value;
};

struct bench_records {
    struct bench_record *at;      /* bench_records_free ends them */
    size_t count;
};

/* A line of the goals file: "bench metric contender reference limit text". The reference is another contender, or "-":
 * the limit is for the value itself. The limit begins with <= or >=, or with spread<=, which is for (max - min) /
 * median of the value. */
struct bench_goal {
    char bench[48], metric[32], contender[32], reference[32], limit[24];
    char text[128];
};

struct bench_goals {
    struct bench_goal *at;        /* bench_goals_free ends them */
    size_t count;
};

/* Of the rounds in which there was a value; none: rounds is 0. */
struct bench_spread {
    double median, min, max;
    int rounds;
};

bool bench_records_read(const char *path, struct bench_records *out);
void bench_records_free(struct bench_records *records);
bool bench_goals_read(const char *path, struct bench_goals *out);
void bench_goals_free(struct bench_goals *goals);

/* Is this the first record of its bench, metric and contender, and of its bench and metric? */
bool bench_first_of_series(const struct bench_records *records, size_t index);
bool bench_first_of_plot(const struct bench_records *records, size_t index);

bool bench_same_series(const struct bench_record *a, const struct bench_record *b);
bool bench_same_plot(const struct bench_record *a, const struct bench_record *b);

struct bench_spread bench_values(const struct bench_records *records, const char *bench, const char *metric,
                                 const char *contender);

/* contender / reference in each round that has both. With the reference "-" the values of the contender. */
struct bench_spread bench_ratios(const struct bench_records *records, const struct bench_goal *goal);

/* 1 reached, 0 missed, -1: nothing was measured. */
int bench_reached(const struct bench_goal *goal, const struct bench_spread *spread);

#endif
