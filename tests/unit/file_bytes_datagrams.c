/* Datagrams as records of pcapng and pcap, byte by byte. */
#define TEST_NAME "file_bytes_datagrams"
#include "file_expect.h"

static void datagrams_are_padded_to_four_bytes(void)
{
    size_t mark = 0;
    ipfunnel_writer *w = open_with_interface(0, 0, &mark);
    for (uint32_t length = 20; length < 24; length++) {
        ipfunnel_datagram d = plain(length);
        write_one(w, &d);
        expect_datagram(length, length, 0);
        expect32(32 + (length + 3) / 4 * 4);
    }
    close_and_compare(w, mark);
}

static void flags_word_bits_are_those_of_the_draft(void)
{
    static const struct {
        uint8_t direction, checksum;
        uint32_t flags;
        const char *word;
    } rows[] = {
        { .direction = IPFUNNEL_DIRECTION_IN, .word = "01000000" },
        { .direction = IPFUNNEL_DIRECTION_OUT, .word = "02000000" },
        { .checksum = IPFUNNEL_CHECKSUM_NOT_READY, .word = "00020000" },
        { .checksum = IPFUNNEL_CHECKSUM_VALID, .word = "00040000" },
        { .flags = IPFUNNEL_SEGMENTATION, .word = "00080000" },
        { .direction = IPFUNNEL_DIRECTION_OUT, .checksum = IPFUNNEL_CHECKSUM_NOT_READY,
          .flags = IPFUNNEL_SEGMENTATION, .word = "020a0000" },
    };
    size_t mark = 0;
    ipfunnel_writer *w = open_with_interface(0, 0, &mark);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ipfunnel_datagram d = plain(20);
        d.direction = rows[i].direction;
        d.direction_source = IPFUNNEL_SAYS_KERNEL;
        d.checksum = rows[i].checksum;
        d.flags = rows[i].flags;
        write_one(w, &d);
        expect_datagram(20, 20, 12);
        expect("0200 0400");
        expect(rows[i].word);
        expect("00000000 40000000");
    }
    close_and_compare(w, mark);
}

static void only_what_is_not_zero_needs_a_drop_count(void)
{
    size_t mark = 0;
    ipfunnel_writer *w = open_with_interface(0, 0, &mark);
    ipfunnel_datagram d = plain(20);
    d.dropped_before = UINT64_C(0x0102030405060708);
    write_one(w, &d);
    expect_datagram(20, 20, 16);
    expect("0400 0800 0807060504030201 00000000 44000000");
    d.dropped_before = 0;
    write_one(w, &d);
    expect_datagram(20, 20, 0);
    expect("34000000");
    close_and_compare(w, mark);
}

static void where_drops_are_unknown_a_known_zero_is_written(void)
{
    size_t mark = 0;
    ipfunnel_writer *w = open_with_interface(0, 1, &mark);
    ipfunnel_datagram d = plain(20);
    write_one(w, &d);
    expect_datagram(20, 20, 16);
    expect("0400 0800 0000000000000000 00000000 44000000");
    d.dropped_before = IPFUNNEL_DROPS_UNKNOWN;
    write_one(w, &d);
    expect_datagram(20, 20, 0);
    expect("34000000");
    close_and_compare(w, mark);
}

static void expect_comment(uint32_t captured, uint32_t original, const char *comment)
{
    size_t options = text_size(comment) + 4;
    expect_datagram(captured, original, options);
    expect_text(1, comment);
    expect("00000000");
    expect32(32 + (captured + 3) / 4 * 4 + options);
}

static void each_fact_without_a_field_has_its_item(void)
{
    static const struct {
        ipfunnel_datagram d;                              /* on top of plain(20) */
        const char *comment;
    } rows[] = {
        { { .flags = IPFUNNEL_SHORT }, "ipfunnel: short" },
        { { .flags = IPFUNNEL_SHORT | IPFUNNEL_SNAPPED }, "ipfunnel: snapped, short" },
        { { .flags = IPFUNNEL_LENGTH_ASSUMED }, "ipfunnel: length_assumed" },
        { { .flags = IPFUNNEL_RECONSTRUCTED }, "ipfunnel: reconstructed" },
        { { .flags = IPFUNNEL_NOT_CUT }, "ipfunnel: not_cut" },
        { { .flags = IPFUNNEL_CHECKSUM_FILLED }, "ipfunnel: checksum_filled" },
        { { .flags = IPFUNNEL_NOT_CUT | IPFUNNEL_RECONSTRUCTED, .segment_size = 9 },
          "ipfunnel: reconstructed, not_cut, segment_size=9" },
        { { .segment_size = 1448 }, "ipfunnel: segment_size=1448" },
        { { .dropped_before = IPFUNNEL_DROPS_UNKNOWN }, "ipfunnel: dropped=unknown" },
        { { .flags = IPFUNNEL_DROPPED_AT_LEAST }, "ipfunnel: dropped_at_least" },
        { { .direction_source = IPFUNNEL_SAYS_ADDRESSES }, "ipfunnel: direction_by=addresses" },
        { { .vlan = { 0x2abc }, .vlan_count = 1 }, "ipfunnel: vlan=0x2abc" },
        { { .vlan = { 7, 0xefff }, .vlan_count = 2 }, "ipfunnel: vlan=0x0007/0xefff" },
        { { .vlan = { 1, 2 }, .vlan_count = 3 }, "ipfunnel: vlan=0x0001/0x0002, vlan_count=3" },
        { { .flags = IPFUNNEL_HEADER_REBUILT,
            .unproven = 1 << IPFUNNEL_UNPROVEN_traffic_class | 1 << IPFUNNEL_UNPROVEN_next_header },
          "ipfunnel: header_rebuilt=traffic_class/next_header" },
        { { .flags = IPFUNNEL_HEADER_REBUILT, .unproven = 0xff },
          "ipfunnel: header_rebuilt=traffic_class/flow_label/payload_length/next_header/hop_limit/source/destination/"
          "extension_headers" },
        { { .flags = IPFUNNEL_SHORT | IPFUNNEL_LENGTH_ASSUMED, .segment_size = 65535, .vlan_count = 1 },
          "ipfunnel: short, length_assumed, segment_size=65535, vlan=0x0000" },
    };
    size_t mark = 0;
    ipfunnel_writer *w = open_with_interface(0, 0, &mark);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ipfunnel_datagram d = rows[i].d;
        d.bytes = content;
        d.length = 20;
        d.original_length = d.flags & IPFUNNEL_SHORT ? 40 : 20;
        d.time_ns = plain(20).time_ns;
        write_one(w, &d);
        expect_comment(20, d.original_length, rows[i].comment);
    }
    close_and_compare(w, mark);
}

static void lengths_are_cut_where_readers_stop(void)
{
    size_t mark = 0;
    ipfunnel_writer *w = open_with_interface(0, 0, &mark);
    ipfunnel_datagram d = plain(262144);
    write_one(w, &d);
    expect_datagram(262144, 262144, 0);
    expect32(32 + 262144);
    d = plain(262145);
    write_one(w, &d);
    expect_datagram(262144, 262145, 0);
    expect32(32 + 262144);
    close_and_compare(w, mark);
}

static void the_snap_length_of_the_interface_holds(void)
{
    size_t mark = 0;
    ipfunnel_writer *w = open_with_interface(30, 0, &mark);
    ipfunnel_datagram d = plain(30);
    d.original_length = 1500;
    d.flags = IPFUNNEL_SNAPPED;
    write_one(w, &d);                                     /* the lengths say "snapped" themselves */
    expect_datagram(30, 1500, 0);
    expect32(32 + 32);
    d = plain(31);
    d.original_length = 40;
    d.flags = IPFUNNEL_SHORT;
    write_one(w, &d);
    expect_comment(30, 40, "ipfunnel: snapped, short");
    d = plain(28);
    d.original_length = IPFUNNEL_LENGTH_UNKNOWN;
    d.flags = IPFUNNEL_SNAPPED | IPFUNNEL_LENGTH_ASSUMED;
    write_one(w, &d);
    expect_comment(28, 28, "ipfunnel: original_length=unknown, snapped, length_assumed");
    d = plain(20);
    d.original_length = 10;                               /* never less than captured */
    write_one(w, &d);
    expect_datagram(20, 20, 0);
    expect32(32 + 20);
    close_and_compare(w, mark);
}

static void no_time_corrupts_the_file(void)
{
    static const struct {
        int64_t time_ns;
        const char *bytes, *comment;
    } rows[] = {
        { .time_ns = 0, .bytes = "00000000 00000000" },
        { .time_ns = 1, .bytes = "00000000 01000000" },
        { .time_ns = INT64_C(1) << 32, .bytes = "01000000 00000000" },
        { .time_ns = INT64_MAX, .bytes = "ffffff7f ffffffff" },
        { .time_ns = -1, .bytes = "00000000 00000000", .comment = "ipfunnel: time=-1" },
        { .time_ns = INT64_MIN + 1, .bytes = "00000000 00000000", .comment = "ipfunnel: time=-9223372036854775807" },
        { .time_ns = IPFUNNEL_TIME_UNKNOWN, .bytes = "00000000 00000000", .comment = "ipfunnel: time=unknown" },
    };
    size_t mark = 0;
    ipfunnel_writer *w = open_with_interface(0, 0, &mark);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ipfunnel_datagram d = plain(20);
        d.time_ns = rows[i].time_ns;
        write_one(w, &d);

        size_t length = 52 + (rows[i].comment ? text_size(rows[i].comment) + 4 : 0);
        expect("06000000");
        expect32(length);
        expect("00000000");
        expect(rows[i].bytes);
        expect("14000000 14000000");
        expect_bytes(content, 20);
        if (rows[i].comment) {
            expect_text(1, rows[i].comment);
            expect("00000000");
        }
        expect32(length);
    }
    close_and_compare(w, mark);
}

static void pcap_record(int64_t time_ns, ipfunnel_writer *w, const char *seconds, const char *fraction)
{
    ipfunnel_datagram d = plain(20);
    d.time_ns = time_ns;
    write_one(w, &d);
    expect(seconds);
    expect(fraction);
    expect("14000000 14000000");
    expect_bytes(content, 20);
}

static void pcap_has_bytes_lengths_and_times(void)
{
    static const struct {
        uint32_t format;
        const char *magic, *fraction, *last;
    } rows[] = {
        { .format = IPFUNNEL_FILE_PCAP_NS, .magic = "4d3cb2a1", .fraction = "15cd5b07", .last = "ffc99a3b" },
        { .format = IPFUNNEL_FILE_PCAP_US, .magic = "d4c3b2a1", .fraction = "40e20100", .last = "3f420f00" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ipfunnel_writer *w = open_format(rows[i].format);
        ipfunnel_writer_interface port = IPFUNNEL_WRITER_INTERFACE_INIT;
        ipfunnel_statistics s = IPFUNNEL_STATISTICS_INIT;
        port.snap_length = 22;
        CHECK_INT(ipfunnel_writer_add_interface(w, &port), 0);
        CHECK_INT(ipfunnel_writer_add_interface(w, &port), 1);
        expect(rows[i].magic);
        expect("0200 0400 00000000 00000000 00000400 65000000");

        ipfunnel_datagram d = plain(23);
        d.original_length = 99;
        d.time_ns = INT64_C(0x60000000) * 1000000000 + 123456789;
        d.flags = IPFUNNEL_SNAPPED;
        const ipfunnel_datagram *one = &d;
        CHECK_INT(ipfunnel_writer_write(w, 1, &one, 1), 0);
        expect("00000060");
        expect(rows[i].fraction);
        expect("16000000 63000000");
        expect_bytes(content, 22);

        pcap_record(-1, w, "00000000", "00000000");
        pcap_record(IPFUNNEL_TIME_UNKNOWN, w, "00000000", "00000000");
        pcap_record(INT64_MAX, w, "ffffffff", rows[i].last);
        CHECK_INT(ipfunnel_writer_statistics(w, 0, &s, 0, 0), 0);
        close_and_compare(w, 0);
    }
}

int main(void)
{
    fill_content();
    RUN(datagrams_are_padded_to_four_bytes);
    RUN(flags_word_bits_are_those_of_the_draft);
    RUN(only_what_is_not_zero_needs_a_drop_count);
    RUN(where_drops_are_unknown_a_known_zero_is_written);
    RUN(each_fact_without_a_field_has_its_item);
    RUN(lengths_are_cut_where_readers_stop);
    RUN(the_snap_length_of_the_interface_holds);
    RUN(no_time_corrupts_the_file);
    RUN(pcap_has_bytes_lengths_and_times);
    return 0;
}
