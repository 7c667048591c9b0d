/* pace.h - when a reader that could be woken for each frame, or for each full block, should rather pause, and find
 * several. Pure. */
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

/* How a ring of blocks fills. */
struct ipfunnel__filling {
    int64_t last_ns;              /* time of the last frame of the block that was entered last */
    int64_t fills_in_ns;          /* what the last full block took to fill; 0: none was full since it was set to 0 */
};

/* The same for blocks, of which a ring has `count`: a pause when they fill before their time, until that of what is
 * behind the last frame has come, and never so long that a quarter of the ring would fill. `now_ns` is by the clock of
 * the frames. */
int64_t ipfunnel__pace_blocks(const struct ipfunnel__filling *filling, uint32_t count, int64_t latency_ns,
                              int64_t now_ns);

#endif
