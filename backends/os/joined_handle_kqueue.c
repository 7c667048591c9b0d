/* joined_handle_kqueue.c - for macOS and the BSDs, where this has neither been built nor run yet. Nothing takes events
 * out of the kqueue, so it stays readable while one of its members is, and after its timer went off. */
#include "os.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/types.h>
#include <sys/event.h>
#include <sys/time.h>
#include <unistd.h>

int ipfunnel__joined_make(struct ipfunnel__joined *j, bool with_alarm)
{
    *j = (struct ipfunnel__joined){ .handle = -1, .alarm = with_alarm ? 1 : -1, .alarm_at = INT64_MAX };
    j->handle = kqueue();
    if (j->handle < 0)
        return errno;
    fcntl((int)j->handle, F_SETFD, FD_CLOEXEC);
    return 0;
}

static int change(const struct ipfunnel__joined *j, struct kevent event)
{
    if (kevent((int)j->handle, &event, 1, NULL, 0, NULL) == 0)
        return 0;
    return errno == EINVAL ? EPERM : errno;
}

int ipfunnel__joined_add(const struct ipfunnel__joined *j, intptr_t member)
{
    struct kevent event;
    EV_SET(&event, (uintptr_t)member, EVFILT_READ, EV_ADD, 0, 0, NULL);
    return change(j, event);
}

void ipfunnel__joined_remove(const struct ipfunnel__joined *j, intptr_t member)
{
    struct kevent event;
    EV_SET(&event, (uintptr_t)member, EVFILT_READ, EV_DELETE, 0, 0, NULL);
    change(j, event);
}

void ipfunnel__joined_notice(const struct ipfunnel__joined *j)
{
    (void)j;                        /* the system has noticed */
}

void ipfunnel__joined_alarm(struct ipfunnel__joined *j, int64_t monotonic_ns)
{
    struct kevent event;
    if (j->alarm_at == monotonic_ns)
        return;
    j->alarm_at = monotonic_ns;
    EV_SET(&event, (uintptr_t)j->alarm, EVFILT_TIMER, EV_DELETE, 0, 0, NULL);
    change(j, event);
    if (monotonic_ns == INT64_MAX)
        return;
    int64_t left = monotonic_ns - ipfunnel__os_monotonic_ns();
    EV_SET(&event, (uintptr_t)j->alarm, EVFILT_TIMER, EV_ADD | EV_ONESHOT, 0, left > 0 ? left / 1000000 + 1 : 1, NULL);
    change(j, event);
}

void ipfunnel__joined_close(struct ipfunnel__joined *j)
{
    if (j->handle >= 0)
        close((int)j->handle);
    *j = (struct ipfunnel__joined){ .handle = -1, .alarm = -1 };
}
