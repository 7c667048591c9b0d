/* os.h - the few things the core needs from the operating system. Implemented in backends/os, one file per system. */
#ifndef IPFUNNEL_CORE_OS_H
#define IPFUNNEL_CORE_OS_H
#include <ipfunnel.h>
#include <stdbool.h>
#include <stdio.h>

/* Monotonic clock for deadlines, and wall clock (since 1970 UTC) for events; nanoseconds. */
int64_t ipfunnel__os_monotonic_ns(void);
int64_t ipfunnel__os_wall_ns(void);

/* The environment variable, or NULL; NULL too in a program with raised privileges (set-user-id, file capabilities). */
const char *ipfunnel__os_environment(const char *name);

/* The system's text for an error code, written into out; returns out. */
char *ipfunnel__os_error_text(int code, char *out, size_t size);

/* Text to address: returns 4 or 6 and fills bytes[16], of IPv4 with zeros behind it; or 0 when the text is not a
 * numeric address. */
int ipfunnel__os_parse_address(const char *text, uint8_t bytes[16]);

/* Address to text, RFC 5952 for IPv6; returns out. size >= 46 suffices. */
char *ipfunnel__os_address_text(int version, const uint8_t *bytes, char *out, size_t size);

/* The interfaces of this machine, in any order, each one block from malloc with its strings and addresses inside
 * (ipfunnel__interface_make). Returns 0 or a status. */
int ipfunnel__os_interfaces(ipfunnel_interface **chain, ipfunnel_error *error);

/* The way that a datagram to this address would take now: the number of the interface it leaves by, where the system
 * tells it, else 0 and the local address it would be sent from. Sends nothing. Returns 0; ENODEV when there is no way,
 * or whatever keeps the system from being asked. */
struct ipfunnel__route {
    uint32_t interface_index;
    uint8_t local[16];              /* of the same version as the destination */
};
int ipfunnel__os_route(int version, const uint8_t *bytes, struct ipfunnel__route *out, ipfunnel_error *error);

/* Rings when something about the interfaces of this machine may have changed. */
struct ipfunnel__bell {
    intptr_t handle;                /* ready when it has rung; -1: it never does, they have to be looked at */
};
int ipfunnel__bell_open(struct ipfunnel__bell *, ipfunnel_error *error);

/* Interfaces that are known to have been deleted, or moved away; more than there is room for are left out. */
enum { IPFUNNEL__DELETED = 64 };
struct ipfunnel__deleted {
    uint32_t indexes[IPFUNNEL__DELETED], count;
};

/* Has it rung? Silences it, and writes to *deleted what it knows of that time. */
bool ipfunnel__bell_rang(struct ipfunnel__bell *, struct ipfunnel__deleted *deleted);
void ipfunnel__bell_close(struct ipfunnel__bell *);              /* accepts one that was not made, with handle -1 */

/* Waits until one of n wait handles is ready; `scratch` holds n * ipfunnel__os_wait_size() bytes. Returns how many are
 * ready, 0 at the timeout or when a signal handler ran, or EIO. */
size_t ipfunnel__os_wait_size(void);
int ipfunnel__os_wait(const intptr_t handles[], int n, int timeout_ms, void *scratch);

/* A flag that can be waited for: set from any thread or signal handler, waited for and cleared by one. */
struct ipfunnel__signal {
    intptr_t handle;                /* what to wait for; -1 when not made */
    intptr_t setter;                /* private to the implementation */
};
int ipfunnel__signal_make(struct ipfunnel__signal *, ipfunnel_error *error);
void ipfunnel__signal_set(const struct ipfunnel__signal *);
void ipfunnel__signal_clear(const struct ipfunnel__signal *);
void ipfunnel__signal_close(struct ipfunnel__signal *);          /* accepts one that was not made */

/* One handle for several, and for a moment: ready while one of its members is ready, or once its alarm is due. On
 * Windows it stays ready until the alarm is set anew, so that is to be done after the members have been looked at. */
struct ipfunnel__joined {
    intptr_t handle;                /* what to wait for; -1 when not made */
    intptr_t alarm;                 /* private to the implementation */
    int64_t alarm_at;
};

/* Both return 0 or the system's code; `add` EPERM for what is always ready, such as a file. Close it in any case. */
int ipfunnel__joined_make(struct ipfunnel__joined *, bool with_alarm);
int ipfunnel__joined_add(const struct ipfunnel__joined *, intptr_t member);
void ipfunnel__joined_remove(const struct ipfunnel__joined *, intptr_t member);    /* before it is closed */

/* From this moment (ipfunnel__os_monotonic_ns) on it is ready, until the alarm is set anew; INT64_MAX: never. */
void ipfunnel__joined_alarm(struct ipfunnel__joined *, int64_t monotonic_ns);

/* A member has just been made ready by this program: so is the handle when this returns. Any thread, signal handler. */
void ipfunnel__joined_notice(const struct ipfunnel__joined *);
void ipfunnel__joined_close(struct ipfunnel__joined *);          /* accepts one that was not made, but not all zero */

/* What gives this program the permission to capture, as the remedy of *error; returns error->status. */
int ipfunnel__os_permission_remedy(ipfunnel_error *error);

/* Writes pieces of memory one behind the other to a stream without a buffer; at most IPFUNNEL__PIECES. Returns 0 or the
 * error of the C library. */
enum { IPFUNNEL__PIECES = 512 };
struct ipfunnel__piece {
    const uint8_t *bytes;
    size_t length;
};
int ipfunnel__os_write(FILE *, const struct ipfunnel__piece *pieces, int count);

/* Does that take one call of the system for many pieces? */
bool ipfunnel__os_gathers(void);

/* Standard output as a binary stream. */
FILE *ipfunnel__os_binary_stdout(void);

/* Name and version of the system, e.g. "Linux 6.1.0 x86_64"; returns out. */
char *ipfunnel__os_name(char *out, size_t size);

/* Switches SIO_LOOPBACK_FAST_PATH of a TCP socket. Returns 0, Winsock's error code, or -1 on a system without it. */
int ipfunnel__os_loopback_fast_path(uintptr_t socket, bool on);

#endif
