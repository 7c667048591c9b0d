#include "own_traffic.h"
#include "../host.h"
#include <string.h>

enum { ARRIVAL_MS = 500, HOP_LIMIT = 64 };
enum { PROTOCOL_UDP = 17, PROTOCOL_FRAGMENT = 44, UDP_HEADER = 8, IPV4_HEADER = 20, IPV6_HEADERS = 40 + 8 };
enum { FRAGMENTED = 3000, PIECE = 1232 };       /* of UDP; PIECE fits into the least MTU of IPv6 */

static void put_be16(uint8_t *at, uint32_t value)
{
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}

static void put_be32(uint8_t *at, uint32_t value)
{
    put_be16(at, value >> 16);
    put_be16(at + 2, value);
}

static uint32_t be32(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

void traffic_start(struct own_traffic *t, uint32_t run)
{
    *t = (struct own_traffic){ .run = run, .end_ms = host_milliseconds() + TRAFFIC_MOST_SECONDS * 1000 };
}

void mark_write(uint8_t out[MARK_SIZE], uint32_t run, uint32_t number)
{
    memcpy(out, "ipf~", 4);
    put_be32(out + 4, run);
    put_be32(out + 8, number);
}

bool mark_find(const uint8_t *bytes, size_t length, uint32_t run, uint32_t *number)
{
    for (size_t i = 0; i + MARK_SIZE <= length; i++)
        if (bytes[i] == 'i' && memcmp(bytes + i, "ipf~", 4) == 0 && be32(bytes + i + 4) == run) {
            *number = be32(bytes + i + 8);
            return true;
        }
    return false;
}

static bool may_send(const struct own_traffic *t)
{
    return t->datagrams < TRAFFIC_MOST_DATAGRAMS && host_milliseconds() < t->end_ms;
}

/* A socket to send from and one to send to, both on the address. */
static bool open_pair(intptr_t pair[2], struct endpoint ends[2], const struct endpoint *on)
{
    bool open = true;

    for (int i = 0; i < 2; i++) {
        ends[i] = *on;
        pair[i] = own_socket_udp(on->version);
        open = open && pair[i] != NO_SOCKET && own_socket_bind(pair[i], &ends[i]);
    }
    return open;
}

static void close_pair(const intptr_t pair[2])
{
    own_socket_close(pair[0]);
    own_socket_close(pair[1]);
}

/* Counts what arrives until `wanted` have or nothing comes any more. */
static uint32_t count_arrivals(intptr_t s, uint32_t wanted)
{
    uint8_t bytes[4096];
    uint32_t arrived = 0;

    while (arrived < wanted && own_socket_receive(s, bytes, sizeof bytes, ARRIVAL_MS) >= 0)
        arrived++;
    return arrived;
}

void traffic_udp(struct own_traffic *t, struct traffic_batch *batch, const struct endpoint *on, uint32_t count,
                 size_t payload, bool unread)
{
    uint8_t bytes[1400] = { 0 };
    struct endpoint ends[2];
    intptr_t pair[2];

    *batch = (struct traffic_batch){ .first = t->next };
    if (open_pair(pair, ends, on) && payload >= MARK_SIZE && payload <= sizeof bytes)
        while (batch->count < count && may_send(t)) {
            mark_write(bytes, t->run, t->next);
            if (!own_socket_send_to(pair[0], &ends[1], bytes, payload))
                break;
            t->next++;
            t->datagrams++;
            batch->count++;
        }
    batch->from_port = ends[0].port;
    batch->to_port = ends[1].port;
    if (!unread)
        batch->arrived = count_arrivals(pair[1], batch->count);
    close_pair(pair);
}

static uint32_t sum_words(const uint8_t *bytes, size_t size, uint32_t sum)
{
    for (size_t i = 0; i + 1 < size; i += 2)
        sum += (uint32_t)bytes[i] << 8 | bytes[i + 1];
    return sum;
}

static uint32_t checksum_of(uint32_t sum)
{
    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
    return ~sum & 0xffff;
}

/* The UDP datagram that is cut: a mark where each fragment begins, in the first behind the UDP header. */
static void fill_fragmented(uint8_t udp[FRAGMENTED], const struct own_traffic *t, const struct endpoint ends[2])
{
    const size_t address_size = ends[0].version == 4 ? 4 : 16;
    uint32_t sum = PROTOCOL_UDP + FRAGMENTED;          /* of the pseudo-header */

    memset(udp, 0, FRAGMENTED);
    put_be16(udp, ends[0].port);
    put_be16(udp + 2, ends[1].port);
    put_be16(udp + 4, FRAGMENTED);
    for (uint32_t at = 0, i = 0; at < FRAGMENTED; at += PIECE, i++)
        mark_write(udp + (at ? at : UDP_HEADER), t->run, t->next + i);
    for (int i = 0; i < 2; i++)
        sum = sum_words(ends[i].bytes, address_size, sum);
    put_be16(udp + 6, checksum_of(sum_words(udp, FRAGMENTED, sum)));
}

/* Writes the headers of the fragment at `at`; returns their length. */
static size_t put_headers(uint8_t *out, const struct endpoint *on, size_t at, size_t size, bool more, uint32_t id)
{
    if (on->version == 4) {
        memset(out, 0, IPV4_HEADER);
        out[0] = 0x45;
        put_be16(out + 2, (uint32_t)(IPV4_HEADER + size));
        put_be16(out + 4, (id & 0xffff) | 1);
        put_be16(out + 6, (uint32_t)(at / 8) | (more ? 0x2000u : 0));
        out[8] = HOP_LIMIT;
        out[9] = PROTOCOL_UDP;
        memcpy(out + 12, on->bytes, 4);
        memcpy(out + 16, on->bytes, 4);
        put_be16(out + 10, checksum_of(sum_words(out, IPV4_HEADER, 0)));
        return IPV4_HEADER;
    }
    memset(out, 0, IPV6_HEADERS);
    out[0] = 0x60;
    put_be16(out + 4, (uint32_t)(IPV6_HEADERS - 40 + size));
    out[6] = PROTOCOL_FRAGMENT;
    out[7] = HOP_LIMIT;
    memcpy(out + 8, on->bytes, 16);
    memcpy(out + 24, on->bytes, 16);
    out[40] = PROTOCOL_UDP;
    put_be16(out + 42, (uint32_t)at | more);
    put_be32(out + 44, id);
    return IPV6_HEADERS;
}

static uint32_t send_fragments(struct own_traffic *t, const struct endpoint ends[2])
{
    uint8_t udp[FRAGMENTED], bytes[IPV6_HEADERS + PIECE];
    struct endpoint to = ends[1];
    intptr_t raw = own_socket_raw(to.version);
    uint32_t sent = 0;

    to.port = 0;
    fill_fragmented(udp, t, ends);
    for (size_t at = 0; raw != NO_SOCKET && at < FRAGMENTED && may_send(t); at += PIECE) {
        size_t size = FRAGMENTED - at < PIECE ? FRAGMENTED - at : PIECE;
        size_t headers = put_headers(bytes, &to, at, size, at + size < FRAGMENTED, t->run);
        memcpy(bytes + headers, udp + at, size);
        if (!own_socket_send_to(raw, &to, bytes, headers + size))
            break;
        sent++;
        t->datagrams++;
    }
    own_socket_close(raw);
    t->next += sent;
    return sent;
}

void traffic_fragments(struct own_traffic *t, struct traffic_batch *batch, const struct endpoint *on)
{
    struct endpoint ends[2];
    intptr_t pair[2];

    *batch = (struct traffic_batch){ .first = t->next };
    if (open_pair(pair, ends, on))
        batch->count = send_fragments(t, ends);
    batch->from_port = ends[0].port;
    batch->to_port = ends[1].port;
    batch->arrived = count_arrivals(pair[1], batch->count > 0);
    close_pair(pair);
}

/* One thread plays both sides, so neither may wait for the other. */
static size_t pass_bytes(struct own_traffic *t, intptr_t from, intptr_t to, size_t bytes)
{
    static uint8_t out[1 << 16], in[1 << 16];
    size_t sent = 0, received = 0;
    int idle = 0;

    while (received < bytes && idle < 20 && host_milliseconds() < t->end_ms) {
        size_t left = bytes - sent, most = left < sizeof out ? left : sizeof out;
        int n = most && t->tcp_bytes + most <= TRAFFIC_MOST_TCP_BYTES ? own_socket_send(from, out, most) : 0;
        int m = own_socket_receive(to, in, sizeof in, n > 0 ? 0 : 50);
        if (n < 0)
            break;
        sent += (size_t)n;
        t->tcp_bytes += (uint64_t)n;
        received += m > 0 ? (size_t)m : 0;
        idle = n > 0 || m > 0 ? 0 : idle + 1;
    }
    return received;
}

void traffic_tcp(struct own_traffic *t, struct traffic_batch *batch, const struct endpoint *on, size_t bytes,
                 bool (*prepare)(intptr_t socket))
{
    struct endpoint server = *on, client = *on;
    intptr_t listener = own_socket_tcp(on->version), from = own_socket_tcp(on->version), to = NO_SOCKET;
    bool ready = listener != NO_SOCKET && from != NO_SOCKET && own_socket_bind(listener, &server) &&
                 own_socket_bind(from, &client) && (!prepare || (prepare(listener) && prepare(from)));

    *batch = (struct traffic_batch){ .first = t->next, .from_port = client.port, .to_port = server.port };
    if (ready && host_milliseconds() < t->end_ms && own_socket_listen(listener) && own_socket_connect(from, &server))
        to = own_socket_accept(listener);
    if (to != NO_SOCKET)
        batch->count = (uint32_t)(pass_bytes(t, from, to, bytes) / 1024);
    own_socket_close(from);
    own_socket_close(to);
    own_socket_close(listener);
}
