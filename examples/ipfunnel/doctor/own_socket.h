/* own_socket.h - the socket calls of the doctor's experiments, alike over both kinds of sockets. own_socket_posix.c,
 * own_socket_windows.c; raw ones where the system takes a whole IP header in network order: own_raw_linux.c,
 * own_raw_posix.c (none). A socket is -1 where there is none, and nothing here waits longer than it is told to. */
#ifndef OWN_SOCKET_H
#define OWN_SOCKET_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { NO_SOCKET = -1 };

struct endpoint {
    int version;                /* 4 or 6 */
    uint8_t bytes[16];          /* address, network order */
    uint32_t scope;             /* interface number of a link-local address, else 0 */
    uint16_t port;              /* host order */
};

/* Before the first and after the last of the others. */
bool own_sockets_start(void);
void own_sockets_stop(void);

intptr_t own_socket_udp(int version);
intptr_t own_socket_tcp(int version);
intptr_t own_socket_raw(int version);       /* sends datagrams and fragments with their IP header; needs privileges */
void own_socket_close(intptr_t);

/* Binds to an address and any port, which is written to *at. */
bool own_socket_bind(intptr_t, struct endpoint *at);

bool own_socket_listen(intptr_t);
bool own_socket_connect(intptr_t, const struct endpoint *to);
intptr_t own_socket_accept(intptr_t);

bool own_socket_send_to(intptr_t, const struct endpoint *to, const void *bytes, size_t size);

/* As much as goes at once: bytes, 0 for none at the moment, or -1. */
int own_socket_send(intptr_t, const void *bytes, size_t size);

/* Waits up to timeout_ms. Bytes received, or -1 for none. */
int own_socket_receive(intptr_t, void *bytes, size_t size, int timeout_ms);

#endif
