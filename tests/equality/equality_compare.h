/* equality_compare.h - what came against what has to come. */
#ifndef IPFUNNEL_TESTS_EQUALITY_COMPARE_H
#define IPFUNNEL_TESTS_EQUALITY_COMPARE_H
#include "equality_view.h"

/* Why two can differ and both be right: one of them cannot know it, and says so, as its capabilities did before. */
enum reason {
    REASON_DIRECTION, REASON_CHECKSUM, REASON_SUPER, REASON_TAGS, REASON_CUT, REASON_COUNTERS, REASONS
};
struct reason_text {
    char letter;
    const char *capability, *why;
};
extern const struct reason_text reasons[REASONS];

/* What is compared. `expected` are datagrams with the facts that the kernel has of them. */
struct comparison {
    const struct view *expected, *seen;
    const struct counts *counts;            /* NULL: not compared */
    uint32_t unknown;                       /* bits of reasons that hold for this view whatever its capabilities say */
    const ipfunnel_interface *interface;    /* whose addresses tell directions; NULL: none do */
    bool from_file;
};

/* Returns NULL when nothing differs but for a reason, and the bits of those in *why; else says what differs. */
const char *compare(const struct comparison *c, uint32_t *why);

#endif
