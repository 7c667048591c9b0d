/* rcvall_port.h - one raw socket: bound to an address of the interface, with its mode and its receives. */
#ifndef IPFUNNEL_SIO_RCVALL_RCVALL_PORT_H
#define IPFUNNEL_SIO_RCVALL_RCVALL_PORT_H
#include "backend.h"
#include "rcvall_errors.h"
#include "rcvall_ring.h"

enum { IPFUNNEL__PROTOCOL_ANY = 0, IPFUNNEL__PROTOCOL_IPV6 = 41 };

/* The system writes here while a call is under way, so it may outlive the capture. */
struct ipfunnel__port_calls {
    struct ipfunnel__winsock_call rcvall, watch;
};

struct ipfunnel__port {
    bool open;
    bool lost;                              /* nothing more comes: its address or the interface left */
    bool stuck;                             /* an SIO_RCVALL that the system never finished */
    bool watching;                          /* calls->watch is under way, or has ended and was not looked at */
    int version, protocol;
    ipfunnel_mode mode;                     /* in force */
    uint64_t returned;                      /* frames so far */
    uint32_t buffer_bytes;                  /* SO_RCVBUF */
    ipfunnel_address bound;
    struct ipfunnel__winsock_socket socket;
    struct ipfunnel__signal answer;         /* SIO_RCVALL has ended */
    struct ipfunnel__port_calls *calls;
    struct ipfunnel__ring ring;
    char on[128];                           /* interface and address, for errors */
};

/* Opens a socket for one IP version on the address that was named, else on the first of the interface that can be
 * bound. `bytes`: memory for receives, and once more for the system's buffer. Captures nothing yet. On failure the port
 * is closed. */
int ipfunnel__port_open(struct ipfunnel__port *port, int version, int protocol, uint64_t bytes,
                        const struct ipfunnel__request *request, const struct ipfunnel__signal *wake,
                        ipfunnel_error *error);

/* Switches SIO_RCVALL. Returns 0 or the Winsock code; then the old mode is in force. Blocks for 2 seconds at most. */
int ipfunnel__port_switch(struct ipfunnel__port *port, ipfunnel_mode mode);

/* Asks to be woken when the addresses of the machine change. Returns 0 or the Winsock code. */
int ipfunnel__port_watch(struct ipfunnel__port *port);

/* Did they, since it was asked for? Once. */
bool ipfunnel__port_changed(struct ipfunnel__port *port);

/* Takes what is there and throws it away: what a socket hears while nothing was to be captured. Returns 0 or the code
 * with which a receive could not be posted. */
int ipfunnel__port_discard(struct ipfunnel__port *port);

/* Switches the mode off, cancels what is under way and gives the socket back. Accepts a port that was never opened. */
void ipfunnel__port_close(struct ipfunnel__port *port);

/* Is the code worth another try now? Waits a little first; false when `deadline` (monotonic) is over. */
bool ipfunnel__port_again(int code, enum ipfunnel__rcvall_call call, int64_t deadline_ns);

/* A deadline so many milliseconds from now. */
int64_t ipfunnel__port_deadline(int64_t ms);

#endif
