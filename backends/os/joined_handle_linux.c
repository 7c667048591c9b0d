/* joined_handle_linux.c - an epoll descriptor is readable while one of its members is, also inside another epoll, poll
 * or select; the alarm is a timerfd among them. */
#define _GNU_SOURCE
#include "os.h"
#include <errno.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

int ipfunnel__joined_make(struct ipfunnel__joined *j, bool with_alarm)
{
    *j = (struct ipfunnel__joined){ .handle = -1, .alarm = -1, .alarm_at = INT64_MAX };
    j->handle = epoll_create1(EPOLL_CLOEXEC);
    if (j->handle < 0)
        return errno;
    if (!with_alarm)
        return 0;
    j->alarm = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    return j->alarm < 0 ? errno : ipfunnel__joined_add(j, j->alarm);
}

int ipfunnel__joined_add(const struct ipfunnel__joined *j, intptr_t member)
{
    struct epoll_event event = { .events = EPOLLIN };
    return epoll_ctl((int)j->handle, EPOLL_CTL_ADD, (int)member, &event) ? errno : 0;
}

void ipfunnel__joined_remove(const struct ipfunnel__joined *j, intptr_t member)
{
    epoll_ctl((int)j->handle, EPOLL_CTL_DEL, (int)member, NULL);
}

void ipfunnel__joined_notice(const struct ipfunnel__joined *j)
{
    (void)j;                        /* the system has noticed */
}

void ipfunnel__joined_alarm(struct ipfunnel__joined *j, int64_t monotonic_ns)
{
    if (j->alarm_at == monotonic_ns)
        return;
    j->alarm_at = monotonic_ns;
    struct itimerspec when = { .it_value = { .tv_nsec = 1 } };    /* the past; 0 would disarm */
    if (monotonic_ns == INT64_MAX) {
        when.it_value.tv_nsec = 0;
    } else if (monotonic_ns > 0) {
        when.it_value.tv_sec = (time_t)(monotonic_ns / 1000000000);
        when.it_value.tv_nsec = (long)(monotonic_ns % 1000000000);
    }
    timerfd_settime((int)j->alarm, TFD_TIMER_ABSTIME, &when, NULL);
}

void ipfunnel__joined_close(struct ipfunnel__joined *j)
{
    if (j->alarm >= 0)
        close((int)j->alarm);
    if (j->handle >= 0)
        close((int)j->handle);
    *j = (struct ipfunnel__joined){ .handle = -1, .alarm = -1 };
}
