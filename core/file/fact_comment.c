/* fact_comment.c - see fact_comment.h. Formats by hand: this runs for every datagram of a VLAN trunk. */
#include "fact_comment.h"
#include "pcapng_option.h"

struct comment {
    struct ipfunnel__block *block;
    size_t option;
    bool open;                      /* set by the first item */
};

static void put_text(struct comment *c, const char *text) { ipfunnel__put_bytes(c->block, text, strlen(text)); }

static void item(struct comment *c, const char *name)
{
    if (!c->open) {
        c->open = true;
        c->option = ipfunnel__option_begin(c->block, IPFUNNEL__OPT_COMMENT);
        put_text(c, "ipfunnel: ");
    } else {
        put_text(c, ", ");
    }
    put_text(c, name);
}

static void item_text(struct comment *c, const char *name, const char *value)
{
    item(c, name);
    put_text(c, "=");
    put_text(c, value);
}

static void item_signed(struct comment *c, const char *name, bool negative, uint64_t magnitude)
{
    char text[22];
    size_t at = sizeof text - 1;
    text[at] = '\0';
    do {
        text[--at] = (char)('0' + magnitude % 10);
        magnitude /= 10;
    } while (magnitude > 0);
    if (negative)
        text[--at] = '-';
    item_text(c, name, text + at);
}

static void item_number(struct comment *c, const char *name, uint64_t value) { item_signed(c, name, false, value); }

static void put_tag(struct comment *c, uint16_t tag)
{
    static const char hex[] = "0123456789abcdef";
    const char text[] = { '0', 'x', hex[tag >> 12], hex[tag >> 8 & 15], hex[tag >> 4 & 15], hex[tag & 15], '\0' };
    put_text(c, text);
}

static void end(struct comment *c)
{
    if (c->open)
        ipfunnel__option_end(c->block, c->option);
}

static void vlan_items(struct comment *c, const ipfunnel_datagram *d)
{
    item(c, "vlan");
    put_text(c, "=");
    put_tag(c, d->vlan[0]);
    if (d->vlan_count > 1) {
        put_text(c, "/");
        put_tag(c, d->vlan[1]);
    }
    if (d->vlan_count > 2)
        item_number(c, "vlan_count", d->vlan_count);
}

static void unproven_item(struct comment *c, uint8_t unproven)
{
    static const char *const names[] = {
#define FIELD_NAME(name) [IPFUNNEL_UNPROVEN_##name] = #name,
        IPFUNNEL_UNPROVEN_FIELDS(FIELD_NAME)
    };
    const char *separator = "=";
    item(c, "header_rebuilt");
    for (int field = 0; field < IPFUNNEL_UNPROVEN_COUNT; field++)
        if (unproven >> field & 1) {
            put_text(c, separator);
            put_text(c, names[field]);
            separator = "/";
        }
}

void ipfunnel__comment_datagram(struct ipfunnel__block *block, const struct ipfunnel__file_port *port,
                                const ipfunnel_datagram *d)
{
    struct comment c = { .block = block };
    bool original_unknown = d->original_length == IPFUNNEL_LENGTH_UNKNOWN;
    bool snapped = (d->flags & IPFUNNEL_SNAPPED) != 0 || d->length > port->snap_length;

    if (d->time_ns == IPFUNNEL_TIME_UNKNOWN)
        item_text(&c, "time", "unknown");
    else if (d->time_ns < 0)
        item_signed(&c, "time", true, (uint64_t)-d->time_ns);
    if (original_unknown)
        item_text(&c, "original_length", "unknown");
    if (snapped && (original_unknown || (d->flags & IPFUNNEL_SHORT)))
        item(&c, "snapped");
    if (d->flags & IPFUNNEL_SHORT)
        item(&c, "short");
    if (d->flags & IPFUNNEL_LENGTH_ASSUMED)
        item(&c, "length_assumed");
    if (d->flags & IPFUNNEL_RECONSTRUCTED)
        item(&c, "reconstructed");
    if (d->flags & IPFUNNEL_NOT_CUT)
        item(&c, "not_cut");
    if (d->flags & IPFUNNEL_CHECKSUM_FILLED)
        item(&c, "checksum_filled");
    if (d->segment_size > 0)
        item_number(&c, "segment_size", d->segment_size);
    if (d->dropped_before == IPFUNNEL_DROPS_UNKNOWN && !port->dropped_unknown)
        item_text(&c, "dropped", "unknown");
    if (d->flags & IPFUNNEL_DROPPED_AT_LEAST)
        item(&c, "dropped_at_least");
    if (d->direction_source == IPFUNNEL_SAYS_ADDRESSES)
        item_text(&c, "direction_by", "addresses");
    if (d->vlan_count > 0)
        vlan_items(&c, d);
    if (d->flags & IPFUNNEL_HEADER_REBUILT)
        unproven_item(&c, d->unproven);
    end(&c);
}

void ipfunnel__comment_interface(struct ipfunnel__block *block, const struct ipfunnel__file_port *port,
                                 const ipfunnel_writer_interface *description)
{
    struct comment c = { .block = block };
    if (description->clock_resolution_ns > 0)
        item_number(&c, "clock_resolution", description->clock_resolution_ns);
    item_text(&c, "dropped", port->dropped_unknown ? "unknown" : "counted");
    end(&c);
}

void ipfunnel__comment_statistics(struct ipfunnel__block *block, const ipfunnel_statistics *s)
{
    struct comment c = { .block = block };
#define COUNTER_ITEM(name) \
    if (s->available >> IPFUNNEL_COUNTER_##name & 1) \
        item_number(&c, #name, s->name);
    IPFUNNEL_COUNTERS(COUNTER_ITEM)
    end(&c);
}
