#include "equality_compare.h"
#include "check.h"
#include "equality_wire.h"
#include <inttypes.h>

const struct reason_text reasons[REASONS] = {
    [REASON_DIRECTION] = { 'd', "IPFUNNEL_CAN_DIRECTION", "direction: by addresses, or unknown" },
    [REASON_CHECKSUM] = { 'c', "IPFUNNEL_CAN_CHECKSUM", "state of the checksum: unknown" },
    [REASON_SUPER] = { 's', "IPFUNNEL_CAN_SEGMENTATION", "super-datagrams: whole, but not marked" },
    [REASON_TAGS] = { 't', "a file of raw IP", "VLAN tags: in comments of the file, which libpcap does not read" },
    [REASON_CUT] = { 'm', "a file of raw IP", "short or snapped: in such comments, too" },
    [REASON_COUNTERS] = { 'n', "a bit of `available`", "how many were left out: unknown, it happened below" },
    [REASON_VLANS] = { 'v', "IPFUNNEL_CAN_VLAN", "datagrams of VLANs: none, the IP layer of this interface has none" },
    [REASON_SENDER] = { 'o', "IPFUNNEL_CAN_DIRECTION", "no_outgoing: what others' addresses sent from here is there" },
    [REASON_BROKEN] = { 'b', "a raw socket", "IPv6 of impossible length: none, the IP layer throws it away" },
    [REASON_ROOM] = { 'k', "a receive of 128 KiB", "beyond 128 KiB: cut, and marked snapped" },
    [REASON_UNCUT] = { 'u', "IPFUNNEL_CAN_ON_WIRE", "on_wire: not cut, no size is known; marked if too long" },
    [REASON_REPAIRS] = { 'f', "a file of raw IP", "what on_wire did: in such comments, too" },
    [REASON_REFUSED] = { 'r', "IPFUNNEL_CAN_ON_WIRE", "on_wire: refused, with EOPNOTSUPP" },
    [REASON_GONE] = { 'w', "Wine", "that the interface is gone: Wine goes on listing it" },
};

enum {
    CUT = IPFUNNEL_SNAPPED | IPFUNNEL_SHORT,
    REPAIRS = IPFUNNEL_RECONSTRUCTED | IPFUNNEL_NOT_CUT | IPFUNNEL_CHECKSUM_FILLED,
    STREAMS = 16
};

static char message[400];

static const char *differs(const char *what, const ipfunnel_datagram *d)
{
    char line[200];
    snprintf(message, sizeof message, "%s: %s", what, ipfunnel_summary(d, line, sizeof line));
    return message;
}

/* What addresses alone say of the direction, worked out here once more. */
static int by_addresses(const ipfunnel_interface *interface, const ipfunnel_datagram *d)
{
    size_t size = d->version == 4 ? 4 : 16;
    const uint8_t *source = d->bytes + (size == 4 ? 12 : 8), *destination = source + size;
    bool in = size == 4 ? destination[0] >> 4 == 14 || memcmp(destination, "\xff\xff\xff\xff", 4) == 0
                        : destination[0] == 0xff;
    if (!interface || interface->address_count == 0)
        return IPFUNNEL_DIRECTION_UNKNOWN;
    for (uint32_t i = 0; i < interface->address_count; i++) {
        const ipfunnel_address *own = &interface->addresses[i];
        if (own->version != d->version)
            continue;
        if (memcmp(own->bytes, source, size) == 0)
            return IPFUNNEL_DIRECTION_OUT;
        in = in || memcmp(own->bytes, destination, size) == 0;
        if (size == 4 && own->prefix_length == 24)
            in = in || (memcmp(own->bytes, destination, 3) == 0 && destination[3] == 255);
    }
    return in ? IPFUNNEL_DIRECTION_IN : IPFUNNEL_DIRECTION_UNKNOWN;
}

/* capability 0: there is none. */
static bool may(const struct comparison *c, enum reason reason, uint32_t capability, uint32_t *why)
{
    if ((!capability || c->seen->capabilities & capability) && !(c->unknown >> reason & 1))
        return false;
    *why |= UINT32_C(1) << reason;
    return true;
}

/* Cut where the room ends, and marked so; the length of a header that does not say it is lost with the rest. */
static bool same_beginning(const struct comparison *c, const ipfunnel_datagram *e, const ipfunnel_datagram *d)
{
    return c->room && e->length > c->room && d->length == c->room && d->flags & IPFUNNEL_SNAPPED
           && memcmp(e->bytes, d->bytes, d->length) == 0 && e->version == d->version
           && (d->original_length == e->original_length
               || (e->flags & IPFUNNEL_LENGTH_ASSUMED && d->original_length == IPFUNNEL_LENGTH_UNKNOWN));
}

/* Facts beyond the bytes: equal, or unknown for a reason. */
static const char *compare_facts(const struct comparison *c, const ipfunnel_datagram *e, const ipfunnel_datagram *d,
                                 uint32_t *why)
{
    int says = c->from_file && e->direction_source == IPFUNNEL_SAYS_KERNEL ? IPFUNNEL_SAYS_FILE : e->direction_source;
    if (d->direction != e->direction || d->direction_source != says) {
        int guess = by_addresses(c->interface, d);
        bool is_guess = d->direction == guess && d->direction_source == (guess ? IPFUNNEL_SAYS_ADDRESSES
                                                                               : IPFUNNEL_SAYS_NOBODY);
        if (!is_guess || !may(c, REASON_DIRECTION, IPFUNNEL_CAN_DIRECTION, why))
            return differs("the direction", d);
    }
    if (d->checksum != e->checksum
        && (d->checksum != IPFUNNEL_CHECKSUM_UNKNOWN || !may(c, REASON_CHECKSUM, IPFUNNEL_CAN_CHECKSUM, why)))
        return differs("the checksum's state", d);
    if ((d->flags ^ e->flags) & IPFUNNEL_SEGMENTATION
        && (d->flags & IPFUNNEL_SEGMENTATION || !may(c, REASON_SUPER, IPFUNNEL_CAN_SEGMENTATION, why)))
        return differs("super-datagram or not", d);
    uint32_t repairs = (d->flags ^ e->flags) & REPAIRS;
    /* Who goes by looks takes a valid checksum for one that was left, when it looks so; the bytes are the same. */
    if (d->flags & IPFUNNEL_CHECKSUM_FILLED && !(c->seen->capabilities & IPFUNNEL_CAN_ON_WIRE) && wire_looks_left(d))
        repairs &= ~(uint32_t)IPFUNNEL_CHECKSUM_FILLED;
    if (repairs && (d->flags & repairs || !may(c, REASON_REPAIRS, 0, why)))
        return differs("what on_wire did", d);
    if (same_beginning(c, e, d))
        *why |= 1u << REASON_ROOM;
    else if ((d->flags ^ e->flags) & CUT
             && ((e->flags & CUT) != IPFUNNEL_SHORT || (d->flags & CUT) != IPFUNNEL_SNAPPED
                 || !may(c, REASON_CUT, 0, why)))
        return differs("by whom it is cut", d);
    if (d->vlan_count != e->vlan_count || d->vlan[0] != e->vlan[0] || d->vlan[1] != e->vlan[1])
        if (d->vlan_count || d->vlan[0] || d->vlan[1] || !may(c, REASON_TAGS, IPFUNNEL_CAN_VLAN, why))
            return differs("the VLAN tags", d);
    return NULL;
}

static bool same_datagram(const ipfunnel_datagram *e, const ipfunnel_datagram *d)
{
    return e->length == d->length && memcmp(e->bytes, d->bytes, e->length) == 0
           && e->original_length == d->original_length && e->version == d->version
           && !((e->flags ^ d->flags) & ~(uint32_t)(IPFUNNEL_SEGMENTATION | CUT | REPAIRS))
           && e->segment_size == d->segment_size;
}

/* One that was not cut stands for the segments that are expected from `at` on. Returns how many these are; 0: it does
 * not. Of the facts those of the first count. */
static size_t segments_in(const struct comparison *c, size_t at, const ipfunnel_datagram *d, uint32_t *why)
{
    const struct view *e = c->expected;
    ipfunnel_datagram whole = e->records[at].d;
    uint32_t left, size, facts = 0;
    const uint8_t *data = wire_data(d, &left);
    bool too_long = c->interface && d->length > c->interface->mtu;
    size_t n = 0;
    if (!(d->flags & (too_long ? IPFUNNEL_NOT_CUT : IPFUNNEL_CHECKSUM_FILLED)) || left == 0
        || c->seen->capabilities & IPFUNNEL_CAN_ON_WIRE)
        return 0;
    for (; left > 0 && at + n < e->count; n++) {
        const ipfunnel_datagram *segment = &e->records[at + n].d;
        const uint8_t *part = wire_data(segment, &size);
        if (segment->version != d->version || size == 0 || size > left || memcmp(part, data, size) != 0)
            return 0;
        data += size;
        left -= size;
    }
    whole.flags = d->flags;
    if (left || n < 2 || compare_facts(c, &whole, d, &facts))
        return 0;
    *why |= facts | 1u << REASON_UNCUT;
    return n;
}

/* Each stream in order, the streams in any. That every one comes to its end makes it the same multiset, too. */
static const char *compare_records(const struct comparison *c, uint32_t *why)
{
    const struct view *e = c->expected, *v = c->seen;
    size_t at[STREAMS] = { 0 };
    for (size_t i = 0; i < v->count; i++) {
        const ipfunnel_datagram *d = &v->records[i].d;
        const char *problem = differs("not expected, or not here", d);
        for (int stream = 0; stream < STREAMS && problem; stream++) {
            while (at[stream] < e->count && e->records[at[stream]].stream != stream)
                at[stream]++;
            if (at[stream] == e->count)
                continue;
            const ipfunnel_datagram *next = &e->records[at[stream]].d;
            size_t uncut = segments_in(c, at[stream], d, why);
            if (!uncut && !same_datagram(next, d) && !same_beginning(c, next, d))
                continue;
            problem = uncut ? NULL : compare_facts(c, next, d, why);
            if (problem)
                return problem;
            at[stream] += uncut ? uncut : 1;
        }
        if (problem)
            return problem;
    }
    for (size_t i = 0; i < e->count; i++)
        if (i >= at[e->records[i].stream])
            return differs("missing", &e->records[i].d);
    return NULL;
}

static const char *counts_differ(const char *name, uint64_t is, uint64_t expected)
{
    snprintf(message, sizeof message, "%s is %" PRIu64 ", expected %" PRIu64, name, is, expected);
    return message;
}

/* What is known has to be right, and the sums are of what is known. */
static const char *compare_counts(const struct comparison *c, uint32_t *why)
{
    const ipfunnel_statistics *s = &c->seen->statistics;
    const struct counts *e = c->counts;
    uint64_t strangers = c->seen->strangers, ip = strangers + c->more_ip;
    bool known;
#define COUNTER(name, value) \
    known = (s->available & ~c->unknown_counters) >> IPFUNNEL_COUNTER_##name & 1; \
    if (!known) \
        *why |= 1u << REASON_COUNTERS; \
    else if (s->name != (value)) \
        return counts_differ(#name, s->name, value);
#define IP_COUNTER(name) \
    COUNTER(name, e->name) \
    ip += known ? e->name : 0;
    COUNTER(delivered, e->delivered + strangers)
    ip += e->delivered;
    IP_COUNTER(other_family)
    IP_COUNTER(excluded_vlan)
    IP_COUNTER(excluded_other_host)
    IP_COUNTER(excluded_outgoing)
    IP_COUNTER(excluded_loopback_copy)
    COUNTER(not_ip, e->not_ip)
    COUNTER(malformed, e->malformed)
    ip -= s->extra_from_cutting;
    COUNTER(carrying_ip, ip)
    COUNTER(frames, ip + e->not_ip + e->malformed)
    COUNTER(unknown_link, 0u)
    COUNTER(pending, 0u)
    COUNTER(filtered, 0u)
    COUNTER(dropped, 0u)
    return NULL;
}

const char *compare(const struct comparison *c, uint32_t *why)
{
    *why = c->given;
    const char *problem = compare_records(c, why);
    return problem || !c->counts ? problem : compare_counts(c, why);
}
