/* The section, interface and statistics blocks of pcapng, byte by byte. */
#define TEST_NAME "file_bytes_blocks"
#include "file_expect.h"
#include "os.h"

static void the_section_block_names_system_application_and_comment(void)
{
    ipfunnel_writer_options o = IPFUNNEL_WRITER_OPTIONS_INIT;
    ipfunnel_error error;
    ipfunnel_writer *w = NULL;
    char os[256];
    o.path = PATH;
    o.application = "app 1";
    o.comment = "seven c";
    CHECK_INT(ipfunnel_writer_open(&w, &o, &error), 0);

    ipfunnel__os_name(os, sizeof os);
    size_t length = 28 + text_size(os) + 12 + 12 + 4;
    expect("0a0d0d0a");
    expect32(length);
    expect("4d3c2b1a 0100 0000 ffffffffffffffff");
    expect_text(3, os);
    expect("0400 0500 61707020 31000000");
    expect("0100 0700 736576656e206300");
    expect("00000000");
    expect32(length);
    close_and_compare(w, 0);
}

static void by_default_the_library_is_the_application(void)
{
    ipfunnel_writer *w = open_format(IPFUNNEL_FILE_PCAPNG);
    char text[64];
    snprintf(text, sizeof text, "ipfunnel %d.%d.%d", IPFUNNEL_VERSION_MAJOR, IPFUNNEL_VERSION_MINOR,
             IPFUNNEL_VERSION_PATCH);
    size_t all = (size_t)ipfunnel_writer_bytes(w);
    expect_text(4, text);
    expect("00000000");
    expect32(all);
    close_and_compare(w, all - text_size(text) - 8);
}

static void the_interface_block_has_every_option(void)
{
    ipfunnel_writer *w = open_format(IPFUNNEL_FILE_PCAPNG);
    size_t mark = (size_t)ipfunnel_writer_bytes(w);
    static const ipfunnel_address addresses[] = {
        { .version = 4, .prefix_length = 23, .bytes = { 10, 9, 8, 7 } },
        { .version = 6, .prefix_length = 64, .bytes = { 0xfd, [15] = 1 } },
        { .version = 4, .prefix_length = 0, .bytes = { 1, 2, 3, 4 } },
        { .version = 4, .prefix_length = 32, .bytes = { 1, 2, 3, 5 } },
    };
    static const uint8_t mac[] = { 2, 0, 0, 0xaa, 0xbb, 0xcc };
    ipfunnel_writer_interface port = IPFUNNEL_WRITER_INTERFACE_INIT;
    port.name = "eth0";
    port.description = "wired";
    port.addresses = addresses;
    port.address_count = 4;
    port.hardware_address = mac;
    port.hardware_address_length = 6;
    port.filter = "tcp";
    port.os = "Any 1";
    port.snap_length = 96;
    port.clock_resolution_ns = 1000;
    port.dropped_unknown = 1;
    CHECK_INT(ipfunnel_writer_add_interface(w, &port), 0);

    expect("01000000 c4000000 6500 0000 60000000");
    expect("0200 0400 65746830");
    expect("0300 0500 7769726564000000");
    expect("0400 0800 0a090807 fffffe00");
    expect("0500 1100 fd00000000000000 0000000000000001 40 000000");
    expect("0400 0800 01020304 00000000");
    expect("0400 0800 01020305 ffffffff");
    expect("0600 0600 020000aabbcc 0000");
    expect("0900 0100 09 000000");
    expect("0b00 0400 00 746370");
    expect("0c00 0500 416e792031 000000");
    expect_text(1, "ipfunnel: clock_resolution=1000, dropped=unknown");
    expect("00000000 c4000000");
    close_and_compare(w, mark);
}

static const char counted[] = "ipfunnel: dropped=counted";

static void an_interface_without_facts_has_only_its_resolution(void)
{
    ipfunnel_writer *w = open_format(IPFUNNEL_FILE_PCAPNG);
    size_t mark = (size_t)ipfunnel_writer_bytes(w);
    static const uint8_t eui[8] = { 1, 2, 3, 4, 5, 6, 7, 8 };
    ipfunnel_writer_interface port = IPFUNNEL_WRITER_INTERFACE_INIT;
    port.os = "";
    CHECK_INT(ipfunnel_writer_add_interface(w, &port), 0);
    expect("01000000 40000000 6500 0000 00000400 0900 0100 09000000");
    expect_text(1, counted);
    expect("00000000 40000000");
    port.hardware_address = eui;
    port.hardware_address_length = 8;
    CHECK_INT(ipfunnel_writer_add_interface(w, &port), 1);
    expect("01000000 4c000000 6500 0000 00000400 0700 0800 0102030405060708 0900 0100 09000000");
    expect_text(1, counted);
    expect("00000000 4c000000");
    port.hardware_address_length = 7;                     /* no option has room for it */
    CHECK_INT(ipfunnel_writer_add_interface(w, &port), 2);
    expect("01000000 40000000 6500 0000 00000400 0900 0100 09000000");
    expect_text(1, counted);
    expect("00000000 40000000");
    close_and_compare(w, mark);
}

static void by_default_the_interface_is_of_this_system(void)
{
    ipfunnel_writer *w = open_format(IPFUNNEL_FILE_PCAPNG);
    size_t mark = (size_t)ipfunnel_writer_bytes(w);
    ipfunnel_writer_interface port = IPFUNNEL_WRITER_INTERFACE_INIT;
    char os[256];
    CHECK_INT(ipfunnel_writer_add_interface(w, &port), 0);
    ipfunnel__os_name(os, sizeof os);
    expect("01000000");
    expect32(32 + text_size(os) + text_size(counted));
    expect("6500 0000 00000400 0900 0100 09000000");
    expect_text(12, os);
    expect_text(1, counted);
    expect("00000000");
    expect32(32 + text_size(os) + text_size(counted));
    close_and_compare(w, mark);
}

#define BIT(name) (UINT64_C(1) << IPFUNNEL_COUNTER_##name)

static void statistics_have_every_option(void)
{
    static const char comment[] =
        "ipfunnel: frames=261, carrying_ip=258, not_ip=3, malformed=0, unknown_link=0, pending=0, "
        "extra_from_cutting=0, delivered=258, filtered=0, other_family=0, excluded_vlan=0, excluded_other_host=0, "
        "excluded_outgoing=0, excluded_loopback_copy=0, dropped=0";
    size_t mark = 0, length = 20 + 6 * 12 + text_size(comment) + 8;
    ipfunnel_writer *w = open_with_interface(0, 0, &mark);
    ipfunnel_statistics s = IPFUNNEL_STATISTICS_INIT;
    s.available = (UINT64_C(1) << IPFUNNEL_COUNTER_COUNT) - 1;
    s.frames = 0x105;
    s.carrying_ip = s.delivered = 0x102;
    s.not_ip = 3;
    CHECK_INT(ipfunnel_writer_statistics(w, 0, &s, INT64_C(0x100000002), INT64_C(0x300000004)), 0);
    expect("05000000");
    expect32(length);
    expect("00000000 03000000 04000000");
    expect("0200 0800 01000000 02000000");
    expect("0300 0800 03000000 04000000");
    expect("0400 0800 0501000000000000");
    expect("0600 0800 0201000000000000");
    expect("0700 0800 0000000000000000");
    expect("0800 0800 0201000000000000");
    expect_text(1, comment);
    expect("00000000");
    expect32(length);
    close_and_compare(w, mark);
}

static void statistics_tell_only_what_is_known(void)
{
    size_t mark = 0;
    ipfunnel_writer *w = open_with_interface(0, 0, &mark);
    ipfunnel_statistics s = IPFUNNEL_STATISTICS_INIT;
    CHECK_INT(ipfunnel_writer_statistics(w, 0, &s, IPFUNNEL_TIME_UNKNOWN, IPFUNNEL_TIME_UNKNOWN), 0);
    expect("05000000 18000000 00000000 00000000 00000000 18000000");

    s.available = BIT(delivered);
    s.delivered = 9;
    CHECK_INT(ipfunnel_writer_statistics(w, 0, &s, IPFUNNEL_TIME_UNKNOWN, -5), 0);
    expect("05000000 44000000 00000000 00000000 00000000 0800 0800 0900000000000000");
    expect_text(1, "ipfunnel: delivered=9");
    expect("00000000 44000000");

    s.available = BIT(delivered) | BIT(dropped) | BIT(frames);    /* what would the filter have said of the lost one? */
    s.dropped = 1;
    s.frames = 10;
    CHECK_INT(ipfunnel_writer_statistics(w, 0, &s, IPFUNNEL_TIME_UNKNOWN, IPFUNNEL_TIME_UNKNOWN), 0);
    expect("05000000 64000000 00000000 00000000 00000000");
    expect("0700 0800 0100000000000000 0800 0800 0900000000000000");
    expect_text(1, "ipfunnel: frames=10, delivered=9, dropped=1");
    expect("00000000 64000000");
    close_and_compare(w, mark);
}

static void what_the_kernel_may_have_hidden_is_not_received(void)
{
    static const int parts[] = { IPFUNNEL_COUNTER_not_ip, IPFUNNEL_COUNTER_filtered, IPFUNNEL_COUNTER_excluded_vlan,
                                 IPFUNNEL_COUNTER_excluded_other_host, IPFUNNEL_COUNTER_excluded_outgoing,
                                 IPFUNNEL_COUNTER_excluded_loopback_copy };
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        size_t mark = 0;
        ipfunnel_writer *w = open_with_interface(0, 0, &mark);
        ipfunnel_statistics s = IPFUNNEL_STATISTICS_INIT;
        s.available = ((UINT64_C(1) << IPFUNNEL_COUNTER_COUNT) - 1) & ~(UINT64_C(1) << parts[i]);
        CHECK_INT(ipfunnel_writer_statistics(w, 0, &s, IPFUNNEL_TIME_UNKNOWN, IPFUNNEL_TIME_UNKNOWN), 0);
        CHECK_INT(ipfunnel_writer_close(w, NULL), 0);
        read_file(PATH);
        remove(PATH);
        CHECK_INT(actual[mark + 20], 6);                  /* isb_filteraccept comes first, not isb_ifrecv */
    }
}

int main(void)
{
    RUN(the_section_block_names_system_application_and_comment);
    RUN(by_default_the_library_is_the_application);
    RUN(the_interface_block_has_every_option);
    RUN(an_interface_without_facts_has_only_its_resolution);
    RUN(by_default_the_interface_is_of_this_system);
    RUN(statistics_have_every_option);
    RUN(statistics_tell_only_what_is_known);
    RUN(what_the_kernel_may_have_hidden_is_not_received);
    return 0;
}
