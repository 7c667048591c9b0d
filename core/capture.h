/* capture.h - the inside of a capture, shared by capture.c, capture_filter.c, open.c, push.c and statistics.c. */
#ifndef IPFUNNEL_CORE_CAPTURE_H
#define IPFUNNEL_CORE_CAPTURE_H
#include "backend.h"
#include "filter/filter.h"
#include "normalize/normalize.h"
#include <stdatomic.h>

struct ipfunnel {
    const struct ipfunnel__backend *backend;
    void *state;                               /* the backend's, at the end of this block */
    struct ipfunnel__request request;
    struct ipfunnel__facts facts;
    struct ipfunnel__policy policy;
    ipfunnel_address *own_addresses;           /* what request.addresses points to */
    ipfunnel_filter *filter;                   /* what policy.filter points to; NULL: none */
    ipfunnel_mode mode;                        /* in force; never SOCKETLEVELONLY */
    bool iplevel;                              /* the last mode that was not OFF is IPLEVEL */
    uint64_t iplevel_until;                    /* so many frames were handed over when IPLEVEL was last left for ON */
    atomic_bool interrupted;                   /* latch of ipfunnel_interrupt */
    ipfunnel_error error;                      /* of the last call that failed */
    uint64_t walked;                           /* frames that were looked at, if only in part */
    uint64_t counts[IPFUNNEL_COUNTER_COUNT];   /* what the normaliser said about them */
    uint64_t drops_since_delivered;            /* may be IPFUNNEL_DROPS_UNKNOWN */
    bool drops_at_least;                       /* it is a lower bound */
    struct ipfunnel__frame frames[IPFUNNEL__BATCH];
    int taken, looked_at;                      /* frames[] the backend filled; how many of them are done with */
    uint32_t resume;                           /* where the frame after those goes on; 0 = at its start */
    bool announced;                            /* the wait handle is ready for the sake of what is left of frames[] */
    bool on_wire;
    struct ipfunnel__cut cut;                  /* with on_wire: the super-datagram that `resume` is in */
    ipfunnel_datagram others[IPFUNNEL__BATCH]; /* out[i] is views.at[i] for a plain frame, else others[i] */
    struct ipfunnel__views views;
};

/* Frames that recv took from the backend; one that was looked at in part is in both sums. */
static inline uint64_t ipfunnel__frames_taken(const ipfunnel *h)
{
    return h->walked + (uint64_t)(h->taken - h->looked_at) - (h->resume ? 1 : 0);
}

/* capture_filter.c: compiles for this capture. *out is NULL, no filter, for NULL and "". */
int ipfunnel__capture_compile(const ipfunnel *h, const char *expression, ipfunnel_filter **out, ipfunnel_error *error);

/* What it makes unknowable that the backend's program leaves out what the filter rejects: to be called when the program
 * may be another one. */
void ipfunnel__capture_hide(ipfunnel *h);

/* Tells the backend of the filter and puts it in force; the one before ends. On failure it stays and `filter` ends. */
int ipfunnel__capture_use(ipfunnel *h, ipfunnel_filter *filter, ipfunnel_error *error);

#endif
