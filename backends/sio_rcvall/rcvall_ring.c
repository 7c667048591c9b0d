#include "rcvall_ring.h"
#include <stdlib.h>

enum { SLOT_BYTES = IPFUNNEL__HEADROOM + IPFUNNEL__RECEIVE_BYTES };

bool ipfunnel__ring_open(struct ipfunnel__ring *ring, uint64_t bytes)
{
    uint64_t wanted = bytes / SLOT_BYTES;
    uint32_t size = wanted < IPFUNNEL__LEAST_RECEIVES  ? IPFUNNEL__LEAST_RECEIVES
                    : wanted > IPFUNNEL__MOST_RECEIVES ? IPFUNNEL__MOST_RECEIVES
                                                       : (uint32_t)wanted;
    size_t head = size * sizeof(struct ipfunnel__receive);
    ring->receives = malloc(head + (size_t)size * SLOT_BYTES);
    if (!ring->receives)
        return false;
    uint8_t *bytes_at = (uint8_t *)ring->receives + head;
    for (uint32_t i = 0; i < size; i++, bytes_at += SLOT_BYTES)
        ring->receives[i] = (struct ipfunnel__receive){ .bytes = bytes_at + IPFUNNEL__HEADROOM };
    ring->size = size;
    ring->first = ring->held = ring->posted = ring->repeated = 0;
    return true;
}

static struct ipfunnel__receive *number(const struct ipfunnel__ring *ring, uint32_t behind_first)
{
    return &ring->receives[(ring->first + behind_first) % ring->size];
}

static int post(struct ipfunnel__ring *ring, struct ipfunnel__receive *receive)
{
    int code = ring->with_facts ? ipfunnel__winsock_receive_message(ring->socket, &receive->call, receive->bytes,
                                                                    IPFUNNEL__RECEIVE_BYTES, ring->event)
                                : ipfunnel__winsock_receive(ring->socket, &receive->call, receive->bytes,
                                                            IPFUNNEL__RECEIVE_BYTES, ring->event);
    receive->cut = code == IPFUNNEL__WSAEMSGSIZE;
    return code == IPFUNNEL__WSA_IO_PENDING || receive->cut ? 0 : code;
}

int ipfunnel__ring_post(struct ipfunnel__ring *ring)
{
    int code = 0;
    while (ring->receives && ring->held + ring->posted < ring->size && code == 0) {
        code = post(ring, number(ring, ring->held + ring->posted));
        ring->posted += code == 0;
    }
    return code;
}

static bool ended(const struct ipfunnel__receive *receive)
{
    return receive->cut || ipfunnel__winsock_done(&receive->call);
}

bool ipfunnel__ring_ready(const struct ipfunnel__ring *ring)
{
    return ring->posted > 0 && ended(number(ring, ring->held));
}

uint32_t ipfunnel__ring_ready_count(const struct ipfunnel__ring *ring)
{
    uint32_t count = 0;
    while (count < ring->posted && ended(number(ring, ring->held + count)))
        count++;
    return count;
}

int ipfunnel__ring_peek(const struct ipfunnel__ring *ring, struct ipfunnel__taken *taken)
{
    if (!ipfunnel__ring_ready(ring))
        return IPFUNNEL__WSA_IO_PENDING;
    struct ipfunnel__receive *receive = number(ring, ring->held);
    uint32_t length = 0;
    int code = ipfunnel__winsock_result(ring->socket, &receive->call, &length);
    bool cut = receive->cut || code == IPFUNNEL__WSAEMSGSIZE;
    if (code != 0 && !cut)
        return code;
    if (length > IPFUNNEL__RECEIVE_BYTES || (cut && length == 0))
        length = IPFUNNEL__RECEIVE_BYTES;
    *taken = (struct ipfunnel__taken){ .bytes = receive->bytes, .length = length, .cut = cut };
    if (ring->with_facts)
        ipfunnel__winsock_facts(&receive->call, &taken->facts);
    return 0;
}

int ipfunnel__ring_take(struct ipfunnel__ring *ring, struct ipfunnel__taken *taken)
{
    int code = ipfunnel__ring_peek(ring, taken);
    if (code != IPFUNNEL__WSA_IO_PENDING) {
        ring->held++;
        ring->posted--;
    }
    return code;
}

void ipfunnel__ring_release(struct ipfunnel__ring *ring)
{
    if (ring->size > 0)
        ring->first = (ring->first + ring->held) % ring->size;
    ring->held = 0;
}

bool ipfunnel__ring_busy(const struct ipfunnel__ring *ring)
{
    for (uint32_t i = 0; i < ring->posted; i++)
        if (!ended(number(ring, ring->held + i)))
            return true;
    return false;
}

void ipfunnel__ring_close(struct ipfunnel__ring *ring)
{
    free(ring->receives);
    ring->receives = NULL;
    ring->size = ring->held = ring->posted = 0;
}
