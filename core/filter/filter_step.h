/* filter_step.h - one instruction of a filter for the plan (filter_plan.c): its fate, and what is known behind it. */
#ifndef IPFUNNEL_CORE_FILTER_STEP_H
#define IPFUNNEL_CORE_FILTER_STEP_H
#include "filter_codes.h"
#include "filter_plan.h"

enum { IPFUNNEL__MAY_BE_4 = 1, IPFUNNEL__MAY_BE_6 = 2 };

/* From sure to unsure: what two ways bring along is as sure as the less sure of both. */
enum ipfunnel__surety {
    IPFUNNEL__EQUAL,
    IPFUNNEL__AT_MOST,                            /* user space's value is not larger */
    IPFUNNEL__UNSURE
};

/* Of A: the datagram's first byte; the version in it. */
enum ipfunnel__meaning { IPFUNNEL__ANYTHING, IPFUNNEL__FIRST_BYTE, IPFUNNEL__VERSION };

/* Before an instruction, compared to user space. */
struct ipfunnel__known {
    bool reached;
    uint8_t a, x, memory[BPF_MEMORY_WORDS];       /* enum ipfunnel__surety */
    uint8_t a_is;                                 /* enum ipfunnel__meaning */
    uint8_t versions;                             /* bits MAY_BE: what the datagram may be */
    bool x_is_header;                             /* X is the length of the IPv4 header */
    bool x_is_small;                              /* X asks for no fact */
};

struct ipfunnel__pass {
    const struct ipfunnel_filter *filter;
    const struct ipfunnel__kernel_view *view;
    struct ipfunnel__plan *plan;
    struct ipfunnel__known *before;               /* each instruction */
    bool *accepts;                                /* can a run from here on accept anything? */
};

static inline bool ipfunnel__jumps_by_test(uint16_t code)
{
    return (code & 7) == BPF_JMP && (code & 0xf0) != BPF_JA;
}

static inline bool ipfunnel__jumps_back(const struct ipfunnel__instruction *i)
{
    return i->code == (BPF_JMP | BPF_JA) && i->k & UINT32_C(0x80000000);
}

/* The fate of instruction number `at`, and makes of *s what holds behind it. Clears plan->exact where a question is
 * left to user space. */
enum ipfunnel__fate ipfunnel__filter_step(const struct ipfunnel__pass *p, struct ipfunnel__known *s, uint32_t at);

#endif
