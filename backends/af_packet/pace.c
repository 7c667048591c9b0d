#include "pace.h"

enum { WORTH_FRAMES = 2, LONGEST_NS = 10000000 };

int64_t ipfunnel__pace_pause(struct ipfunnel__pace *pace, int64_t now_ns, uint64_t frames)
{
    int64_t elapsed = now_ns - pace->since_ns, came = (int64_t)(frames - pace->frames);
    pace->since_ns = now_ns;
    pace->frames = frames;
    if (came < WORTH_FRAMES || elapsed < 0)
        return 0;
    return came >= INT64_MAX / (pace->pause_ns + 1) || came * pace->pause_ns >= WORTH_FRAMES * elapsed ? pace->pause_ns
                                                                                                      : 0;
}

int64_t ipfunnel__pace_blocks(const struct ipfunnel__filling *filling, uint32_t count, int64_t latency_ns,
                              int64_t now_ns)
{
    int64_t one = filling->fills_in_ns, quarter = one * (count / 4);
    if (one <= 0 || one > latency_ns)
        return 0;
    int64_t most = quarter < LONGEST_NS ? quarter : LONGEST_NS;
    int64_t pause = filling->last_ns - now_ns + latency_ns;
    if (pause <= 0 || pause > latency_ns)         /* or somebody set the clock */
        return 0;
    return pause < most ? pause : most;
}
