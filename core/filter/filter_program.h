/* filter_program.h - programs of classic BPF: what must be true of one before it runs, and running it. Pure. */
#ifndef IPFUNNEL_CORE_FILTER_PROGRAM_H
#define IPFUNNEL_CORE_FILTER_PROGRAM_H
#include "filter.h"

/* Why the program must not run, or NULL: it is not empty; every instruction is known; jumps stay inside, and only JA,
 * which "protochain" needs, goes back; no constant division by zero; memory by valid numbers; the last one returns. */
const char *ipfunnel__program_check(const struct ipfunnel__instruction *code, uint32_t length);

/* How many bytes of a datagram it may look at, UINT32_MAX where that depends on the datagram without a small bound. */
uint32_t ipfunnel__program_reach(const struct ipfunnel__instruction *code, uint32_t length);

/* Runs a checked program. Returns what it returns: 0 is no. A question without an answer ends it with 0: bytes that are
 * not there, an unknown length, direction or fact, division by zero, more loops than the datagram has bytes. */
uint32_t ipfunnel__program_run(const struct ipfunnel__instruction *code, const ipfunnel_datagram *datagram);

/* One instruction as tcpdump -d shows it; NULL for none that is known. */
char *ipfunnel__instruction_text(const struct ipfunnel__instruction *instruction, uint32_t number, char *out,
                                 size_t size);

#endif
