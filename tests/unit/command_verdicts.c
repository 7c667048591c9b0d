/* command_verdicts.c - the verdicts of "doctor --verify": which numbers mean yes, which no, and which do not tell. */
#include "../../examples/ipfunnel/doctor/verify_verdicts.h"
#include "check.h"

static struct tally t;

/* A tally of a batch whose marks are 100, 101, ...; the numbers seen end with 0. */
static const struct tally *seen(uint32_t count, const uint32_t *numbers, bool fragments)
{
    t = (struct tally){ .first = 100, .count = count };
    for (; *numbers; numbers++)
        tally_add(&t, *numbers, 40, fragments, false);
    return &t;
}
#define SEEN(count, ...) seen(count, (const uint32_t[]){ __VA_ARGS__, 0 }, false)
#define SEEN_FRAGMENTS(count, ...) seen(count, (const uint32_t[]){ __VA_ARGS__, 0 }, true)
#define NOTHING 1               /* a mark of no batch here */

static const struct traffic_batch arrived = { .first = 100, .count = 3, .arrived = 3 };
static const struct traffic_batch lost = { .first = 100, .count = 3, .arrived = 1 };
static const struct traffic_batch unsent = { .first = 100 };

static void a_tally_keeps_to_its_batch(void)
{
    SEEN(3, 99, 103, 4000000000u, 100, 101, 101);
    CHECK_INT(t.seen, 3);
    CHECK_INT(t.distinct, 2);
    CHECK_INT(t.out_of_order, 0);
    SEEN(3, 101, 100, 102, 101);
    CHECK_INT(t.out_of_order, 2);
}

static void a_tally_takes_as_many_as_it_has_room_for(void)
{
    t = (struct tally){ .first = 1, .count = UINT32_MAX };
    for (uint32_t i = 0; i < TALLY_MOST + 10; i++)
        tally_add(&t, 1 + i, 40, true, false);
    for (int i = 0; i < 1000; i++)
        tally_add(&t, 1, 40, true, false);
    CHECK_INT(t.distinct, TALLY_MOST);
    CHECK_INT(t.distinct_fragments, TALLY_MOST);
    CHECK_INT(t.copies[0], UINT8_MAX);
}

static void once_means_each_and_no_copy(void)
{
    CHECK_INT(judge_once(&arrived, SEEN(3, 100, 101, 102)).verdict, VERDICT_YES);
    CHECK_INT(judge_once(&arrived, SEEN(3, 100, 100, 101, 101, 102, 102)).verdict, VERDICT_NO);
    CHECK_STR(judge_once(&arrived, SEEN(3, 100, 100, 101, 101, 102, 102)).why, "each was seen twice");
    CHECK_INT(judge_once(&arrived, SEEN(3, 100, 101, 101, 102)).verdict, VERDICT_NO);
    CHECK_INT(judge_once(&arrived, SEEN(3, 100, 102)).verdict, VERDICT_NO);
    CHECK_INT(judge_once(&arrived, SEEN(3, NOTHING)).verdict, VERDICT_NO);
    CHECK_STR(judge_once(&arrived, &t).why, "none was seen");
    CHECK_INT(judge_once(&unsent, SEEN(0, NOTHING)).verdict, VERDICT_INCONCLUSIVE);
    CHECK_INT(judge_once(&lost, SEEN(3, 100)).verdict, VERDICT_INCONCLUSIVE);
    CHECK_INT(judge_once(&lost, SEEN(3, 100, 101, 102)).verdict, VERDICT_YES);      /* lost behind the capture */
}

static void shown_does_not_mind_copies(void)
{
    CHECK_INT(judge_shown(&arrived, SEEN(3, 100, 100, 101, 102)).verdict, VERDICT_YES);
    CHECK_INT(judge_shown(&arrived, SEEN(3, NOTHING)).verdict, VERDICT_NO);
    CHECK_INT(judge_shown(&arrived, SEEN(3, 101)).verdict, VERDICT_INCONCLUSIVE);
    CHECK_INT(judge_shown(&lost, SEEN(3, NOTHING)).verdict, VERDICT_INCONCLUSIVE);
    CHECK_INT(judge_shown(&unsent, SEEN(0, NOTHING)).verdict, VERDICT_INCONCLUSIVE);
}

static void fragments_and_the_whole_are_told_apart(void)
{
    CHECK_INT(judge_fragments(&arrived, SEEN_FRAGMENTS(3, 100, 101, 102)).verdict, VERDICT_YES);
    CHECK_INT(judge_reassembled(&arrived, &t).verdict, VERDICT_NO);
    tally_add(&t, 100, 3028, false, false);
    CHECK_INT(judge_fragments(&arrived, &t).verdict, VERDICT_YES);
    CHECK_INT(judge_reassembled(&arrived, &t).verdict, VERDICT_YES);

    CHECK_INT(judge_fragments(&arrived, SEEN(3, 100)).verdict, VERDICT_NO);         /* the whole first */
    CHECK_INT(judge_reassembled(&arrived, &t).verdict, VERDICT_YES);
    tally_add(&t, 100, 1500, true, false);
    CHECK_INT(t.distinct_fragments, 1);
    CHECK_INT(judge_fragments(&arrived, &t).verdict, VERDICT_INCONCLUSIVE);

    CHECK_INT(judge_fragments(&unsent, SEEN(0, NOTHING)).verdict, VERDICT_INCONCLUSIVE);
    CHECK_INT(judge_reassembled(&unsent, &t).verdict, VERDICT_INCONCLUSIVE);
    CHECK_INT(judge_reassembled(&arrived, SEEN(3, NOTHING)).verdict, VERDICT_INCONCLUSIVE);
}

static void other_verdicts(void)
{
    t = (struct tally){ .first = 100, .count = 3, .expected_length = 40 };
    CHECK_INT(judge_length(&t).verdict, VERDICT_INCONCLUSIVE);
    tally_add(&t, 100, 40, false, true);
    CHECK_INT(judge_length(&t).verdict, VERDICT_YES);
    tally_add(&t, 101, 46, false, false);
    CHECK_INT(judge_length(&t).verdict, VERDICT_NO);
    CHECK_INT(t.rebuilt, 1);

    CHECK_INT(judge_header(0, 0).verdict, VERDICT_INCONCLUSIVE);
    CHECK_INT(judge_header(5, 0).verdict, VERDICT_YES);
    CHECK_INT(judge_header(5, 5).verdict, VERDICT_NO);
    CHECK_INT(judge_header(5, 2).verdict, VERDICT_INCONCLUSIVE);

    CHECK_INT(judge_unread(&arrived, SEEN(3, 100, 101, 102)).verdict, VERDICT_YES);
    CHECK_INT(judge_unread(&arrived, SEEN(3, 100, 102, 101)).verdict, VERDICT_NO);
    CHECK_INT(judge_unread(&arrived, SEEN(3, 100, 101)).verdict, VERDICT_NO);
    CHECK_INT(judge_unread(&unsent, SEEN(0, NOTHING)).verdict, VERDICT_INCONCLUSIVE);

    CHECK_INT(judge_large(0, 0, 0).verdict, VERDICT_INCONCLUSIVE);
    CHECK_INT(judge_large(9, 0, 0).verdict, VERDICT_NO);
    CHECK_INT(judge_large(9, 1, 0).verdict, VERDICT_YES);
    CHECK_INT(judge_large(9, 0, 1).verdict, VERDICT_YES);

    CHECK_INT(judge_fast_path(0, 0).verdict, VERDICT_INCONCLUSIVE);
    CHECK_INT(judge_fast_path(9, 0).verdict, VERDICT_YES);
    CHECK_INT(judge_fast_path(9, 3).verdict, VERDICT_NO);

    CHECK_INT(judge_directions(1, 1).verdict, VERDICT_YES);
    CHECK_INT(judge_directions(1, 0).verdict, VERDICT_INCONCLUSIVE);
    CHECK_INT(judge_directions(50, 0).verdict, VERDICT_NO);
    CHECK_INT(judge_directions(0, 50).verdict, VERDICT_NO);

    CHECK_INT(judge_firewall(1, 0).verdict, VERDICT_NO);
    CHECK_INT(judge_firewall(0, 1).verdict, VERDICT_INCONCLUSIVE);
    CHECK_INT(judge_firewall(0, 50).verdict, VERDICT_YES);

    CHECK_INT(judge_newest_win(200, 20, 180, 199).verdict, VERDICT_YES);
    CHECK_INT(judge_newest_win(200, 20, 0, 19).verdict, VERDICT_NO);
    CHECK_INT(judge_newest_win(200, 200, 0, 199).verdict, VERDICT_INCONCLUSIVE);
    CHECK_INT(judge_newest_win(200, 0, 0, 0).verdict, VERDICT_INCONCLUSIVE);
    CHECK_INT(judge_newest_win(200, 20, 5, 150).verdict, VERDICT_INCONCLUSIVE);
    CHECK_INT(judge_newest_win(0, 0, 0, 0).verdict, VERDICT_INCONCLUSIVE);
}

int main(void)
{
    RUN(a_tally_keeps_to_its_batch);
    RUN(a_tally_takes_as_many_as_it_has_room_for);
    RUN(once_means_each_and_no_copy);
    RUN(shown_does_not_mind_copies);
    RUN(fragments_and_the_whole_are_told_apart);
    RUN(other_verdicts);
    return 0;
}
