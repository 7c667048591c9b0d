/* overload_spoil_linux.c - defects for overload_runs, which must notice each of them. The environment names one, and
 * the linker puts the functions below in front of the real ones (--wrap). */
#define _GNU_SOURCE
#include "af_packet/packet_ring.h"
#include "check.h"
#include <linux/if_packet.h>
#include <pcap.h>
#include <sys/socket.h>

/* Is it the defect that was asked for, and its time, which comes once in a while? */
static bool spoils(const char *defect, uint32_t *turn)
{
    enum { EVERY = 5 };
    const char *asked = getenv("OVERLOAD_SPOIL");
    return asked && strcmp(asked, defect) == 0 && ++*turn % EVERY == 0;
}

int __real_getsockopt(int fd, int level, int name, void *value, socklen_t *size);
int __wrap_getsockopt(int fd, int level, int name, void *value, socklen_t *size);
int __wrap_getsockopt(int fd, int level, int name, void *value, socklen_t *size)
{
    static uint32_t turn[5];
    int status = __real_getsockopt(fd, level, name, value, size);
    struct tpacket_stats *s = value;
    if (status || level != SOL_PACKET || name != PACKET_STATISTICS)
        return status;
    if (s->tp_drops > 0 && spoils("drops_forgotten", &turn[0]))
        s->tp_packets -= s->tp_drops, s->tp_drops = 0;
    if (s->tp_drops > 0 && spoils("drops_told_twice", &turn[1]))
        s->tp_packets += s->tp_drops, s->tp_drops *= 2;
    if (spoils("one_drop_more", &turn[2]))
        s->tp_packets++, s->tp_drops++;
    if (spoils("one_frame_more", &turn[3]))
        s->tp_packets++;
    if (s->tp_packets > s->tp_drops && spoils("one_frame_less", &turn[4]))
        s->tp_packets--;
    return 0;
}

int __real_pcap_stats(pcap_t *pcap, struct pcap_stat *counters);
int __wrap_pcap_stats(pcap_t *pcap, struct pcap_stat *counters);
int __wrap_pcap_stats(pcap_t *pcap, struct pcap_stat *counters)
{
    static uint32_t turn, more;
    int status = __real_pcap_stats(pcap, counters);
    more += spoils("one_drop_more", &turn);
    counters->ps_drop += more;
    return status;
}

/* The walk through the ring loses its last frame, or gives it twice. */
int __real_ipfunnel__packet_ring_take(struct ipfunnel__packet_ring *ring, struct ipfunnel__frame *frames, int max);
int __wrap_ipfunnel__packet_ring_take(struct ipfunnel__packet_ring *ring, struct ipfunnel__frame *frames, int max);
int __wrap_ipfunnel__packet_ring_take(struct ipfunnel__packet_ring *ring, struct ipfunnel__frame *frames, int max)
{
    static uint32_t turn[2];
    int count = __real_ipfunnel__packet_ring_take(ring, frames, max);
    if (count > 1 && spoils("frame_lost", &turn[0]))
        return count - 1;
    if (count > 0 && count < max && spoils("frame_twice", &turn[1])) {
        frames[count] = frames[count - 1];
        return count + 1;
    }
    return count;
}
