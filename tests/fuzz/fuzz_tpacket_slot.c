/* fuzz_tpacket_slot.c - any bytes as a slot of the ring, and as what the socket's queue gives for it. The first two
 * bytes say where the one ends and the other begins; both are copied to heap blocks of their exact size. Every byte of
 * every frame is read, as the normaliser might. */
#include "af_packet/tpacket_slot.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint8_t *copy(const uint8_t *data, size_t size)
{
    uint8_t *bytes = malloc(size ? size : 1);
    if (!bytes)
        abort();
    memcpy(bytes, data, size);
    return bytes;
}

static uint32_t read_all(const struct ipfunnel__frame *frame)
{
    uint32_t sum = 0;
    for (uint32_t at = 0; at < frame->captured; at++)
        sum += frame->bytes[at];
    if (frame->captured > frame->original)
        abort();
    return sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    size_t split = (size_t)(data[0] << 8 | data[1]) % (size - 1);
    uint8_t *bytes = copy(data + 2, split), *queued = copy(data + 2 + split, size - 2 - split);
    const struct ipfunnel__tpacket_slot slot = { .bytes = bytes, .size = split, .interface_name = "fuzz" };
    struct ipfunnel__frame frame;
    ipfunnel__tpacket_slot_frame(&slot, &frame);
    uint32_t sum = read_all(&frame);
    if (ipfunnel__tpacket_slot_content(&slot) == IPFUNNEL__SLOT_CUT && frame.captured == frame.original
        && frame.captured > 0)
        abort();
    ipfunnel__tpacket_slot_fetched(&slot, queued, size - 2 - split, &frame);
    sum += read_all(&frame);
    free(bytes);
    free(queued);
    return (int)(sum & 0);
}
