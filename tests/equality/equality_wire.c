#include "equality_wire.h"
#include "check.h"
#include "traffic_script.h"

enum { TCP = 6, UDP = 17, TCP_HEADER = 20, UDP_HEADER = 8, FIN_PSH = 0x09 };

static void put16(uint8_t *p, uint32_t v)
{
    p[0] = (uint8_t)(v >> 8);
    p[1] = (uint8_t)v;
}

/* What the checksum of the transport header is over, with the field as it is: 0 when that is right. */
static uint16_t transport_sum(const uint8_t *bytes, uint32_t length, int version, uint32_t transport, uint32_t protocol)
{
    uint32_t pseudo = protocol + ((length - transport) & 0xffff) + ((length - transport) >> 16);
    const uint8_t *addresses = bytes + (version == 4 ? 12 : 8);
    uint16_t sum = internet_checksum(addresses, version == 4 ? 8 : 32, pseudo);
    return internet_checksum(bytes + transport, length - transport, (uint16_t)~sum);
}

const char *wire_wrong(const struct view *v)
{
    static char message[200];
    char line[160];
    for (size_t i = 0; i < v->count; i++) {
        const ipfunnel_datagram *d = &v->records[i].d;
        ipfunnel_headers h = IPFUNNEL_HEADERS_INIT;
        CHECK_INT(ipfunnel_read_headers(d, &h), 0);
        const char *wrong = NULL;
        if (d->length > WIRE_MTU)
            wrong = "too long for the wire";
        else if (d->version == 4 && internet_checksum(d->bytes, (d->bytes[0] & 15u) * 4, 0))
            wrong = "the checksum of the IPv4 header";
        else if ((h.protocol == TCP || h.protocol == UDP) && !(h.flags & IPFUNNEL_IS_FRAGMENT)
                 && transport_sum(d->bytes, d->length, d->version, h.transport_offset, h.protocol))
            wrong = "the checksum of the transport header";
        if (wrong) {
            snprintf(message, sizeof message, "%s: %s", wrong, ipfunnel_summary(d, line, sizeof line));
            return message;
        }
    }
    return NULL;
}

void wire_cut(struct view *v, const ipfunnel_datagram *whole, uint32_t segment_size, int stream)
{
    uint32_t ip = whole->version == 4 ? 20 : 40, headers = ip + TCP_HEADER, payload = whole->length - headers;
    uint8_t segment[WIRE_MTU];
    CHECK(headers + segment_size <= sizeof segment);
    for (uint32_t at = 0, number = 0; at < payload; at += segment_size, number++) {
        uint32_t size = payload - at < segment_size ? payload - at : segment_size;
        uint8_t *tcp = segment + ip;
        memcpy(segment, whole->bytes, headers);
        memcpy(segment + headers, whole->bytes + headers + at, size);
        if (whole->version == 4) {
            put16(segment + 2, headers + size);
            put16(segment + 4, (uint32_t)(segment[4] << 8 | segment[5]) + number);
            put16(segment + 10, 0);
            put16(segment + 10, internet_checksum(segment, ip, 0));
        } else {
            put16(segment + 4, TCP_HEADER + size);
        }
        uint32_t sequence = (uint32_t)tcp[4] << 24 | (uint32_t)tcp[5] << 16 | (uint32_t)tcp[6] << 8 | tcp[7];
        put16(tcp + 4, (sequence + at) >> 16);
        put16(tcp + 6, (sequence + at) & 0xffff);
        if (at + size < payload)
            tcp[13] &= (uint8_t)~FIN_PSH;
        put16(tcp + 16, 0);
        put16(tcp + 16, transport_sum(segment, headers + size, whole->version, ip, TCP));
        ipfunnel_datagram d = *whole;
        d.bytes = segment;
        d.length = d.original_length = headers + size;
        d.checksum = IPFUNNEL_CHECKSUM_UNKNOWN;
        d.flags = IPFUNNEL_CHECKSUM_FILLED | (d.direction == IPFUNNEL_DIRECTION_OUT ? 0u : IPFUNNEL_RECONSTRUCTED);
        view_add(v, &d, stream);
    }
}

bool wire_looks_left(const ipfunnel_datagram *d)
{
    ipfunnel_headers h = IPFUNNEL_HEADERS_INIT;
    if (ipfunnel_read_headers(d, &h) || (h.protocol != TCP && h.protocol != UDP) || !(h.flags & IPFUNNEL_HAS_PORTS))
        return false;
    uint32_t length = d->length - h.transport_offset;
    const uint8_t *addresses = d->bytes + (d->version == 4 ? 12 : 8);
    const uint8_t *field = d->bytes + h.transport_offset + (h.protocol == TCP ? 16 : 6);
    uint16_t sum = (uint16_t)~internet_checksum(addresses, d->version == 4 ? 8 : 32,
                                                h.protocol + (length & 0xffff) + (length >> 16));
    return field + 2 <= d->bytes + d->length && sum == (field[0] << 8 | field[1]);
}

const uint8_t *wire_data(const ipfunnel_datagram *d, uint32_t *length)
{
    ipfunnel_headers h = IPFUNNEL_HEADERS_INIT;
    *length = 0;
    if (ipfunnel_read_headers(d, &h) || !(h.flags & IPFUNNEL_HAS_PORTS) || h.flags & IPFUNNEL_IS_FRAGMENT)
        return d->bytes;
    const uint8_t *transport = d->bytes + h.transport_offset;
    uint32_t there = d->length - h.transport_offset, size = UDP_HEADER;
    if (h.protocol == TCP && there < TCP_HEADER)
        return d->bytes;
    if (h.protocol == TCP)
        size = (transport[12] >> 4) * 4u;
    if (size <= there)
        *length = d->length - h.transport_offset - size;
    return transport + size;
}
