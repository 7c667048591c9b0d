/* memory_ring.c - the memory backend's ring: wrapping, filling up, giving back. Random sizes and batch sizes against a
 * plain queue as the model. */
#include "check.h"
#include <ipfunnel.h>

enum { QUEUE = 4096, RING = 64 * 1024 };

static ipfunnel *open_ring(uint64_t bytes)
{
    ipfunnel_options o = IPFUNNEL_OPTIONS_INIT;
    ipfunnel_error e;
    ipfunnel *h = NULL;
    o.backend = "memory";
    o.start = IPFUNNEL_MODE_ON;
    o.ring_bytes = bytes;
    if (ipfunnel_open(&h, &o, &e)) {
        fprintf(stderr, "%s\n", e.text);
        exit(1);
    }
    return h;
}

/* A raw IPv4 datagram of `size` bytes whose identification is `number`. */
static int push(ipfunnel *h, uint32_t size, uint16_t number)
{
    static uint8_t bytes[65535];
    memset(bytes, number & 0xff, size);
    bytes[0] = 0x45;
    bytes[2] = (uint8_t)(size >> 8);
    bytes[3] = (uint8_t)size;
    bytes[4] = (uint8_t)(number >> 8);
    bytes[5] = (uint8_t)number;
    ipfunnel_frame f = IPFUNNEL_FRAME_INIT;
    f.bytes = bytes;
    f.captured_length = size;
    f.link_type = 101;
    return ipfunnel_push(h, &f);
}

static uint32_t random_state = 12345;
static uint32_t random_below(uint32_t n)
{
    random_state = random_state * 1664525u + 1013904223u;
    return (random_state >> 8) % n;
}

static void everything_accepted_comes_out_in_order(void)
{
    ipfunnel *h = open_ring(RING);
    static struct { uint32_t size; uint16_t number; } queue[QUEUE];
    size_t head = 0, tail = 0;
    uint64_t accepted = 0, refused = 0, lost_seen = 0;
    uint16_t number = 0;
    for (int round = 0; round < 20000; round++) {
        for (uint32_t i = random_below(12); i; i--) {
            uint32_t size = 20 + random_below(random_below(10) ? 1500 : 40000);
            int status = push(h, size, ++number);
            CHECK(status == IPFUNNEL_OK || status == IPFUNNEL_ENOBUFS);
            if (status) {
                refused++;
                continue;
            }
            accepted++;
            queue[tail % QUEUE].size = size;
            queue[tail++ % QUEUE].number = number;
            CHECK(tail - head < QUEUE);
        }
        const ipfunnel_datagram *d[16];
        int n = ipfunnel_recv(h, d, 1 + (int)random_below(16), 0);
        for (int i = 0; i < n; i++, head++) {
            CHECK(head < tail);
            CHECK_INT(d[i]->length, queue[head % QUEUE].size);
            CHECK_INT(d[i]->bytes[4] << 8 | d[i]->bytes[5], queue[head % QUEUE].number);
            CHECK_INT(d[i]->bytes[d[i]->length - 1], queue[head % QUEUE].number & 0xff);
            lost_seen += d[i]->dropped_before;
        }
        CHECK(n > 0 || head == tail);
    }
    CHECK(refused > 100);
    CHECK(accepted > 10000);
    ipfunnel_statistics s = IPFUNNEL_STATISTICS_INIT;
    CHECK_INT(ipfunnel_stats(h, &s), 0);
    CHECK_INT(s.frames, accepted);
    CHECK_INT(s.dropped, refused);
    CHECK_INT(s.pending, tail - head);
    CHECK(lost_seen <= refused);
    ipfunnel_close(h);
}

static void drops_are_told_before_the_next_datagram(void)
{
    ipfunnel *h = open_ring(4096);
    const ipfunnel_datagram *d[64];
    uint64_t refused = 0;
    while (push(h, 1000, 1) == 0)
        continue;
    refused++;
    CHECK_INT(push(h, 1000, 2), IPFUNNEL_ENOBUFS);
    refused++;
    CHECK_CONTAINS(ipfunnel_last_error(h)->text, "full");
    int n = ipfunnel_recv(h, d, 64, 0);
    CHECK(n > 1);
    for (int i = 0; i < n; i++)
        CHECK_INT(d[i]->dropped_before, 0);
    ipfunnel_release(h);
    CHECK_INT(push(h, 1000, 3), 0);
    CHECK_INT(ipfunnel_recv(h, d, 64, 0), 1);
    CHECK_INT(d[0]->dropped_before, refused);
    ipfunnel_close(h);
}

static void a_frame_larger_than_the_ring_is_dropped(void)
{
    ipfunnel *h = open_ring(4096);
    CHECK_INT(push(h, 40000, 1), IPFUNNEL_ENOBUFS);
    CHECK_INT(push(h, 100, 2), 0);
    ipfunnel_close(h);
}

static void an_impossible_ring_is_enomem(void)
{
    ipfunnel_options o = IPFUNNEL_OPTIONS_INIT;
    ipfunnel_error e;
    ipfunnel *h = NULL;
    o.backend = "memory";
    o.ring_bytes = UINT64_MAX;
    CHECK_INT(ipfunnel_open(&h, &o, &e), IPFUNNEL_ENOMEM);
    CHECK(!h);
    CHECK_CONTAINS(e.remedy, "smaller");
}

int main(void)
{
    RUN(everything_accepted_comes_out_in_order);
    RUN(drops_are_told_before_the_next_datagram);
    RUN(a_frame_larger_than_the_ring_is_dropped);
    RUN(an_impossible_ring_is_enomem);
    return 0;
}
