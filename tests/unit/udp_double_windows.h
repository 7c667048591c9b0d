/* udp_double_windows.h - a double for raw sockets with SIO_RCVALL: below the library's unmodified Winsock file the raw
 * socket is a UDP socket on this machine, and whole IP datagrams are sent to it as UDP payload. The overlapped path,
 * the completions and their order are Winsock's own; what a raw socket would hear is not, and nothing here speaks for
 * Windows. The import pointers of the calls (__imp_...) lead here first. */
#ifndef IPFUNNEL_TESTS_UDP_DOUBLE_WINDOWS_H
#define IPFUNNEL_TESTS_UDP_DOUBLE_WINDOWS_H
#include <stddef.h>
#include <stdint.h>

enum double_call {
    DOUBLE_STARTUP, DOUBLE_SOCKET, DOUBLE_BIND, DOUBLE_MESSAGE, DOUBLE_RCVALL, DOUBLE_WATCH, DOUBLE_RECEIVE,
    DOUBLE_CALLS
};
enum double_how {
    AT_ONCE,                    /* the call returns the code */
    WHEN_IT_ENDS                /* the call is pending and ends with the code: SIO_RCVALL only */
};

void double_reset(void);                        /* no failures; an IPv6 socket delivers for any protocol number */
void double_fail(enum double_call call, enum double_how how, int code, int times);
void double_hold_rcvall(void);                  /* SIO_RCVALL is pending until it is cancelled */
void double_short_receives(uint32_t bytes, int times);  /* the next receives have room for so many bytes only */
void double_ipv6_only_through(int protocol);

/* To each open socket of the version that is switched on. Returns to how many. */
int double_send(int version, const void *bytes, size_t length);

int double_open_sockets(void);
int double_starts(void);                        /* minus clean-ups */

#endif
