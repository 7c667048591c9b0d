#define _GNU_SOURCE
#include "slot_ring.h"
#include "error.h"
#include "packet_socket.h"
#include "tpacket_slot.h"
#include <errno.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

/* HEADROOM: what the kernel writes in front of a frame, link header and tags. The longest usual frame is a
 * super-datagram of 65535 bytes; those of BIG TCP have up to 512 KiB. A block is what the kernel allocates in one
 * piece. */
enum { HEADROOM = 192, SLOT_MINIMUM = 2048, SLOT_MAXIMUM = 16384, LONG_SLOT = 17 * 4096, LONG_SLOTS_PER_BLOCK = 15,
       BLOCK = 128 << 10, QUEUE_MINIMUM = 256 << 10, QUEUE_MAXIMUM = 256 << 20, FETCH_ROOM = 1 << 20 };

/* A shorter pause than half of that would last longer than the latency: timers of programs are 50 us late. */
enum { PAUSE_FROM_US = 100 };

static uint32_t queue_wanted(uint64_t bytes)
{
    uint64_t half = bytes / 2;
    return half < QUEUE_MINIMUM ? QUEUE_MINIMUM : half > QUEUE_MAXIMUM ? QUEUE_MAXIMUM : (uint32_t)half;
}

struct ipfunnel__slot_ring_size ipfunnel__slot_ring_size(uint64_t bytes, uint32_t mtu, uint64_t queue_bytes,
                                                         uint32_t page_size)
{
    uint32_t slot = SLOT_MINIMUM, block = BLOCK;
    uint64_t need = (uint64_t)mtu + HEADROOM;
    while (slot < need && need <= SLOT_MAXIMUM)   /* a larger MTU, of loopback, says little about the frames */
        slot *= 2;
    uint32_t wanted = queue_wanted(bytes);
    if (queue_bytes >= wanted) {
        bytes -= bytes < wanted ? bytes : wanted;
    } else if (page_size <= 4096) {
        slot = LONG_SLOT;
        block = slot * LONG_SLOTS_PER_BLOCK;      /* just below a power of two, by which the kernel allocates */
    } else {
        slot = BLOCK;
    }
    if (block < page_size)
        block = page_size;
    if (bytes > UINT64_MAX - block)               /* rounding up must not wrap */
        bytes = UINT64_MAX - block;
    uint64_t blocks = bytes / block + (bytes % block != 0);
    if (blocks < 1 + (slot == block))
        blocks = 1 + (slot == block);
    return (struct ipfunnel__slot_ring_size){
        .ring = { .bytes = blocks * block, .cell_size = slot, .cell_count = blocks * (block / slot) },
        .block_size = block,
    };
}

/* Unknown is no error: it only decides on how long slots are. */
static uint32_t mtu_of(int fd, const char *interface_name)
{
    struct ifreq request = { .ifr_mtu = 0 };
    snprintf(request.ifr_name, sizeof request.ifr_name, "%s", interface_name);
    return ioctl(fd, SIOCGIFMTU, &request) || request.ifr_mtu < 0 ? 0 : (uint32_t)request.ifr_mtu;
}

/* The kernel doubles what it is asked for. Returns what the queue can have now; 0: nothing is queued. */
static uint64_t make_queue(int fd, uint32_t bytes)
{
    int half = (int)(bytes / 2), queue = 0, yes = 1;
    socklen_t size = sizeof queue;
    if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &half, sizeof half))
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &half, sizeof half);
    if (setsockopt(fd, SOL_PACKET, PACKET_COPY_THRESH, &yes, sizeof yes)
        || getsockopt(fd, SOL_SOCKET, SO_RCVBUF, &queue, &size) || queue < 0)
        return 0;
    return (uint64_t)queue;
}

static int allocate(struct ipfunnel__packet_ring *ring, const struct ipfunnel__request *request,
                    struct ipfunnel__ring_size *size, ipfunnel_error *error)
{
    uint64_t queue_bytes = make_queue(ring->fd, queue_wanted(request->ring_bytes));
    struct ipfunnel__slot_ring_size slots = ipfunnel__slot_ring_size(
        request->ring_bytes, mtu_of(ring->fd, request->interface_name), queue_bytes, (uint32_t)sysconf(_SC_PAGESIZE));
    *size = slots.ring;
    int status = ipfunnel__packet_ring_check(size, error);
    if (status)
        return status;
    struct tpacket_req layout = {
        .tp_block_size = slots.block_size,
        .tp_block_nr = (unsigned)(size->bytes / slots.block_size),
        .tp_frame_size = size->cell_size,
        .tp_frame_nr = (unsigned)size->cell_count,
    };
    status = ipfunnel__packet_ring_allocate(ring, TPACKET_V2, &layout, sizeof layout, size->bytes, error);
    if (status)
        return status;
    ring->fetched = malloc(FETCH_ROOM);           /* no page of it is there before it is needed */
    if (!ring->fetched)
        return ipfunnel__no_memory(error, "malloc");
    ring->queue_bytes = queue_bytes;
    if (request->latency_us >= PAUSE_FROM_US) {
        ring->latency_us = request->latency_us;
        ring->pause_us = request->latency_us / 2;
    }
    return IPFUNNEL_OK;
}

static struct ipfunnel__tpacket_slot slot_at(const struct ipfunnel__packet_ring *ring, const uint8_t *bytes)
{
    return (struct ipfunnel__tpacket_slot){
        .bytes = bytes,
        .size = ring->cell_size,
        .interface_name = ring->interface_name,
    };
}

/* False: there is no room for it before the frames that were fetched have been given back. */
static bool fetch(struct ipfunnel__packet_ring *ring, const struct ipfunnel__tpacket_slot *slot,
                  struct ipfunnel__frame *frame)
{
    size_t room = FETCH_ROOM - ring->fetched_bytes, need = ipfunnel__tpacket_slot_length(slot);
    uint8_t *at = ring->fetched + ring->fetched_bytes;
    if (need > room && ring->fetched_bytes > 0)
        return false;
    ssize_t got = recv(ring->fd, at, room, MSG_DONTWAIT);
    if (got < 0 && errno != EAGAIN) {             /* the socket's error comes first, and only once */
        ring->socket_error = errno;
        got = recv(ring->fd, at, room, MSG_DONTWAIT);
    }
    if (got >= 0) {
        ipfunnel__tpacket_slot_fetched(slot, at, (size_t)got, frame);
        ring->fetched_bytes += ((size_t)got + 7) / 8 * 8;
    } else {
        ipfunnel__tpacket_slot_frame(slot, frame);
    }
    return true;
}

static int take(struct ipfunnel__packet_ring *ring, struct ipfunnel__frame *frames, int max)
{
    int count = 0;
    uint8_t *bytes;
    while (count < max && ring->walked < ring->walk_to && (bytes = ipfunnel__packet_ring_enter(ring)) != NULL) {
        const struct ipfunnel__tpacket_slot slot = slot_at(ring, bytes);
        enum ipfunnel__tpacket_content content = ipfunnel__tpacket_slot_content(&slot);
        if (content == IPFUNNEL__SLOT_WHOLE)
            ipfunnel__tpacket_slot_frame(&slot, &frames[count]);
        else if (content == IPFUNNEL__SLOT_QUEUED && !fetch(ring, &slot, &frames[count]))
            break;
        ring->held++;
        ring->walked++;
        if (content == IPFUNNEL__SLOT_CUT) {
            ring->lost_carry++;
            continue;
        }
        frames[count++].dropped_before = ring->lost_carry;
        ring->lost_carry = 0;
    }
    return count;
}

static bool is_lost(const struct ipfunnel__packet_ring *ring, const uint8_t *bytes)
{
    const struct ipfunnel__tpacket_slot slot = slot_at(ring, bytes);
    return ipfunnel__tpacket_slot_content(&slot) == IPFUNNEL__SLOT_CUT;
}

const struct ipfunnel__ring_kind ipfunnel__slot_ring = {
    .status_offset = offsetof(struct tpacket2_hdr, tp_status),
    .allocate = allocate,
    .take = take,
    .is_lost = is_lost,
};
