#include "packets.h"
#include "check.h"

enum { UDP = 17, FRAGMENT = 44 };

static void be16(uint8_t *p, uint32_t value)
{
    p[0] = (uint8_t)(value >> 8);
    p[1] = (uint8_t)value;
}

static struct packet with_type(uint16_t type)
{
    struct packet p = { .length = LINK_HEADER };
    be16(p.bytes + 12, type);
    return p;
}

static void append(struct packet *p, const void *bytes, uint32_t size)
{
    CHECK(p->length + size <= PACKET_ROOM);
    memcpy(p->bytes + p->length, bytes, size);
    p->length += size;
}

static void append_payload(struct packet *p, uint16_t number, uint32_t size)
{
    CHECK(p->length + size <= PACKET_ROOM);
    for (uint32_t i = 0; i < size; i++)
        p->bytes[p->length++] = (uint8_t)(number + i);
}

static void append_ipv4(struct packet *p, uint16_t number, uint32_t payload, uint32_t fragment_field)
{
    uint8_t h[20] = { 0x45, 0, 0, 0, 0, 0, 0, 0, 64, UDP, 0, 0, 192, 0, 2, 7, 192, 0, 2, 8 };
    be16(h + 2, sizeof h + payload);
    be16(h + 4, number);
    be16(h + 6, fragment_field);
    uint32_t sum = 0;
    for (int i = 0; i < 20; i += 2)
        sum += (uint32_t)h[i] << 8 | h[i + 1];
    sum = (sum & 0xffff) + (sum >> 16);
    be16(h + 10, ~(sum + (sum >> 16)) & 0xffff);
    append(p, h, sizeof h);
}

static void append_ipv6(struct packet *p, uint16_t number, uint32_t payload, uint8_t next_header)
{
    uint8_t h[40] = { [0] = 0x60, [6] = next_header, [7] = 64, [8] = 0x20, 0x01, 0x0d, 0xb8, [23] = 7,
                      [24] = 0x20, 0x01, 0x0d, 0xb8, [39] = 8 };
    be16(h + 2, number);
    be16(h + 4, payload);
    append(p, h, sizeof h);
}

uint32_t packet_udp_size(int version, uint32_t payload)
{
    return (version == 4 ? 20u : 40u) + 8 + payload;
}

struct packet packet_udp(int version, uint16_t number, uint32_t payload)
{
    struct packet p = with_type(version == 4 ? 0x0800 : 0x86dd);
    /* Without checksum, which IPv6 forbids; nobody here looks at it. */
    uint8_t udp[8] = { 0x0f, 0xa0, 0x13, 0x88 };
    be16(udp + 4, sizeof udp + payload);
    if (version == 4)
        append_ipv4(&p, number, sizeof udp + payload, 0);
    else
        append_ipv6(&p, number, sizeof udp + payload, UDP);
    append(&p, udp, sizeof udp);
    append_payload(&p, number, payload);
    return p;
}

struct packet packet_fragment(int version, uint16_t number, uint32_t payload, uint32_t offset, int more)
{
    struct packet p = with_type(version == 4 ? 0x0800 : 0x86dd);
    if (version == 4) {
        append_ipv4(&p, number, payload, offset / 8 | (more ? 0x2000u : 0));
    } else {
        uint8_t h[8] = { UDP };
        be16(h + 2, offset | (more ? 1u : 0));
        be16(h + 6, number);
        append_ipv6(&p, number, sizeof h + payload, FRAGMENT);
        append(&p, h, sizeof h);
    }
    append_payload(&p, number, payload);
    return p;
}

struct packet packet_arp(void)
{
    static const uint8_t request[28] = { 0, 1, 8, 0, 6, 4, 0, 1, 2, 0, 0, 0, 0, 0x0a, 192, 0, 2, 7,
                                         0, 0, 0, 0, 0, 0, 192, 0, 2, 8 };
    struct packet p = with_type(0x0806);
    append(&p, request, sizeof request);
    packet_pad(&p, 18);
    return p;
}

struct packet packet_llc(void)
{
    static const uint8_t bpdu[38] = { 0x42, 0x42, 0x03 };
    struct packet p = with_type(sizeof bpdu);
    append(&p, bpdu, sizeof bpdu);
    packet_pad(&p, 8);
    return p;
}

struct packet packet_malformed(void)
{
    struct packet p = packet_udp(4, 0, 32);
    p.bytes[LINK_HEADER] = 0x55;
    return p;
}

void packet_tag(struct packet *p, uint16_t type, uint16_t tci)
{
    CHECK(p->length + 4 <= PACKET_ROOM);
    memmove(p->bytes + 16, p->bytes + 12, p->length - 12);
    be16(p->bytes + 12, type);
    be16(p->bytes + 14, tci);
    p->length += 4;
}

void packet_pad(struct packet *p, uint32_t bytes)
{
    CHECK(p->length + bytes <= PACKET_ROOM);
    memset(p->bytes + p->length, 0xee, bytes);
    p->length += bytes;
}

int number_of(const uint8_t *datagram, uint32_t length)
{
    uint32_t at = length > 0 && datagram[0] >> 4 == 4 ? 4 : 2;
    return length < at + 2 ? -1 : datagram[at] << 8 | datagram[at + 1];
}
