/* big_tcp_posix.h - BIG TCP on or off. */
#ifndef IPFUNNEL_TESTS_BIG_TCP_POSIX_H
#define IPFUNNEL_TESTS_BIG_TCP_POSIX_H
#include <stdbool.h>
#include <stdint.h>

/* Lets datagrams of this IP version, as TCP gives them to va, have up to `size` bytes. False: this kernel does not know
 * how. */
bool big_tcp_allow(int version, uint32_t size);

#endif
