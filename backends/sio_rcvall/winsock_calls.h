/* winsock_calls.h - the calls of Winsock that the backend makes, without a Windows header: rcvall_winsock_windows.c
 * maps each to one of the system's and decides nothing; a test puts its own behind the same names.
 *
 * Functions that return int return 0 or the Winsock error code. Addresses are in network byte order. */
#ifndef IPFUNNEL_SIO_RCVALL_WINSOCK_CALLS_H
#define IPFUNNEL_SIO_RCVALL_WINSOCK_CALLS_H
#include "os.h"
#include <stdbool.h>

/* Winsock's numbers; the Windows file proves that they are. */
enum {
    IPFUNNEL__WSA_NOT_ENOUGH_MEMORY = 8, IPFUNNEL__WSA_OPERATION_ABORTED = 995, IPFUNNEL__WSA_IO_INCOMPLETE = 996,
    IPFUNNEL__WSA_IO_PENDING = 997, IPFUNNEL__WSAEINTR = 10004, IPFUNNEL__WSAEACCES = 10013,
    IPFUNNEL__WSAEFAULT = 10014, IPFUNNEL__WSAEINVAL = 10022, IPFUNNEL__WSAEMFILE = 10024,
    IPFUNNEL__WSAEWOULDBLOCK = 10035, IPFUNNEL__WSAEINPROGRESS = 10036, IPFUNNEL__WSAENOTSOCK = 10038,
    IPFUNNEL__WSAEMSGSIZE = 10040, IPFUNNEL__WSAENOPROTOOPT = 10042, IPFUNNEL__WSAEPROTONOSUPPORT = 10043,
    IPFUNNEL__WSAESOCKTNOSUPPORT = 10044, IPFUNNEL__WSAEOPNOTSUPP = 10045, IPFUNNEL__WSAEAFNOSUPPORT = 10047,
    IPFUNNEL__WSAEADDRINUSE = 10048, IPFUNNEL__WSAEADDRNOTAVAIL = 10049, IPFUNNEL__WSAENETDOWN = 10050,
    IPFUNNEL__WSAENETRESET = 10052, IPFUNNEL__WSAECONNRESET = 10054, IPFUNNEL__WSAENOBUFS = 10055,
    IPFUNNEL__WSAEPROCLIM = 10067, IPFUNNEL__WSASYSNOTREADY = 10091, IPFUNNEL__WSAVERNOTSUPPORTED = 10092,
    IPFUNNEL__WSAEPROVIDERFAILEDINIT = 10106
};

/* The library, started for one capture. Other copies of it may be started in the same process. */
struct ipfunnel__winsock {
    void (*precise_time)(void);             /* found at run time; NULL: this system has none */
};
int ipfunnel__winsock_start(struct ipfunnel__winsock *winsock);
void ipfunnel__winsock_stop(void);

/* Wall clock, nanoseconds since 1970, and how often it steps. */
int64_t ipfunnel__winsock_time_ns(const struct ipfunnel__winsock *winsock);
uint32_t ipfunnel__winsock_time_step_ns(const struct ipfunnel__winsock *winsock);

struct ipfunnel__winsock_socket {
    intptr_t handle;
    void (*receive_message)(void);          /* WSARecvMsg, once it was found */
};
enum { IPFUNNEL__NO_SOCKET = -1 };

/* A raw, overlapped, not inheritable socket of IP version 4 or 6. */
int ipfunnel__winsock_socket(struct ipfunnel__winsock_socket *socket, int version, int protocol);
int ipfunnel__winsock_close(struct ipfunnel__winsock_socket *socket);

/* Port 0; `scope` is the interface of a link-local address, else 0. */
int ipfunnel__winsock_bind(struct ipfunnel__winsock_socket *socket, int version, const uint8_t bytes[16],
                           uint32_t scope);

/* SO_RCVBUF, and what it is then. */
int ipfunnel__winsock_set_buffer(struct ipfunnel__winsock_socket *socket, uint32_t bytes);
int ipfunnel__winsock_get_buffer(struct ipfunnel__winsock_socket *socket, uint32_t *bytes);

/* IPv6: finds WSARecvMsg; asks for the destination (IPV6_PKTINFO) and the hop limit (IPV6_HOPLIMIT) of what comes. */
int ipfunnel__winsock_find_receive_message(struct ipfunnel__winsock_socket *socket);
int ipfunnel__winsock_ask_destination(struct ipfunnel__winsock_socket *socket);
int ipfunnel__winsock_ask_hop_limit(struct ipfunnel__winsock_socket *socket);

/* ---- Overlapped calls. Each returns 0 or WSA_IO_PENDING once it is under way, or the code with which it failed at
 * once. Under way, it clears `event`, and sets it when it ends; until done() its memory and what it was given belong to
 * the system, whoever closes the socket. */

struct ipfunnel__winsock_call {
    union {
        uint8_t bytes[512];                 /* private to the implementation */
        uint64_t number;
        void *pointer;
    } room;
};

int ipfunnel__winsock_rcvall(struct ipfunnel__winsock_socket *socket, struct ipfunnel__winsock_call *call,
                             uint32_t mode, const struct ipfunnel__signal *event);
int ipfunnel__winsock_watch_addresses(struct ipfunnel__winsock_socket *socket, struct ipfunnel__winsock_call *call,
                                      const struct ipfunnel__signal *event);
int ipfunnel__winsock_receive(struct ipfunnel__winsock_socket *socket, struct ipfunnel__winsock_call *call,
                              uint8_t *bytes, uint32_t size, const struct ipfunnel__signal *event);
int ipfunnel__winsock_receive_message(struct ipfunnel__winsock_socket *socket, struct ipfunnel__winsock_call *call,
                                      uint8_t *bytes, uint32_t size, const struct ipfunnel__signal *event);

/* Has a call that was under way ended? Reads memory only. */
bool ipfunnel__winsock_done(const struct ipfunnel__winsock_call *call);

/* How it ended: 0 or a code. WSAEMSGSIZE of a receive: the bytes are there as far as they fitted. */
int ipfunnel__winsock_result(struct ipfunnel__winsock_socket *socket, struct ipfunnel__winsock_call *call,
                             uint32_t *bytes);

/* What came with a message that was received. */
struct ipfunnel__winsock_facts {
    bool has_source, has_destination, has_hop_limit;
    uint8_t source[16], destination[16];
    uint8_t hop_limit;
};
void ipfunnel__winsock_facts(const struct ipfunnel__winsock_call *call, struct ipfunnel__winsock_facts *facts);

/* Asks the system to end a call, or with NULL all calls of the socket; they end later, or have ended already. */
void ipfunnel__winsock_cancel(struct ipfunnel__winsock_socket *socket, struct ipfunnel__winsock_call *call);

#endif
