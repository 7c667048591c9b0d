/* pace.h - when a reader that could be woken for each frame should rather pause, and find several. Pure. */
#ifndef IPFUNNEL_AF_PACKET_PACE_H
#define IPFUNNEL_AF_PACKET_PACE_H
#include <stdint.h>

struct ipfunnel__pace {
    int64_t pause_ns;             /* how long a pause is; 0: there is none */
    int64_t since_ns;             /* when there was last nothing left to read, */
    uint64_t frames;              /* and how many frames had been read by then */
};

/* To be asked when nothing is left to read, before waiting: how long to pause first, 0: not at all. A pause has to
 * bring several frames, judged by how many came since it was last asked. */
int64_t ipfunnel__pace_pause(struct ipfunnel__pace *pace, int64_t now_ns, uint64_t frames);

#endif
