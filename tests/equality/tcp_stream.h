/* tcp_stream.h - the data of a TCP connection, put together from what was captured. */
#ifndef IPFUNNEL_TESTS_TCP_STREAM_H
#define IPFUNNEL_TESTS_TCP_STREAM_H
#include "equality_view.h"

/* Every byte that was sent to PORT is there (data as of tcp_traffic_posix.c), in at least so many datagrams that are
 * longer than the wire takes. Returns NULL, or what is wrong. */
const char *tcp_stream_wrong(const struct view *v, uint32_t bytes, uint32_t supers);

#endif
