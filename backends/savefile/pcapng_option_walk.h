/* pcapng_option_walk.h - the options at the end of pcapng blocks. */
#ifndef IPFUNNEL_SAVEFILE_PCAPNG_OPTION_WALK_H
#define IPFUNNEL_SAVEFILE_PCAPNG_OPTION_WALK_H
#include "bytes.h"
#include "fact_items.h"
#include "file_walk.h"

/* What the options of an interface say. The name lies in the block. */
struct ipfunnel__interface_options {
    const uint8_t *name;
    size_t name_length;
    uint32_t fcs_bytes;
    struct ipfunnel__time_scale scale;
    struct ipfunnel__fact_items items;
};

/* What the options of a packet say. */
struct ipfunnel__packet_options {
    uint32_t flags;                 /* of epb_flags, 0: nothing known */
    uint64_t dropped;               /* IPFUNNEL_DROPS_UNKNOWN: not given */
    struct ipfunnel__fact_items items;
};

/* Reads the options that the cursor is over. An option that reaches beyond the block ends the list. False: that is so,
 * or an option that the times depend on has a wrong length. */
bool ipfunnel__interface_options_read(struct ipfunnel__interface_options *out, struct ipfunnel__cursor options,
                                      bool big_endian);

void ipfunnel__packet_options_read(struct ipfunnel__packet_options *out, struct ipfunnel__cursor options,
                                   bool big_endian);

/* Drops of the interface and of the system by a statistics block; UINT64_MAX: neither is given. */
uint64_t ipfunnel__statistics_options_dropped(struct ipfunnel__cursor options, bool big_endian);

#endif
