/* pcap_drops.h - where frames were lost. libpcap counts losses for a whole capture; what is queued then arrived before
 * them. So losses are told with the first frame that arrived after they were counted, or after all that was queued was
 * read: a little too late perhaps, never too early, and the sum is exact. Pure. */
#ifndef IPFUNNEL_PCAP_PCAP_DROPS_H
#define IPFUNNEL_PCAP_PCAP_DROPS_H
#include <stdbool.h>
#include <stdint.h>

struct ipfunnel__pcap_drops {
    uint64_t total;
    struct {
        uint64_t count;
        int64_t counted_at;       /* wall clock, as the frames' time stamps */
    } waiting, later;             /* `later` were counted while others waited: each waits for a frame of its own time */
};

/* Adds what was lost since libpcap's counter, modulo 2^32, was *read, where it now is at `counter`. So it must be asked
 * before 2^32 frames were lost, which takes minutes in which nobody calls recv or stats. */
void ipfunnel__pcap_drops_add(struct ipfunnel__pcap_drops *drops, uint32_t *read, uint32_t counter, int64_t wall_ns);

/* All that was queued when the last ones were counted has been read. */
void ipfunnel__pcap_drops_all_read(struct ipfunnel__pcap_drops *drops);

/* Those that wait are told now: the ones behind them wait. Returns how many. */
uint64_t ipfunnel__pcap_drops_tell(struct ipfunnel__pcap_drops *drops);

/* How many are to be told with a frame that arrived at this time; each is told once. */
static inline uint64_t ipfunnel__pcap_drops_before(struct ipfunnel__pcap_drops *drops, int64_t time_ns)
{
    bool due = drops->waiting.count > 0 && time_ns > drops->waiting.counted_at;
    return due ? ipfunnel__pcap_drops_tell(drops) : 0;
}

#endif
