/* link.h - taking the link header off: one row of a table per link type. */
#ifndef IPFUNNEL_CORE_LINK_H
#define IPFUNNEL_CORE_LINK_H
#include "../bytes.h"
#include "../frame.h"

struct ipfunnel__packet {
    struct ipfunnel__cursor network;    /* from the network header to the end of the captured bytes */
    uint16_t protocol;                  /* EtherType that the link layer claims; 0 = it does not say */
    uint16_t vid;                       /* VLAN id of the outermost tag that has one; 0 = untagged or priority-tagged */
    uint16_t vlan[2];                   /* tag control information, outer tag first */
    uint8_t vlan_count;                 /* may exceed 2; stops at 255 */
};

enum { IPFUNNEL__ETHERTYPE_IPV4 = 0x0800, IPFUNNEL__ETHERTYPE_IPV6 = 0x86dd };

/* Returns 0 and fills *out, or the counter that the frame belongs to: not_ip, malformed, unknown_link. */
int ipfunnel__link_strip(const struct ipfunnel__frame *frame, struct ipfunnel__packet *out);

#endif
