/* open_descriptors_posix.h - how many descriptors this process has, for tests that look for leaks. */
#ifndef IPFUNNEL_TESTS_OPEN_DESCRIPTORS_POSIX_H
#define IPFUNNEL_TESTS_OPEN_DESCRIPTORS_POSIX_H
#include "check.h"
#include <dirent.h>

static inline int open_descriptors(void)
{
    int count = 0;
    DIR *directory = opendir("/proc/self/fd");
    CHECK(directory);
    while (readdir(directory))
        count++;
    closedir(directory);
    return count;
}

#endif
