/* pcap files and their relatives: byte orders, times, lengths, the variants. */
#define TEST_NAME "savefile_pcap"
#include "capture_bytes.h"

enum { V24 = 2 << 16 | 4 };
#define SECOND INT64_C(1000000000)

static void both_orders_and_both_resolutions_are_read(void)
{
    static const struct {
        uint32_t magic;
        int64_t ns;
    } rows[] = { { 0xa1b2c3d4, 123456000 }, { 0xa1b23c4d, 123456 } };
    for (int order = 0; order < 2; order++)
        for (int i = 0; i < 2; i++) {
            struct file f = { .big_endian = order };
            pcap_header(&f, rows[i].magic, V24, 101);
            pcap_record(&f, 1700000000, 123456, 1);
            pcap_record(&f, UINT32_MAX, 0, 2);
            ipfunnel *h = open_bytes(&f);
            const ipfunnel_datagram *d = next_is(h, 1);
            CHECK_INT(d->time_ns, 1700000000 * SECOND + rows[i].ns);
            CHECK_INT(d->length, NUMBERED);
            CHECK_BYTES(d->bytes, numbered(1), NUMBERED);
            CHECK_INT(d->original_length, NUMBERED);
            CHECK_INT(d->direction, IPFUNNEL_DIRECTION_UNKNOWN);
            CHECK_INT(d->interface_index, 0);
            CHECK_STR(d->interface_name, "");
            CHECK(d->dropped_before == IPFUNNEL_DROPS_UNKNOWN);
            CHECK_INT(next_is(h, 2)->time_ns, INT64_C(4294967295) * SECOND);
            expect_end(h);
            ipfunnel_capture_info info = IPFUNNEL_CAPTURE_INFO_INIT;
            CHECK_INT(ipfunnel_info(h, &info), 0);
            CHECK_INT(info.link_type, 101);
            CHECK_INT(info.clock_resolution_ns, i ? 1 : 1000);
            CHECK_STR(info.clock, "file");
            CHECK_STR(info.interface_name, PATH);
            CHECK_INT(info.file_size, f.length);
            CHECK_INT(info.file_position, f.length);
            close_bytes(h);
        }
}

static void a_fraction_beyond_one_second_carries(void)
{
    struct file f = { .big_endian = false };
    pcap_header(&f, 0xa1b2c3d4, V24, 101);
    pcap_record(&f, UINT32_MAX, UINT32_MAX, 1);
    ipfunnel *h = open_bytes(&f);
    CHECK_INT(next_is(h, 1)->time_ns, INT64_C(4294967295) * SECOND + INT64_C(4294967295000));
    close_bytes(h);
}

/* Two lengths; which comes first depends on the version, and in 2.3 on themselves. */
static void old_versions_have_the_original_length_first(void)
{
    static const struct {
        uint32_t version, first, second;
    } rows[] = {
        { 2 << 16 | 4, 24, NUMBERED },   { 2 << 16 | 2, NUMBERED, 24 }, { 2 << 16, NUMBERED, 24 },
        { 543u << 16, NUMBERED, 24 },    { 2 << 16 | 3, 24, NUMBERED }, { 2 << 16 | 3, NUMBERED, 24 },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct file f = { .big_endian = true };
        pcap_header(&f, 0xa1b2c3d4, rows[i].version, 101);
        put64(&f, 0);
        put32(&f, rows[i].first);
        put32(&f, rows[i].second);
        put_bytes(&f, numbered(7), 24);
        ipfunnel *h = open_bytes(&f);
        const ipfunnel_datagram *d = next_is(h, 7);
        CHECK_INT(d->length, 24);
        CHECK_INT(d->original_length, NUMBERED);
        CHECK_INT(d->flags, IPFUNNEL_SNAPPED);
        expect_end(h);
        close_bytes(h);
    }
}

static void modified_records_tell_how_a_frame_passed(void)
{
    static const struct {
        uint8_t type;
        int direction;
    } rows[] = { { 0, IPFUNNEL_DIRECTION_IN }, { 1, IPFUNNEL_DIRECTION_IN }, { 4, IPFUNNEL_DIRECTION_OUT },
                 { 9, IPFUNNEL_DIRECTION_UNKNOWN }, { 3, IPFUNNEL_DIRECTION_IN } };
    for (int order = 0; order < 2; order++) {
        struct file f = { .big_endian = order };
        pcap_header(&f, 0xa1b2cd34, V24, 1);
        for (uint8_t i = 0; i < 5; i++) {
            put64(&f, 0);
            put32(&f, NUMBERED_FRAME);
            put32(&f, NUMBERED_FRAME);
            put32(&f, 3);
            put16(&f, 0x0800);
            put8(&f, rows[i].type);
            put8(&f, 0);
            put_frame(&f, i);
        }
        ipfunnel *h = open_bytes(&f);
        for (int i = 0; i < 5; i++) {
            const ipfunnel_datagram *d = next_is(h, i);
            CHECK_INT(d->direction, rows[i].direction);
            CHECK_INT(d->direction_source, d->direction ? IPFUNNEL_SAYS_FILE : IPFUNNEL_SAYS_NOBODY);
        }
        expect_end(h);
        close_bytes(h);
        ipfunnel_options o = read_options();
        write_file(f.bytes, f.length);
        o.start = IPFUNNEL_MODE_IPLEVEL;                  /* the last one is for another host */
        o.flags = IPFUNNEL_OPEN_NO_OUTGOING;
        CHECK_INT(ipfunnel_open(&h, &o, NULL), 0);
        next_is(h, 0);
        next_is(h, 1);
        next_is(h, 3);
        expect_end(h);
        close_bytes(h);
    }
}

static void files_with_a_size_behind_the_header_are_read(void)
{
    static const uint32_t magics[] = { 0x1c0001ac, 0x1c0001ab };
    for (int i = 0; i < 4; i++) {
        struct file f = { .big_endian = i / 2 };
        pcap_header(&f, magics[i % 2], V24, 101);
        put32(&f, 16 + NUMBERED);
        pcap_record(&f, 1, 5, 1);
        ipfunnel *h = open_bytes(&f);
        CHECK_INT(next_is(h, 1)->time_ns, SECOND + (i % 2 ? 5000 : 5));
        expect_end(h);
        close_bytes(h);
    }
}

/* Four bytes of checksum behind each frame: not part of a datagram whose length is what came. */
static void a_frame_check_sequence_is_no_part_of_the_frame(void)
{
    struct file f = { .big_endian = false };
    pcap_header(&f, 0xa1b2c3d4, V24, 101 | UINT32_C(2) << 28 | UINT32_C(1) << 26);
    uint8_t d[NUMBERED + 4] = { 0 };
    memcpy(d, numbered(1), NUMBERED);
    d[3] = 0;                                             /* total length 0: as long as what came */
    put64(&f, 0);
    put32(&f, sizeof d);
    put32(&f, sizeof d);
    put_bytes(&f, d, sizeof d);
    ipfunnel *h = open_bytes(&f);
    CHECK_INT(next_is(h, 1)->length, NUMBERED);
    expect_end(h);
    close_bytes(h);
}

static void more_captured_than_there_was_is_taken_as_all(void)
{
    struct file f = { .big_endian = false };
    pcap_header(&f, 0xa1b2c3d4, V24, 101);
    put64(&f, 0);
    put32(&f, NUMBERED);
    put32(&f, 3);
    put_bytes(&f, numbered(1), NUMBERED);
    ipfunnel *h = open_bytes(&f);
    const ipfunnel_datagram *d = next_is(h, 1);
    CHECK_INT(d->length, NUMBERED);
    CHECK_INT(d->flags, 0);
    close_bytes(h);
}

static void a_file_without_records_ends(void)
{
    struct file f = { .big_endian = false };
    pcap_header(&f, 0xa1b2c3d4, V24, 101);
    ipfunnel *h = open_bytes(&f);
    expect_end(h);
    close_bytes(h);
}

/* Off gives END at once, and the next start goes on where the file was left. */
static void off_pauses_a_file(void)
{
    struct file f = { .big_endian = false };
    pcap_header(&f, 0xa1b2c3d4, V24, 101);
    for (uint8_t i = 0; i < 3; i++)
        pcap_record(&f, i, 0, i);
    ipfunnel_options o = read_options();
    ipfunnel *h = NULL;
    write_file(f.bytes, f.length);
    o.start = IPFUNNEL_MODE_OFF;
    CHECK_INT(ipfunnel_open(&h, &o, NULL), 0);
    for (int i = 0; i < 3; i++) {
        expect_end(h);
        CHECK_INT(ipfunnel_wait(&h, 1, 0), 1);
        CHECK_INT(ipfunnel_set_mode(h, i % 2 ? IPFUNNEL_MODE_IPLEVEL : IPFUNNEL_MODE_ON), 0);
        next_is(h, i);
        CHECK_INT(ipfunnel_set_mode(h, IPFUNNEL_MODE_OFF), 0);
    }
    CHECK_INT(ipfunnel_set_mode(h, IPFUNNEL_MODE_ON), 0);
    expect_end(h);
    CHECK_INT(ipfunnel_interrupt(h), 0);
    const ipfunnel_datagram *d;
    CHECK_INT(ipfunnel_recv(h, &d, 1, -1), IPFUNNEL_INTERRUPTED);
    expect_end(h);
    close_bytes(h);
}

int main(void)
{
    RUN(both_orders_and_both_resolutions_are_read);
    RUN(a_fraction_beyond_one_second_carries);
    RUN(old_versions_have_the_original_length_first);
    RUN(modified_records_tell_how_a_frame_passed);
    RUN(files_with_a_size_behind_the_header_are_read);
    RUN(a_frame_check_sequence_is_no_part_of_the_frame);
    RUN(more_captured_than_there_was_is_taken_as_all);
    RUN(a_file_without_records_ends);
    RUN(off_pauses_a_file);
    return 0;
}
