/* af_packet_views_posix.c - datagrams are views into the ring: all in one mapping, unchanged until they are given back
 * however much traffic there is, and cut by the snap length. */
#define _GNU_SOURCE
#include "live_posix.h"
#include <inttypes.h>
#include <unistd.h>

/* The mapping of this process that `address` lies in. */
static void mapping_of(const uint8_t *address, uintptr_t *start, uintptr_t *end)
{
    char line[512];
    FILE *maps = fopen("/proc/self/maps", "r");
    CHECK(maps);
    *start = *end = 0;
    while (fgets(line, sizeof line, maps)) {
        uintptr_t from, to;
        if (sscanf(line, "%" SCNxPTR "-%" SCNxPTR, &from, &to) == 2 && (uintptr_t)address >= from &&
            (uintptr_t)address < to) {
            *start = from;
            *end = to;
        }
    }
    fclose(maps);
}

static void views_lie_in_the_ring_and_stay_unchanged(void)
{
    enum { VIEWS = 64, SIZE = 200 };
    static uint8_t copies[VIEWS][SIZE];
    const ipfunnel_datagram *datagrams[VIEWS];
    ipfunnel_capture_info info = IPFUNNEL_CAPTURE_INFO_INIT;
    ipfunnel *capture = NULL;
    int sender = sender_on("va"), count = 0;
    for (int attempt = 0; attempt < 10 && count < VIEWS; attempt++) {    /* unless a block ends among them */
        ipfunnel_close(capture);
        capture = open_live(OPTIONS(.ring_bytes = 1, .latency_us = 100000), "va", IPFUNNEL_MODE_ON);
        for (uint32_t number = 0; number < VIEWS; number++)
            CHECK_INT(send_number(sender, VB, number, SIZE), 0);
        count = ipfunnel_recv(capture, datagrams, VIEWS, 5000);
    }
    CHECK_INT(count, VIEWS);
    CHECK_INT(ipfunnel_info(capture, &info), 0);
    uintptr_t start, end;
    mapping_of(datagrams[0]->bytes, &start, &end);
    CHECK_INT(end - start, info.buffer_bytes);
    for (int i = 0; i < count; i++) {
        CHECK_INT(datagrams[i]->length, SIZE);
        CHECK((uintptr_t)datagrams[i]->bytes >= start && (uintptr_t)datagrams[i]->bytes + SIZE <= end);
        memcpy(copies[i], datagrams[i]->bytes, SIZE);
    }
    for (uint32_t number = 0; number < 5000; number++)    /* many times the ring */
        CHECK_INT(send_number(sender, VB, VIEWS + number, 1400), 0);
    CHECK(stats_of(capture).dropped > 0);
    for (int i = 0; i < count; i++)
        CHECK_BYTES(datagrams[i]->bytes, copies[i], SIZE);
    close(sender);
    ipfunnel_close(capture);
}

static void the_ring_is_rounded_up_to_blocks(void)
{
    const struct { uint64_t asked, obtained; } rings[] = {
        { .asked = 0, .obtained = 16 << 20 },
        { .asked = 1, .obtained = 512 << 10 },
        { .asked = (512 << 10) + 1, .obtained = 768 << 10 },
        { .asked = (16 << 20) + 1, .obtained = (16 << 20) + (256 << 10) },
    };
    for (size_t i = 0; i < sizeof rings / sizeof *rings; i++) {
        ipfunnel_capture_info info = IPFUNNEL_CAPTURE_INFO_INIT;
        ipfunnel *capture = open_live(OPTIONS(.ring_bytes = rings[i].asked), "va", IPFUNNEL_MODE_OFF);
        CHECK_INT(ipfunnel_info(capture, &info), 0);
        CHECK_INT(info.buffer_bytes, rings[i].obtained);
        CHECK_INT(info.link_type, 1);
        CHECK_INT(info.clock_resolution_ns, 1);
        CHECK_STR(info.clock, "kernel");
        ipfunnel_close(capture);
    }
}

static void snap_length_cuts_and_the_original_length_stays(void)
{
    const uint32_t snaps[] = { 20, 100, 300, 1000 };
    int sender = sender_on("va");
    for (size_t i = 0; i < sizeof snaps / sizeof *snaps; i++) {
        const ipfunnel_datagram *datagrams[4];
        ipfunnel *capture = open_live(OPTIONS(.snap_length = snaps[i]), "va", IPFUNNEL_MODE_ON);
        CHECK_INT(send_number(sender, VB, 7, 1400), 0);
        CHECK_INT(send_number(sender, VB, 8, SMALLEST), 0);
        for (int number = 0; number < 2; number++) {
            CHECK_INT(ipfunnel_recv(capture, datagrams, 1, 5000), 1);
            uint32_t size = number == 0 ? 1400 : SMALLEST;
            CHECK_INT(datagrams[0]->original_length, size);
            CHECK_INT(datagrams[0]->length, size < snaps[i] ? size : snaps[i]);
            CHECK_INT((datagrams[0]->flags & IPFUNNEL_SNAPPED) != 0, size > snaps[i]);
            CHECK(!(datagrams[0]->flags & IPFUNNEL_SHORT));
        }
        ipfunnel_close(capture);
    }
    close(sender);
}

int main(void)
{
    RUN(views_lie_in_the_ring_and_stay_unchanged);
    if (!getenv("LIVE_LATENCY_US"))               /* else it is one of slots */
        RUN(the_ring_is_rounded_up_to_blocks);
    RUN(snap_length_cuts_and_the_original_length_stays);
    return 0;
}
