/* equality_compare.h - what came against what has to come. */
#ifndef IPFUNNEL_TESTS_EQUALITY_COMPARE_H
#define IPFUNNEL_TESTS_EQUALITY_COMPARE_H
#include "equality_view.h"

/* Why two can differ and both be right: one of them cannot know it, and says so, as its capabilities did before. */
enum reason {
    REASON_DIRECTION, REASON_CHECKSUM, REASON_SUPER, REASON_TAGS, REASON_CUT, REASON_COUNTERS,
    REASON_VLANS, REASON_SENDER, REASON_BROKEN, REASON_ROOM, REASON_GONE,
    REASON_UNCUT, REASON_REPAIRS, REASON_REFUSED, REASONS
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
    uint32_t given;                         /* bits of the reasons by which `expected` was chosen */
    uint32_t unknown;                       /* bits of reasons that hold for this view whatever its capabilities say */
    const ipfunnel_interface *interface;    /* whose addresses tell directions; NULL: none do */
    uint64_t unknown_counters;              /* bits of counters that are not compared, whatever `available` says */
    uint64_t more_ip;                       /* frames that carried IP and went to a counter that is unknown */
    uint32_t room;                          /* not 0: nothing longer than this comes whole */
    bool from_file;
};

/* Returns NULL when nothing differs but for a reason, and the bits of those in *why; else says what differs. */
const char *compare(const struct comparison *c, uint32_t *why);

#endif
