/* For macOS and the BSDs, where this has neither been built nor run yet. */
#include "joined_handle.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/types.h>
#include <sys/event.h>
#include <sys/time.h>
#include <unistd.h>

int ipfunnel__joined_handle(int first, int second)
{
    struct kevent members[2];
    int joined = kqueue();
    if (joined < 0)
        return -1;
    fcntl(joined, F_SETFD, FD_CLOEXEC);
    EV_SET(&members[0], (uintptr_t)first, EVFILT_READ, EV_ADD, 0, 0, NULL);
    EV_SET(&members[1], (uintptr_t)second, EVFILT_READ, EV_ADD, 0, 0, NULL);
    if (kevent(joined, members, 2, NULL, 0, NULL) < 0) {
        int code = errno;
        close(joined);
        errno = code == EINVAL ? EPERM : code;
        return -1;
    }
    return joined;
}
