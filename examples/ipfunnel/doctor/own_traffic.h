/* own_traffic.h - the datagrams that the doctor's experiments send, all to this host itself, each with a mark by which
 * it is known again, whatever a capture makes of its header. */
#ifndef OWN_TRAFFIC_H
#define OWN_TRAFFIC_H
#include "own_socket.h"

enum {
    MARK_SIZE = 12,
    TRAFFIC_MOST_DATAGRAMS = 3000,      /* what goes beyond is not sent */
    TRAFFIC_MOST_TCP_BYTES = 2 << 20,
    TRAFFIC_MOST_SECONDS = 60
};

struct own_traffic {
    uint32_t run;               /* tells the marks of this run from any other's */
    uint32_t next;              /* number of the next mark */
    uint64_t datagrams, tcp_bytes;      /* sent so far */
    int64_t end_ms;             /* nothing is sent after this */
};

struct traffic_batch {          /* what one experiment sent */
    uint32_t first, count;      /* numbers of the marks; count: datagrams, or fragments, that were sent */
    uint32_t arrived;           /* datagrams that the receiving socket got */
    uint16_t from_port, to_port;
};

void traffic_start(struct own_traffic *, uint32_t run);

void mark_write(uint8_t out[MARK_SIZE], uint32_t run, uint32_t number);

/* Finds the first mark of the run among the bytes. */
bool mark_find(const uint8_t *bytes, size_t length, uint32_t run, uint32_t *number);

/* `count` UDP datagrams of `payload` bytes (MARK_SIZE..1400) from the address to itself. arrived is not counted where
 * nobody is to read: `unread`. */
void traffic_udp(struct own_traffic *, struct traffic_batch *, const struct endpoint *on, uint32_t count,
                 size_t payload, bool unread);

/* One UDP datagram of 3,000 bytes in three fragments, each with its own mark. count 0 where the system refuses. */
void traffic_fragments(struct own_traffic *, struct traffic_batch *, const struct endpoint *on);

/* A TCP connection from the address to itself that carries `bytes`. count: bytes that were received / 1024. What
 * `prepare` returns false for is not connected: it gets each of the two sockets before it is used. */
void traffic_tcp(struct own_traffic *, struct traffic_batch *, const struct endpoint *on, size_t bytes,
                 bool (*prepare)(intptr_t socket));

#endif
