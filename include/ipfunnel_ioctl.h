/* ipfunnel_ioctl.h - the control codes of Winsock, and the loopback fast path.
 *
 *     const ipfunnel_ioctl *code = ipfunnel_ioctl_by_name("rcvall");
 *     printf("0x%08x %s\n", code->code, code->on_linux);     // what does the job of SIO_RCVALL here
 *
 * For whoever ports a program from Winsock, or reads a trace of one: what a code is, what it means for a capture, and
 * what of ipfunnel does its job on each system. "ipfunnel ioctl" prints the same table. All of it works on any system.
 * The conventions of ipfunnel.h hold. Every function here may be called by any thread.
 *
 * Sources: "LPWSPIOCTL callback function (ws2spi.h)", "Winsock IOCTLs" and the pages of single codes at
 * https://learn.microsoft.com/windows/win32/winsock; numbers as the Windows SDK's headers define them. */
#ifndef IPFUNNEL_IOCTL_H
#define IPFUNNEL_IOCTL_H
#include <ipfunnel.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Taking a code apart ---------------------------------------------------------------------------------------- */

/* A control code has 32 bits:
 *     31 30 29 | 28 27 | 26 ... 16 | 15 ... 0
 *      I  O  V |   T   |   owner   |  number
 * Every 32-bit number is a code, and its fields give exactly that number again. */
enum {                                     /* ipfunnel_ioctl_fields.direction; the same bits in a code */
    IPFUNNEL_IOCTL_VOID = 1,               /* V, IOC_VOID: no parameters */
    IPFUNNEL_IOCTL_OUT = 2,                /* O, IOC_OUT: the output buffer is used */
    IPFUNNEL_IOCTL_IN = 4                  /* I, IOC_IN: the input buffer is used */
};
enum {                                     /* ipfunnel_ioctl_fields.type */
    IPFUNNEL_IOCTL_UNIX = 0,               /* as on BSD: owner is the size of the argument (its lower 7 bits), number
                                              a letter and a count (upper and lower byte). Linux numbers its own way */
    IPFUNNEL_IOCTL_WINSOCK = 1,            /* any Winsock 2 provider; owner is an extension of number */
    IPFUNNEL_IOCTL_FAMILY = 2,             /* for one address family: owner */
    IPFUNNEL_IOCTL_VENDOR = 3              /* of one vendor: owner; Microsoft's own have 0 */
};
typedef struct ipfunnel_ioctl_fields {
    size_t size;                           /* set by the INIT macro */
    uint32_t direction;                    /* IPFUNNEL_IOCTL_IN ..., 3 bits */
    uint32_t type;                         /* T, 2 bits */
    uint32_t owner;                        /* vendor or address family, 11 bits */
    uint32_t number;                       /* 16 bits */
} ipfunnel_ioctl_fields;
#define IPFUNNEL_IOCTL_FIELDS_INIT { sizeof(ipfunnel_ioctl_fields), 0, 0, 0, 0 }

/* Puts a code together. Returns 0 and *code, or EINVAL when a field has more bits than its place, or for a bad size. */
IPFUNNEL_API int ipfunnel_ioctl_encode(const ipfunnel_ioctl_fields *fields, uint32_t *code);

/* Takes a code apart. Returns 0, or EINVAL for a bad size. */
IPFUNNEL_API int ipfunnel_ioctl_decode(uint32_t code, ipfunnel_ioctl_fields *out);

/* ---- The table -------------------------------------------------------------------------------------------------- */

/* The 39 codes of the LPWSPIOCTL page, and those around SIO_RCVALL that it leaves out: SIO_LOOPBACK_FAST_PATH,
 * SIO_RCVALL_MCAST, SIO_RCVALL_IGMPMCAST, SIO_RCVALL_MCAST_IF, SIO_RCVALL_IF and SIO_TIMESTAMPING. */
typedef struct ipfunnel_ioctl {            /* static, never freed; new fields come at the end */
    const char *name;                      /* "SIO_RCVALL" */
    const char *other_name;                /* as headers call it, where they do not use the page's name; else NULL */
    uint32_t code;
    uint32_t opcode_setting;               /* bits I, O, V and T in their places, as the LPWSPIOCTL page has them, else
                                              "Winsock IOCTLs"; 0: neither says. Three differ from `code` */
    const char *meaning;                   /* what it does, seen from a capture */
    /* The function or option of ipfunnel that does the job, by system: Windows (sio_rcvall), Linux (af_packet), and
     * libpcap; or "none: " and why. */
    const char *on_windows, *on_linux, *on_libpcap;
} ipfunnel_ioctl;

/* The row number `index`, in the order of the pages; NULL past the last. */
IPFUNNEL_API const ipfunnel_ioctl *ipfunnel_ioctl_at(int index);

/* The row with that code; NULL when there is none. */
IPFUNNEL_API const ipfunnel_ioctl *ipfunnel_ioctl_by_code(uint32_t code);

/* The row with that name or other name, in any case of letters, with or without "SIO_"; NULL when there is none. */
IPFUNNEL_API const ipfunnel_ioctl *ipfunnel_ioctl_by_name(const char *name);

/* ---- Loopback fast path ----------------------------------------------------------------------------------------- */

/* Switches SIO_LOOPBACK_FAST_PATH of a TCP socket on or off (Windows 8 and Windows Server 2012 or later). It is off
 * unless switched on.
 *
 * What it does to a capture: the data of such a connection goes from one socket to the other inside the transport
 * layer, never as IP datagrams, and so no SIO_RCVALL socket can see it (concluded from the documents, not yet tried on
 * Windows). A TCP connection over 127.0.0.1 or ::1 that is missing from a capture may use it. To see it, leave the fast
 * path off in the program at either end.
 *
 * Rules of the system:
 *   Sockets      TCP only, over IPv4 or IPv6.
 *   Both sides   Client and server must switch it on; otherwise the connection takes the normal way.
 *   When         Before connect; on a listening socket before it accepts, best before listen. Accepted sockets inherit
 *                it. A connection that uses it does so to its end.
 *   Elsewhere    It has no effect on a connection that does not go over loopback.
 *   Filters      A callout of the Windows Filtering Platform for connection data (a virus scanner, a packet diverter)
 *                makes every connection take the normal way, whatever was switched on.
 *   Options      Only these go on working on such a socket: IP_TTL, IP_UNICAST_IF, IPV6_UNICAST_HOPS, IPV6_UNICAST_IF,
 *                IPV6_V6ONLY, SO_CONDITIONAL_ACCEPT, SO_EXCLUSIVEADDRUSE, SO_PORT_SCALABILITY, SO_RCVBUF, SO_REUSEADDR,
 *                TCP_BSDURGENT.
 *   Future       Microsoft calls it deprecated and advises against it in new code.
 *
 * socket: the SOCKET; it stays the caller's. on: 0 or not 0. The control code gets a 4-byte boolean and no output
 * buffer (its size must be 0), not overlapped: it may wait for the system.
 * Returns 0, or with the Winsock code in os_code:
 *   EOPNOTSUPP   not on Windows, not before Windows 8, or not by this socket's provider (WSAEOPNOTSUPP)
 *   EINVAL       not a TCP socket, or too late for it (WSAEINVAL); no socket (WSAENOTSOCK); WSAStartup was not called
 *                (WSANOTINITIALISED); an address that the system could not use (WSAEFAULT)
 *   EACCES       refused (WSAEACCES)
 *   ENETDOWN     the network subsystem has failed (WSAENETDOWN)
 *   INTERRUPTED  by WSACancelBlockingCall (WSAEINTR), or by closing the socket or SIO_FLUSH (WSA_OPERATION_ABORTED)
 *   EIO          called inside a Winsock callback (WSAEINPROGRESS), left pending (WSA_IO_PENDING), or any other code */
IPFUNNEL_API int ipfunnel_loopback_fast_path(uintptr_t socket, int on, ipfunnel_error *error);

#ifdef __cplusplus
}
#endif
#endif
