/* idle_round_linux.h - what captures cost while nothing arrives. */
#ifndef IPFUNNEL_TESTS_IDLE_ROUND_LINUX_H
#define IPFUNNEL_TESTS_IDLE_ROUND_LINUX_H

enum { IDLE_MS = 1000 };

/* Before anything is opened; and when all is open, before an idle time of IDLE_MS. */
void idle_begin(void);
void idle_opened(int captures);

/* After it: prints memory for each capture, timer interrupts of the whole machine, the kernel's timers that hand over
 * blocks, CPU and wake-ups of this program. */
void idle_finish(void);

#endif
