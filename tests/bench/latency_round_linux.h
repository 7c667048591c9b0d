/* latency_round_linux.h - one measurement of how long a datagram takes from just before it is sent until a reader
 * has it: a thread on one core sends frames that carry the time into va, and the reader, on another core, captures on
 * vb. */
#ifndef IPFUNNEL_TESTS_LATENCY_ROUND_LINUX_H
#define IPFUNNEL_TESTS_LATENCY_ROUND_LINUX_H
#include <stdbool.h>
#include <stdint.h>

/* Monotonic, nanoseconds. */
int64_t latency_clock(void);

/* The reader has a datagram in hand since `now`; those that carry no time are left out. */
void latency_note(const uint8_t *datagram, uint32_t length, int64_t now);

/* Starts sending `per_second` for `seconds`, and pins the caller. Says what is wrong on standard error. */
bool latency_start(double per_second, double seconds);

/* Everything was noted, or has had the time to be: the reader ends. */
bool latency_over(void);

/* Prints the percentiles, what is missing, and what the reader needed: CPU, and how often it was woken. */
int latency_finish(void);

#endif
