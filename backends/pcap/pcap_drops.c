#include "pcap_drops.h"

void ipfunnel__pcap_drops_add(struct ipfunnel__pcap_drops *d, uint32_t *read, uint32_t counter, int64_t wall_ns)
{
    uint32_t count = counter - *read;
    *read = counter;
    d->total += count;
    if (count == 0)
        return;
    if (d->waiting.count == 0) {
        d->waiting.count = count;
        d->waiting.counted_at = wall_ns;
    } else {
        d->later.count += count;
        d->later.counted_at = wall_ns;
    }
}

void ipfunnel__pcap_drops_all_read(struct ipfunnel__pcap_drops *d)
{
    d->waiting.count += d->later.count;
    d->waiting.counted_at = INT64_MIN;
    d->later.count = 0;
}

uint64_t ipfunnel__pcap_drops_tell(struct ipfunnel__pcap_drops *d)
{
    uint64_t count = d->waiting.count;
    d->waiting = d->later;
    d->later.count = 0;
    return count;
}
