/* scripted_state.h - what the scripted system is like: shared by the calls of the backend (scripted_winsock.c) and by
 * what a test says (scripted_system.c). */
#ifndef IPFUNNEL_TESTS_SCRIPTED_STATE_H
#define IPFUNNEL_TESTS_SCRIPTED_STATE_H
#include "scripted_winsock.h"
#include <stdatomic.h>

enum { SOCKETS = 16, RECEIVES = 256, WAITING = 512, WAITING_BYTES = 2048 };

struct call {                                   /* in the room of ipfunnel__winsock_call */
    atomic_bool done;
    int code;
    uint32_t bytes, size;
    uint8_t *buffer;
    const struct ipfunnel__signal *event;
    struct ipfunnel__winsock_facts facts;
};

struct datagram {
    uint32_t length;
    struct ipfunnel__winsock_facts facts;
    uint8_t bytes[WAITING_BYTES];
};

struct socket {
    bool open;
    int version, protocol;
    uint32_t mode, next_mode, scope, buffer;
    char bound[64];
    struct call *rcvall, *watch, *receives[RECEIVES];
    int first, outstanding;                     /* of receives */
    struct datagram waiting[WAITING];
    int first_waiting, count_waiting;
};

struct failure {
    bool under_way;
    int version, protocol, code, times;
};

struct script {
    struct socket sockets[SOCKETS];
    struct failure failures[SCRIPT_CALLS];
    int calls[SCRIPT_CALLS], starts, ipv6_protocol;
    bool hold, hold_cancelled, hear_always;
};
extern struct script script;

/* Around everything that another thread may do at the same time. */
void script_lock(void);
void script_unlock(void);

/* Ends a call that is under way; nothing happens to one that has ended, or to none. */
void script_end(struct call *call, int code);

/* The oldest receive of a socket, which is taken from it; NULL when none is under way. */
struct call *script_take_receive(struct socket *s);

/* Gives a receive as much of a datagram as it has room for. Returns the code it ends with. */
int script_fill(struct call *call, const uint8_t *bytes, size_t length, const struct ipfunnel__winsock_facts *facts);

#endif
