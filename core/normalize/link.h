/* link.h - taking the link header off: one row of a table per link type. */
#ifndef IPFUNNEL_CORE_LINK_H
#define IPFUNNEL_CORE_LINK_H
#include "../bytes.h"
#include "../frame.h"

struct ipfunnel__packet {
    struct ipfunnel__cursor network;    /* from the network header to the end of the captured bytes */
    const struct ipfunnel__frame *frame;
    uint32_t end;                       /* offset in the frame as it was where the packet ends, when something else is
                                           behind it (a checksum, the next packet); else 0 */
    uint32_t facts;                     /* IPFUNNEL_FRAME_* that the link header adds to those of the frame */
    uint32_t part;                      /* offset of the part of the frame that is asked for; 0 = the first one */
    uint32_t resume;                    /* offset of the next part; 0 = there is none */
    uint16_t protocol;                  /* EtherType that the link layer claims; 0 = it does not say */
    uint16_t vid;                       /* VLAN id of the outermost tag that has one; 0 = untagged or priority-tagged */
    uint16_t vlan[2];                   /* tag control information, outer tag first */
    uint8_t vlan_count;                 /* may exceed 2; stops at 255 */
    bool nested;                        /* the link header named the type of another one inside */
};

/* Where the packet ends in the frame as it was, or IPFUNNEL_LENGTH_UNKNOWN. */
static inline uint32_t ipfunnel__packet_end(const struct ipfunnel__packet *p)
{
    return p->end ? p->end : p->frame->original;
}

enum { IPFUNNEL__ETHERTYPE_IPV4 = 0x0800, IPFUNNEL__ETHERTYPE_IPV6 = 0x86dd };

/* Returns 0 and fills *out, or the counter that the packet belongs to: not_ip, malformed, unknown_link. Most frames
 * hold one packet. Where one holds more (802.11 A-MSDU), out->resume is not 0, whatever is returned, and is the
 * `resume` of the call for the next one; the first call of a frame has 0. */
int ipfunnel__link_strip(const struct ipfunnel__frame *frame, uint32_t resume, struct ipfunnel__packet *out);

#endif
