/* platform_wait.h - the ways in which the programs of a system wait for several things at once. */
#ifndef IPFUNNEL_TESTS_PLATFORM_WAIT_H
#define IPFUNNEL_TESTS_PLATFORM_WAIT_H
#include <stdbool.h>
#include <stdint.h>

struct platform_way {
    const char *name;
    bool edge;                          /* tells only what became ready since it last told */
    void *(*make)(const intptr_t handles[], int count);
    int (*wait)(void *set, int timeout_ms);     /* the number of one that is ready, -1 at the timeout */
    void (*end)(void *set);
};

extern const struct platform_way *const platform_ways[];       /* up to NULL */

/* Those of POSIX, for lists. */
extern const struct platform_way platform_way_poll, platform_way_select;

#endif
