#include "overload_units.h"
#include <string.h>

enum { LINK = 14, MARK = 12, MARK_SELECTED = 9, UDP = 17, TCP = 6, LARGEST_SUPER = 60000 };

/* Byte MARK_SELECTED of the payload: behind 8 bytes of UDP, or 20 of TCP. */
const char unit_filter[] = "(udp and udp[17] = 1) or (tcp and tcp[29] = 1)";

bool unit_all_plain, unit_no_udp_supers;

static uint32_t mix(uint32_t a, uint32_t b)
{
    uint32_t h = a * 0x9e3779b1u ^ (b + 0x7f4a7c15u) * 0x85ebca6bu;
    h ^= h >> 15;
    h *= 0xc2b2ae35u;
    return h ^ h >> 13;
}

struct unit unit_at(uint32_t sender, uint32_t number)
{
    static const enum unit_kind special[] = { UNIT_NOT_IP, UNIT_MALFORMED, UNIT_TAGGED, UNIT_IPV6,
                                              UNIT_SUPER, UNIT_SUPER, UNIT_SUPER, UNIT_SUPER };
    enum { SPECIAL = sizeof special / sizeof *special };
    uint32_t h = mix(sender, number), which = h % 32;
    struct unit u = { .kind = UNIT_PLAIN, .segments = 1, .size = MARK + (h >> 8) % 1400 };
    if (unit_all_plain || sender == CLOSER || which >= SPECIAL)
        return u;
    u.kind = special[which];
    if (u.kind == UNIT_SUPER) {
        u.tcp = unit_no_udp_supers || (h >> 5 & 1);
        u.segments = 2 + (h >> 20) % 39;
        if (u.segments * u.size > LARGEST_SUPER)
            u.size = LARGEST_SUPER / u.segments;
    }
    return u;
}

bool unit_selected(uint32_t sender, uint32_t number, uint32_t segment)
{
    if (sender == CLOSER || (segment == 0 && unit_at(sender, number).kind == UNIT_SUPER))
        return true;
    return mix(number, sender + 77 * segment) & 1;
}

static void put16(uint8_t *at, uint32_t value)
{
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}

static void put_mark(uint8_t *at, const struct mark *m)
{
    memcpy(at, "mk", 2);
    at[2] = (uint8_t)m->sender;
    at[3] = (uint8_t)m->segment;
    put16(at + 4, m->number >> 16);
    put16(at + 6, m->number & 0xffff);
    at[MARK_SELECTED] = unit_selected(m->sender, m->number, m->segment);
}

static size_t put_ip(uint8_t *at, const struct unit *u, size_t payload)
{
    size_t transport = u->tcp ? 20 : 8;
    if (u->kind == UNIT_IPV6) {
        at[0] = 0x60;
        put16(at + 4, (uint32_t)(transport + payload));
        at[6] = UDP;
        at[7] = 64;
        memcpy(at + 8, "\xfd", 1);
        memcpy(at + 24, "\xfd", 1);
        return 40;
    }
    at[0] = u->kind == UNIT_MALFORMED ? 0x55 : 0x45;
    put16(at + 2, (uint32_t)(20 + transport + payload));
    at[8] = 64;
    at[9] = u->tcp ? TCP : UDP;
    memcpy(at + 12, "\x0a\x09\x00\x03\x0a\x09\x00\x04", 8);
    return 20;
}

/* The interface cuts at `size` and fills in the checksum that starts behind an IPv4 header without options. */
static void put_offloads(uint8_t *at, const struct unit *u)
{
    uint16_t sizes[4] = { (uint16_t)(LINK + 20 + (u->tcp ? 20 : 8)), (uint16_t)u->size, LINK + 20, u->tcp ? 16 : 6 };
    at[0] = 1;
    at[1] = u->tcp ? IPFUNNEL_SEGMENTS_TCP4 : IPFUNNEL_SEGMENTS_UDP;
    memcpy(at + 2, sizes, sizeof sizes);
}

size_t unit_frame(uint8_t *out, uint32_t sender, uint32_t number)
{
    struct unit u = unit_at(sender, number);
    size_t payload = (size_t)u.segments * u.size, length = OFFLOAD_HEADER + LINK;
    memset(out, 0, OFFLOAD_HEADER + LINK + 64);
    uint8_t *link = out + OFFLOAD_HEADER;
    memcpy(link, "\x02\x00\x00\x00\x00\xff\x02\x00\x00\x00\x00\x0c", 12);     /* to nobody: so nobody answers */
    put16(link + 12, u.kind == UNIT_TAGGED   ? 0x8100
                     : u.kind == UNIT_IPV6   ? 0x86dd
                     : u.kind == UNIT_NOT_IP ? 0x88b5
                                             : 0x0800);
    if (u.kind == UNIT_SUPER)
        put_offloads(out, &u);
    if (u.kind == UNIT_TAGGED) {
        put16(link + 14, 7);
        put16(link + 16, 0x0800);
        length += 4;
    }
    if (u.kind != UNIT_NOT_IP) {
        length += put_ip(out + length, &u, payload);
        put16(out + length, 4000);
        put16(out + length + 2, 5000);
        if (u.tcp)
            out[length + 12] = 0x50;
        else
            put16(out + length + 4, (uint32_t)(8 + payload));
        length += u.tcp ? 20 : 8;
    }
    memset(out + length, 0, payload);
    for (uint32_t segment = 0; segment < u.segments; segment++)
        put_mark(out + length + (size_t)segment * u.size, &(struct mark){ sender, number, segment });
    return length + payload;
}

bool unit_mark(const ipfunnel_datagram *d, struct mark *out)
{
    ipfunnel_headers h = IPFUNNEL_HEADERS_INIT;
    if (ipfunnel_read_headers(d, &h) || h.version != 4 || (h.protocol != UDP && h.protocol != TCP))
        return false;
    size_t at = h.transport_offset + (h.protocol == TCP ? 20 : 8);
    const uint8_t *p = d->bytes + at;
    if (d->length < at + MARK || memcmp(p, "mk", 2) != 0)
        return false;
    *out = (struct mark){ .sender = p[2], .segment = p[3] };
    out->number = (uint32_t)p[4] << 24 | (uint32_t)p[5] << 16 | (uint32_t)p[6] << 8 | p[7];
    return out->sender <= CLOSER;
}
