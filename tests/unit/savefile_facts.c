/* What our own writer stores comes back: every fact that a pcapng file can hold. */
#define TEST_NAME "savefile_facts"
#include "capture_bytes.h"
#include <ipfunnel_file.h>

static uint8_t udp4[] = { 0x45, 0, 0, 32, 0, 1, 0, 0, 64, 17, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2,
                          0x0f, 0xa0, 0, 53, 0, 12, 0, 0, 'a', 'b', 'c', 'd' };
static uint8_t udp6[] = { 0x60, 0, 0, 0, 0, 9, 17, 64, 0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1,
                          0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0x0f, 0xa0, 0x0f, 0xa1, 0, 9, 0, 1, 'x' };
static uint8_t large[300000];

#define FOUR .bytes = udp4, .length = 32, .original_length = 32, .version = 4
#define SIX .bytes = udp6, .length = 49, .original_length = 49, .version = 6
#define LARGE .bytes = large, .version = 4
#define NEVER IPFUNNEL_TIME_UNKNOWN
#define UNSURE IPFUNNEL_DROPS_UNKNOWN

static const ipfunnel_datagram datagrams[] = {
    { FOUR, .time_ns = INT64_C(1700000000123456789) },
    { FOUR, .time_ns = 0 },
    { FOUR, .time_ns = NEVER },
    { FOUR, .time_ns = -1 },
    { FOUR, .time_ns = INT64_MIN + 1 },
    { FOUR, .time_ns = INT64_C(9223372034000000000) },
    { SIX },
    { FOUR, .direction = IPFUNNEL_DIRECTION_IN, .direction_source = IPFUNNEL_SAYS_FILE },
    { FOUR, .direction = IPFUNNEL_DIRECTION_OUT, .direction_source = IPFUNNEL_SAYS_ADDRESSES },
    { FOUR, .checksum = IPFUNNEL_CHECKSUM_VALID },
    { FOUR, .checksum = IPFUNNEL_CHECKSUM_NOT_READY },
    { FOUR, .dropped_before = 17 },
    { FOUR, .dropped_before = UNSURE },
    { FOUR, .dropped_before = 9, .flags = IPFUNNEL_DROPPED_AT_LEAST },
    { FOUR, .dropped_before = 0, .flags = IPFUNNEL_DROPPED_AT_LEAST },
    { FOUR, .flags = IPFUNNEL_SEGMENTATION },
    { FOUR, .flags = IPFUNNEL_SEGMENTATION, .segment_size = 1448 },
    { FOUR, .segment_size = UINT16_MAX },
    { FOUR, .flags = IPFUNNEL_RECONSTRUCTED },
    { FOUR, .flags = IPFUNNEL_SEGMENTATION | IPFUNNEL_NOT_CUT, .segment_size = 1448 },
    { FOUR, .flags = IPFUNNEL_CHECKSUM_FILLED },
    { FOUR, .flags = IPFUNNEL_CHECKSUM_FILLED | IPFUNNEL_RECONSTRUCTED | IPFUNNEL_NOT_CUT },
    { FOUR, .vlan = { 0x2007 }, .vlan_count = 1 },
    { FOUR, .vlan = { 0 }, .vlan_count = 1 },
    { FOUR, .vlan = { 0xefff, 7 }, .vlan_count = 2 },
    { FOUR, .vlan = { 1, 2 }, .vlan_count = 3 },
    { FOUR, .vlan = { 1, 2 }, .vlan_count = 255 },
    { .bytes = udp4, .length = 28, .original_length = 32, .version = 4, .flags = IPFUNNEL_SNAPPED },
    { .bytes = udp4, .length = 28, .original_length = 32, .version = 4, .flags = IPFUNNEL_SHORT },
    { .bytes = udp4, .length = 28, .original_length = 32, .version = 4, .flags = IPFUNNEL_SHORT | IPFUNNEL_SNAPPED },
    { LARGE, .length = 100000, .original_length = 100000, .flags = IPFUNNEL_LENGTH_ASSUMED },
    { LARGE, .length = 100, .original_length = 100000, .flags = IPFUNNEL_LENGTH_ASSUMED | IPFUNNEL_SNAPPED },
    { LARGE, .length = 100, .original_length = IPFUNNEL_LENGTH_UNKNOWN,
      .flags = IPFUNNEL_LENGTH_ASSUMED | IPFUNNEL_SNAPPED },
    { SIX, .flags = IPFUNNEL_HEADER_REBUILT, .unproven = 1 << IPFUNNEL_UNPROVEN_next_header },
    { SIX, .flags = IPFUNNEL_HEADER_REBUILT, .unproven = 0xff },
    { FOUR, .time_ns = -5, .direction = IPFUNNEL_DIRECTION_IN, .direction_source = IPFUNNEL_SAYS_ADDRESSES,
      .checksum = IPFUNNEL_CHECKSUM_NOT_READY, .dropped_before = UNSURE, .segment_size = 1, .vlan = { 4094, 1 },
      .vlan_count = 9, .flags = IPFUNNEL_SEGMENTATION },
};
enum { COUNT = sizeof datagrams / sizeof *datagrams };

static void write_all(uint32_t dropped_unknown, uint32_t clock_resolution_ns)
{
    ipfunnel_writer_options o = IPFUNNEL_WRITER_OPTIONS_INIT;
    ipfunnel_writer_interface a = IPFUNNEL_WRITER_INTERFACE_INIT, b = IPFUNNEL_WRITER_INTERFACE_INIT;
    ipfunnel_statistics s = IPFUNNEL_STATISTICS_INIT;
    ipfunnel_writer *w = NULL;
    o.path = PATH;
    a.name = "eth0";
    b.name = "wg0";
    a.dropped_unknown = b.dropped_unknown = dropped_unknown;
    a.clock_resolution_ns = b.clock_resolution_ns = clock_resolution_ns;
    CHECK_INT(ipfunnel_writer_open(&w, &o, NULL), 0);
    CHECK_INT(ipfunnel_writer_add_interface(w, &a), 0);
    CHECK_INT(ipfunnel_writer_add_interface(w, &b), 1);
    for (int i = 0; i < COUNT; i++) {
        const ipfunnel_datagram *one = &datagrams[i];
        CHECK_INT(ipfunnel_writer_write(w, i % 2, &one, 1), 0);
    }
    s.available = dropped_unknown ? 0 : UINT64_C(1) << IPFUNNEL_COUNTER_dropped;
    s.dropped = 5000;
    for (int i = 0; i < 2; i++)
        CHECK_INT(ipfunnel_writer_statistics(w, i, &s, 0, 1), 0);
    CHECK_INT(ipfunnel_writer_close(w, NULL), 0);
}

static void expect_same(const ipfunnel_datagram *got, const ipfunnel_datagram *sent)
{
    CHECK_INT(got->length, sent->length);
    CHECK_BYTES(got->bytes, sent->bytes, sent->length);
    CHECK_INT(got->original_length, sent->original_length);
    CHECK_INT(got->time_ns, sent->time_ns);
    CHECK_INT(got->dropped_before, sent->dropped_before);
    CHECK_INT(got->flags, sent->flags);
    CHECK_INT(got->segment_size, sent->segment_size);
    CHECK_INT(got->vlan[0], sent->vlan[0]);
    CHECK_INT(got->vlan[1], sent->vlan[1]);
    CHECK_INT(got->vlan_count, sent->vlan_count);
    CHECK_INT(got->version, sent->version);
    CHECK_INT(got->direction, sent->direction);
    CHECK_INT(got->direction_source, sent->direction_source);
    CHECK_INT(got->checksum, sent->checksum);
    CHECK_INT(got->unproven, sent->unproven);
}

/* One at a time, so that losses are not summed up over what is not delivered. */
static void every_fact_comes_back(void)
{
    for (uint32_t dropped_unknown = 0; dropped_unknown < 2; dropped_unknown++) {
        ipfunnel_options o = read_options();
        ipfunnel_capture_info info = IPFUNNEL_CAPTURE_INFO_INIT;
        ipfunnel_statistics s = IPFUNNEL_STATISTICS_INIT;
        ipfunnel *h = NULL;
        write_all(dropped_unknown, dropped_unknown ? 1000 : 0);
        CHECK_INT(ipfunnel_open(&h, &o, NULL), 0);
        for (int i = 0; i < COUNT; i++) {
            const ipfunnel_datagram *d = NULL;
            printf("datagram %d\n", i);
            CHECK_INT(ipfunnel_recv(h, &d, 1, 0), 1);
            expect_same(d, &datagrams[i]);
            CHECK_STR(d->interface_name, i % 2 ? "wg0" : "eth0");
            CHECK_INT(d->interface_index, i % 2 + 1);
        }
        expect_end(h);
        CHECK_INT(ipfunnel_info(h, &info), 0);
        CHECK_INT(info.link_type, 101);
        CHECK_INT(info.clock_resolution_ns, dropped_unknown ? 1000 : 1);
        CHECK_INT(ipfunnel_stats(h, &s), 0);
        CHECK_INT(s.available >> IPFUNNEL_COUNTER_dropped & 1, !dropped_unknown);
        if (!dropped_unknown)
            CHECK_INT(s.dropped, 2 * 5000);
        close_bytes(h);
    }
}

/* The limit of the writer cuts; the cut is told, the length stays. */
static void the_snap_length_of_the_writer_is_a_cut(void)
{
    ipfunnel_writer_options o = IPFUNNEL_WRITER_OPTIONS_INIT;
    ipfunnel_writer_interface a = IPFUNNEL_WRITER_INTERFACE_INIT;
    ipfunnel_options r = read_options();
    ipfunnel_writer *w = NULL;
    ipfunnel *h = NULL;
    o.path = PATH;
    a.snap_length = 30;
    CHECK_INT(ipfunnel_writer_open(&w, &o, NULL), 0);
    CHECK_INT(ipfunnel_writer_add_interface(w, &a), 0);
    const ipfunnel_datagram *one = &datagrams[0], *d = NULL;
    CHECK_INT(ipfunnel_writer_write(w, 0, &one, 1), 0);
    CHECK_INT(ipfunnel_writer_close(w, NULL), 0);
    CHECK_INT(ipfunnel_open(&h, &r, NULL), 0);
    CHECK_INT(ipfunnel_recv(h, &d, 1, 0), 1);
    CHECK_INT(d->length, 30);
    CHECK_INT(d->original_length, 32);
    CHECK_INT(d->flags, IPFUNNEL_SNAPPED);
    close_bytes(h);
}

int main(void)
{
    memcpy(large, udp4, 20);
    large[3] = 0;                                         /* total length 0, as BIG TCP and offloading leave it */
    RUN(every_fact_comes_back);
    RUN(the_snap_length_of_the_writer_is_a_cut);
    return 0;
}
