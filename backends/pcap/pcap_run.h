/* pcap_run.h - one activation of a live capture, from its start to the last frame that arrived before its end. */
#ifndef IPFUNNEL_PCAP_PCAP_RUN_H
#define IPFUNNEL_PCAP_PCAP_RUN_H
#include "os.h"
#include "pcap_drops.h"
#include "pcap_source.h"

#define IPFUNNEL__PCAP_NEVER INT64_MAX

struct ipfunnel__pcap_run {
    struct ipfunnel__pcap_run *next;      /* started after this one */
    struct ipfunnel__pcap_source source;
    int64_t until_ns;                     /* wall clock: later frames are not given; NEVER while it captures */
    int64_t ended_ns;                     /* monotonic: since when nothing more is accepted; NEVER while it captures */
    int64_t look_ns;                      /* how often to look where there is nothing to wait for */
    int64_t patience_ns;                  /* so long after the end all of it has been handed to libpcap */
    uint32_t read, drops_read;            /* frames; drops as libpcap counts them; both modulo 2^32 */
    bool gap_before;                      /* frames were lost uncounted between the run before and this one */
    int status;                           /* what it failed with, with an error; 0 */
    ipfunnel_error error;
};

/* NULL: out of memory. */
struct ipfunnel__pcap_run *ipfunnel__pcap_run_make(uint32_t latency_us);
void ipfunnel__pcap_run_free(struct ipfunnel__pcap_run *run);

/* Makes `joined` wait for its frames, or not any more. Where libpcap has nothing to wait for, only the time that
 * ipfunnel__pcap_run_look_again tells. */
int ipfunnel__pcap_run_join(const struct ipfunnel__pcap_run *run, const struct ipfunnel__joined *joined,
                            const char *interface_name, ipfunnel_error *error);
void ipfunnel__pcap_run_leave(const struct ipfunnel__pcap_run *run, const struct ipfunnel__joined *joined);

/* Adds what was lost since the last time. False: it cannot be known. */
bool ipfunnel__pcap_run_count(struct ipfunnel__pcap_run *run, struct ipfunnel__pcap_drops *drops);

/* Of a run that ended: has all been read? To be asked when libpcap has nothing, or nothing that is wanted. */
bool ipfunnel__pcap_run_is_over(const struct ipfunnel__pcap_run *run, int64_t now_ns);

/* How long a frame may lie there because nothing announces it; 0: something does. */
uint32_t ipfunnel__pcap_run_look_us(const struct ipfunnel__pcap_run *run);

/* When to look again although nothing has become ready (monotonic), or NEVER. */
int64_t ipfunnel__pcap_run_look_again(const struct ipfunnel__pcap_run *run, int64_t now_ns);

/* libpcap has failed: remembers as what, and that the run has ended. */
void ipfunnel__pcap_run_fail(struct ipfunnel__pcap_run *run, const struct ipfunnel__request *request, int code);

#endif
