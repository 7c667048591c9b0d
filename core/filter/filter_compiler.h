/* filter_compiler.h - the one thing about filters that a build may lack: from expression to program. Implemented by
 * backends/pcap/filter_compiler.c or core/filter/no_filter_compiler.c, whichever CMake chose. */
#ifndef IPFUNNEL_CORE_FILTER_COMPILER_H
#define IPFUNNEL_CORE_FILTER_COMPILER_H
#include "filter.h"

/* Compiles for datagrams without a link header. *code is malloc'd and not checked yet. `mask` is the network mask for
 * "ip broadcast", in host byte order, NULL where there is none. EINVAL, EOPNOTSUPP, ENOMEM. */
int ipfunnel__filter_translate(const char *expression, const uint32_t *mask, struct ipfunnel__instruction **code,
                               uint32_t *length, ipfunnel_error *error);

#endif
