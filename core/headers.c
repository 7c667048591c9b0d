/* headers.c - the IP header and what leads to the transport header. */
#include "bytes.h"
#include "options.h"

enum {
    HOP_BY_HOP = 0, TCP = 6, UDP = 17, DCCP = 33, ROUTING = 43, FRAGMENT = 44, AUTHENTICATION = 51, NO_NEXT_HEADER = 59,
    DESTINATION = 60, SCTP = 132, MOBILITY = 135, UDP_LITE = 136, HIP = 139, SHIM6 = 140
};

static bool is_fragment_tail(const ipfunnel_headers *h)
{
    return h->fragment_offset != 0;
}

static void read_fragment(ipfunnel_headers *h, uint16_t field, uint16_t more_bit, uint32_t offset_bytes)
{
    h->fragment_offset = offset_bytes;
    if (field & more_bit)
        h->flags |= IPFUNNEL_MORE_FRAGMENTS;
    if (field & more_bit || offset_bytes)
        h->flags |= IPFUNNEL_IS_FRAGMENT;
}

static bool read_ipv4(struct ipfunnel__cursor *c, ipfunnel_headers *h)
{
    const uint8_t *p = ipfunnel__take(c, 20);
    if (!p)
        return false;
    uint16_t fragment = ipfunnel__be16(p + 6);
    h->source = p + 12;
    h->destination = p + 16;
    h->hop_limit = p[8];
    h->protocol = p[9];
    h->identification = ipfunnel__be16(p + 4);
    read_fragment(h, fragment, 0x2000, (fragment & 0x1fffu) * 8);
    if ((p[0] & 15) > 5 && !ipfunnel__take(c, (size_t)((p[0] & 15) - 5) * 4)) {
        h->flags |= IPFUNNEL_CHAIN_CUT;
        c->at = c->end;                           /* what is left are options */
    }
    return true;
}

/* Extension headers as IANA lists them; each is at least 8 bytes, so the walk ends with the bytes. ESP (50) is not
 * walked: what follows it is encrypted. */
static void walk_ipv6_chain(struct ipfunnel__cursor *c, ipfunnel_headers *h)
{
    for (;;) {
        struct ipfunnel__cursor next = *c;
        size_t size;
        switch (h->protocol) {
        case HOP_BY_HOP: case ROUTING: case DESTINATION: case MOBILITY: case HIP: case SHIM6:
        case AUTHENTICATION: case FRAGMENT:
            break;
        default:
            return;
        }
        const uint8_t *p = ipfunnel__take(&next, 8);
        if (!p) {
            h->flags |= IPFUNNEL_CHAIN_CUT;
            return;
        }
        size = h->protocol == FRAGMENT ? 8 : h->protocol == AUTHENTICATION ? (p[1] + 2u) * 4 : (p[1] + 1u) * 8;
        if (size > 8 && !ipfunnel__take(&next, size - 8)) {
            h->flags |= IPFUNNEL_CHAIN_CUT;
            return;
        }
        if (h->protocol == FRAGMENT) {
            uint16_t field = ipfunnel__be16(p + 2);
            h->identification = ipfunnel__be32(p + 4);
            read_fragment(h, field, 1, field & 0xfff8u);
        }
        h->protocol = p[0];
        *c = next;
        if (is_fragment_tail(h))
            return;
    }
}

static bool read_ipv6(struct ipfunnel__cursor *c, ipfunnel_headers *h)
{
    const uint8_t *p = ipfunnel__take(c, 40);
    if (!p)
        return false;
    h->source = p + 8;
    h->destination = p + 24;
    h->hop_limit = p[7];
    h->protocol = p[6];
    walk_ipv6_chain(c, h);
    return true;
}

static void read_transport(struct ipfunnel__cursor c, ipfunnel_headers *h)
{
    bool has_ports = h->protocol == TCP || h->protocol == UDP || h->protocol == UDP_LITE || h->protocol == SCTP
                     || h->protocol == DCCP;
    if (!has_ports || is_fragment_tail(h) || h->flags & IPFUNNEL_CHAIN_CUT)
        return;
    const uint8_t *ports = ipfunnel__take(&c, 4);
    if (!ports)
        return;
    h->flags |= IPFUNNEL_HAS_PORTS;
    h->source_port = ipfunnel__be16(ports);
    h->destination_port = ipfunnel__be16(ports + 2);
    const uint8_t *rest = h->protocol == TCP ? ipfunnel__take(&c, 10) : NULL;
    if (rest)
        h->tcp_flags = rest[9];
}

int ipfunnel_read_headers(const ipfunnel_datagram *d, ipfunnel_headers *out)
{
    struct ipfunnel__cursor c = ipfunnel__cursor_over(d->bytes, d->length);
    ipfunnel_headers h = { .size = sizeof h, .version = d->version };
    if (!(d->version == 4 ? read_ipv4(&c, &h) : read_ipv6(&c, &h)))
        return IPFUNNEL_EINVAL;
    h.transport_offset = (uint32_t)(c.at - d->bytes);
    read_transport(c, &h);
    ipfunnel_error nobody_asked;
    return ipfunnel__give_sized(out, &h, sizeof h, "ipfunnel_headers", &nobody_asked);
}
