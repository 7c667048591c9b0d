/* offload.h - doing what the system left to the interface hardware: filling in checksums, cutting super-datagrams.
 *
 * Both happen where the datagram lies. The headers of a segment are written in front of its payload, over the end of
 * the segment before, which must not be needed any more by then:
 *
 *     super-datagram   HHHH AAAAAAAAAA BBBBBBBBBB CCCC
 *     first segment    HHHH AAAAAAAAAA
 *     the next                  HHHH   BBBBBBBBBB            */
#ifndef IPFUNNEL_CORE_OFFLOAD_H
#define IPFUNNEL_CORE_OFFLOAD_H
#include "../frame.h"
#include "checksum.h"

enum { IPFUNNEL__MOST_HEADERS = 512 };    /* bytes in front of the payload; with more it is not cut */

/* A super-datagram on its way to become segments. */
struct ipfunnel__cut {
    ipfunnel__sum *sum;                   /* given by who makes this, and so is the next */
    uint32_t mtu;                         /* of the interface; 0 = unknown */
    ipfunnel_datagram segment;            /* what is the same for all of them */
    uint8_t *payload;                     /* of the next segment, in the frame */
    uint32_t left;                        /* payload bytes from there on */
    uint32_t size;                        /* of a segment's payload */
    uint32_t header;                      /* bytes in front of it: `headers` */
    uint32_t transport;                   /* offset of the transport header in them */
    uint32_t sequence;                    /* of the next segment; TCP */
    uint16_t identification;              /* of the next segment; IPv4 */
    uint8_t tcp_flags;                    /* the super-datagram's; those of a next segment start from it */
    bool tcp, cwr_once;
    uint64_t ip_sum;                      /* of the IPv4 header without length, identification and checksum */
    uint64_t pseudo_sum;                  /* of the pseudo-header without the length */
    uint8_t headers[IPFUNNEL__MOST_HEADERS];
};

/* Looks at the datagram *d of this frame, which is not cut to a snap length yet and, with `alone`, its only one. Fills
 * in its checksum, or marks it NOT_CUT, or does nothing when nothing was left to the hardware; that is known, or with
 * IPFUNNEL__FRAME_OFFLOADS_UNTOLD guessed: by a checksum that looks so, and a length beyond the MTU. Returns true when
 * it is to be cut: then *d is void, and ipfunnel__cut_next gives the segments. */
bool ipfunnel__offload(struct ipfunnel__cut *cut, const struct ipfunnel__frame *frame, bool alone,
                       ipfunnel_datagram *d);

/* The next segment, which ends the one before. Returns whether there is another one. */
bool ipfunnel__cut_next(struct ipfunnel__cut *cut, ipfunnel_datagram *d);

#endif
