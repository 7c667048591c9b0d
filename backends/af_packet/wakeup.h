/* wakeup.h - everything recv may have to wait for, behind one descriptor that can be handed out. */
#ifndef IPFUNNEL_AF_PACKET_WAKEUP_H
#define IPFUNNEL_AF_PACKET_WAKEUP_H
#include <ipfunnel.h>

enum {                            /* sources, as bits */
    IPFUNNEL__WAKE_PACKET = 1 << 0,
    IPFUNNEL__WAKE_SIGNAL = 1 << 1,
    IPFUNNEL__WAKE_LINK = 1 << 2,
    IPFUNNEL__WAKE_ALARM = 1 << 3,
    IPFUNNEL__WAKE_ERROR = 1 << 4             /* the packet socket has an error to fetch */
};

#define IPFUNNEL__NEVER INT64_MAX

/* The alarm is for what no other descriptor announces: a moment to look again, or a status that waits to be returned.
 * Once its time has come it stays ready until it is set anew. */
struct ipfunnel__wakeup {
    int epoll, alarm;             /* -1 when not made */
    int64_t alarm_at;             /* ipfunnel__os_monotonic_ns, or NEVER */
};

int ipfunnel__wakeup_open(struct ipfunnel__wakeup *wakeup, ipfunnel_error *error);
void ipfunnel__wakeup_close(struct ipfunnel__wakeup *wakeup);

/* Adds a descriptor that makes wait return `source` while it is readable. */
int ipfunnel__wakeup_add(struct ipfunnel__wakeup *wakeup, int fd, uint32_t source, ipfunnel_error *error);

/* Sets the alarm; a time in the past makes it ready now. */
void ipfunnel__wakeup_at(struct ipfunnel__wakeup *wakeup, int64_t monotonic_ns);

/* Waits until a source is ready or the deadline (monotonic, or NEVER) is over. Returns the ready sources, 0 at the
 * deadline or when a signal handler ran. */
uint32_t ipfunnel__wakeup_wait(const struct ipfunnel__wakeup *wakeup, int64_t deadline);

/* Sleeps for less than a second, whatever becomes ready; a signal handler ends it. */
void ipfunnel__wakeup_rest(int64_t ns);

#endif
