#include "platform_wait.h"
#include "check.h"
#include <windows.h>

struct set {
    HANDLE members[MAXIMUM_WAIT_OBJECTS];
    DWORD count;
};

static void *make(const intptr_t handles[], int count)
{
    struct set *set = calloc(1, sizeof *set);
    CHECK(set && count <= MAXIMUM_WAIT_OBJECTS);
    set->count = (DWORD)count;
    for (int i = 0; i < count; i++)
        set->members[i] = (HANDLE)handles[i];
    return set;
}

static int wait_objects(void *given, int timeout_ms)
{
    const struct set *set = given;
    DWORD result = WaitForMultipleObjects(set->count, set->members, FALSE, (DWORD)timeout_ms);
    CHECK(result != WAIT_FAILED);
    return result == WAIT_TIMEOUT ? -1 : (int)(result - WAIT_OBJECT_0);
}

static const struct platform_way objects = {
    .name = "WaitForMultipleObjects", .make = make, .wait = wait_objects, .end = free,
};

const struct platform_way *const platform_ways[] = { &objects, NULL };
