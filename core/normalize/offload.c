/* offload.c - see offload.h. What hardware does is what Linux does without it: with a super-datagram in
 * net/ipv4/tcp_offload.c and udp_offload.c, net/ipv6/ip6_offload.c; with a checksum in skb_checksum_help of
 * net/core/dev.c. */
#include "offload.h"
#include "../bytes.h"

enum { HOP_BY_HOP = 0, TCP = 6, UDP = 17, OPTION_JUMBO = 0xc2 };
enum { FIN = 0x01, PSH = 0x08, CWR = 0x80 };
enum { TCP_HEADER = 20, TCP_CHECKSUM = 16, UDP_HEADER = 8, UDP_CHECKSUM = 6, SCTP_CHECKSUM = 8 };
enum { IPV6_HEADER = 40, JUMBO_HEADER = 8 };

/* The frame is ours to write to (frame.h). */
static uint8_t *writable(const uint8_t *bytes) { return (uint8_t *)(uintptr_t)bytes; }

static void put16(uint8_t *p, uint32_t value)
{
    p[0] = (uint8_t)(value >> 8);
    p[1] = (uint8_t)value;
}

static void put32(uint8_t *p, uint32_t value)
{
    put16(p, value >> 16);
    put16(p + 2, value & UINT16_MAX);
}

static void put_sum(uint8_t *p, uint16_t word) { memcpy(p, &word, sizeof word); }

/* ---- What the facts are about. */

/* The datagram's own transport header, whole. */
struct transport {
    uint32_t offset;
    uint32_t size;
    uint32_t checksum;                    /* offset in it */
    uint8_t protocol;                     /* TCP or UDP */
};

static bool own_transport(const ipfunnel_datagram *d, struct transport *t)
{
    ipfunnel_headers h = IPFUNNEL_HEADERS_INIT;
    if (ipfunnel_read_headers(d, &h) || h.flags & IPFUNNEL_IS_FRAGMENT || !(h.flags & IPFUNNEL_HAS_PORTS))
        return false;
    struct ipfunnel__cursor c = ipfunnel__cursor_over(d->bytes + h.transport_offset, d->length - h.transport_offset);
    const uint8_t *p = ipfunnel__take(&c, h.protocol == TCP ? TCP_HEADER : UDP_HEADER);
    *t = (struct transport){ .offset = h.transport_offset, .protocol = h.protocol };
    if (!p || (h.protocol != TCP && h.protocol != UDP))
        return false;
    t->size = h.protocol == TCP ? (p[12] >> 4) * 4u : UDP_HEADER;
    t->checksum = h.protocol == TCP ? TCP_CHECKSUM : UDP_CHECKSUM;
    return h.protocol == UDP || (t->size >= TCP_HEADER && ipfunnel__take(&c, t->size - TCP_HEADER));
}

/* Source and destination address and the protocol: the pseudo-header but for its length. */
static uint64_t pseudo_sum(const ipfunnel_datagram *d, uint8_t protocol)
{
    return (d->version == 4 ? ipfunnel__sum_portable(d->bytes + 12, 8) : ipfunnel__sum_portable(d->bytes + 8, 32))
           + ipfunnel__sum_word(protocol);
}

/* Senders leave the sum of the pseudo-header in the checksum field, Windows with LSO that without the length. Where
 * nobody says what a checksum that is not ready covers, this is the evidence that it is this one: in a tunnel it is
 * that of the inner header. */
static bool is_left_to_hardware(const ipfunnel_datagram *d, const struct transport *t)
{
    uint64_t pseudo = pseudo_sum(d, t->protocol);
    uint32_t length = d->length - t->offset;
    uint16_t have;
    memcpy(&have, d->bytes + t->offset + t->checksum, sizeof have);
    return have == ipfunnel__sum_fold(pseudo + ipfunnel__sum_word(length >> 16) + ipfunnel__sum_word(length))
           || (d->flags & IPFUNNEL_SEGMENTATION && have == ipfunnel__sum_fold(pseudo));
}

/* What the system says of the checksum, as an offset in the datagram; false when that is outside the datagram. */
static bool told_start(const struct ipfunnel__frame *frame, const ipfunnel_datagram *d, uint32_t *start)
{
    uint32_t at = (uint32_t)(d->bytes - frame->bytes), header = d->version == 4 ? 20 : IPV6_HEADER;
    *start = frame->checksum_start - at;
    return frame->checksum_start >= at + header && *start < d->length
           && d->length - *start >= frame->checksum_offset + UINT32_C(2);
}

/* ---- A checksum alone. */

static void fill_in(ipfunnel__sum *sum, ipfunnel_datagram *d, uint32_t start, uint32_t checksum)
{
    /* The field holds the sum of the pseudo-header and so belongs to what is summed. 0 would mean "none" in UDP; Linux
     * writes its other form for all protocols. */
    uint16_t word = (uint16_t)~ipfunnel__sum_fold(sum(d->bytes + start, d->length - start));
    put_sum(writable(d->bytes) + start + checksum, word ? word : UINT16_MAX);
    d->checksum = IPFUNNEL_CHECKSUM_UNKNOWN;
    d->flags |= IPFUNNEL_CHECKSUM_FILLED;
}

/* Ports stand in the first four bytes behind the IP header, and no checksum that is left to hardware: a place there is
 * nonsense. What filters ask of ports in the kernel (filter/filter_plan.c) relies on them not being written to. */
static bool spares_ports(const ipfunnel_datagram *d, uint32_t place)
{
    enum { PORTS = 4 };
    return place >= (d->version == 4 ? (d->bytes[0] & 15u) * 4 : IPV6_HEADER) + PORTS;
}

static void complete(ipfunnel__sum *sum, const struct ipfunnel__frame *frame, ipfunnel_datagram *d)
{
    struct transport t;
    uint32_t start = 0;
    if (d->length < d->original_length)
        return;
    if (frame->checksum_start) {
        if (told_start(frame, d, &start) && frame->checksum_offset != SCTP_CHECKSUM
            && spares_ports(d, start + frame->checksum_offset))
            fill_in(sum, d, start, frame->checksum_offset);
    } else if (own_transport(d, &t) && is_left_to_hardware(d, &t)) {
        fill_in(sum, d, t.offset, t.checksum);
    }
}

/* By the looks of it. That costs nothing where it is wrong: the sum that is put in place of a valid checksum is that
 * checksum. */
static void complete_untold(const struct ipfunnel__cut *cut, ipfunnel_datagram *d)
{
    struct transport t;
    if (cut->mtu && d->original_length > cut->mtu && d->original_length != IPFUNNEL_LENGTH_UNKNOWN)
        d->flags |= IPFUNNEL_NOT_CUT;
    else if (d->length == d->original_length && own_transport(d, &t) && is_left_to_hardware(d, &t))
        fill_in(cut->sum, d, t.offset, t.checksum);
}

/* ---- Cutting. */

/* Are the facts those of the datagram's own transport header? In a tunnel they are those of the inner one. */
static bool facts_are_its_own(const struct ipfunnel__frame *frame, const ipfunnel_datagram *d,
                              const struct transport *t)
{
    uint32_t start = 0, kind = frame->segmentation & ~(uint32_t)IPFUNNEL_SEGMENTS_ECN;
    uint32_t own_kind = t->protocol == UDP ? IPFUNNEL_SEGMENTS_UDP
                        : d->version == 4  ? IPFUNNEL_SEGMENTS_TCP4
                                           : IPFUNNEL_SEGMENTS_TCP6;
    if (kind != IPFUNNEL_SEGMENTS_UNKNOWN && kind != own_kind)
        return false;
    if (frame->checksum_start)
        return told_start(frame, d, &start) && start == t->offset && frame->checksum_offset == t->checksum;
    /* Some drivers put datagrams together whose checksums they verified. No tunnel has TCP outside. */
    return (kind != IPFUNNEL_SEGMENTS_UNKNOWN && t->protocol == TCP)
           || (d->checksum == IPFUNNEL_CHECKSUM_NOT_READY && is_left_to_hardware(d, t));
}

/* A BIG TCP datagram over IPv6 has its length in a hop-by-hop header that no segment has. Returns the bytes of it, 0
 * when there is none, -1 when something else is in it. */
static int jumbo_header(const ipfunnel_datagram *d)
{
    const uint8_t *p = d->bytes;
    if (d->version != 6 || ipfunnel__be16(p + 4) || p[6] != HOP_BY_HOP)
        return 0;
    return p[41] == 0 && p[42] == OPTION_JUMBO && p[43] == 4 ? JUMBO_HEADER : -1;
}

/* With a routing header the pseudo-header is that of the last destination, which the field of a checksum that is not
 * ready knows: it holds the sum with the length of the whole. */
static uint64_t pseudo_sum_of_segments(const struct ipfunnel__frame *frame, const ipfunnel_datagram *d,
                                       const struct transport *t)
{
    uint32_t length = d->length - t->offset;
    uint16_t have;
    if (!frame->checksum_start || d->checksum != IPFUNNEL_CHECKSUM_NOT_READY || is_left_to_hardware(d, t))
        return pseudo_sum(d, t->protocol);
    memcpy(&have, d->bytes + t->offset + t->checksum, sizeof have);
    return have
           + (uint64_t)(uint16_t)~ipfunnel__sum_fold(ipfunnel__sum_word(length >> 16)
                                                     + (uint64_t)ipfunnel__sum_word(length));
}

/* The headers as every segment has them: with 0 in the fields that differ, and their sums. */
static void take_headers(struct ipfunnel__cut *cut, const struct ipfunnel__frame *frame, const ipfunnel_datagram *d,
                         const struct transport *t, uint32_t removed)
{
    uint8_t *h = cut->headers, *transport = h + cut->transport;
    uint32_t front = removed ? IPV6_HEADER : 0;
    memcpy(h, d->bytes, front);
    memcpy(h + front, d->bytes + front + removed, cut->header - front);
    if (removed)
        h[6] = d->bytes[IPV6_HEADER];
    if (d->version == 4) {
        cut->identification = ipfunnel__be16(h + 4);
        put32(h + 2, 0);
        put16(h + 10, 0);
        cut->ip_sum = ipfunnel__sum_portable(h, (h[0] & 15u) * 4);
    }
    cut->pseudo_sum = pseudo_sum_of_segments(frame, d, t);
    if (cut->tcp) {
        cut->sequence = ipfunnel__be32(transport + 4);
        cut->tcp_flags = transport[13];
    }
    put16(transport + t->checksum, 0);
}

static bool begin(struct ipfunnel__cut *cut, const struct ipfunnel__frame *frame, const ipfunnel_datagram *d)
{
    struct transport t;
    if (!frame->segment_size || d->length < d->original_length || !own_transport(d, &t)
        || !facts_are_its_own(frame, d, &t))
        return false;
    int removed = jumbo_header(d);
    uint32_t header = t.offset + t.size, fixed = d->version == 4 ? 0 : IPV6_HEADER;
    if (removed < 0 || header >= d->length || header > IPFUNNEL__MOST_HEADERS)
        return false;
    cut->left = d->length - header;
    cut->size = frame->segment_size;
    cut->header = header - (uint32_t)removed;
    uint32_t largest = cut->header + (cut->left < cut->size ? cut->left : cut->size);
    if (largest - fixed > UINT16_MAX)
        return false;
    bool sent = d->direction == IPFUNNEL_DIRECTION_OUT && d->direction_source != IPFUNNEL_SAYS_ADDRESSES;
    cut->payload = writable(d->bytes) + header;
    cut->transport = t.offset - (uint32_t)removed;
    cut->tcp = t.protocol == TCP;
    cut->cwr_once = !frame->segmentation || frame->segmentation & IPFUNNEL_SEGMENTS_ECN;
    take_headers(cut, frame, d, &t, (uint32_t)removed);
    cut->segment = *d;
    cut->segment.segment_size = 0;
    cut->segment.checksum = IPFUNNEL_CHECKSUM_UNKNOWN;
    cut->segment.flags &= ~(uint32_t)(IPFUNNEL_SEGMENTATION | IPFUNNEL_LENGTH_ASSUMED);
    cut->segment.flags |= IPFUNNEL_CHECKSUM_FILLED | (sent ? 0u : IPFUNNEL_RECONSTRUCTED);
    return true;
}

bool ipfunnel__cut_next(struct ipfunnel__cut *cut, ipfunnel_datagram *d)
{
    uint32_t payload = cut->left < cut->size ? cut->left : cut->size, length = cut->header + payload;
    uint32_t of_transport = length - cut->transport;
    uint8_t *start = cut->payload - cut->header, *transport = start + cut->transport;
    bool last = payload == cut->left;

    memcpy(start, cut->headers, cut->header);
    if (cut->segment.version == 4) {
        uint64_t sum = cut->ip_sum + ipfunnel__sum_word(length) + ipfunnel__sum_word(cut->identification);
        put16(start + 2, length);
        put16(start + 4, cut->identification++);
        put_sum(start + 10, (uint16_t)~ipfunnel__sum_fold(sum));
    } else {
        put16(start + 4, length - IPV6_HEADER);
    }
    if (cut->tcp) {
        put32(transport + 4, cut->sequence);
        transport[13] = (uint8_t)(cut->tcp_flags & ~(last ? 0 : FIN | PSH));
        cut->sequence += payload;
        if (cut->cwr_once)
            cut->tcp_flags &= (uint8_t)~CWR;
    } else {
        put16(transport + 4, of_transport);
    }
    uint16_t word = (uint16_t)~ipfunnel__sum_fold(cut->pseudo_sum + ipfunnel__sum_word(of_transport)
                                                  + cut->sum(transport, of_transport));
    put_sum(transport + (cut->tcp ? TCP_CHECKSUM : UDP_CHECKSUM), word || cut->tcp ? word : UINT16_MAX);

    *d = cut->segment;
    d->bytes = start;
    d->length = d->original_length = length;
    cut->payload += payload;
    cut->left -= payload;
    return !last;
}

bool ipfunnel__offload(struct ipfunnel__cut *cut, const struct ipfunnel__frame *frame, bool alone,
                       ipfunnel_datagram *d)
{
    if (d->flags & IPFUNNEL_SEGMENTATION) {
        if (alone && !(d->flags & IPFUNNEL_NOT_CUT) && begin(cut, frame, d))
            return true;
        d->flags |= IPFUNNEL_NOT_CUT;
    } else if (d->checksum == IPFUNNEL_CHECKSUM_NOT_READY) {
        complete(cut->sum, frame, d);
    } else if (frame->facts & IPFUNNEL__FRAME_OFFLOADS_UNTOLD) {
        complete_untold(cut, d);
    }
    return false;
}
