#include "pcap_pause.h"

enum { WORTH_FRAMES = 256, LONGEST_NS = 10000000 };

int64_t ipfunnel__pcap_pause(struct ipfunnel__pcap_pause *pause, int64_t latency_ns, uint64_t buffer_bytes,
                             int64_t monotonic_ns, int64_t wall_ns)
{
    const struct ipfunnel__pcap_pause was = *pause;
    const int64_t elapsed = monotonic_ns - was.since_ns;
    *pause = (struct ipfunnel__pcap_pause){ .since_ns = monotonic_ns };
    if (was.frames < WORTH_FRAMES || elapsed <= 0)
        return 0;
    if (was.last_ns <= wall_ns - latency_ns || was.last_ns > wall_ns)     /* late already; or the clock was set */
        return 0;
    int64_t left = was.last_ns - wall_ns + latency_ns;
    double longest = left < LONGEST_NS ? (double)left : LONGEST_NS;
    double quarter = (double)buffer_bytes / 4 / (double)was.bytes * (double)elapsed;
    if (quarter < longest)
        longest = quarter;
    return (double)was.frames * longest / (double)elapsed >= WORTH_FRAMES ? (int64_t)longest : 0;
}
