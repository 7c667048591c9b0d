/* tpacket_slot.h - one slot of a TPACKET_V2 receive ring in, a frame out. Pure: reads memory, makes no system call.
 * Reads nothing outside what it is given, whatever that contains. */
#ifndef IPFUNNEL_AF_PACKET_TPACKET_SLOT_H
#define IPFUNNEL_AF_PACKET_TPACKET_SLOT_H
#include "frame.h"

/* `bytes` is 8-byte aligned and has `size` readable bytes. */
struct ipfunnel__tpacket_slot {
    const uint8_t *bytes;
    size_t size;
    const char *interface_name;   /* put into every frame */
};

/* Where the frame is. */
enum ipfunnel__tpacket_content {
    IPFUNNEL__SLOT_WHOLE,         /* in the slot, as much of it as the program keeps */
    IPFUNNEL__SLOT_QUEUED,        /* longer than the slot: it waits in the socket's queue, for recv */
    IPFUNNEL__SLOT_CUT            /* longer than the slot, and there was no room in the queue either */
};
enum ipfunnel__tpacket_content ipfunnel__tpacket_slot_content(const struct ipfunnel__tpacket_slot *slot);

/* How long a queued frame is. */
uint32_t ipfunnel__tpacket_slot_length(const struct ipfunnel__tpacket_slot *slot);

/* The frame in the slot. One whose data lies outside the slot has no bytes. */
void ipfunnel__tpacket_slot_frame(const struct ipfunnel__tpacket_slot *slot, struct ipfunnel__frame *frame);

/* The frame of which recv gave `length` bytes. */
void ipfunnel__tpacket_slot_fetched(const struct ipfunnel__tpacket_slot *slot, const uint8_t *bytes, size_t length,
                                    struct ipfunnel__frame *frame);

#endif
