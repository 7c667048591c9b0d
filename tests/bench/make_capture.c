/* make_capture - a capture file of small datagrams, as a resolver or a game server sees them.
 *   make_capture FILE.pcap|FILE.pcapng|- COUNT        "-": pcap to standard output
 *
 * Untagged Ethernet; UDP of 4 to 32 bytes, one of eight over IPv6, the shorter ones padded as Ethernet pads them. Times
 * in nanoseconds, no options. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LEAST_FRAME = 60, MOST_FRAME = 14 + 40 + 8 + 32, MOST_RECORD = MOST_FRAME + 36, BUFFER = 1 << 18 };

static uint8_t *put_16(uint8_t *p, uint32_t v)
{
    p[0] = (uint8_t)(v >> 8);
    p[1] = (uint8_t)v;
    return p + 2;
}

static uint8_t *put_le32(uint8_t *p, uint64_t v)
{
    for (int i = 0; i < 4; i++)
        p[i] = (uint8_t)(v >> 8 * i);
    return p + 4;
}

static uint8_t *put_words(uint8_t *p, const uint32_t *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        p = put_le32(p, words[i]);
    return p;
}
#define PUT_WORDS(p, ...) \
    put_words(p, (const uint32_t[]){ __VA_ARGS__ }, sizeof (const uint32_t[]){ __VA_ARGS__ } / sizeof(uint32_t))

/* The frame number i; returns its length. */
static uint32_t make_frame(uint8_t *out, uint64_t i)
{
    static const uint8_t addresses[12] = { 2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2 };
    static const uint8_t ipv4[20] = { 0x45, [8] = 64, 17, [12] = 10, 0, 0, 1, 10, 0, 0, 2 };
    static const uint8_t ipv6[40] = { 0x60, [6] = 17, 64, 0xfd, [23] = 1, 0xfd, [39] = 2 };
    uint32_t udp = 8 + 4 + (uint32_t)(i * 7 % 29);
    uint8_t *p = out + 12;
    memset(out, 0, MOST_FRAME);
    memcpy(out, addresses, sizeof addresses);
    if (i % 8 != 7) {
        p = put_16(p, 0x0800);
        memcpy(p, ipv4, sizeof ipv4);
        put_16(p + 2, sizeof ipv4 + udp);
        put_16(p + 4, (uint32_t)i);
        p += sizeof ipv4;
    } else {
        p = put_16(p, 0x86dd);
        memcpy(p, ipv6, sizeof ipv6);
        put_16(p + 4, udp);
        p += sizeof ipv6;
    }
    put_16(p, 40000 + (uint32_t)(i % 1000));
    put_16(p + 2, 53);
    put_16(p + 4, udp);
    uint32_t length = (uint32_t)(p + udp - out);
    return length < LEAST_FRAME ? LEAST_FRAME : length;
}

static uint8_t *begin_file(uint8_t *p, int pcapng)
{
    if (!pcapng)
        return PUT_WORDS(p, 0xa1b23c4d, 4 << 16 | 2, 0, 0, 262144, 1);
    p = PUT_WORDS(p, 0x0a0d0d0a, 28, 0x1a2b3c4d, 1, UINT32_MAX, UINT32_MAX, 28);
    return PUT_WORDS(p, 1, 32, 1, 262144, 1 << 16 | 9, 9, 0, 32);          /* if_tsresol: nanoseconds */
}

static uint8_t *put_record(uint8_t *p, int pcapng, uint64_t ns, const uint8_t *frame, uint32_t length)
{
    uint32_t padded = (length + 3) / 4 * 4;
    if (!pcapng) {
        p = PUT_WORDS(p, (uint32_t)(ns / 1000000000), (uint32_t)(ns % 1000000000), length, length);
        memcpy(p, frame, length);
        return p + length;
    }
    p = PUT_WORDS(p, 6, 32 + padded, 0, (uint32_t)(ns >> 32), (uint32_t)ns, length, length);
    memset(p, 0, padded);
    memcpy(p, frame, length);
    return put_le32(p + padded, 32 + padded);
}

int main(int argc, char **argv)
{
    static uint8_t buffer[BUFFER + MOST_RECORD];
    if (argc != 3)
        return fprintf(stderr, "usage: make_capture FILE.pcap|FILE.pcapng|- COUNT\n"), 2;
    size_t length = strlen(argv[1]);
    int pcapng = length > 7 && strcmp(argv[1] + length - 7, ".pcapng") == 0;
    uint64_t count = strtoull(argv[2], NULL, 10), ns = UINT64_C(1700000000000000000);
    FILE *file = strcmp(argv[1], "-") == 0 ? stdout : fopen(argv[1], "wb");
    if (!file)
        return perror(argv[1]), 1;
    setvbuf(file, NULL, _IONBF, 0);
    uint8_t *p = begin_file(buffer, pcapng);
    for (uint64_t i = 0; i < count; i++, ns += 700) {
        uint8_t frame[MOST_FRAME];
        uint32_t size = make_frame(frame, i);
        p = put_record(p, pcapng, ns, frame, size);
        if (p - buffer < BUFFER)
            continue;
        if (fwrite(buffer, 1, (size_t)(p - buffer), file) == 0)
            return perror(argv[1]), 1;
        p = buffer;
    }
    if (p > buffer && fwrite(buffer, 1, (size_t)(p - buffer), file) == 0)
        return perror(argv[1]), 1;
    return fclose(file) ? perror(argv[1]), 1 : 0;
}
