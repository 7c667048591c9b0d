#include "pace.h"

enum { WORTH_FRAMES = 2 };

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
