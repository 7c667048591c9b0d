/* frame_input.h - one frame with its facts and a policy as bytes: the input of fuzz_normalize, and how the golden frames
 * become its corpus.
 *
 *   byte 0       which link type           byte 1       IPFUNNEL_FRAME_* facts
 *   byte 2       INPUT_* bits              bytes 3..4   snap length; 0 = the default
 *   bytes 5..6   bytes the frame had more than are there; ffff = unknown
 *   bytes 7..8   the tag that was removed  bytes 9..10  VLAN id; 0 = own, ffff = all
 *   bytes 11..12 protocol, for frames without link header       then the frame */
#ifndef IPFUNNEL_TESTS_FRAME_INPUT_H
#define IPFUNNEL_TESTS_FRAME_INPUT_H
#include "normalize.h"

enum { FRAME_INPUT_HEADER = 13 };
enum { INPUT_IPV4 = 1, INPUT_IPV6 = 2, INPUT_IPLEVEL = 4, INPUT_NO_OUTGOING = 8, INPUT_OWN_ADDRESSES = 16 };

static const uint32_t frame_input_links[] = {
    IPFUNNEL__LINK_ETHERNET, IPFUNNEL__LINK_RAW, IPFUNNEL__LINK_NETWORK, 12, 14, 228, 229, 65000,
};

#endif
