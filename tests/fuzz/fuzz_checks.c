#include "fuzz.h"

static void check_line(const char *line)
{
    for (; *line; line++)
        HOLDS((unsigned char)*line >= ' ' && *line != 0x7f);
}

/* Into blocks of exactly `size` bytes: cut, but never overrun and always ended. */
static void check_text(const ipfunnel_datagram *d, size_t size)
{
    char *(*const writers[])(const ipfunnel_datagram *, char *, size_t) = { ipfunnel_summary, ipfunnel_format };
    for (size_t i = 0; i < sizeof writers / sizeof *writers; i++) {
        char *out = malloc(size ? size : 1);
        HOLDS(out);
        memset(out, 'x', size ? size : 1);
        HOLDS(writers[i](d, out, size) == out);
        if (size) {
            HOLDS(memchr(out, '\0', size));
            check_line(out);
        }
        free(out);
    }
}

static void check_headers(const ipfunnel_datagram *d)
{
    ipfunnel_headers h = IPFUNNEL_HEADERS_INIT;
    uint32_t fixed = d->version == 4 ? 20 : 40, address = d->version == 4 ? 4 : 16;
    int status = ipfunnel_read_headers(d, &h);
    HOLDS(status == (d->length < fixed ? IPFUNNEL_EINVAL : 0));
    if (status)
        return;
    HOLDS(h.version == d->version);
    HOLDS(h.transport_offset >= fixed && h.transport_offset <= d->length);
    HOLDS(h.source >= d->bytes && h.source + address <= d->bytes + d->length);
    HOLDS(h.destination >= d->bytes && h.destination + address <= d->bytes + d->length);
    if (h.flags & IPFUNNEL_HAS_PORTS) {
        HOLDS(h.transport_offset + 4 <= d->length);
        HOLDS(h.fragment_offset == 0);
        HOLDS(h.source_port == ipfunnel__be16(d->bytes + h.transport_offset));
    } else {
        HOLDS(h.source_port == 0 && h.destination_port == 0 && h.tcp_flags == 0);
    }
    if (h.fragment_offset || h.flags & IPFUNNEL_MORE_FRAGMENTS)
        HOLDS(h.flags & IPFUNNEL_IS_FRAGMENT);
    char text[46];
    HOLDS(ipfunnel_address_text(h.version, h.source, text, sizeof text) == text);
    HOLDS(memchr(text, '\0', sizeof text) && text[0]);
}

void check_datagram(const ipfunnel_datagram *d)
{
    const uint32_t cut = IPFUNNEL_SNAPPED | IPFUNNEL_SHORT;
    HOLDS(d->bytes && d->length > 0);
    HOLDS(d->version == 4 || d->version == 6);
    HOLDS(d->bytes[0] >> 4 == d->version);
    HOLDS(d->length <= d->original_length);
    HOLDS((d->length < d->original_length) == ((d->flags & cut) != 0));
    HOLDS(d->original_length != IPFUNNEL_LENGTH_UNKNOWN
          || (d->flags & (IPFUNNEL_LENGTH_ASSUMED | IPFUNNEL_SNAPPED)) == (IPFUNNEL_LENGTH_ASSUMED | IPFUNNEL_SNAPPED));
    HOLDS(d->direction <= IPFUNNEL_DIRECTION_OUT && d->direction_source <= IPFUNNEL_SAYS_ADDRESSES);
    HOLDS((d->direction == IPFUNNEL_DIRECTION_UNKNOWN) == (d->direction_source == IPFUNNEL_SAYS_NOBODY));
    HOLDS(d->checksum <= IPFUNNEL_CHECKSUM_NOT_READY);
    HOLDS((d->unproven != 0) == ((d->flags & IPFUNNEL_HEADER_REBUILT) != 0));
    HOLDS(d->vlan_count > 1 || d->vlan[1] == 0);
    HOLDS(d->vlan_count > 0 || d->vlan[0] == 0);
    check_headers(d);
    static const size_t sizes[] = { 0, 1, 2, 9, 20, 35, 60, 400 };
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        check_text(d, sizes[i]);
}

void check_error(const ipfunnel_error *error, int status)
{
    HOLDS(error->status == status);
    HOLDS(error->text[0] && memchr(error->text, '\0', sizeof error->text));
    HOLDS(error->remedy[0] && memchr(error->remedy, '\0', sizeof error->remedy));
    check_line(error->text);
    check_line(error->remedy);
    check_line(error->where);
}
