/* pcap_kernel.h - what a system lets us do to the descriptor under a pcap_t: on Linux the modes are programs in the
 * kernel, changed in place between two frames (pcap_kernel_linux.c). Elsewhere a mode is fixed when a pcap_t is
 * activated (pcap_kernel_none.c). */
#ifndef IPFUNNEL_PCAP_PCAP_KERNEL_H
#define IPFUNNEL_PCAP_PCAP_KERNEL_H
#include "pcap_source.h"

/* Are modes changed in place? The other functions here are for that case only. */
bool ipfunnel__pcap_kernel_switches(void);

struct ipfunnel__pcap_program {
    ipfunnel_mode mode;
    uint32_t keep;                            /* bytes of a datagram that must not be cut off */
    const struct ipfunnel_filter *filter;     /* what it rejects may be left out; NULL: nothing */
};

/* Puts a program in force: in OFF it accepts nothing; frames for other hosts are rejected in IPLEVEL, unless with
 * COUNT_ALL; sent ones on a loopback interface, and everywhere with NO_OUTGOING; what the filter rejects, as far as the
 * kernel can know and takes the program, unless with COUNT_ALL: facts->preselects says so. Adds the counters that it
 * makes unknowable to facts->hidden. On failure the program before stays. */
int ipfunnel__pcap_kernel_program(const struct ipfunnel__pcap_source *source, const struct ipfunnel__request *request,
                                  const struct ipfunnel__pcap_program *wish, struct ipfunnel__facts *facts,
                                  ipfunnel_error *error);

/* Asks for promiscuous mode or takes the request back. Returns whether it is in force. */
bool ipfunnel__pcap_kernel_promiscuous(const struct ipfunnel__pcap_source *source, uint32_t interface_index,
                                       bool want);

/* Does it still capture from this interface? Not if that is gone, or if another one took over its name. */
bool ipfunnel__pcap_kernel_is_on(const struct ipfunnel__pcap_source *source, uint32_t interface_index);

/* Is `read` (modulo 2^32) all that was accepted by these counters? False where they do not tell. */
bool ipfunnel__pcap_kernel_all_read(const struct pcap_stat *counters, uint32_t read);

/* Sleeps for less than a second; a signal handler ends it. Returns false, at once, where sleeps are too coarse. */
bool ipfunnel__pcap_kernel_rest(int64_t ns);

#endif
