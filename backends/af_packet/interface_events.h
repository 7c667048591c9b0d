/* interface_events.h - the events of one interface, from rtnetlink(7), each held back until it is due. */
#ifndef IPFUNNEL_AF_PACKET_INTERFACE_EVENTS_H
#define IPFUNNEL_AF_PACKET_INTERFACE_EVENTS_H
#include "link_messages.h"
#include <ipfunnel.h>

enum { IPFUNNEL__EVENTS_KEPT = 64 };

struct ipfunnel__interface_event {
    int64_t time_ns;
    uint64_t due;                 /* returned frames from which on the event may be told */
    uint32_t kind;
};

struct ipfunnel__interface_events {
    int fd;                       /* netlink socket; -1: nobody asked for events */
    uint32_t interface_index;
    enum ipfunnel__link_news link; /* as last told; NO_NEWS: not known yet */
    uint32_t first, count;        /* of the queue */
    struct ipfunnel__interface_event queue[IPFUNNEL__EVENTS_KEPT];
};

/* Subscribes. From now on changes are noticed; the state of now is not an event. */
int ipfunnel__interface_events_open(struct ipfunnel__interface_events *events, uint32_t interface_index,
                                    ipfunnel_error *error);
void ipfunnel__interface_events_close(struct ipfunnel__interface_events *events);

/* Reads what the kernel has to say, without waiting, and queues events that are not due yet. Returns how many. */
uint32_t ipfunnel__interface_events_notice(struct ipfunnel__interface_events *events);

/* The same when it was found out in another way that the interface is gone: the kernel ends the socket's connection to
 * it a moment before it says so. */
uint32_t ipfunnel__interface_events_gone(struct ipfunnel__interface_events *events);

/* The events just noticed (the newest `count`) are due once that many frames were returned. */
void ipfunnel__interface_events_date(struct ipfunnel__interface_events *events, uint32_t count, uint64_t due);

/* Returned frames from which on the oldest event is due; UINT64_MAX when there is none. */
uint64_t ipfunnel__interface_events_due(const struct ipfunnel__interface_events *events);

/* Takes the oldest event; 1, or 0 when it is not due. */
int ipfunnel__interface_events_take(struct ipfunnel__interface_events *events, uint64_t returned,
                                    ipfunnel_event *event);

#endif
