/* fuzz_tpacket_walk.c - any bytes as a block of the ring. Byte 0 is the batch size, its upper bit whether offloads are
 * told; the rest is the block, copied to an aligned heap block of its exact size. Every byte of every frame is read, as
 * the normaliser might. */
#include "af_packet/tpacket_walk.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* But for what struct ipfunnel__facts lists. */
static bool are_alike(const struct ipfunnel__frame *a, const struct ipfunnel__frame *b)
{
    return a->dropped_before == b->dropped_before && a->link_type == b->link_type && a->protocol == b->protocol
           && a->interface_index == b->interface_index && a->interface_name == b->interface_name
           && a->vlan_inner == b->vlan_inner && a->vlan_count == b->vlan_count && a->segment_size == b->segment_size
           && a->segmentation == b->segmentation && a->checksum_offset == b->checksum_offset
           && a->checksum_start == b->checksum_start && a->direction_source == b->direction_source
           && a->unproven == b->unproven;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum { MOST = 16 };
    if (size < 2)
        return 0;
    int batch = 1 + data[0] % MOST;
    uint8_t *block = malloc(size - 1);
    if (!block)
        return 0;
    memcpy(block, data + 1, size - 1);

    struct ipfunnel__tpacket_walk walk;
    struct ipfunnel__frame frames[MOST];
    ipfunnel__tpacket_walk_open(&walk, block, size - 1, "fuzz", data[0] & 0x80);
    uint32_t promised = walk.left, walked = 0, sum = 0;
    int count;
    do {
        uint32_t changes = walk.changes;
        count = ipfunnel__tpacket_walk_next(&walk, frames, batch);
        for (int i = 0; i < count; i++) {
            if (walk.changes == changes && !are_alike(&frames[0], &frames[i]))
                abort();
            for (uint32_t at = 0; at < frames[i].captured; at++)
                sum += frames[i].bytes[at];
            if (frames[i].captured > frames[i].original)
                abort();
        }
        walked += (uint32_t)count;
        if (walked + walk.empty + walk.left != promised)
            abort();
    } while (count == batch);
    free(block);
    return (int)(sum & 0);
}
