/* equality_wire.h - datagrams as a wire carries them: what on_wire has to make of what was left to the hardware. Worked
 * out here once more, from the RFCs. */
#ifndef IPFUNNEL_TESTS_EQUALITY_WIRE_H
#define IPFUNNEL_TESTS_EQUALITY_WIRE_H
#include "equality_view.h"

enum { WIRE_MTU = 1500 };

/* None is too long for the wire, and the checksums of IPv4, TCP and UDP are right. Returns NULL, or what is wrong. */
const char *wire_wrong(const struct view *v);

/* Appends the segments of a TCP super-datagram, which has no options and no extension headers, to a view. */
void wire_cut(struct view *v, const ipfunnel_datagram *whole, uint32_t segment_size, int stream);

/* Does the checksum field hold the sum of the pseudo-header, as senders leave it to the device? So does one valid
 * checksum in 65536. */
bool wire_looks_left(const ipfunnel_datagram *d);

/* The data behind the transport header of a TCP or UDP datagram; *length of it, 0 for others. */
const uint8_t *wire_data(const ipfunnel_datagram *d, uint32_t *length);

#endif
