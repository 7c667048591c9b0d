/* ledger.h - the counters of a capture, which must add up at any time. */
#ifndef IPFUNNEL_TESTS_LEDGER_H
#define IPFUNNEL_TESTS_LEDGER_H
#include "check.h"
#include <ipfunnel.h>

static inline ipfunnel_statistics balanced(ipfunnel *capture)
{
    ipfunnel_statistics s = IPFUNNEL_STATISTICS_INIT;
    CHECK_INT(ipfunnel_stats(capture, &s), 0);
    CHECK_INT(s.frames, s.carrying_ip + s.not_ip + s.malformed + s.unknown_link + s.pending);
    CHECK_INT(s.carrying_ip + s.extra_from_cutting,
              s.delivered + s.filtered + s.other_family + s.excluded_vlan + s.excluded_other_host + s.excluded_outgoing
                  + s.excluded_loopback_copy);
    return s;
}

#endif
