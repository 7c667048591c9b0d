/* filter_preselect.h - a filter as the tail of a program that the kernel runs on frames, and that accepts at least each
 * frame of which a datagram that the filter accepts could be made. Pure. */
#ifndef IPFUNNEL_CORE_FILTER_PRESELECT_H
#define IPFUNNEL_CORE_FILTER_PRESELECT_H
#include "../frame.h"
#include "filter.h"

enum { IPFUNNEL__KERNEL_MOST = 4096 };        /* instructions that Linux takes */

/* What the kernel's program sees, and how the datagrams come about. */
struct ipfunnel__kernel_view {
    uint32_t link_type;           /* of the bytes: LINK_ETHERNET; LINK_RAW, by their first byte; LINK_NETWORK, by the
                                     frame's EtherType. No other is judged */
    uint32_t interface_index;     /* that all datagrams have; 0: may differ */
    bool tells_direction;         /* a datagram is "sent" when the packet type says so, and only then */
    bool on_wire;                 /* IPFUNNEL_OPEN_ON_WIRE */
};

/* `program` has *length instructions, of which the last one returns what is kept of an accepted frame, and room for
 * IPFUNNEL__KERNEL_MOST. Replaces that one by the filter's judgement. What is not a whole IP header at the place where
 * the link type has it, with a length in it, is accepted: user space counts it, or finds a datagram deeper inside.
 * Returns IPFUNNEL_YES: of all others nothing is left to user space; IPFUNNEL_PARTLY: some of the filter's questions
 * are; IPFUNNEL_NO: all are, or it does not fit: the program is as it was. */
uint32_t ipfunnel__filter_preselect(const struct ipfunnel_filter *filter, const struct ipfunnel__kernel_view *view,
                                    struct ipfunnel__instruction *program, uint32_t *length);

#endif
