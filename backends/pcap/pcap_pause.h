/* pcap_pause.h - libpcap wakes a reader for each part of its buffer that fills, which costs more than reading what is
 * in it. While frames come fast, a reader rather pauses, for no longer than the latency allows. Pure. */
#ifndef IPFUNNEL_PCAP_PCAP_PAUSE_H
#define IPFUNNEL_PCAP_PCAP_PAUSE_H
#include <stdint.h>

/* What was read since there was last nothing to read. All zero at first. */
struct ipfunnel__pcap_pause {
    uint64_t frames, bytes;
    int64_t since_ns;             /* monotonic: when that was */
    int64_t last_ns;              /* time stamp of the last frame */
};

/* To be asked when nothing is left to read: how long to pause before waiting, 0: not at all. A pause is to bring
 * hundreds of frames and to fill no more than a quarter of the buffer, judged by what was read since it was last asked;
 * it ends when what came right behind the last frame is to be delivered. `wall_ns` is by the clock of the frames. */
int64_t ipfunnel__pcap_pause(struct ipfunnel__pcap_pause *pause, int64_t latency_ns, uint64_t buffer_bytes,
                             int64_t monotonic_ns, int64_t wall_ns);

#endif
