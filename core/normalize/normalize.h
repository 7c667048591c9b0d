/* normalize.h - frame in, datagram out. Pure: no system, no allocation, no state but what the caller keeps. */
#ifndef IPFUNNEL_CORE_NORMALIZE_H
#define IPFUNNEL_CORE_NORMALIZE_H
#include "offload.h"
#include <stdbool.h>

struct ipfunnel_filter;

/* What one capture wants to see. */
struct ipfunnel__policy {
    uint32_t snap_length;
    uint32_t families;                      /* IPFUNNEL_IPV4 | IPFUNNEL_IPV6 */
    uint32_t vlan;                          /* IPFUNNEL_VLAN_OWN, _ALL, or a VID */
    bool no_other_host;                     /* IPLEVEL */
    bool no_outgoing;
    const ipfunnel_address *own_addresses;  /* of the interface: direction where the system does not tell it */
    uint32_t own_address_count;
    const struct ipfunnel_filter *filter;   /* asked about the whole datagram, before the snap length; NULL: none */
};

/* Turns one frame into one datagram. Returns the number of the counter that the frame belongs to:
 * IPFUNNEL_COUNTER_delivered, and *out is filled (its bytes point into the frame); or why it is not delivered:
 * not_ip, malformed, unknown_link, other_family, excluded_*, filtered; *out is then undefined. dropped_before is the
 * caller's.
 *
 * A frame may hold several datagrams. *resume is 0 in the first call of a frame; while it is not 0 after a call, call
 * again. Parts of a frame that are no datagram are passed over: not_ip and malformed mean that nothing else was left,
 * and say what the last part was. (In a later call that is no news: the frame carried IP.) */
int ipfunnel__normalize(const struct ipfunnel__policy *policy, const struct ipfunnel__frame *frame, uint32_t *resume,
                        ipfunnel_datagram *out);

/* Places for the datagrams of plain frames, all zero at first. Such frames differ in little: what those of an interface
 * have in common is put once into at[first] to at[end - 1]. */
struct ipfunnel__views {
    ipfunnel_datagram at[IPFUNNEL__BATCH];
    int first, end;
    const char *interface_name;
    uint64_t dropped_before;
    uint32_t interface_index;
    uint16_t segment_size;
};

/* Many frames at once, up to the first one that takes more than a glance: the datagrams that ipfunnel__normalize would
 * give of them, one each, in views->at[to] and on, and pointers to them. The first `alike` frames are so in the sense
 * of struct ipfunnel__facts. Returns how many; dropped_before is the frame's. */
int ipfunnel__normalize_plain(const struct ipfunnel__policy *policy, const struct ipfunnel__frame *frames, int count,
                              int alike, struct ipfunnel__views *views, int to, const ipfunnel_datagram *out[]);

/* The same with IPFUNNEL_OPEN_ON_WIRE, and the frame's bytes are written to. While *resume is IPFUNNEL__CUTTING after a
 * call, its datagram is a segment of a super-datagram, which the next call ends. *cut has the `sum` to use; the rest is
 * kept between the calls of a frame. */
#define IPFUNNEL__CUTTING UINT32_MAX
int ipfunnel__normalize_on_wire(const struct ipfunnel__policy *policy, const struct ipfunnel__frame *frame,
                                struct ipfunnel__cut *cut, uint32_t *resume, ipfunnel_datagram *out);

#endif
