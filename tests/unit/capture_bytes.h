/* capture_bytes.h - capture files under construction, in either byte order, and reading them through the public API.
 * The test program defines TEST_NAME first, which names its file: tests run side by side. */
#ifndef IPFUNNEL_TESTS_CAPTURE_BYTES_H
#define IPFUNNEL_TESTS_CAPTURE_BYTES_H
#include "check.h"
#include <ipfunnel.h>
#include <stdbool.h>

#define PATH TEST_NAME ".capture"

struct file {
    uint8_t bytes[65536];
    size_t length;
    bool big_endian;
    size_t block;               /* where the pcapng block under construction begins */
};

static inline void put8(struct file *f, uint32_t v)
{
    CHECK(f->length < sizeof f->bytes);
    f->bytes[f->length++] = (uint8_t)v;
}

static inline void put_number(struct file *f, uint64_t v, int size)
{
    for (int i = 0; i < size; i++)
        put8(f, (uint8_t)(v >> 8 * (f->big_endian ? size - 1 - i : i)));
}

static inline void put16(struct file *f, uint32_t v) { put_number(f, v, 2); }
static inline void put32(struct file *f, uint32_t v) { put_number(f, v, 4); }
static inline void put64(struct file *f, uint64_t v) { put_number(f, v, 8); }

static inline void put_bytes(struct file *f, const void *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++)
        put8(f, ((const uint8_t *)bytes)[i]);
}

static inline void put_padding(struct file *f)
{
    while ((f->length - f->block) % 4)
        put8(f, 0);
}

/* ---- A datagram with a number, 28 bytes, and the same in an Ethernet frame. */

enum { NUMBERED = 28, NUMBERED_FRAME = 14 + NUMBERED };

static inline const uint8_t *numbered(uint8_t number)
{
    static uint8_t d[NUMBERED] = { 0x45, 0, 0, NUMBERED, 0, 0, 0, 0, 64, 17, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2,
                                   0x0f, 0xa0, 0x0f, 0xa1, 0, 8, 0, 0 };
    d[5] = number;
    return d;
}

static inline void put_frame(struct file *f, uint8_t number)
{
    static const uint8_t link[14] = { 2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 0 };
    put_bytes(f, link, sizeof link);
    put_bytes(f, numbered(number), NUMBERED);
}

/* ---- pcap */

static inline void pcap_header(struct file *f, uint32_t magic, uint32_t version, uint32_t link_type)
{
    put32(f, magic);
    put16(f, version >> 16);
    put16(f, version & 0xffff);
    put64(f, 0);
    put32(f, 65535);
    put32(f, link_type);
}

static inline void pcap_record(struct file *f, uint32_t seconds, uint32_t fraction, uint8_t number)
{
    put32(f, seconds);
    put32(f, fraction);
    put32(f, NUMBERED);
    put32(f, NUMBERED);
    put_bytes(f, numbered(number), NUMBERED);
}

/* ---- pcapng */

static inline void block_begin(struct file *f, uint32_t type)
{
    f->block = f->length;
    put32(f, type);
    put32(f, 0);
}

static inline void block_end(struct file *f)
{
    put_padding(f);
    size_t end = f->length + 4, length = end - f->block;
    f->length = f->block + 4;
    put32(f, (uint32_t)length);
    f->length = end - 4;
    put32(f, (uint32_t)length);
}

static inline void section(struct file *f, bool big_endian)
{
    f->big_endian = big_endian;
    block_begin(f, 0x0a0d0d0a);
    put32(f, 0x1a2b3c4d);
    put16(f, 1);
    put16(f, 0);
    put64(f, UINT64_MAX);
    block_end(f);
}

static inline void option(struct file *f, uint32_t code, const void *value, size_t length)
{
    put16(f, code);
    put16(f, (uint32_t)length);
    put_bytes(f, value, length);
    put_padding(f);
}

static inline void option_text(struct file *f, uint32_t code, const char *text)
{
    option(f, code, text, strlen(text));
}

static inline void option_number(struct file *f, uint32_t code, uint64_t value, int size)
{
    put16(f, code);
    put16(f, (uint32_t)size);
    put_number(f, value, size);
    put_padding(f);
}

/* The caller adds options and ends the block. */
static inline void interface_begin(struct file *f, uint32_t link_type, uint32_t snap_length)
{
    block_begin(f, 1);
    put16(f, link_type);
    put16(f, 0);
    put32(f, snap_length);
}

static inline void interface(struct file *f, uint32_t link_type, const char *name)
{
    interface_begin(f, link_type, 0);
    option_text(f, 2, name);
    block_end(f);
}

static inline void packet_begin(struct file *f, uint32_t from, uint64_t time, uint32_t captured, uint32_t original)
{
    block_begin(f, 6);
    put32(f, from);
    put32(f, (uint32_t)(time >> 32));
    put32(f, (uint32_t)time);
    put32(f, captured);
    put32(f, original);
}

/* An enhanced packet block with the datagram of this number, still open for options. */
static inline void packet_open(struct file *f, uint32_t from, uint64_t time, uint8_t number)
{
    packet_begin(f, from, time, NUMBERED, NUMBERED);
    put_bytes(f, numbered(number), NUMBERED);
}

static inline void packet(struct file *f, uint32_t from, uint64_t time, uint8_t number)
{
    packet_open(f, from, time, number);
    block_end(f);
}

/* ---- Reading it back. */

static inline void write_file(const void *bytes, size_t length)
{
    FILE *out = fopen(PATH, "wb");
    CHECK(out);
    CHECK_INT(fwrite(bytes, 1, length, out), length);
    CHECK_INT(fclose(out), 0);
}

static inline ipfunnel_options read_options(void)
{
    ipfunnel_options o = IPFUNNEL_OPTIONS_INIT;
    o.file = PATH;
    o.backend = "savefile";
    o.start = IPFUNNEL_MODE_ON;
    return o;
}

static inline ipfunnel *open_bytes(const struct file *f)
{
    ipfunnel_options o = read_options();
    ipfunnel_error e = { 0 };
    ipfunnel *h = NULL;
    write_file(f->bytes, f->length);
    if (ipfunnel_open(&h, &o, &e) != 0) {
        fprintf(stderr, "ipfunnel_open: %s\n", e.text);
        exit(1);
    }
    return h;
}

static inline int number_of(const ipfunnel_datagram *d) { return d->bytes[5]; }

/* The next datagram, which must be this one. Valid until the next call. */
static inline const ipfunnel_datagram *next_is(ipfunnel *h, int number)
{
    const ipfunnel_datagram *d = NULL;
    int n = ipfunnel_recv(h, &d, 1, 0);
    if (n != 1)
        fprintf(stderr, "%s: %s\n", ipfunnel_status_text(n), ipfunnel_last_error(h)->text);
    CHECK_INT(n, 1);
    CHECK_INT(number_of(d), number);
    return d;
}

/* Nothing more comes, and nothing was cut. */
static inline void expect_end(ipfunnel *h)
{
    const ipfunnel_datagram *d;
    for (int i = 0; i < 2; i++)
        CHECK_INT(ipfunnel_recv(h, &d, 1, -1), IPFUNNEL_END);
    CHECK(ipfunnel_last_error(h)->status != IPFUNNEL_END);
}

static inline void close_bytes(ipfunnel *h)
{
    ipfunnel_close(h);
    remove(PATH);
}

#endif
