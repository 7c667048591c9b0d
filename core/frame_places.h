/* frame_places.h - frames of one interface differ in little, and the array that recv is given is the same each time:
 * what they have in common need be put there only once. */
#ifndef IPFUNNEL_CORE_FRAME_PLACES_H
#define IPFUNNEL_CORE_FRAME_PLACES_H
#include "frame.h"

/* Places that hold what is in `like`: at[0] to at[count - 1]. All zero: none. */
struct ipfunnel__frame_places {
    struct ipfunnel__frame like;
    const struct ipfunnel__frame *at;
    int count;
};

/* Of these frames, how many from the first one on hold it. */
static inline int ipfunnel__places_ready(const struct ipfunnel__frame_places *p, const struct ipfunnel__frame *frames)
{
    const struct ipfunnel__frame *end = p->count > 0 ? p->at + p->count : NULL;
    return end && frames >= p->at && frames < end ? (int)(end - frames) : 0;
}

/* All of these do now. */
static inline void ipfunnel__places_add(struct ipfunnel__frame_places *p, const struct ipfunnel__frame *frames,
                                        int count)
{
    bool goes_on = p->count > 0 && frames >= p->at && frames <= p->at + p->count;
    if (!goes_on)
        p->at = frames;
    if (!goes_on || frames + count > p->at + p->count)
        p->count = (int)(frames - p->at) + count;
}

/* Somebody wrote to one of them, and to more than what frames do not have in common; or `like` is another one. */
static inline void ipfunnel__places_forget(struct ipfunnel__frame_places *p) { p->count = 0; }

#endif
