#define _GNU_SOURCE
#include "wire_reference_posix.h"
#include "check.h"
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/socket.h>

enum { BLOCK = 1 << 20, BLOCKS = 64, SHOWN = 3 };

struct fingerprints *fingerprints_make(size_t room)
{
    struct fingerprints *set = mmap(NULL, sizeof *set + room * sizeof *set->items, PROT_READ | PROT_WRITE,
                                    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    CHECK(set != MAP_FAILED);
    set->room = room;
    return set;
}

static uint64_t mix(uint64_t hash, uint64_t word)
{
    hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
    return hash ^ hash >> 29;
}

void fingerprints_add(struct fingerprints *set, const uint8_t *bytes, uint32_t length)
{
    CHECK(set->count < set->room);
    struct fingerprint *f = &set->items[set->count];
    *f = (struct fingerprint){ .hash = { length, UINT64_MAX - length }, .length = length };
    for (uint32_t at = 0; at < length; at += 8) {
        uint64_t word = 0;
        memcpy(&word, bytes + at, length - at < 8 ? length - at : 8);
        f->hash[0] = mix(f->hash[0], word);
        f->hash[1] = mix(f->hash[1], word << 32 | word >> 32);
    }
    memcpy(f->head, bytes, length < FINGERPRINT_HEAD ? length : FINGERPRINT_HEAD);
    set->count++;
}

static int by_hash(const void *a, const void *b)
{
    return memcmp(((const struct fingerprint *)a)->hash, ((const struct fingerprint *)b)->hash, 16);
}

static void show(const struct fingerprint *f, const char *name, size_t nth)
{
    if (nth >= SHOWN)
        return;
    printf("only %s, %u bytes: ", name, f->length);
    for (uint32_t i = 0; i < f->length && i < FINGERPRINT_HEAD; i++)
        printf("%02x", f->head[i]);
    printf("\n");
}

size_t fingerprints_differ(struct fingerprints *a, const char *name_a, struct fingerprints *b, const char *name_b)
{
    size_t i = 0, k = 0, only_a = 0, only_b = 0;
    qsort(a->items, a->count, sizeof *a->items, by_hash);
    qsort(b->items, b->count, sizeof *b->items, by_hash);
    while (i < a->count || k < b->count) {
        int order = i == a->count ? 1 : k == b->count ? -1 : by_hash(&a->items[i], &b->items[k]);
        if (order < 0)
            show(&a->items[i++], name_a, only_a++);
        else if (order > 0)
            show(&b->items[k++], name_b, only_b++);
        else
            i++, k++;
    }
    return only_a + only_b;
}

void reference_open(struct reference_ring *ring, const char *device)
{
    int version = TPACKET_V3;
    struct tpacket_req3 request = { .tp_block_size = BLOCK, .tp_block_nr = BLOCKS, .tp_frame_size = BLOCK,
                                    .tp_frame_nr = BLOCKS, .tp_retire_blk_tov = 1 };
    struct sockaddr_ll at = { .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL),
                              .sll_ifindex = (int)if_nametoindex(device) };
    *ring = (struct reference_ring){ .fd = socket(AF_PACKET, SOCK_RAW, 0) };
    CHECK(ring->fd >= 0);
    CHECK_INT(setsockopt(ring->fd, SOL_PACKET, PACKET_VERSION, &version, sizeof version), 0);
    CHECK_INT(setsockopt(ring->fd, SOL_PACKET, PACKET_RX_RING, &request, sizeof request), 0);
    ring->map = mmap(NULL, (size_t)BLOCK * BLOCKS, PROT_READ | PROT_WRITE, MAP_SHARED, ring->fd, 0);
    CHECK(ring->map != MAP_FAILED);
    CHECK_INT(bind(ring->fd, (const struct sockaddr *)&at, sizeof at), 0);
}

void reference_drain(struct reference_ring *ring, void (*frame)(const uint8_t *bytes, uint32_t length))
{
    for (;; ring->block = (ring->block + 1) % BLOCKS) {
        struct tpacket_block_desc *block = (void *)(ring->map + (size_t)ring->block * BLOCK);
        _Atomic uint32_t *status = (_Atomic uint32_t *)&block->hdr.bh1.block_status;
        if (!(atomic_load_explicit(status, memory_order_acquire) & TP_STATUS_USER))
            return;
        const uint8_t *entry = (const uint8_t *)block + block->hdr.bh1.offset_to_first_pkt;
        for (uint32_t i = 0; i < block->hdr.bh1.num_pkts; i++) {
            const struct tpacket3_hdr *header = (const void *)entry;
            CHECK_INT(header->tp_snaplen, header->tp_len);
            frame(entry + header->tp_mac, header->tp_snaplen);
            entry += header->tp_next_offset;
        }
        atomic_store_explicit(status, TP_STATUS_KERNEL, memory_order_release);
    }
}

uint32_t reference_drops(struct reference_ring *ring)
{
    struct tpacket_stats_v3 counters = { 0 };
    socklen_t size = sizeof counters;
    CHECK_INT(getsockopt(ring->fd, SOL_PACKET, PACKET_STATISTICS, &counters, &size), 0);
    return counters.tp_drops;
}
