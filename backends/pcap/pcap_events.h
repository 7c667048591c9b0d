/* pcap_events.h - the events of the interface of a live capture: those of ipfunnel_watch, each held back until what had
 * been handed over by then has been read. */
#ifndef IPFUNNEL_PCAP_PCAP_EVENTS_H
#define IPFUNNEL_PCAP_PCAP_EVENTS_H
#include <ipfunnel.h>
#include <stdbool.h>

enum { IPFUNNEL__PCAP_EVENTS_KEPT = 32 };

struct ipfunnel__pcap_event {
    int64_t time_ns, monotonic_ns;        /* when it was noticed */
    uint32_t kind;
};

struct ipfunnel__pcap_events {
    ipfunnel *watch;                      /* NULL: nobody asked for events */
    uint32_t interface_index;
    bool gone;                            /* and GONE was told, or will be: nothing comes after it */
    uint32_t first, count;                /* of the queue */
    uint32_t due;                         /* so many of them may be told */
    struct ipfunnel__pcap_event queue[IPFUNNEL__PCAP_EVENTS_KEPT];
};

int ipfunnel__pcap_events_open(struct ipfunnel__pcap_events *events, uint32_t interface_index, ipfunnel_error *error);
void ipfunnel__pcap_events_close(struct ipfunnel__pcap_events *events);          /* accepts all zero */

/* What to wait for; -1: nothing. */
intptr_t ipfunnel__pcap_events_handle(const struct ipfunnel__pcap_events *events);

/* Queues what has happened, without waiting. */
void ipfunnel__pcap_events_notice(struct ipfunnel__pcap_events *events);

/* libpcap has found the interface gone, and may have done so first. */
void ipfunnel__pcap_events_gone(struct ipfunnel__pcap_events *events);

/* Everything is read that had arrived by `time_ns` of the wall clock, by `monotonic_ns` of the other. */
void ipfunnel__pcap_events_read_to(struct ipfunnel__pcap_events *events, int64_t time_ns, int64_t monotonic_ns);

/* When the oldest one that is not due was noticed (monotonic); INT64_MAX: there is none. */
int64_t ipfunnel__pcap_events_oldest(const struct ipfunnel__pcap_events *events);

/* Takes the oldest that is due; 1 or 0. */
int ipfunnel__pcap_events_take(struct ipfunnel__pcap_events *events, ipfunnel_event *event);

#endif
