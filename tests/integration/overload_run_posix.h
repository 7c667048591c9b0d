/* overload_run_posix.h - one run of a capture that gets more than it can take, and what must hold in it. */
#ifndef IPFUNNEL_TESTS_OVERLOAD_RUN_POSIX_H
#define IPFUNNEL_TESTS_OVERLOAD_RUN_POSIX_H
#include "overload_senders_posix.h"
#include "overload_tally.h"

enum { MOST_READERS = 3, NOT_SHARED = -1 };

enum stir { NOTHING, FILTERS, MODES, OFF_AND_ON, REOPEN, DOWN_AND_UP, GONE };

struct run_kind {
    const char *name;
    bool slow, tiny;              /* a reader that pauses; the smallest ring */
    bool filtered, on_wire;
    bool kernel_filter;           /* no count_all, plain datagrams only: the kernel does all of the filter's work */
    bool immediate;               /* the lowest latency: af_packet has another kind of ring for that */
    bool events;                  /* of the interface are asked for */
    bool other_end;               /* captured where the frames arrive */
    bool loopback;                /* on the loopback interface, where each frame passes twice */
    enum stir stir;               /* what happens while the senders send; GONE: when they have sent */
    int fanout;                   /* IPFUNNEL_FANOUT_*, by several captures; or NOT_SHARED */
};

struct run_result {
    uint64_t sent;                /* frames */
    ipfunnel_statistics sums;     /* over all captures */
};

/* Ends the process where something does not hold. The pair vc, vd is there, and up. */
void overload_run(const struct run_kind *kind, uint32_t seed, struct run_result *result);

#endif
