/* scripted_winsock.h - winsock_calls.h as a script: sockets that hear what a test says, and fail how it says. Not
 * Windows, and no claim about it: what is proved with it is how the backend answers. Any thread may deliver. */
#ifndef IPFUNNEL_TESTS_SCRIPTED_WINSOCK_H
#define IPFUNNEL_TESTS_SCRIPTED_WINSOCK_H
#include "scripted_interfaces.h"
#include "sio_rcvall/winsock_calls.h"

enum scripted_call {
    SCRIPT_STARTUP, SCRIPT_SOCKET, SCRIPT_BIND, SCRIPT_BUFFER, SCRIPT_MESSAGE, SCRIPT_ASK, SCRIPT_RCVALL, SCRIPT_WATCH,
    SCRIPT_RECEIVE, SCRIPT_CALLS
};
enum { ANY_PROTOCOL = -1, FOR_EVER = 1 << 30 };

/* A fresh system: an interface 7 "port0" that is up, with 10.0.0.1/24, fe80::1/64 and fd00::1/64; nothing fails. */
void scripted_reset(void);

/* The next `times` calls fail at once with this code, or go under way and end with it. IP version 0 is both. */
void scripted_fail(enum scripted_call call, int version, int protocol, int code, int times);
void scripted_end(enum scripted_call call, int version, int protocol, int code, int times);

/* SIO_RCVALL does not end: until it is cancelled, or not even then before scripted_let_go. */
void scripted_hold(bool even_when_cancelled);
void scripted_let_go(void);

/* Raw sockets hear datagrams also while SIO_RCVALL is off. */
void scripted_hear_always(void);

/* IPv6 only through sockets of this protocol number. */
void scripted_ipv6_only_through(int protocol);

/* A datagram passes the interface: each socket of its version gets a copy. Returns how many had room. */
int scripted_deliver(int version, const void *bytes, size_t length, const struct ipfunnel__winsock_facts *facts);

/* The oldest receive of each socket of the version ends with a code. */
void scripted_end_receive(int version, int code);
void scripted_abort_receives(void);             /* all of them, as when their thread ended */

/* The interface: scripted_interfaces.h. */
void scripted_announce(int version);            /* SIO_ADDRESS_LIST_CHANGE ends on sockets of the version; 0: on all */

/* What the backend did. */
int scripted_open_sockets(void);
int scripted_starts(void);                      /* minus stops */
int scripted_calls(enum scripted_call call);    /* made so far */
int scripted_outstanding(int version);          /* receives under way, of the busiest socket */
uint32_t scripted_mode(int version, int protocol);      /* of the open socket; UINT32_MAX: there is none */
uint32_t scripted_scope(int version, int protocol);
const char *scripted_bound(int version, int protocol);  /* "" when not */

#endif
