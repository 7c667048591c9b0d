/* file_expect.h - a file from the writer against bytes written by hand: say what is expected, then compare. The test
 * program defines TEST_NAME first, which names its files: tests run side by side. */
#ifndef IPFUNNEL_TESTS_FILE_EXPECT_H
#define IPFUNNEL_TESTS_FILE_EXPECT_H
#include "check.h"
#include <ipfunnel_file.h>

#define PATH TEST_NAME ".out"

static uint8_t expected[600000], actual[600000], content[300000];
static size_t expected_length;

static inline void fill_content(void)
{
    for (size_t i = 0; i < sizeof content; i++)
        content[i] = (uint8_t)(i * 7 + 0x45);
}

static inline void expect_bytes(const void *bytes, size_t n)
{
    memcpy(expected + expected_length, bytes, n);
    expected_length += n;
}

static inline void expect(const char *hex)
{
    int digits = 0, value = 0;
    for (; *hex; hex++) {
        if (*hex == ' ')
            continue;
        value = value * 16 + (*hex <= '9' ? *hex - '0' : *hex - 'a' + 10);
        if (++digits % 2 == 0) {
            expected[expected_length++] = (uint8_t)value;
            value = 0;
        }
    }
}

static inline void expect32(size_t value)
{
    uint8_t b[4] = { (uint8_t)value, (uint8_t)(value >> 8), (uint8_t)(value >> 16), (uint8_t)(value >> 24) };
    expect_bytes(b, 4);
}

/* A text option as pcapng pads it. */
static inline void expect_text(int code, const char *text)
{
    size_t n = strlen(text);
    uint8_t head[4] = { (uint8_t)code, 0, (uint8_t)n, (uint8_t)(n >> 8) };
    expect_bytes(head, 4);
    expect_bytes(text, n);
    expect_bytes("\0\0\0", (4 - n % 4) % 4);
}

/* Bytes that a text option takes. */
static inline size_t text_size(const char *text) { return 4 + (strlen(text) + 3) / 4 * 4; }

static inline size_t read_file(const char *name)
{
    FILE *f = fopen(name, "rb");
    CHECK(f);
    size_t n = fread(actual, 1, sizeof actual, f);
    fclose(f);
    return n;
}

/* Closes the writer and compares the file from `mark` on with what was expected. */
static inline void close_and_compare(ipfunnel_writer *w, size_t mark)
{
    uint64_t told = ipfunnel_writer_bytes(w);
    ipfunnel_error error;
    CHECK_INT(ipfunnel_writer_close(w, &error), 0);
    size_t n = read_file(PATH);
    remove(PATH);
    CHECK_INT(n, told);
    CHECK_INT(n - mark, expected_length);
    CHECK_BYTES(actual + mark, expected, expected_length);
    expected_length = 0;
}

static inline ipfunnel_writer *open_format(uint32_t format)
{
    ipfunnel_writer_options o = IPFUNNEL_WRITER_OPTIONS_INIT;
    ipfunnel_error error;
    ipfunnel_writer *w = NULL;
    o.path = PATH;
    o.format = format;
    CHECK_INT(ipfunnel_writer_open(&w, &o, &error), 0);
    return w;
}

/* pcapng with one interface; *mark is where the datagrams begin. */
static inline ipfunnel_writer *open_with_interface(uint32_t snap_length, uint32_t dropped_unknown, size_t *mark)
{
    ipfunnel_writer *w = open_format(IPFUNNEL_FILE_PCAPNG);
    ipfunnel_writer_interface port = IPFUNNEL_WRITER_INTERFACE_INIT;
    port.snap_length = snap_length;
    port.dropped_unknown = dropped_unknown;
    CHECK_INT(ipfunnel_writer_add_interface(w, &port), 0);
    *mark = (size_t)ipfunnel_writer_bytes(w);
    return w;
}

static inline ipfunnel_datagram plain(uint32_t length)
{
    return (ipfunnel_datagram){ .bytes = content, .length = length, .original_length = length,
                                .time_ns = INT64_C(0x1122334455667788), .version = 4 };
}

static inline void write_one(ipfunnel_writer *w, const ipfunnel_datagram *d)
{
    CHECK_INT(ipfunnel_writer_write(w, 0, &d, 1), 0);
}

/* An Enhanced Packet Block for `plain` up to its options, which take that many bytes. */
static inline void expect_datagram(uint32_t captured, uint32_t original, size_t options)
{
    size_t padding = (4 - captured % 4) % 4;
    expect("06000000");
    expect32(32 + captured + padding + options);
    expect("00000000 44332211 88776655");
    expect32(captured);
    expect32(original);
    expect_bytes(content, captured);
    expect_bytes("\0\0\0", padding);
}

#endif
