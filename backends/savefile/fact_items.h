/* fact_items.h - the facts in a comment of our own writer. The grammar is in ipfunnel_file.h. */
#ifndef IPFUNNEL_SAVEFILE_FACT_ITEMS_H
#define IPFUNNEL_SAVEFILE_FACT_ITEMS_H
#include <ipfunnel.h>
#include <stdbool.h>

struct ipfunnel__fact_items {
    bool time_given;                    /* time_ns is one, or IPFUNNEL_TIME_UNKNOWN */
    bool original_unknown, snapped, is_short;
    bool drops_counted, drops_unknown, drops_at_least;
    bool direction_by_addresses;
    uint8_t unproven;                   /* 0: the header is the datagram's own */
    uint8_t vlan_count;
    uint16_t vlan[2];
    uint16_t segment_size;
    uint32_t recorded;                  /* IPFUNNEL_RECONSTRUCTED, _NOT_CUT, _CHECKSUM_FILLED */
    uint32_t clock_resolution_ns;       /* 0: not given */
    int64_t time_ns;
};

/* Adds the items of a comment, which may be anybody's: one without our mark is left alone, and so are items that are
 * unknown or whose value makes no sense. Not zero-terminated. */
void ipfunnel__fact_items_read(struct ipfunnel__fact_items *items, const uint8_t *text, size_t length);

#endif
