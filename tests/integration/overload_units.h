/* overload_units.h - numbered frames: what number n of a sender is, as a frame and as the datagrams that come of it.
 * All of it follows from the two numbers, so that sender and reader need not talk. Pure. */
#ifndef IPFUNNEL_TESTS_OVERLOAD_UNITS_H
#define IPFUNNEL_TESTS_OVERLOAD_UNITS_H
#include <ipfunnel.h>
#include <stdbool.h>

enum { MOST_SENDERS = 4, CLOSER = MOST_SENDERS, UNIT_ROOM = 66000, OFFLOAD_HEADER = 10 };

enum unit_kind {
    UNIT_PLAIN,                   /* one UDP datagram */
    UNIT_SUPER,                   /* a super-datagram of UDP or TCP: `segments` datagrams on the wire */
    UNIT_IPV6,                    /* of a family that nobody asked for */
    UNIT_TAGGED,                  /* of a VLAN that nobody asked for */
    UNIT_NOT_IP,
    UNIT_MALFORMED,
    UNIT_KINDS
};

struct unit {
    enum unit_kind kind;
    bool tcp;
    uint32_t segments, size;      /* payload bytes in each */
};

/* CLOSER sends plain ones that every filter here accepts. To be set before anything else: all send plain ones only; no
 * super-datagram is of UDP (before Linux 6.2 a packet socket cannot say so). */
extern bool unit_all_plain, unit_no_udp_supers;
struct unit unit_at(uint32_t sender, uint32_t number);

/* Does the filter below accept this segment? Of each super-datagram the first one, so the whole of it, too. */
bool unit_selected(uint32_t sender, uint32_t number, uint32_t segment);
extern const char unit_filter[];

/* Writes OFFLOAD_HEADER bytes, a struct virtio_net_hdr, and the frame; returns their length. */
size_t unit_frame(uint8_t *out, uint32_t sender, uint32_t number);

struct mark {
    uint32_t sender, number, segment;
};

/* Which one a datagram is; false: none of these. */
bool unit_mark(const ipfunnel_datagram *datagram, struct mark *out);

#endif
