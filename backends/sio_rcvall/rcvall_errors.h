/* rcvall_errors.h - what a Winsock code means, by the call that gave it: what the backend does about it, and what it
 * tells the user. */
#ifndef IPFUNNEL_SIO_RCVALL_RCVALL_ERRORS_H
#define IPFUNNEL_SIO_RCVALL_RCVALL_ERRORS_H
#include <ipfunnel.h>

enum ipfunnel__rcvall_call {
    IPFUNNEL__CALL_ANY,                     /* in the table only */
    IPFUNNEL__CALL_STARTUP, IPFUNNEL__CALL_SOCKET, IPFUNNEL__CALL_BIND, IPFUNNEL__CALL_MESSAGE,
    IPFUNNEL__CALL_RCVALL, IPFUNNEL__CALL_RECEIVE, IPFUNNEL__CALL_WATCH,
    IPFUNNEL__CALLS
};

enum ipfunnel__rcvall_outcome {
    IPFUNNEL__FAILS,                        /* the user hears of it */
    IPFUNNEL__WAITS,                        /* not now: it ends by itself, or is worth another try soon */
    IPFUNNEL__REPEATS,                      /* made again at once */
    IPFUNNEL__CUTS                          /* a datagram that was cut */
};

/* The same code means different things then. */
enum ipfunnel__rcvall_state {
    IPFUNNEL__STATE_ANY, IPFUNNEL__STATE_IPV6, IPFUNNEL__STATE_GONE
};

enum ipfunnel__rcvall_outcome ipfunnel__rcvall_outcome(int code, enum ipfunnel__rcvall_call call);

/* Fills *error and returns the status. `on` is what the call was about, e.g. an interface and its address. Codes whose
 * outcome is not FAILS have a text, too: for when patience is over. */
int ipfunnel__rcvall_fail(ipfunnel_error *error, int code, enum ipfunnel__rcvall_call call,
                          enum ipfunnel__rcvall_state state, const char *on);

#endif
