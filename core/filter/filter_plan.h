/* filter_plan.h - what a program in the kernel can make of each instruction of a filter. Pure. */
#ifndef IPFUNNEL_CORE_FILTER_PLAN_H
#define IPFUNNEL_CORE_FILTER_PLAN_H
#include "filter_preselect.h"

enum { IPFUNNEL__NO_CELL = 0xff };

enum ipfunnel__fate {
    IPFUNNEL__UNREACHED,
    IPFUNNEL__SAME,               /* means the same, loads with the link header in front */
    IPFUNNEL__GUARDED,            /* the same while X is a place in a frame; else the frame is accepted */
    IPFUNNEL__LEFT_OUT,           /* what it calculates is not known: nothing relies on it */
    IPFUNNEL__ZERO,               /* A becomes 0 */
    IPFUNNEL__PACKET_TYPE,        /* A becomes the packet type: 4 for what is sent, else 0 */
    IPFUNNEL__INTERFACE,          /* A becomes the number of the interface */
    IPFUNNEL__LENGTH,             /* from the cell that has the datagram's length by its header */
    IPFUNNEL__ACCEPT, IPFUNNEL__REJECT,
    IPFUNNEL__GO_TRUE, IPFUNNEL__GO_FALSE,        /* a jump, always to this side */
    IPFUNNEL__TRUE_ACCEPTS        /* a jump: on its true side the frame is accepted */
};

struct ipfunnel__plan {
    uint8_t *fates;               /* of the filter's instructions; the caller's, as many */
    uint16_t cells_read;          /* bits: cells of the memory that may have to be 0 at the beginning */
    uint8_t length_cell;          /* which the filter does not use, for the length; IPFUNNEL__NO_CELL: none is free, or
                                     needed */
    bool rejects;                 /* something can be rejected */
    bool exact;                   /* frames that are judged get the filter's own verdict */
};

/* Plans for datagrams that begin with a whole IP header and have its length field. Returns false without memory. */
bool ipfunnel__filter_plan(struct ipfunnel__plan *plan, const struct ipfunnel_filter *filter,
                           const struct ipfunnel__kernel_view *view);

#endif
