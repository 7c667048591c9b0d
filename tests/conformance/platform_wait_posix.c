#define _POSIX_C_SOURCE 200809L
#include "platform_wait.h"
#include "check.h"
#include <poll.h>
#include <sys/select.h>

enum { MOST = 8 };

struct set {
    struct pollfd members[MOST];
    int count;
};

static void *make(const intptr_t handles[], int count)
{
    struct set *set = calloc(1, sizeof *set);
    CHECK(set && count <= MOST);
    set->count = count;
    for (int i = 0; i < count; i++)
        set->members[i] = (struct pollfd){ .fd = (int)handles[i], .events = POLLIN };
    return set;
}

static int wait_poll(void *given, int timeout_ms)
{
    struct set *set = given;
    int ready = poll(set->members, (nfds_t)set->count, timeout_ms);
    CHECK(ready >= 0);
    for (int i = 0; i < set->count; i++)
        if (set->members[i].revents)
            return i;
    return -1;
}

static int wait_select(void *given, int timeout_ms)
{
    const struct set *set = given;
    struct timeval timeout = { .tv_sec = timeout_ms / 1000, .tv_usec = timeout_ms % 1000 * 1000 };
    fd_set readable;
    int highest = -1;
    FD_ZERO(&readable);
    for (int i = 0; i < set->count; i++) {
        CHECK(set->members[i].fd < FD_SETSIZE);
        FD_SET(set->members[i].fd, &readable);
        highest = set->members[i].fd > highest ? set->members[i].fd : highest;
    }
    CHECK(select(highest + 1, &readable, NULL, NULL, &timeout) >= 0);
    for (int i = 0; i < set->count; i++)
        if (FD_ISSET(set->members[i].fd, &readable))
            return i;
    return -1;
}

const struct platform_way platform_way_poll = { .name = "poll", .make = make, .wait = wait_poll, .end = free };
const struct platform_way platform_way_select = { .name = "select", .make = make, .wait = wait_select, .end = free };
