/* fuzz_tpacket_walk.c - any bytes as a block of the ring. Byte 0 is the batch size, its upper bit whether offloads are
 * told; the rest is the block, copied to an aligned heap block of its exact size. Every byte of every frame is read, as
 * the normaliser might. */
#include "af_packet/tpacket_walk.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

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
        count = ipfunnel__tpacket_walk_next(&walk, frames, batch);
        for (int i = 0; i < count; i++) {
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
