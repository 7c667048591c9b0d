/* wakeup.c - see wakeup.h. An epoll descriptor is readable while one of its members is, also inside another epoll, poll
 * or select: that makes it the wait handle. */
#define _GNU_SOURCE
#include "wakeup.h"
#include "os.h"
#include "packet_socket.h"
#include <errno.h>
#include <limits.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

int ipfunnel__wakeup_open(struct ipfunnel__wakeup *wakeup, ipfunnel_error *error)
{
    wakeup->alarm_at = IPFUNNEL__NEVER;
    wakeup->epoll = epoll_create1(EPOLL_CLOEXEC);
    if (wakeup->epoll < 0)
        return ipfunnel__packet_fail(error, errno, "epoll_create1", "make a wait handle", NULL);
    wakeup->alarm = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    if (wakeup->alarm < 0)
        return ipfunnel__packet_fail(error, errno, "timerfd_create", "make a timer", NULL);
    return ipfunnel__wakeup_add(wakeup, wakeup->alarm, IPFUNNEL__WAKE_ALARM, error);
}

void ipfunnel__wakeup_close(struct ipfunnel__wakeup *wakeup)
{
    if (wakeup->alarm >= 0)
        close(wakeup->alarm);
    if (wakeup->epoll >= 0)
        close(wakeup->epoll);
    wakeup->alarm = wakeup->epoll = -1;
}

int ipfunnel__wakeup_add(struct ipfunnel__wakeup *wakeup, int fd, uint32_t source, ipfunnel_error *error)
{
    struct epoll_event member = { .events = EPOLLIN, .data.u32 = source };
    if (epoll_ctl(wakeup->epoll, EPOLL_CTL_ADD, fd, &member))
        return ipfunnel__packet_fail(error, errno, "epoll_ctl", "make a wait handle", NULL);
    return IPFUNNEL_OK;
}

void ipfunnel__wakeup_at(struct ipfunnel__wakeup *wakeup, int64_t monotonic_ns)
{
    if (monotonic_ns < 1)                         /* 0 would disarm */
        monotonic_ns = 1;
    if (wakeup->alarm_at == monotonic_ns)
        return;
    wakeup->alarm_at = monotonic_ns;
    struct itimerspec when = { .it_value = { .tv_sec = 0 } };
    if (monotonic_ns != IPFUNNEL__NEVER) {
        when.it_value.tv_sec = (time_t)(monotonic_ns / 1000000000);
        when.it_value.tv_nsec = (long)(monotonic_ns % 1000000000);
    }
    timerfd_settime(wakeup->alarm, TFD_TIMER_ABSTIME, &when, NULL);
}

uint32_t ipfunnel__wakeup_wait(const struct ipfunnel__wakeup *wakeup, int64_t deadline)
{
    int timeout_ms = -1;
    if (deadline != IPFUNNEL__NEVER) {
        int64_t left = deadline - ipfunnel__os_monotonic_ns();
        int64_t left_ms = left <= 0 ? 0 : left / 1000000 + (left % 1000000 != 0);
        timeout_ms = left_ms > INT_MAX ? INT_MAX : (int)left_ms;
    }
    struct epoll_event ready[4];
    int count = epoll_wait(wakeup->epoll, ready, sizeof ready / sizeof *ready, timeout_ms);
    uint32_t sources = 0;
    for (int i = 0; i < count; i++) {
        sources |= ready[i].data.u32;
        if (ready[i].data.u32 == IPFUNNEL__WAKE_PACKET && ready[i].events & EPOLLERR)
            sources |= IPFUNNEL__WAKE_ERROR;
    }
    return sources;
}

void ipfunnel__wakeup_rest(int64_t ns)
{
    const struct timespec length = { .tv_nsec = (long)ns };
    nanosleep(&length, NULL);
}
