/* rcvall_ring.h - the outstanding receives of one socket, in the order in which they were posted: the system fills them
 * in that order, and in that order they are taken.
 *
 *   ... | held: returned, not released | posted: under way or ended | idle: to be posted | ... (round and round)
 *
 * Its memory belongs to the system while a receive is under way. */
#ifndef IPFUNNEL_SIO_RCVALL_RCVALL_RING_H
#define IPFUNNEL_SIO_RCVALL_RCVALL_RING_H
#include "winsock_calls.h"

enum {
    IPFUNNEL__RECEIVE_BYTES = 128 * 1024,   /* large sends are longer than the 65,535 bytes of a datagram */
    IPFUNNEL__LEAST_RECEIVES = 16, IPFUNNEL__MOST_RECEIVES = 64,
    IPFUNNEL__HEADROOM = 64                 /* in front of the bytes, for a header that was withheld */
};

struct ipfunnel__receive {
    struct ipfunnel__winsock_call call;
    uint8_t *bytes;                         /* IPFUNNEL__RECEIVE_BYTES, and the headroom in front of them */
    bool cut;                               /* ended when it was posted, with a datagram that was longer */
};

struct ipfunnel__ring {
    struct ipfunnel__winsock_socket *socket;
    const struct ipfunnel__signal *event;
    struct ipfunnel__receive *receives;     /* one block with the bytes */
    uint32_t size, first, held, posted;
    uint32_t repeated;                      /* receives in a row that gave nothing but a reason to post them again */
    bool with_facts;                        /* WSARecvMsg */
};

/* Allocates; posts nothing. False: out of memory. */
bool ipfunnel__ring_open(struct ipfunnel__ring *ring, uint64_t bytes);

/* Posts what is idle. Returns 0, or the code of the first receive that could not be posted; it stays idle. */
int ipfunnel__ring_post(struct ipfunnel__ring *ring);

/* Has the oldest receive ended? How many have, one after the other? */
bool ipfunnel__ring_ready(const struct ipfunnel__ring *ring);
uint32_t ipfunnel__ring_ready_count(const struct ipfunnel__ring *ring);

/* What the oldest receive gave, when it has ended; then it is held. */
struct ipfunnel__taken {
    uint8_t *bytes;
    uint32_t length;
    bool cut;
    struct ipfunnel__winsock_facts facts;   /* with_facts */
};

/* Looks at the oldest receive. Returns 0 and *taken; WSA_IO_PENDING when it has not ended; else the code it ended with.
 * take: the same, and it is held from then on, whatever it ended with. */
int ipfunnel__ring_peek(const struct ipfunnel__ring *ring, struct ipfunnel__taken *taken);
int ipfunnel__ring_take(struct ipfunnel__ring *ring, struct ipfunnel__taken *taken);

/* What is held becomes idle. */
void ipfunnel__ring_release(struct ipfunnel__ring *ring);

/* Is a receive under way, whether or not it is wanted? */
bool ipfunnel__ring_busy(const struct ipfunnel__ring *ring);

/* Frees the memory. Only when nothing is under way. */
void ipfunnel__ring_close(struct ipfunnel__ring *ring);

#endif
