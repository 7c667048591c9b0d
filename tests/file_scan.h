/* file_scan.h - numbered datagrams, and a reader that counts how many of them a file still has, complete and in order.
 * It shares nothing with the library: it is the judge of what the writer leaves behind. */
#ifndef IPFUNNEL_TESTS_FILE_SCAN_H
#define IPFUNNEL_TESTS_FILE_SCAN_H
#include "check.h"
#include <ipfunnel.h>
#include <stdbool.h>

enum { NUMBERED_LEAST = 28, NUMBERED_MOST = 70000 };

/* Lengths vary by number: all paddings, and now and then a large one. */
static inline uint32_t numbered_length(uint64_t number)
{
    return number % 512 == 511 ? NUMBERED_MOST : NUMBERED_LEAST + (uint32_t)(number * 37 % 1900);
}

static inline uint8_t numbered_byte(uint64_t number, uint32_t at) { return (uint8_t)(number + at * 3); }

/* The datagram of this number: an IPv4 header, the number, and a pattern that depends on it. bytes: NUMBERED_MOST. */
static inline ipfunnel_datagram numbered_datagram(uint64_t number, uint8_t *bytes)
{
    uint32_t length = numbered_length(number) < 65535 ? numbered_length(number) : 0;
    uint8_t header[20] = { 0x45, 0, (uint8_t)(length >> 8), (uint8_t)length, 0, 0, 0, 0, 64, 253,
                           [12] = 10, 0, 0, 1, 10, 0, 0, 2 };
    memcpy(bytes, header, sizeof header);
    for (int i = 0; i < 8; i++)
        bytes[20 + i] = (uint8_t)(number >> 8 * i);
    for (uint32_t at = NUMBERED_LEAST; at < numbered_length(number); at++)
        bytes[at] = numbered_byte(number, at);
    return (ipfunnel_datagram){
        .bytes = bytes, .length = numbered_length(number), .original_length = numbered_length(number),
        .time_ns = INT64_C(1700000000000000000) + (int64_t)number * 1000, .version = 4,
        .direction = IPFUNNEL_DIRECTION_IN, .flags = length == 0 ? IPFUNNEL_LENGTH_ASSUMED : 0 };
}

static inline uint32_t scan32(const uint8_t *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static inline void scan_datagram(const uint8_t *p, uint32_t length, uint64_t number)
{
    uint64_t found = 0;
    CHECK_INT(length, numbered_length(number));
    for (int i = 0; i < 8; i++)
        found |= (uint64_t)p[20 + i] << 8 * i;
    CHECK_INT(found, number);
    for (uint32_t at = NUMBERED_LEAST; at < length; at++)
        CHECK_INT(p[at], numbered_byte(number, at));
}

struct scan {
    uint64_t first, count;      /* datagrams first .. first + count - 1 are complete */
    bool cut;                   /* something incomplete follows */
    uint64_t complete_bytes;    /* up to there the file is whole */
};

static inline struct scan scan_pcapng(const uint8_t *p, size_t size, uint64_t first)
{
    struct scan s = { .first = first };
    size_t at = 0;
    while (size - at >= 12 && scan32(p + at + 4) <= size - at) {
        uint32_t type = scan32(p + at), length = scan32(p + at + 4);
        CHECK(length >= 12 && length % 4 == 0);
        CHECK_INT(scan32(p + at + length - 4), length);
        CHECK(at > 0 || type == 0x0a0d0d0a);
        if (type == 6) {
            CHECK(scan32(p + at + 20) <= length - 32);
            scan_datagram(p + at + 28, scan32(p + at + 20), first + s.count++);
        }
        at += length;
    }
    s.complete_bytes = at;
    s.cut = at < size;
    return s;
}

static inline struct scan scan_pcap(const uint8_t *p, size_t size, uint64_t first)
{
    struct scan s = { .first = first };
    size_t at = 24;
    CHECK(size >= at);
    while (size - at >= 16 && scan32(p + at + 8) <= size - at - 16) {
        scan_datagram(p + at + 16, scan32(p + at + 8), first + s.count++);
        at += 16 + scan32(p + at + 8);
    }
    s.complete_bytes = at;
    s.cut = at < size;
    return s;
}

/* Reads a file of any of our formats whose first datagram has the number `first`. */
static inline struct scan scan_file(const char *path, uint64_t first)
{
    FILE *f = fopen(path, "rb");
    CHECK(f);
    CHECK(fseek(f, 0, SEEK_END) == 0);
    long size = ftell(f);
    CHECK(size >= 4);
    rewind(f);
    uint8_t *bytes = malloc((size_t)size);
    CHECK(bytes);
    CHECK_INT(fread(bytes, 1, (size_t)size, f), size);
    fclose(f);
    struct scan s = scan32(bytes) == 0x0a0d0d0a ? scan_pcapng(bytes, (size_t)size, first)
                                                : scan_pcap(bytes, (size_t)size, first);
    free(bytes);
    return s;
}

#endif
