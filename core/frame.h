/* frame.h - what a backend hands to the normaliser: bytes from the link header on, and what the system says about them.
 * The bytes belong to the backend and live until its release slot is called. With IPFUNNEL_OPEN_ON_WIRE the core writes
 * to them: they are this capture's alone then. */
#ifndef IPFUNNEL_CORE_FRAME_H
#define IPFUNNEL_CORE_FRAME_H
#include <ipfunnel.h>
#include <stdbool.h>

/* LINKTYPE numbers that the core names; the rest live in the rows of normalize/link.c. */
enum {
    IPFUNNEL__LINK_ETHERNET = 1,
    IPFUNNEL__LINK_RAW = 101,
    /* Not a LINKTYPE: the bytes start at the network layer and `protocol` is its EtherType. For devices whose link
     * header the kernel already took off (tun, PPP, tunnels). */
    IPFUNNEL__LINK_NETWORK = 0x10000
};

/* Further bits of `facts`: dropped_before is a lower bound; and, where a backend cannot count what is queued, by which
 * the core knows it otherwise: the frame arrived in IPLEVEL. */
#define IPFUNNEL__FRAME_DROPPED_AT_LEAST (UINT32_C(1) << 31)
#define IPFUNNEL__FRAME_IPLEVEL (UINT32_C(1) << 30)

/* With IPFUNNEL_OPEN_ON_WIRE: nobody tells what of this frame was left to the hardware. */
#define IPFUNNEL__FRAME_OFFLOADS_UNTOLD (UINT32_C(1) << 29)

/* What our own writer says was done to the datagram when it was captured: its flags, moved to the upper half. */
enum { IPFUNNEL__RECORDED_SHIFT = 16,
       IPFUNNEL__RECORDED = IPFUNNEL_RECONSTRUCTED | IPFUNNEL_NOT_CUT | IPFUNNEL_CHECKSUM_FILLED };
#define IPFUNNEL__FRAME_RECORDED(flag) ((uint32_t)(flag) << IPFUNNEL__RECORDED_SHIFT)

enum { IPFUNNEL__BATCH = 128 };  /* most frames that a backend is asked for at once */

struct ipfunnel__frame {
    const uint8_t *bytes;       /* never NULL */
    uint32_t captured;          /* bytes that are there */
    uint32_t original;          /* bytes the frame had (>= captured), or IPFUNNEL_LENGTH_UNKNOWN when cut by unknown */
    int64_t time_ns;            /* or IPFUNNEL_TIME_UNKNOWN */
    uint64_t dropped_before;    /* frames lost between the frame before and this one, or IPFUNNEL_DROPS_UNKNOWN */
    uint32_t link_type;
    uint32_t facts;             /* IPFUNNEL_FRAME_* of ipfunnel.h, and those above */
    uint32_t interface_index;
    uint16_t protocol;          /* EtherType, with IPFUNNEL__LINK_NETWORK only */
    uint16_t vlan_tci;          /* the tag the system removed, with IPFUNNEL_FRAME_TAGGED: the outermost one */
    uint16_t vlan_inner;        /* the tag behind it, with vlan_count > 1 */
    uint8_t vlan_count;         /* tags that are gone from the bytes when there were several; 0 or 1: as TAGGED says */
    uint16_t segment_size;      /* 0 = unknown */
    /* The next three are looked at with IPFUNNEL_OPEN_ON_WIRE only. */
    uint8_t segmentation;       /* IPFUNNEL_SEGMENTS_*, with IPFUNNEL_FRAME_SEGMENTATION */
    uint16_t checksum_offset;   /* of a checksum that is not ready, from checksum_start */
    uint32_t checksum_start;    /* offset of the first byte that it covers; 0 = unknown */
    uint8_t direction_source;   /* IPFUNNEL_SAYS_*: whose word the facts are, those here and those that the link header
                                   adds: the kernel's for what is captured now, the file's for what was read */
    uint8_t unproven;           /* not 0: the bytes start with an IPv6 header that the backend made, of which these
                                   fields are not evidence (1 << IPFUNNEL_UNPROVEN_x) */
    const char *interface_name; /* lives as long as the capture */
};

/* Is there a rule for frames of this LINKTYPE? Those of other types are counted unknown_link. */
bool ipfunnel__link_known(uint32_t link_type);

/* Can the link header of this type tell sent from received? */
bool ipfunnel__link_tells_direction(uint32_t link_type);

/* Its name without "LINKTYPE_"; NULL when there is no rule. */
const char *ipfunnel__link_name(uint32_t link_type);

#endif
