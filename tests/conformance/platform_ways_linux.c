#include "platform_wait.h"
#include "check.h"
#include <sys/epoll.h>
#include <unistd.h>

static void *make_for(const intptr_t handles[], int count, uint32_t events)
{
    int *set = malloc(sizeof *set);
    CHECK(set && (*set = epoll_create1(EPOLL_CLOEXEC)) >= 0);
    for (int i = 0; i < count; i++) {
        struct epoll_event member = { .events = events, .data.u32 = (uint32_t)i };
        CHECK(epoll_ctl(*set, EPOLL_CTL_ADD, (int)handles[i], &member) == 0);
    }
    return set;
}

static void *make_level(const intptr_t handles[], int count)
{
    return make_for(handles, count, EPOLLIN);
}

static void *make_edge(const intptr_t handles[], int count)
{
    return make_for(handles, count, EPOLLIN | EPOLLET);
}

static int wait_epoll(void *given, int timeout_ms)
{
    const int *set = given;
    struct epoll_event event;
    int ready = epoll_wait(*set, &event, 1, timeout_ms);
    CHECK(ready >= 0);
    return ready > 0 ? (int)event.data.u32 : -1;
}

static void end(void *given)
{
    int *set = given;
    close(*set);
    free(set);
}

static const struct platform_way level = {
    .name = "epoll", .make = make_level, .wait = wait_epoll, .end = end,
};
static const struct platform_way edge = {
    .name = "epoll, edge-triggered", .edge = true, .make = make_edge, .wait = wait_epoll, .end = end,
};

const struct platform_way *const platform_ways[] = { &platform_way_poll, &platform_way_select, &level, &edge, NULL };
