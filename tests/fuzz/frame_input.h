/* frame_input.h - frames as the bytes that the harnesses read, and how the golden frames become their corpus.
 *
 * fuzz_normalize: a policy and a frame
 *   bytes 0..1   VLAN id; 0 = own, ffff = all       bytes 2..3   snap length; 0 = the default
 *   byte 4       INPUT_* bits                       then the frame
 * fuzz_capture: steps, one byte each with its arguments behind it; STEP_PUSH takes a frame, with INPUT_ON_WIRE after
 *   segmentation (1 byte), segment size, checksum start and offset (2 bytes each)
 * fuzz_on_wire: link type, facts (1 byte each), the same 7 bytes, protocol, bytes the frame had more than are there
 *   (2 bytes each), then the frame
 *
 * A frame:
 *   byte 0       which link type                    byte 1       IPFUNNEL_FRAME_* facts
 *   bytes 2..3   bytes the frame had more than are there; ffff = unknown
 *   bytes 4..5   the tag that was removed           bytes 6..7   protocol, where there is no link header
 *   bytes 8..9   how many bytes follow              then the bytes */
#ifndef IPFUNNEL_TESTS_FRAME_INPUT_H
#define IPFUNNEL_TESTS_FRAME_INPUT_H
#include "frame.h"

enum { POLICY_INPUT = 5, FRAME_INPUT = 10 };
enum { INPUT_IPV4 = 1, INPUT_IPV6 = 2, INPUT_IPLEVEL = 4, INPUT_NO_OUTGOING = 8, INPUT_OWN_ADDRESSES = 16,
       INPUT_ON_WIRE = 32 };

enum {
    STEP_PUSH, STEP_RECV, STEP_RELEASE, STEP_SET_MODE, STEP_INTERRUPT, STEP_WAIT, STEP_SET_FILTER, STEP_INFO,
    STEP_NEXT_EVENT, STEPS
};

static const uint32_t frame_input_links[] = {
    IPFUNNEL__LINK_ETHERNET, IPFUNNEL__LINK_RAW, IPFUNNEL__LINK_NETWORK, 12, 14, 228, 229,
    0, 6, 7, 8, 9, 10, 11, 50, 100, 104, 105, 106, 107, 108, 109, 113, 117, 119, 122, 123, 127, 129, 138, 163, 166, 182,
    192, 204, 205, 206, 226, 239, 242, 258, 276, 281, 282, 284, 285, 65000,
};
enum { FRAME_INPUT_LINKS = sizeof frame_input_links / sizeof *frame_input_links };

#endif
