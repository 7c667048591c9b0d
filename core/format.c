/* format.c - datagrams as text. */
#include "bytes.h"
#include "error.h"
#include "os.h"
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

/* Appends to a bounded text; what does not fit is cut. */
struct text {
    char *at, *end;
};

static void add(struct text *t, const char *format, ...) IPFUNNEL__PRINTF(2, 3);
static void add(struct text *t, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int n = t->at < t->end ? vsnprintf(t->at, (size_t)(t->end - t->at), format, arguments) : 0;
    va_end(arguments);
    if (n > 0)
        t->at = n < t->end - t->at ? t->at + n : t->end;
}

char *ipfunnel_address_text(int version, const uint8_t *bytes, char *out, size_t size)
{
    return ipfunnel__os_address_text(version, bytes, out, size);
}

/* By number; what has no name here is shown by its number. */
static const char *const protocol_names[256] = {
    [1] = "ICMP", [2] = "IGMP", [4] = "IPv4", [6] = "TCP", [17] = "UDP", [33] = "DCCP", [41] = "IPv6", [47] = "GRE",
    [50] = "ESP", [51] = "AH", [58] = "ICMPv6", [59] = "no next header", [89] = "OSPF", [103] = "PIM", [112] = "VRRP",
    [132] = "SCTP", [136] = "UDP-Lite",
};
static const char *const icmp_names[256] = {
    [0] = "echo reply", [3] = "unreachable", [5] = "redirect", [8] = "echo request", [11] = "time exceeded",
    [12] = "parameter problem",
};
static const char *const icmpv6_names[256] = {
    [1] = "unreachable", [2] = "packet too big", [3] = "time exceeded", [4] = "parameter problem",
    [128] = "echo request", [129] = "echo reply", [133] = "router solicitation", [134] = "router advertisement",
    [135] = "neighbor solicitation", [136] = "neighbor advertisement", [143] = "multicast listener report",
};

/* An address, with the port where there is one: 10.0.0.1:53, [fd00::1]:53. */
static void add_endpoint(struct text *t, const ipfunnel_headers *h, const uint8_t *address, uint16_t port)
{
    char text[46];
    ipfunnel__os_address_text(h->version, address, text, sizeof text);
    if (!(h->flags & IPFUNNEL_HAS_PORTS))
        add(t, "%s", text);
    else
        add(t, h->version == 6 ? "[%s]:%u" : "%s:%u", text, port);
}

static void add_protocol(struct text *t, const ipfunnel_datagram *d, const ipfunnel_headers *h)
{
    const char *name = protocol_names[h->protocol];
    if (name)
        add(t, " %s", name);
    else
        add(t, " protocol %u", h->protocol);
    if (h->protocol == 6 && h->flags & IPFUNNEL_HAS_PORTS) {
        static const char letters[] = "FSRP.UEW";
        add(t, " [");
        for (int bit = 0; bit < 8; bit++)
            if (h->tcp_flags >> bit & 1)
                add(t, "%c", letters[bit]);
        add(t, "]");
    }
    const char *const *types = h->protocol == 1 ? icmp_names : h->protocol == 58 ? icmpv6_names : NULL;
    if (!types || h->fragment_offset || h->transport_offset >= d->length)
        return;
    uint8_t type = d->bytes[h->transport_offset];
    if (types[type])
        add(t, " %s", types[type]);
    else
        add(t, " type %u", type);
}

static void add_flags(struct text *t, const ipfunnel_datagram *d, const ipfunnel_headers *h)
{
    if (h->flags & IPFUNNEL_IS_FRAGMENT)
        add(t, " fragment %" PRIu32 "%s of id %" PRIu32, h->fragment_offset,
            h->flags & IPFUNNEL_MORE_FRAGMENTS ? "+" : "", h->identification);
    if (d->flags & IPFUNNEL_SEGMENTATION)
        add(t, " super-datagram%s", d->flags & IPFUNNEL_NOT_CUT ? " not cut" : "");
    if (d->flags & IPFUNNEL_RECONSTRUCTED)
        add(t, " reconstructed");
    if (d->flags & IPFUNNEL_LENGTH_ASSUMED)
        add(t, " length-assumed");
    if (d->flags & IPFUNNEL_SNAPPED)
        add(t, " snapped");
    if (d->flags & IPFUNNEL_SHORT)
        add(t, " short");
    if (d->flags & IPFUNNEL_HEADER_REBUILT)
        add(t, " header-rebuilt");
    if (d->vlan_count)
        add(t, " vlan %u", d->vlan[0] & 0x0fff);
    if (d->vlan_count > 1)
        add(t, ".%u", d->vlan[1] & 0x0fff);
}

static void add_summary(struct text *t, const ipfunnel_datagram *d)
{
    ipfunnel_headers h = IPFUNNEL_HEADERS_INIT;
    if (ipfunnel_read_headers(d, &h)) {
        add(t, "IPv%u, %" PRIu32 " bytes of the header only", d->version, d->length);
        return;
    }
    add_endpoint(t, &h, h.source, h.source_port);
    add(t, " > ");
    add_endpoint(t, &h, h.destination, h.destination_port);
    add_protocol(t, d, &h);
    add(t, " %" PRIu32, d->original_length == IPFUNNEL_LENGTH_UNKNOWN ? d->length : d->original_length);
    add_flags(t, d, &h);
}

char *ipfunnel_summary(const ipfunnel_datagram *d, char *out, size_t size)
{
    struct text t = { .at = out, .end = out + size };
    if (size)
        out[0] = '\0';
    add_summary(&t, d);
    return out;
}

char *ipfunnel_format(const ipfunnel_datagram *d, char *out, size_t size)
{
    static const char *const directions[] = { "?  ", "in ", "out" };
    const int64_t second = 1000000000, day = 86400 * second;
    struct text t = { .at = out, .end = out + size };
    if (size)
        out[0] = '\0';
    if (d->time_ns == IPFUNNEL_TIME_UNKNOWN) {
        add(&t, "--:--:--.---------Z");
    } else {
        int64_t of_day = (d->time_ns % day + day) % day, seconds = of_day / second;
        add(&t, "%02d:%02d:%02d.%09dZ", (int)(seconds / 3600), (int)(seconds / 60 % 60), (int)(seconds % 60),
            (int)(of_day % second));
    }
    add(&t, " %s %s ", directions[d->direction], d->interface_name && *d->interface_name ? d->interface_name : "-");
    add_summary(&t, d);
    return out;
}
