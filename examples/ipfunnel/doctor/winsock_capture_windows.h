/* winsock_capture_windows.h - raw sockets with SIO_RCVALL as they are, for the experiments below ipfunnel. */
#ifndef WINSOCK_CAPTURE_WINDOWS_H
#define WINSOCK_CAPTURE_WINDOWS_H
#include "verify.h"
#include <winsock2.h>
#include <ws2tcpip.h>
#include <mstcpip.h>
#include <mswsock.h>

/* What the receives of one trial brought. */
struct shapes {
    struct tally tally;
    uint32_t ip_header, udp_header, other;      /* what stands at the beginning */
    uint32_t longer, without_length;            /* than the header says; a length of 0 */
    uint32_t told, told_right;                  /* IPV6_PKTINFO with a destination, and with the right one */
    uint32_t first, last;                       /* numbers of the marks */
};

/* A call that may block is waited for, then given up. 0, or the code. */
int winsock_control(SOCKET, DWORD control_code, void *in, DWORD in_size);

/* INVALID_SOCKET with *code. */
SOCKET winsock_raw(int version, int protocol, int *code);

/* 0, or the code. */
int winsock_bind(SOCKET, const struct endpoint *);

/* A raw socket that captures on the address. INVALID_SOCKET: *code of the call named *call. */
SOCKET winsock_capture(const struct endpoint *, int protocol, int *code, const char **call);
void winsock_capture_close(SOCKET);

/* WSARecvMsg of this socket, asked for destinations; NULL where it cannot be had. */
LPFN_WSARECVMSG winsock_receive_message(SOCKET);

/* Receives until nothing more comes for a while. receive_message: to receive with, or NULL. */
void winsock_collect(SOCKET, LPFN_WSARECVMSG receive_message, struct shapes *, uint32_t run, const struct endpoint *,
                     const struct traffic_batch *);

#endif
