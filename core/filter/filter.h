/* filter.h - a compiled filter, as the core and the backends see it. Pure. */
#ifndef IPFUNNEL_CORE_FILTER_FILTER_H
#define IPFUNNEL_CORE_FILTER_FILTER_H
#include <ipfunnel_filter.h>
#include <stdbool.h>

/* Of classic BPF, in the layout that all systems have. */
struct ipfunnel__instruction {
    uint16_t code;
    uint8_t jt, jf;                        /* conditional jumps: instructions to skip when true, when false */
    uint32_t k;
};

struct ipfunnel_filter {
    struct ipfunnel__instruction *code;    /* ipfunnel__program_check accepted it */
    uint32_t length;                       /* instructions */
    uint32_t reach;                        /* as many bytes of a datagram decide; UINT32_MAX: any number */
    char expression[];
};

/* As ipfunnel_filter_compile, for a capture: `network` is what "ip broadcast" refers to, an IPv4 address with its
 * prefix, or NULL. */
int ipfunnel__filter_make(ipfunnel_filter **out, const char *expression, const ipfunnel_address *network,
                          ipfunnel_error *error);

/* ipfunnel_filter_match without questions. */
bool ipfunnel__filter_accepts(const ipfunnel_filter *filter, const ipfunnel_datagram *datagram);

#endif
