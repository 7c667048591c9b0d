/* interface_gone_posix.h - an interface that goes away under a capture is ENODEV, after all that arrived before. */
#ifndef IPFUNNEL_TESTS_INTERFACE_GONE_POSIX_H
#define IPFUNNEL_TESTS_INTERFACE_GONE_POSIX_H
#include "live_posix.h"

/* Runs a test for each way to go. `to_the_end` receives as expect_numbers does until there is a status, and returns it:
 * how a program waits for that is the backend's own test. */
void run_interface_gone(int (*to_the_end)(ipfunnel *capture, uint32_t *next));

#endif
