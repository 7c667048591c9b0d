/* overload_tally.h - what a capture delivered of the numbered frames, held against its own counters. Everything that
 * does not agree ends the process. */
#ifndef IPFUNNEL_TESTS_OVERLOAD_TALLY_H
#define IPFUNNEL_TESTS_OVERLOAD_TALLY_H
#include "overload_units.h"

struct tally {
    bool cut, filtered;           /* on_wire; only what unit_selected says may come */
    bool uncounted;               /* counters may be unknown: a filter may be at work in the kernel */
    bool partial;                 /* the filter changed meanwhile: what of a super-datagram came says nothing */
    uint8_t *seen[CLOSER + 1];    /* per sender and frame: delivered, if only in part; shared by captures of a group */
    struct {
        int64_t number;
        uint32_t segment;
    } last[CLOSER + 1];           /* delivered of each sender; number -1: none */
    uint64_t delivered, told;     /* datagrams; frames dropped before them */
    uint64_t selected;            /* of the delivered plain ones those that unit_filter accepts */
    uint64_t frames, cuts, left_out;          /* that the delivered ones came of; datagrams of those beyond the first
                                                 and, of those frames, datagrams that the filter did not want */
    ipfunnel_statistics before;   /* as last read */
};

/* `each` frames at most from a sender. */
void tally_begin(struct tally *t, uint32_t each);
void tally_end(struct tally *t);

/* For another capture, of what comes after. */
void tally_again(struct tally *t);

void tally_datagram(struct tally *t, const ipfunnel_datagram *d);

/* No more will come of super-datagrams of which something came. */
void tally_whole(struct tally *t);

/* Reads the counters: both ledgers add up, none went backwards, and they agree with what was delivered. */
ipfunnel_statistics tally_stats(struct tally *t, ipfunnel *capture);

#endif
