/* rcvall_capture.h - the state of a capture, and what the files of this backend do with it. */
#ifndef IPFUNNEL_SIO_RCVALL_RCVALL_CAPTURE_H
#define IPFUNNEL_SIO_RCVALL_RCVALL_CAPTURE_H
#include "rcvall_events.h"
#include <stdatomic.h>

enum { IPFUNNEL__PORT_V4, IPFUNNEL__PORT_V6_DOCUMENTED, IPFUNNEL__PORT_V6_REPORTED };      /* numbers of ports */

struct ipfunnel__rcvall {
    bool started;                             /* Winsock */
    bool made;                                /* `wake` is ours */
    bool ended;                               /* OFF, and what had arrived before it was returned */
    bool gone;                                /* the interface, or all that we were bound to */
    bool running;                             /* the interface, as last told by an event */
    atomic_bool interrupted;
    ipfunnel_mode mode;
    const struct ipfunnel__request *request;
    struct ipfunnel__facts *facts;
    struct ipfunnel__winsock winsock;
    struct ipfunnel__signal wake;
    struct ipfunnel__port ports[IPFUNNEL__PORTS];
    int next;                                 /* port to begin with, so that none waits for the others */
    struct ipfunnel__rcvall_events events;
    ipfunnel_address *addresses;              /* what facts->addresses points to */
    int failed_code;                          /* of a receive, not told yet; 0: none */
    const struct ipfunnel__port *failed;
};

/* A port from which something may still come. */
static inline bool ipfunnel__port_in_use(const struct ipfunnel__port *port) { return port->open && !port->lost; }

/* ---- rcvall_open.c */

int ipfunnel__rcvall_probe(ipfunnel_error *error);

/* Starts Winsock, makes the sockets that the request needs and watches the addresses. On failure close gives back what
 * there is by then. */
int ipfunnel__rcvall_open(struct ipfunnel__rcvall *c, ipfunnel_error *error);
void ipfunnel__rcvall_close(struct ipfunnel__rcvall *c);

/* ---- rcvall_mode.c */

/* All ports to this mode, or none of them. A port that cannot even start is given up where another can. */
int ipfunnel__rcvall_set_mode(struct ipfunnel__rcvall *c, ipfunnel_mode mode, ipfunnel_error *error);

/* Keeps the IPv6 socket that delivers, once one does. */
void ipfunnel__rcvall_settle_ipv6(struct ipfunnel__rcvall *c);

/* ---- rcvall_change.c */

/* Where the system told that addresses changed: looks at the interface, and tells what is new. */
void ipfunnel__rcvall_notice(struct ipfunnel__rcvall *c);

/* Is the interface gone, and which IP version is it: what a code of this port means. */
enum ipfunnel__rcvall_state ipfunnel__rcvall_state(const struct ipfunnel__rcvall *c,
                                                   const struct ipfunnel__port *port);

/* Nothing more comes from this port. */
void ipfunnel__rcvall_lose(struct ipfunnel__rcvall *c, struct ipfunnel__port *port);

/* Brings the facts up to date with the ports. */
void ipfunnel__rcvall_update_facts(struct ipfunnel__rcvall *c);

#endif
