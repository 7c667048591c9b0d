#include "json_output.h"
#include "json_writer.h"
#include "line_time.h"
#include <inttypes.h>

/* "2025-01-31T13:37:00.000000001Z", with the date of UTC. */
static void put_time(struct json *j, int64_t ns)
{
    int64_t second = ns / 1000000000, rest = ns % 1000000000;
    char date[40], text[64];
    const struct tm *utc;

    if (rest < 0) {
        rest += 1000000000;
        second--;
    }
    utc = ns == IPFUNNEL_TIME_UNKNOWN ? NULL : calendar_of(second, true);
    if (!utc || !strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%S", utc)) {
        json_null(j, "time");
        json_null(j, "time_ns");
        return;
    }
    snprintf(text, sizeof text, "%s.%09dZ", date, (int)rest);
    json_string(j, "time", text);
    json_signed(j, "time_ns", ns);
}

static void put_known(struct json *j, const char *key, bool known, uint64_t value)
{
    if (known)
        json_number(j, key, value);
    else
        json_null(j, key);
}

static void put_facts(struct json *j, const ipfunnel_datagram *d)
{
    static const char *const directions[] = {
        [IPFUNNEL_DIRECTION_IN] = "in",
        [IPFUNNEL_DIRECTION_OUT] = "out",
    };
    static const char *const sources[] = {
        [IPFUNNEL_SAYS_KERNEL] = "kernel",
        [IPFUNNEL_SAYS_FILE] = "file",
        [IPFUNNEL_SAYS_ADDRESSES] = "addresses",
    };
    static const char *const checksums[] = {
        [IPFUNNEL_CHECKSUM_VALID] = "valid",
        [IPFUNNEL_CHECKSUM_NOT_READY] = "not_ready",
    };
    static const struct { uint32_t bit; const char *name; } flags[] = {
        { IPFUNNEL_SNAPPED, "snapped" },
        { IPFUNNEL_SHORT, "short" },
        { IPFUNNEL_LENGTH_ASSUMED, "length_assumed" },
        { IPFUNNEL_SEGMENTATION, "segmentation" },
        { IPFUNNEL_DROPPED_AT_LEAST, "dropped_at_least" },
        { IPFUNNEL_HEADER_REBUILT, "header_rebuilt" },
        { IPFUNNEL_RECONSTRUCTED, "reconstructed" },
        { IPFUNNEL_NOT_CUT, "not_cut" },
        { IPFUNNEL_CHECKSUM_FILLED, "checksum_filled" },
    };
    static const char *const fields[] = {
#define FIELD_NAME(name) [IPFUNNEL_UNPROVEN_##name] = #name,
        IPFUNNEL_UNPROVEN_FIELDS(FIELD_NAME)
    };

    json_string(j, "direction", d->direction < 3 ? directions[d->direction] : NULL);
    json_string(j, "direction_source", d->direction_source < 4 ? sources[d->direction_source] : NULL);
    json_number(j, "length", d->length);
    put_known(j, "original_length", d->original_length != IPFUNNEL_LENGTH_UNKNOWN, d->original_length);
    json_open(j, "flags", '[');
    for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++)
        if (d->flags & flags[i].bit)
            json_string(j, NULL, flags[i].name);
    json_close(j, ']');
    json_open(j, "unproven", '[');
    for (int field = 0; field < IPFUNNEL_UNPROVEN_COUNT; field++)
        if (d->unproven >> field & 1)
            json_string(j, NULL, fields[field]);
    json_close(j, ']');
    put_known(j, "segment_size", d->segment_size != 0, d->segment_size);
    json_string(j, "checksum", d->checksum < 3 ? checksums[d->checksum] : NULL);
    put_known(j, "dropped_before", d->dropped_before != IPFUNNEL_DROPS_UNKNOWN, d->dropped_before);
    json_number(j, "vlan_count", d->vlan_count);
    json_open(j, "vlan", '[');
    for (int i = 0; i < d->vlan_count && i < 2; i++) {
        json_open(j, NULL, '{');
        json_number(j, "id", d->vlan[i] & 0xfffu);
        json_number(j, "priority", d->vlan[i] >> 13);
        json_bool(j, "drop_eligible", (d->vlan[i] & 0x1000) != 0);
        json_close(j, '}');
    }
    json_close(j, ']');
}

static void put_headers(struct json *j, const ipfunnel_datagram *d)
{
    static const char *const null_members[] = {
        "source", "destination", "protocol", "source_port", "destination_port", "hop_limit", "identification",
        "fragment_offset", "more_fragments", "chain_cut", "transport_offset", "tcp_flags",
    };
    ipfunnel_headers h = IPFUNNEL_HEADERS_INIT;
    char address[64];
    bool ports, identified;

    if (ipfunnel_read_headers(d, &h) < 0) {
        for (size_t i = 0; i < sizeof null_members / sizeof null_members[0]; i++)
            json_null(j, null_members[i]);
        return;
    }
    ports = (h.flags & IPFUNNEL_HAS_PORTS) != 0;
    identified = h.version == 4 || (h.flags & IPFUNNEL_IS_FRAGMENT);
    json_string(j, "source", ipfunnel_address_text(h.version, h.source, address, sizeof address));
    json_string(j, "destination", ipfunnel_address_text(h.version, h.destination, address, sizeof address));
    json_number(j, "protocol", h.protocol);
    put_known(j, "source_port", ports, h.source_port);
    put_known(j, "destination_port", ports, h.destination_port);
    json_number(j, "hop_limit", h.hop_limit);
    put_known(j, "identification", identified, h.identification);
    put_known(j, "fragment_offset", (h.flags & IPFUNNEL_IS_FRAGMENT) != 0, h.fragment_offset);
    json_bool(j, "more_fragments", (h.flags & IPFUNNEL_MORE_FRAGMENTS) != 0);
    json_bool(j, "chain_cut", (h.flags & IPFUNNEL_CHAIN_CUT) != 0);
    json_number(j, "transport_offset", h.transport_offset);
    put_known(j, "tcp_flags", h.protocol == 6 && ports && h.transport_offset + 14 <= d->length, h.tcp_flags);
}

void json_datagram(FILE *out, const ipfunnel_datagram *d, bool with_bytes)
{
    struct json j = { .out = out };
    char line[256];

    json_open(&j, NULL, '{');
    put_time(&j, d->time_ns);
    json_string(&j, "interface", d->interface_name && d->interface_name[0] ? d->interface_name : NULL);
    put_known(&j, "interface_index", d->interface_index != 0, d->interface_index);
    json_number(&j, "version", d->version);
    put_facts(&j, d);
    put_headers(&j, d);
    json_string(&j, "summary", ipfunnel_summary(d, line, sizeof line));
    if (with_bytes)
        json_hex(&j, "bytes", d->bytes, d->length);
    json_close(&j, '}');
    putc('\n', out);
}

void json_event(FILE *out, const ipfunnel_event *event, const char *interface_name)
{
    static const char *const kinds[] = {
        [IPFUNNEL_EVENT_DOWN] = "down",
        [IPFUNNEL_EVENT_UP] = "up",
        [IPFUNNEL_EVENT_GONE] = "gone",
        [IPFUNNEL_EVENT_ADDRESSES] = "addresses",
        [IPFUNNEL_EVENT_MISSED] = "missed",
        [IPFUNNEL_EVENT_APPEARED] = "appeared",
        [IPFUNNEL_EVENT_RENAMED] = "renamed",
    };
    struct json j = { .out = out };

    json_open(&j, NULL, '{');
    put_time(&j, event->time_ns);
    json_string(&j, "interface", interface_name);
    put_known(&j, "interface_index", event->interface_index != 0, event->interface_index);
    json_string(&j, "event", event->kind < sizeof kinds / sizeof kinds[0] ? kinds[event->kind] : NULL);
    if (event->kind == IPFUNNEL_EVENT_RENAMED)
        json_string(&j, "former_name", event->former_name);
    json_close(&j, '}');
    putc('\n', out);
}
