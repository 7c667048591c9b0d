/* rcvall_events.h - the events of an interface, each held back until the datagrams before it were returned; and what
 * the interface looks like now. */
#ifndef IPFUNNEL_SIO_RCVALL_RCVALL_EVENTS_H
#define IPFUNNEL_SIO_RCVALL_RCVALL_EVENTS_H
#include "rcvall_port.h"

enum { IPFUNNEL__PORTS = 3, IPFUNNEL__RCVALL_EVENTS_KEPT = 16 };

struct ipfunnel__rcvall_event {
    int64_t time_ns;
    uint32_t kind;
    uint64_t due[IPFUNNEL__PORTS];          /* frames that each port has to have returned */
};

struct ipfunnel__rcvall_events {
    uint32_t first, count;
    struct ipfunnel__rcvall_event queue[IPFUNNEL__RCVALL_EVENTS_KEPT];
};

/* Queues an event behind everything that the ports have received by now. One too many makes the last one MISSED. */
void ipfunnel__rcvall_event_add(struct ipfunnel__rcvall_events *events, uint32_t kind, int64_t time_ns,
                                const struct ipfunnel__port *ports);

/* Frames that port number `port` may return before the oldest event. */
uint64_t ipfunnel__rcvall_event_room(const struct ipfunnel__rcvall_events *events,
                                     const struct ipfunnel__port *ports, int port);

/* Was everything before the oldest event returned? False without an event. */
bool ipfunnel__rcvall_event_due(const struct ipfunnel__rcvall_events *events, const struct ipfunnel__port *ports);

/* Takes the oldest event, due or not; there is one. */
struct ipfunnel__rcvall_event ipfunnel__rcvall_event_take(struct ipfunnel__rcvall_events *events);

/* An interface as it is now. */
struct ipfunnel__interface_now {
    bool present, running;
    ipfunnel_address *addresses;            /* address_count of them, for free() */
    uint32_t address_count;
};

/* Looks it up by its index. False: the system did not tell. */
bool ipfunnel__interface_now(uint32_t index, struct ipfunnel__interface_now *now);

bool ipfunnel__same_addresses(const ipfunnel_address *a, uint32_t count, const ipfunnel_address *b,
                              uint32_t other_count);
bool ipfunnel__among_addresses(const ipfunnel_address *wanted, const ipfunnel_address *list, uint32_t count);

#endif
