/* verify_verdicts.h - from numbers to verdicts. Pure: what was counted goes in, the verdict and its reason come out. */
#ifndef VERIFY_VERDICTS_H
#define VERIFY_VERDICTS_H
#include "verify_report.h"

struct judgement {
    enum verdict verdict;
    const char *why;            /* static */
};

/* What a capture had of one batch. */
struct tally {
    uint32_t run, first, count; /* which marks belong to it; at most TALLY_MOST */
    uint8_t copies[2048];       /* of each mark; stops at 255 */
    bool in_fragment[2048];     /* each mark was in a fragment */
    uint32_t seen, distinct;    /* datagrams with a mark, and different marks among them */
    uint32_t fragments, distinct_fragments;     /* of them those that are fragments, and different marks among these */
    uint32_t rebuilt;           /* with a header that the system withheld */
    uint32_t wrong_length;      /* not as long as expected_length, where that is not 0 */
    uint32_t out_of_order;
    uint32_t expected_length;
    uint32_t last;              /* number of the mark that came last */
};
enum { TALLY_MOST = sizeof ((struct tally *)0)->copies };

/* A mark was found in a datagram of this length. What is not of the batch is left out. */
void tally_add(struct tally *, uint32_t number, uint32_t length, bool fragment, bool rebuilt);

struct judgement judge_once(const struct traffic_batch *, const struct tally *);
struct judgement judge_shown(const struct traffic_batch *, const struct tally *on_interface);
struct judgement judge_fragments(const struct traffic_batch *, const struct tally *);
struct judgement judge_reassembled(const struct traffic_batch *, const struct tally *);
struct judgement judge_length(const struct tally *);
struct judgement judge_header(uint32_t seen, uint32_t without);
struct judgement judge_unread(const struct traffic_batch *, const struct tally *);
struct judgement judge_large(uint32_t seen, uint32_t longer, uint32_t without_length);
struct judgement judge_fast_path(uint32_t seen_without, uint32_t seen_with);
struct judgement judge_directions(uint32_t in, uint32_t out);
struct judgement judge_firewall(uint32_t in, uint32_t out);
struct judgement judge_newest_win(uint32_t sent, uint32_t received, uint32_t first, uint32_t last);

#endif
