#define _GNU_SOURCE
#include "joined_handle.h"
#include <errno.h>
#include <sys/epoll.h>
#include <unistd.h>

int ipfunnel__joined_handle(int first, int second)
{
    const int members[] = { first, second };
    int joined = epoll_create1(EPOLL_CLOEXEC);
    for (int i = 0; i < 2 && joined >= 0; i++) {
        struct epoll_event event = { .events = EPOLLIN };
        if (epoll_ctl(joined, EPOLL_CTL_ADD, members[i], &event) < 0) {
            int code = errno;
            close(joined);
            errno = code;
            return -1;
        }
    }
    return joined;
}
