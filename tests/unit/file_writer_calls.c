/* What the calls of the file writer promise: whole files, rotation, flushing, refusals. */
#define TEST_NAME "file_writer_calls"
#include "file_expect.h"

static void a_file_larger_than_the_buffer_is_whole(void)
{
    size_t mark = 0;
    ipfunnel_writer *w = open_with_interface(0, 0, &mark);
    ipfunnel_datagram d = plain(1501);
    const ipfunnel_datagram *batch[300];
    for (int i = 0; i < 300; i++) {
        batch[i] = &d;
        expect_datagram(1501, 1501, 0);
        expect32(32 + 1504);
    }
    CHECK_INT(ipfunnel_writer_write(w, 0, batch, 300), 0);
    size_t handed_over = read_file(PATH) - mark;
    CHECK(handed_over > 0 && handed_over % (32 + 1504) == 0);     /* what is there already is whole records */
    close_and_compare(w, mark);
}

/* A batch of large datagrams is written from where they are, small ones and what stands around them from a buffer. */
static void a_batch_makes_the_same_file_as_one_after_the_other(void)
{
    enum { COUNT = 160 };
    ipfunnel_datagram d[COUNT];
    const ipfunnel_datagram *batch[COUNT];
    for (uint32_t format = IPFUNNEL_FILE_PCAPNG; format <= IPFUNNEL_FILE_PCAP_US; format++) {
        for (uint32_t longest = 500; longest < 3000; longest += 600) {
            ipfunnel_writer *w = open_format(format);
            ipfunnel_writer_interface port = IPFUNNEL_WRITER_INTERFACE_INIT;
            port.snap_length = 2000;
            CHECK_INT(ipfunnel_writer_add_interface(w, &port), 0);
            for (uint32_t i = 0; i < COUNT; i++) {
                d[i] = plain(i * 37 % longest);
                d[i].bytes = content + i;
                d[i].direction = i % 3 ? IPFUNNEL_DIRECTION_IN : IPFUNNEL_DIRECTION_UNKNOWN;
                batch[i] = &d[i];
                write_one(w, batch[i]);
            }
            CHECK_INT(ipfunnel_writer_close(w, NULL), 0);
            expected_length = read_file(PATH);
            memcpy(expected, actual, expected_length);

            w = open_format(format);
            CHECK_INT(ipfunnel_writer_add_interface(w, &port), 0);
            CHECK_INT(ipfunnel_writer_write(w, 0, batch, COUNT), 0);
            close_and_compare(w, 0);
        }
    }
}

static void rotation_begins_with_the_same_section_and_interfaces(void)
{
    static const char second[] = PATH "2";
    size_t mark = 0;
    ipfunnel_writer *w = open_with_interface(0, 0, &mark);
    ipfunnel_datagram d = plain(20);
    write_one(w, &d);
    CHECK_INT(ipfunnel_writer_rotate(w, second), 0);
    CHECK_INT(ipfunnel_writer_bytes(w), mark);
    CHECK_INT(read_file(PATH), mark + 52);
    expect_bytes(actual, mark);
    write_one(w, &d);
    CHECK_INT(ipfunnel_writer_rotate(w, second), 0);      /* over itself */
    d.original_length = 21;
    write_one(w, &d);
    expect_datagram(20, 21, 0);
    expect("34000000");
    CHECK_INT(ipfunnel_writer_close(w, NULL), 0);
    CHECK_INT(read_file(second), expected_length);
    CHECK_BYTES(actual, expected, expected_length);
    expected_length = 0;
    remove(PATH);
    remove(second);
}

static void each_call_is_handed_over_when_asked(void)
{
    for (uint32_t flags = 0; flags <= IPFUNNEL_WRITER_FLUSH_EACH; flags++) {
        ipfunnel_writer_options o = IPFUNNEL_WRITER_OPTIONS_INIT;
        ipfunnel_writer *w = NULL;
        ipfunnel_writer_interface port = IPFUNNEL_WRITER_INTERFACE_INIT;
        ipfunnel_datagram d = plain(20);
        o.path = PATH;
        o.flags = flags;
        CHECK_INT(ipfunnel_writer_open(&w, &o, NULL), 0);
        CHECK_INT(read_file(PATH), ipfunnel_writer_bytes(w));
        CHECK_INT(ipfunnel_writer_add_interface(w, &port), 0);
        size_t header = read_file(PATH);
        CHECK_INT(header, ipfunnel_writer_bytes(w));
        write_one(w, &d);
        CHECK_INT(read_file(PATH), flags ? ipfunnel_writer_bytes(w) : header);
        CHECK_INT(ipfunnel_writer_flush(w), 0);
        CHECK_INT(read_file(PATH), ipfunnel_writer_bytes(w));
        CHECK_INT(ipfunnel_writer_close(w, NULL), 0);
        remove(PATH);
    }
}

static void wrong_options_are_told(void)
{
    ipfunnel_error error;
    ipfunnel_writer *w = NULL;
    ipfunnel_writer_options o = IPFUNNEL_WRITER_OPTIONS_INIT;
    CHECK_INT(ipfunnel_writer_open(&w, &o, &error), IPFUNNEL_EINVAL);
    CHECK_CONTAINS(error.text, "no path");
    CHECK_CONTAINS(error.remedy, "options.path");
    o.path = PATH;
    CHECK_INT(ipfunnel_writer_open(NULL, &o, &error), IPFUNNEL_EINVAL);
    o.format = 3;
    CHECK_INT(ipfunnel_writer_open(&w, &o, &error), IPFUNNEL_EINVAL);
    CHECK_CONTAINS(error.text, "format");
    o.format = 0;
    o.flags = 2;
    CHECK_INT(ipfunnel_writer_open(&w, &o, &error), IPFUNNEL_EINVAL);
    CHECK_CONTAINS(error.text, "flags");
    o.flags = 0;
    o.size = 0;
    CHECK_INT(ipfunnel_writer_open(&w, &o, &error), IPFUNNEL_EINVAL);
    CHECK_INT(ipfunnel_writer_open(&w, NULL, NULL), IPFUNNEL_EINVAL);
    CHECK(!w);
}

static void a_refusal_overwrites_nothing(void)
{
    ipfunnel_error error;
    ipfunnel_writer *w = NULL;
    ipfunnel_writer_options o = IPFUNNEL_WRITER_OPTIONS_INIT;
    FILE *f = fopen(PATH, "wb");
    CHECK(f && fputs("precious", f) >= 0 && fclose(f) == 0);
    memset(actual, 'x', 65536);
    actual[65536] = '\0';
    o.path = PATH;
    o.comment = (const char *)actual;
    CHECK_INT(ipfunnel_writer_open(&w, &o, &error), IPFUNNEL_EINVAL);
    CHECK_CONTAINS(error.text, "65535");
    CHECK_INT(read_file(PATH), 8);
    remove(PATH);
}

static void options_of_another_version_are_understood_or_refused(void)
{
    ipfunnel_writer *w = NULL;
    struct {
        ipfunnel_writer_options known;
        uint64_t newer;
    } grown = { .known = { .size = sizeof grown, .path = PATH }, .newer = 1 };
    CHECK_INT(ipfunnel_writer_open(&w, &grown.known, NULL), IPFUNNEL_EINVAL);
    grown.newer = 0;
    CHECK_INT(ipfunnel_writer_open(&w, &grown.known, NULL), 0);
    CHECK_INT(ipfunnel_writer_close(w, NULL), 0);

    grown.known.size = offsetof(ipfunnel_writer_options, application);
    grown.known.format = 99;                              /* beyond what this caller knows of */
    CHECK_INT(ipfunnel_writer_open(&w, &grown.known, NULL), 0);
    CHECK_INT(ipfunnel_writer_close(w, NULL), 0);
    remove(PATH);
}

static void wrong_interfaces_are_told_and_leave_no_trace(void)
{
    ipfunnel_writer *w = open_format(IPFUNNEL_FILE_PCAPNG);
    size_t mark = (size_t)ipfunnel_writer_bytes(w);
    ipfunnel_writer_interface port = IPFUNNEL_WRITER_INTERFACE_INIT;
    ipfunnel_address address = { .version = 4, .prefix_length = 33 };
    char *text = malloc(65537);
    CHECK(text);
    memset(text, 'x', 65536);
    text[65536] = '\0';

    port.address_count = 1;
    CHECK_INT(ipfunnel_writer_add_interface(w, &port), IPFUNNEL_EINVAL);
    port.addresses = &address;
    CHECK_INT(ipfunnel_writer_add_interface(w, &port), IPFUNNEL_EINVAL);
    CHECK_CONTAINS(ipfunnel_writer_last_error(w)->text, "prefix length 33");
    port.address_count = 0;
    port.hardware_address_length = 6;
    CHECK_INT(ipfunnel_writer_add_interface(w, &port), IPFUNNEL_EINVAL);
    port.hardware_address_length = 0;
    port.dropped_unknown = 2;
    CHECK_INT(ipfunnel_writer_add_interface(w, &port), IPFUNNEL_EINVAL);
    port.dropped_unknown = 0;
    port.description = text;
    CHECK_INT(ipfunnel_writer_add_interface(w, &port), IPFUNNEL_EINVAL);
    CHECK_CONTAINS(ipfunnel_writer_last_error(w)->text, "65535");
    CHECK_CONTAINS(ipfunnel_writer_last_error(w)->remedy, "shorten");
    CHECK_INT(ipfunnel_writer_add_interface(w, NULL), IPFUNNEL_EINVAL);
    CHECK_INT(ipfunnel_writer_bytes(w), mark);

    port.description = port.name = text + 1;
    port.os = "";
    CHECK_INT(ipfunnel_writer_add_interface(w, &port), 0);
    CHECK_INT(ipfunnel_writer_bytes(w), mark + 2 * (4 + 65536) + 32 + text_size("ipfunnel: dropped=counted"));
    CHECK_INT(ipfunnel_writer_close(w, NULL), 0);
    free(text);
    remove(PATH);
}

static void wrong_arguments_end_nothing(void)
{
    size_t mark = 0;
    ipfunnel_writer *w = open_with_interface(0, 0, &mark);
    ipfunnel_datagram d = plain(20);
    const ipfunnel_datagram *one = &d;
    ipfunnel_statistics s = IPFUNNEL_STATISTICS_INIT;
    CHECK_INT(ipfunnel_writer_write(w, 1, &one, 1), IPFUNNEL_EINVAL);
    CHECK_CONTAINS(ipfunnel_writer_last_error(w)->text, "number 1");
    CHECK_INT(ipfunnel_writer_write(w, -1, &one, 1), IPFUNNEL_EINVAL);
    CHECK_INT(ipfunnel_writer_write(w, 0, &one, -1), IPFUNNEL_EINVAL);
    CHECK_INT(ipfunnel_writer_write(w, 0, NULL, 1), IPFUNNEL_EINVAL);
    CHECK_INT(ipfunnel_writer_write(w, 0, NULL, 0), 0);
    CHECK_INT(ipfunnel_writer_statistics(w, 1, &s, 0, 0), IPFUNNEL_EINVAL);
    CHECK_INT(ipfunnel_writer_statistics(w, 0, NULL, 0, 0), IPFUNNEL_EINVAL);
    CHECK_INT(ipfunnel_writer_rotate(w, ""), IPFUNNEL_EINVAL);
    write_one(w, &d);
    expect_datagram(20, 20, 0);
    expect("34000000");
    close_and_compare(w, mark);
    CHECK_INT(ipfunnel_writer_close(NULL, NULL), 0);
}

int main(void)
{
    fill_content();
    RUN(a_file_larger_than_the_buffer_is_whole);
    RUN(a_batch_makes_the_same_file_as_one_after_the_other);
    RUN(rotation_begins_with_the_same_section_and_interfaces);
    RUN(each_call_is_handed_over_when_asked);
    RUN(wrong_options_are_told);
    RUN(a_refusal_overwrites_nothing);
    RUN(options_of_another_version_are_understood_or_refused);
    RUN(wrong_interfaces_are_told_and_leave_no_trace);
    RUN(wrong_arguments_end_nothing);
    return 0;
}
