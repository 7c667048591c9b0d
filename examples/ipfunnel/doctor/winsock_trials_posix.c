#include "verify.h"

int winsock_trials_refused(void)
{
    return -1;
}

void winsock_trials(struct bench *b)
{
    static const enum point by_hand[] = { POINT_wfp_refusal, POINT_npcap_doubling, POINT_other_programs };

    for (size_t i = 0; i < sizeof by_hand / sizeof by_hand[0]; i++)
        answer_end(&b->report->answers[by_hand[i]], VERDICT_NOT_APPLICABLE, "it is about Windows");
    for (int i = POINT_FIRST_RAW; i < POINT_FIRST_BY_HAND; i++)
        answer_end(&b->report->answers[i], VERDICT_NOT_APPLICABLE, "only Windows has such sockets");
}
