/* live_traffic_linux.h - frames that enter an interface as fast as one core can, or at a given rate. */
#ifndef IPFUNNEL_TESTS_LIVE_TRAFFIC_LINUX_H
#define IPFUNNEL_TESTS_LIVE_TRAFFIC_LINUX_H
#include <stdbool.h>
#include <stdint.h>

/* Two ways. As root a program of XDP passes frames up the receive path of the interface, as if its driver had got them
 * (BPF_PROG_TEST_RUN with live frames): the cost of a frame is then hardly more than what the kernel does with any.
 * Else a packet socket sends them from the other end of the pair, which is a quarter as fast. Each frame is a UDP
 * datagram to a link address that nobody has: after the captures the kernel has no further work with it. */
struct live_traffic {
    int program;                  /* of XDP; -1: by the packet socket */
    int counters;                 /* the map that the program counts in, or -1 */
    uint64_t *shared;             /* that map, mapped */
    int sender;                   /* the packet socket, or -1 */
    uint32_t interface_index;
    uint32_t length;
    uint8_t frame[2048];
};

struct live_sent {
    uint64_t frames;
    double seconds;
    double cpu_seconds;           /* of this thread: what captures cost in the kernel is in it */
};

/* Frames of `length` bytes, 60 to 1514, into `interface`, or by the packet socket out of `peer`. Says what is wrong on
 * standard error. */
bool live_traffic_open(struct live_traffic *traffic, const char *interface, const char *peer, uint32_t length);

/* Sends `frames` frames, `per_second` of them or as fast as it goes (0). */
bool live_traffic_send(struct live_traffic *traffic, uint64_t frames, double per_second, struct live_sent *out);
void live_traffic_close(struct live_traffic *traffic);

/* This thread's core; what cannot be had is not asked for twice. */
void live_pin(int core);
double live_seconds(void);

#endif
