/* pcap_live.h - live capture through libpcap, as the slots of core/backend.h need it.
 *
 * Where the system changes modes in place (pcap_kernel.h) there is one pcap_t from open to close. Elsewhere each start
 * activates a new one; those before it are read to the moment at which they were stopped, then closed. */
#ifndef IPFUNNEL_PCAP_PCAP_LIVE_H
#define IPFUNNEL_PCAP_PCAP_LIVE_H
#include "os.h"
#include "pcap_drops.h"
#include "pcap_events.h"
#include "pcap_pause.h"
#include "pcap_source.h"
#include <stdatomic.h>

struct ipfunnel__pcap_run;        /* a pcap_t and how far it is read; private */

/* A moment in both clocks. What arrived before it is told by its time stamp. That rests on a clock that people may set
 * back, so as soon as all that was queued at the moment has been read, it is over. */
struct ipfunnel__pcap_moment {
    int64_t wall_ns;              /* INT64_MIN: over */
    int64_t monotonic_ns;
};

struct ipfunnel__pcap_live {
    const struct ipfunnel__request *request;      /* NULL: not open */
    struct ipfunnel__facts *facts;
    struct ipfunnel__signal wake;
    atomic_bool woken;                            /* the wake was set: there is something to clear */
    struct ipfunnel__joined joined;               /* the wake, the first run, events, and what only time tells */
    int64_t due_ns;                               /* when the alarm is to end a wait (monotonic) */
    bool watched;                                 /* somebody else has the handle of `joined` */
    struct ipfunnel__pcap_events events;
    struct ipfunnel__pcap_run *first, *last;
    ipfunnel_mode mode, captured_in;              /* in force; the last one that was not OFF */
    uint32_t keep;                                /* bytes of a datagram that must not be cut off */
    const struct ipfunnel_filter *filter;         /* the core's */
    struct ipfunnel__pcap_moment captured;        /* up to here frames came that nobody had asked for */
    struct ipfunnel__pcap_moment switched;        /* from here on the kernel's program leaves out other hosts' frames */
    struct ipfunnel__pcap_moment iplevel;         /* up to here frames may have arrived in IPLEVEL */
    struct ipfunnel__pcap_pause pause;
    struct ipfunnel__pcap_drops drops;
    bool drops_unknown;                           /* frames were lost uncounted */
    bool uncounted;                               /* libpcap did not say how many when it was last asked */
    bool only_received;                           /* nothing that was sent is captured */
};

int ipfunnel__pcap_live_open(struct ipfunnel__pcap_live *live, const struct ipfunnel__request *request,
                             struct ipfunnel__facts *facts, ipfunnel_error *error);
int ipfunnel__pcap_live_set_filter(struct ipfunnel__pcap_live *live, const struct ipfunnel_filter *filter,
                                   ipfunnel_error *error);
int ipfunnel__pcap_live_set_mode(struct ipfunnel__pcap_live *live, ipfunnel_mode mode, ipfunnel_error *error);

/* Frames that are valid until the next call, how many; 0, also early; IPFUNNEL_END; IPFUNNEL_EVENT; or an error.
 * (pcap_take.c) */
int ipfunnel__pcap_live_recv(struct ipfunnel__pcap_live *live, struct ipfunnel__frame *frames, int max, int timeout_ms,
                             ipfunnel_error *error);

/* Ends the wait of recv, any thread. (pcap_take.c) */
void ipfunnel__pcap_live_wake(struct ipfunnel__pcap_live *live);

/* The wait handle: from now on it is kept as those want it who wait with it. (pcap_take.c) */
intptr_t ipfunnel__pcap_live_handle(struct ipfunnel__pcap_live *live);

/* Waits end then; 0: there is something to return now, of which libpcap's descriptor may tell nothing. recv would not
 * wait, and to say it takes a system call, and another one soon to take it back: so only if it matters to others. */
static inline void ipfunnel__pcap_live_due(struct ipfunnel__pcap_live *live, int64_t monotonic_ns)
{
    live->due_ns = monotonic_ns;
    if (live->watched || monotonic_ns != 0)
        ipfunnel__joined_alarm(&live->joined, monotonic_ns);
}

/* Frees the first run, after its losses were counted; the next one is waited for. (pcap_take.c) */
void ipfunnel__pcap_live_drop_first(struct ipfunnel__pcap_live *live);

/* Frames lost since open, as far as is known; says in the facts whether that is all. (pcap_take.c) */
uint64_t ipfunnel__pcap_live_dropped(struct ipfunnel__pcap_live *live);

void ipfunnel__pcap_live_close(struct ipfunnel__pcap_live *live);

#endif
