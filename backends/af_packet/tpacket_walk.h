/* tpacket_walk.h - one block of a TPACKET_V3 receive ring in, frames out. Pure: reads memory, makes no system call. */
#ifndef IPFUNNEL_AF_PACKET_TPACKET_WALK_H
#define IPFUNNEL_AF_PACKET_TPACKET_WALK_H
#include "frame_places.h"

/* Where a walk through a block stands. All zero: nothing left. The block belongs to the ring; the frames that the walk
 * gave out end when the block is given back to the kernel. */
struct ipfunnel__tpacket_walk {
    const uint8_t *block;
    size_t size;
    size_t offset;                /* of the next entry */
    uint32_t left;                /* entries that the block header promises beyond those walked */
    uint32_t empty;               /* entries walked that hold no frame: only where offloads are told */
    bool tells_offloads;          /* a struct virtio_net_hdr stands in front of each frame */
    const char *interface_name;   /* put into every frame */

    /* Frames of an Ethernet-like device differ in little. What they have in common is put once into places. */
    bool plain;                   /* places.like is such a frame; the next ones are expected to be like it */
    uint8_t facts_of_type[8];     /* by packet type */
    uint64_t device;              /* as the entries have it */
    struct ipfunnel__frame_places places;
    uint32_t changes;             /* while it stays the same, frames are alike in the sense of struct ipfunnel__facts */
};

/* Starts at the first entry of a block. `block` is 8-byte aligned and has `size` readable bytes; the walk reads nothing
 * outside them, whatever they contain. */
void ipfunnel__tpacket_walk_open(struct ipfunnel__tpacket_walk *walk, const uint8_t *block, size_t size,
                                 const char *interface_name, bool tells_offloads);

/* Goes on in another block, of the same ring. */
void ipfunnel__tpacket_walk_on(struct ipfunnel__tpacket_walk *walk, const uint8_t *block);

/* Somebody wrote to frames that were given out. */
static inline void ipfunnel__tpacket_walk_forget_places(struct ipfunnel__tpacket_walk *walk)
{
    ipfunnel__places_forget(&walk->places);
    walk->changes++;
}

/* Fills up to max frames and returns how many. Fewer than max: the block is finished. What it wrote to them before, in
 * this block or another, is still there, or was forgotten. An entry whose data lies outside the block still is a frame,
 * of no bytes, so that every entry the kernel counted is accounted for; one that it left empty it counted as dropped.
 * When the chain of entries itself leads nowhere the walk ends, and `left` says how many entries were lost. */
int ipfunnel__tpacket_walk_next(struct ipfunnel__tpacket_walk *walk, struct ipfunnel__frame *frames, int max);

#endif
