/* pcapng files: sections, interfaces, the three packet blocks, and what their options say. */
#define TEST_NAME "savefile_pcapng"
#include "capture_bytes.h"

static ipfunnel_capture_info info_of(ipfunnel *h)
{
    ipfunnel_capture_info info = IPFUNNEL_CAPTURE_INFO_INIT;
    CHECK_INT(ipfunnel_info(h, &info), 0);
    return info;
}

static ipfunnel_statistics stats_of(ipfunnel *h)
{
    ipfunnel_statistics s = IPFUNNEL_STATISTICS_INIT;
    CHECK_INT(ipfunnel_stats(h, &s), 0);
    CHECK_INT(s.frames, s.carrying_ip + s.not_ip + s.malformed + s.unknown_link + s.pending);
    return s;
}

static bool knows_drops(const ipfunnel_statistics *s)
{
    return s->available >> IPFUNNEL_COUNTER_dropped & 1;
}

static void sections_of_both_orders_with_interfaces_of_their_own(void)
{
    struct file f = { .length = 0 };
    section(&f, false);
    interface(&f, 101, "first");
    packet(&f, 0, 1000001, 1);
    section(&f, true);
    interface(&f, 1, "second");
    interface(&f, 228, "third");
    packet(&f, 1, 2, 2);
    packet_begin(&f, 0, UINT64_C(1) << 32, NUMBERED_FRAME, NUMBERED_FRAME);
    put_frame(&f, 3);
    block_end(&f);
    section(&f, false);
    interface(&f, 101, "first");
    packet(&f, 0, 4, 4);

    ipfunnel *h = open_bytes(&f);
    CHECK_INT(info_of(h).link_type, 101);
    const ipfunnel_datagram *d = next_is(h, 1);
    const char *first = d->interface_name;
    CHECK_STR(first, "first");
    CHECK_INT(d->interface_index, 1);
    CHECK_INT(d->time_ns, INT64_C(1000001000));
    d = next_is(h, 2);
    CHECK_STR(d->interface_name, "third");
    CHECK_INT(d->interface_index, 3);
    CHECK_INT(d->time_ns, 2000);
    CHECK(info_of(h).link_type == IPFUNNEL_LENGTH_UNKNOWN);
    d = next_is(h, 3);
    CHECK_STR(d->interface_name, "second");
    CHECK_INT(d->time_ns, INT64_C(4294967296000));
    CHECK_INT(next_is(h, 4)->interface_index, 4);
    CHECK_STR(first, "first");                            /* lives as long as the capture */
    expect_end(h);
    close_bytes(h);
}

static void simple_packets_have_no_time_and_the_snap_length(void)
{
    struct file f = { .length = 0 };
    section(&f, true);
    interface_begin(&f, 101, 24);
    block_end(&f);
    block_begin(&f, 3);
    put32(&f, NUMBERED);
    put_bytes(&f, numbered(1), 24);
    block_end(&f);
    ipfunnel *h = open_bytes(&f);
    const ipfunnel_datagram *d = next_is(h, 1);
    CHECK_INT(d->length, 24);
    CHECK_INT(d->original_length, NUMBERED);
    CHECK_INT(d->flags, IPFUNNEL_SNAPPED);
    CHECK(d->time_ns == IPFUNNEL_TIME_UNKNOWN);
    CHECK_INT(d->interface_index, 1);
    CHECK_STR(d->interface_name, "");
    expect_end(h);
    close_bytes(h);
}

static void old_packet_blocks_count_losses_in_their_header(void)
{
    for (int order = 0; order < 2; order++) {
        struct file f = { .length = 0 };
        section(&f, order);
        interface(&f, 101, "x");
        for (int known = 1; known >= 0; known--) {
            block_begin(&f, 2);
            put16(&f, 0);
            put16(&f, known ? 77 : 0xffff);
            put32(&f, 0);
            put32(&f, 9);
            put32(&f, NUMBERED);
            put32(&f, NUMBERED);
            put_bytes(&f, numbered(1), NUMBERED);
            option_number(&f, 2, 2, 4);
            block_end(&f);
        }
        ipfunnel *h = open_bytes(&f);
        const ipfunnel_datagram *d = next_is(h, 1);
        CHECK_INT(d->dropped_before, 77);
        CHECK_INT(d->time_ns, 9000);
        CHECK_INT(d->direction, IPFUNNEL_DIRECTION_OUT);
        CHECK(next_is(h, 1)->dropped_before == IPFUNNEL_DROPS_UNKNOWN);
        close_bytes(h);
    }
}

static void flags_tell_direction_reception_checksum_and_segmentation(void)
{
    static const struct {
        uint32_t word;
        int direction, checksum;
        uint32_t flags;
    } rows[] = {
        { .word = 0 },
        { .word = 1, .direction = IPFUNNEL_DIRECTION_IN },
        { .word = 2, .direction = IPFUNNEL_DIRECTION_OUT },
        { .word = 3 },
        { .word = 1 << 9, .checksum = IPFUNNEL_CHECKSUM_NOT_READY },
        { .word = 1 << 10, .checksum = IPFUNNEL_CHECKSUM_VALID },
        { .word = 3 << 9, .checksum = IPFUNNEL_CHECKSUM_NOT_READY },
        { .word = 1 << 11, .flags = IPFUNNEL_SEGMENTATION },
        { .word = 0xfffff000 | 1 | 1 << 2, .direction = IPFUNNEL_DIRECTION_IN },
        { .word = 1 | 4 << 2, .direction = IPFUNNEL_DIRECTION_IN },       /* promiscuous; the next is sent */
        { .word = 2 | 4 << 2, .direction = IPFUNNEL_DIRECTION_OUT },
    };
    enum { ROWS = sizeof rows / sizeof *rows };
    struct file f = { .length = 0 };
    section(&f, false);
    interface(&f, 101, "x");
    for (uint8_t i = 0; i < ROWS; i++) {
        packet_open(&f, 0, 0, i);
        option_number(&f, 2, rows[i].word, 4);
        block_end(&f);
    }
    ipfunnel *h = open_bytes(&f);
    for (int i = 0; i < ROWS; i++) {
        const ipfunnel_datagram *d = next_is(h, i);
        CHECK_INT(d->direction, rows[i].direction);
        CHECK_INT(d->direction_source, d->direction ? IPFUNNEL_SAYS_FILE : IPFUNNEL_SAYS_NOBODY);
        CHECK_INT(d->checksum, rows[i].checksum);
        CHECK_INT(d->flags, rows[i].flags);
    }
    ipfunnel_close(h);
    ipfunnel_options o = read_options();
    o.start = IPFUNNEL_MODE_IPLEVEL;
    CHECK_INT(ipfunnel_open(&h, &o, NULL), 0);
    for (int i = 0; i < ROWS; i++)
        if (i != 9)
            next_is(h, i);
    CHECK_INT(stats_of(h).excluded_other_host, 1);
    close_bytes(h);
}

/* The flags of a frame say more than the interface does. */
static void a_frame_check_sequence_is_cut(void)
{
    struct file f = { .length = 0 };
    uint8_t d[NUMBERED] = { 0 };
    memcpy(d, numbered(1), NUMBERED);
    d[3] = 0;                                             /* total length 0: as long as what came */
    section(&f, false);
    interface_begin(&f, 101, 0);
    option_number(&f, 13, 32, 1);                         /* bits */
    block_end(&f);
    for (int i = 0; i < 2; i++) {
        packet_begin(&f, 0, 0, NUMBERED, NUMBERED);
        put_bytes(&f, d, NUMBERED);
        if (i)
            option_number(&f, 2, 2 << 5, 4);
        block_end(&f);
    }
    ipfunnel *h = open_bytes(&f);
    CHECK_INT(next_is(h, 1)->length, NUMBERED - 4);
    CHECK_INT(next_is(h, 1)->length, NUMBERED - 2);
    close_bytes(h);
}

static void losses_are_told_by_packets_or_at_the_end(void)
{
    struct file f = { .length = 0 };
    section(&f, false);
    interface(&f, 101, "counts");
    interface(&f, 101, "silent");
    for (uint8_t i = 0; i < 2; i++) {
        packet_open(&f, 0, 0, i);
        option_number(&f, 4, 5, 8);
        block_end(&f);
    }
    packet(&f, 1, 0, 2);
    for (uint32_t i = 0; i < 3; i++) {            /* a silent one, twice as they grow, and one that does not exist */
        block_begin(&f, 5);
        put32(&f, i < 2 ? 1 : 9);
        put64(&f, 0);
        option_number(&f, 5, 3, 8);
        option_number(&f, 7, i + 1, 8);
        block_end(&f);
    }
    ipfunnel *h = open_bytes(&f);
    ipfunnel_statistics s = stats_of(h);
    CHECK(!knows_drops(&s));
    CHECK_INT(next_is(h, 0)->dropped_before, 5);
    CHECK_INT(next_is(h, 1)->dropped_before, 5);
    s = stats_of(h);
    CHECK(knows_drops(&s));
    CHECK_INT(s.dropped, 10);
    CHECK(next_is(h, 2)->dropped_before == IPFUNNEL_DROPS_UNKNOWN);
    s = stats_of(h);
    CHECK(!knows_drops(&s));
    expect_end(h);
    s = stats_of(h);
    CHECK(knows_drops(&s));
    CHECK_INT(s.dropped, 10 + 3 + 2);
    close_bytes(h);
}

static void what_is_not_known_is_passed_over(void)
{
    static const uint8_t rubbish[] = { 0xff, 0xfe, 0, 1, 2, 3, 4 };
    struct file f = { .length = 0 };
    section(&f, false);
    for (uint32_t type = 4; type < 13; type++)
        if (type != 5 && type != 6) {
            block_begin(&f, type);
            put_bytes(&f, rubbish, sizeof rubbish);
            block_end(&f);
        }
    block_begin(&f, 0x40000bad);                          /* custom, do not copy */
    block_end(&f);
    interface_begin(&f, 101, 0);
    option(&f, 2989, rubbish, 7);
    option_text(&f, 1, "a comment");
    option_text(&f, 2, "named");
    option(&f, 0, NULL, 0);
    put_bytes(&f, rubbish, sizeof rubbish);               /* behind the end of the options */
    block_end(&f);
    packet_open(&f, 0, 0, 1);
    option_text(&f, 1, "ipfunnel");
    option_text(&f, 1, "ipfunnel: ");
    option_text(&f, 1, "ipfunnel: , ,=, vlan=, vlan=0x12345, time=x, segment_size=65536, later=3, short=1x, "
                       "vlan_count=9");
    option(&f, 2, rubbish, 3);                            /* flags of a wrong length */
    option(&f, 4, rubbish, 7);
    option(&f, 7, rubbish, 1);                            /* a verdict */
    block_end(&f);
    packet_open(&f, 0, 0, 2);
    put16(&f, 2);                                         /* an option that reaches beyond its block */
    put16(&f, 4000);
    put32(&f, 2);
    block_end(&f);
    ipfunnel *h = open_bytes(&f);
    const ipfunnel_datagram *d = next_is(h, 1);
    CHECK_STR(d->interface_name, "named");
    CHECK_INT(d->direction, IPFUNNEL_DIRECTION_UNKNOWN);
    CHECK_INT(d->vlan_count, 0);
    CHECK_INT(d->segment_size, 0);
    CHECK_INT(d->time_ns, 0);
    CHECK_INT(next_is(h, 2)->direction, IPFUNNEL_DIRECTION_UNKNOWN);
    expect_end(h);
    close_bytes(h);
}

static void frames_of_unknown_link_types_are_counted(void)
{
    struct file f = { .length = 0 };
    section(&f, false);
    interface(&f, 147, "private");
    packet(&f, 0, 0, 1);
    packet(&f, 0, 0, 2);
    interface(&f, 101, "raw");
    packet(&f, 1, 0, 3);
    packet(&f, 0, 0, 4);
    ipfunnel *h = open_bytes(&f);
    next_is(h, 3);
    expect_end(h);
    CHECK_INT(stats_of(h).unknown_link, 3);
    CHECK_INT(stats_of(h).frames, 4);
    close_bytes(h);
}

int main(void)
{
    RUN(sections_of_both_orders_with_interfaces_of_their_own);
    RUN(simple_packets_have_no_time_and_the_snap_length);
    RUN(old_packet_blocks_count_losses_in_their_header);
    RUN(flags_tell_direction_reception_checksum_and_segmentation);
    RUN(a_frame_check_sequence_is_cut);
    RUN(losses_are_told_by_packets_or_at_the_end);
    RUN(what_is_not_known_is_passed_over);
    RUN(frames_of_unknown_link_types_are_counted);
    return 0;
}
