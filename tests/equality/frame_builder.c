#include "frame_builder.h"
#include "check.h"

const uint8_t source_4[4] = { 10, 77, 0, 1 }, target_4[4] = { 10, 77, 0, 2 };
const uint8_t source_6[16] = { 0xfd, 0x77, [15] = 1 }, target_6[16] = { 0xfd, 0x77, [15] = 2 };
const uint8_t broadcast_mac[6] = { 255, 255, 255, 255, 255, 255 }, nobodys_mac[6] = { 2, 0, 0, 0, 0, 0x99 };

void put(struct script *s, const void *bytes, size_t n)
{
    CHECK(n <= sizeof s->bytes - s->length);
    memcpy(s->bytes + s->length, bytes, n);
    s->length += n;
}

void put8(struct script *s, unsigned v)
{
    uint8_t byte = (uint8_t)v;
    put(s, &byte, 1);
}

void put16(struct script *s, unsigned v)
{
    put8(s, v >> 8);
    put8(s, v);
}

void put32(struct script *s, uint32_t v)
{
    put16(s, v >> 16);
    put16(s, v & 0xffff);
}

void put_pattern(struct script *s, size_t n)
{
    for (size_t i = 0; i < n; i++)
        put8(s, (unsigned)(i * 7 + n));
}

void set16(struct script *s, size_t at, unsigned v)
{
    CHECK(at + 2 <= s->length);
    s->bytes[at] = (uint8_t)(v >> 8);
    s->bytes[at + 1] = (uint8_t)v;
}

uint16_t internet_checksum(const uint8_t *p, size_t n, uint32_t sum)
{
    for (; n > 1; n -= 2, p += 2)
        sum += (uint32_t)(p[0] << 8 | p[1]);
    if (n)
        sum += (uint32_t)p[0] << 8;
    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
    return (uint16_t)~sum;
}

void script_begin(struct script *s, const uint8_t mac[6])
{
    s->steps = NULL;
    s->count = s->room = s->length = s->datagram_at = 0;
    s->identification = 1;
    s->hop_limit = 64;
    memcpy(s->mac, mac, 6);
}

void script_free(struct script *s)
{
    for (size_t i = 0; i < s->count; i++)
        free(s->steps[i].frame);
    free(s->steps);
}

/* From the other end of the pair: who knows no packet type tells other hosts' frames by both addresses. */
void link_addresses(struct script *s, const uint8_t destination[6])
{
    static const uint8_t va[6] = { 2, 0, 0, 0, 0, 0x0a }, vb[6] = { 2, 0, 0, 0, 0, 0x0b };
    s->length = 0;
    put(s, destination, 6);
    put(s, memcmp(s->mac, va, 6) == 0 ? vb : va, 6);
}

void ethernet(struct script *s, unsigned type)
{
    link_addresses(s, s->mac);
    put16(s, type);
}

void ipv4(struct script *s, struct ipv4 h)
{
    size_t at = s->length;
    if (!h.inner)
        s->datagram_at = at;
    put8(s, 0x45 + (unsigned)h.options / 4);
    put8(s, h.tos);
    put16(s, (unsigned)(20 + h.options + h.payload));
    put16(s, s->identification++);
    put16(s, h.fragment);
    put8(s, h.zero_ttl ? 0 : h.ttl ? h.ttl : s->hop_limit);
    put8(s, h.protocol);
    put16(s, 0);
    put(s, h.source ? h.source : source_4, 4);
    put(s, h.destination ? h.destination : target_4, 4);
    for (size_t i = 0; i < h.options; i++)
        put8(s, h.option_bytes ? h.option_bytes[i] : 1);
    set16(s, at + 10, internet_checksum(s->bytes + at, 20 + h.options, 0));
}

void ipv6(struct script *s, struct ipv6 h)
{
    if (!h.inner)
        s->datagram_at = s->length;
    put32(s, UINT32_C(6) << 28 | (uint32_t)h.traffic_class << 20 | h.flow_label);
    put16(s, (unsigned)h.payload);
    put8(s, h.next);
    put8(s, h.zero_hop_limit ? 0 : h.hop_limit ? h.hop_limit : s->hop_limit);
    put(s, h.source ? h.source : source_6, 16);
    put(s, h.destination ? h.destination : target_6, 16);
}

void udp(struct script *s, size_t data)
{
    put16(s, 4000);
    put16(s, 4001);
    put16(s, (unsigned)(8 + data));
    put16(s, 0);
    put_pattern(s, data);
}

struct step *add_frame(struct script *s, const char *name, enum outcome outcome)
{
    if (s->count == s->room) {
        s->room = s->room ? s->room * 2 : 64;
        s->steps = realloc(s->steps, s->room * sizeof *s->steps);
        CHECK(s->steps);
    }
    struct step *step = &s->steps[s->count++];
    *step = (struct step){ .name = name, .frame_length = s->length, .outcome = outcome };
    step->frame = malloc(s->length);
    CHECK(step->frame);
    memcpy(step->frame, s->bytes, s->length);
    if (outcome == DATAGRAM) {
        step->datagram_at = s->datagram_at;
        step->datagram_length = s->length - s->datagram_at;
        step->version = s->bytes[s->datagram_at] >> 4;
    }
    return step;
}

struct step *add_padded(struct script *s, const char *name, size_t padding)
{
    struct step *step = add_frame(s, name, DATAGRAM);
    step->datagram_length -= padding;
    return step;
}

struct step *add_ipv4(struct script *s, const char *name, unsigned protocol, size_t payload)
{
    ethernet(s, TYPE_IPV4);
    IPV4(s, .protocol = protocol, .payload = payload, .fragment = 0x4000);
    put_pattern(s, payload);
    return add_frame(s, name, DATAGRAM);
}

struct step *add_ipv6(struct script *s, const char *name, unsigned next, size_t payload)
{
    ethernet(s, TYPE_IPV6);
    IPV6(s, .next = next, .payload = payload);
    put_pattern(s, payload);
    return add_frame(s, name, DATAGRAM);
}

struct step *add_udp(struct script *s, const char *name, int version, size_t data)
{
    ethernet(s, version == 4 ? TYPE_IPV4 : TYPE_IPV6);
    if (version == 4)
        IPV4(s, .protocol = UDP, .payload = 8 + data);
    else
        IPV6(s, .next = UDP, .payload = 8 + data);
    udp(s, data);
    return add_frame(s, name, DATAGRAM);
}
