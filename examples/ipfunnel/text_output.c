#include "text_output.h"
#include <inttypes.h>
#include <string.h>

static const char *arrow(const ipfunnel_datagram *d)
{
    return d->direction == IPFUNNEL_DIRECTION_IN ? "<-" : d->direction == IPFUNNEL_DIRECTION_OUT ? "->" : "--";
}

static void put_facts(FILE *out, const ipfunnel_datagram *d)
{
    ipfunnel_headers h = IPFUNNEL_HEADERS_INIT;
    static const char *const says[] = {
        [IPFUNNEL_SAYS_NOBODY] = "nobody",
        [IPFUNNEL_SAYS_KERNEL] = "kernel",
        [IPFUNNEL_SAYS_FILE] = "file",
        [IPFUNNEL_SAYS_ADDRESSES] = "addresses",
    };

    fputs("    ", out);
    if (ipfunnel_read_headers(d, &h) == 0) {
        fprintf(out, "%s %u, ", h.version == 4 ? "ttl" : "hop limit", (unsigned)h.hop_limit);
        if (h.version == 4 || (h.flags & IPFUNNEL_IS_FRAGMENT))
            fprintf(out, "id %" PRIu32 ", ", h.identification);
    }
    fprintf(out, "checksum %s", d->flags & IPFUNNEL_CHECKSUM_FILLED          ? "filled in"
                                : d->checksum == IPFUNNEL_CHECKSUM_VALID     ? "valid"
                                : d->checksum == IPFUNNEL_CHECKSUM_NOT_READY ? "not ready"
                                                                             : "unknown");
    for (int i = 0; i < d->vlan_count && i < 2; i++)
        fprintf(out, ", vlan %u priority %u", d->vlan[i] & 0xfffu, d->vlan[i] >> 13);
    if (d->vlan_count > 2)
        fprintf(out, ", %u tags in all", (unsigned)d->vlan_count);
    if (d->original_length == IPFUNNEL_LENGTH_UNKNOWN)
        fputs(", original length unknown", out);
    else if (d->original_length != d->length)
        fprintf(out, ", %" PRIu32 " of %" PRIu32 " bytes", d->length, d->original_length);
    if (d->segment_size)
        fprintf(out, ", segments of %u bytes", (unsigned)d->segment_size);
    if (d->direction_source < sizeof says / sizeof says[0] && d->direction != IPFUNNEL_DIRECTION_UNKNOWN)
        fprintf(out, ", direction by %s", says[d->direction_source]);
    if (d->dropped_before == IPFUNNEL_DROPS_UNKNOWN)
        fputs(", drops unknown", out);
    putc('\n', out);
}

static void put_dump(FILE *out, const ipfunnel_datagram *d, bool with_text)
{
    enum { ROW = 16 };
    for (uint32_t row = 0; row < d->length; row += ROW) {
        uint32_t end = d->length - row < ROW ? d->length : row + ROW;
        fprintf(out, "\t0x%04" PRIx32 ": ", row);
        for (uint32_t i = row; i < (with_text ? row + ROW : end); i++) {
            if (i % 2 == 0)
                putc(' ', out);
            if (i < end)
                fprintf(out, "%02x", (unsigned)d->bytes[i]);
            else
                fputs("  ", out);
        }
        if (with_text) {
            fputs("  ", out);
            for (uint32_t i = row; i < end; i++)
                putc(d->bytes[i] >= 0x20 && d->bytes[i] < 0x7f ? d->bytes[i] : '.', out);
        }
        putc('\n', out);
    }
}

void text_losses(struct text_style *style, const ipfunnel_datagram *d)
{
    char time[LINE_TIME_SIZE];

    if (!d->dropped_before || d->dropped_before == IPFUNNEL_DROPS_UNKNOWN)
        return;
    fprintf(style->out, "%s== %-*s %s%" PRIu64 " frame%s lost before this\n",
            line_time(&style->clock, d->time_ns, time), style->name_width, d->interface_name,
            d->flags & IPFUNNEL_DROPPED_AT_LEAST ? "at least " : "", d->dropped_before,
            d->dropped_before == 1 ? "" : "s");
}

void text_datagram(struct text_style *style, const ipfunnel_datagram *d)
{
    char line[256], time[LINE_TIME_SIZE];

    fprintf(style->out, "%s%s %-*s %s\n", line_time(&style->clock, d->time_ns, time), arrow(d), style->name_width,
            d->interface_name, ipfunnel_summary(d, line, sizeof line));
    if (style->verbose)
        put_facts(style->out, d);
    if (style->dump != DUMP_NONE)
        put_dump(style->out, d, style->dump == DUMP_HEX_AND_TEXT);
}

const char *event_words(uint32_t kind)
{
    static const char *const words[] = {
        [IPFUNNEL_EVENT_DOWN] = "interface is down",
        [IPFUNNEL_EVENT_UP] = "interface is up",
        [IPFUNNEL_EVENT_GONE] = "interface is gone",
        [IPFUNNEL_EVENT_ADDRESSES] = "addresses changed",
        [IPFUNNEL_EVENT_MISSED] = "events were missed",
        [IPFUNNEL_EVENT_APPEARED] = "interface has appeared",
        [IPFUNNEL_EVENT_RENAMED] = "interface has a new name",
    };
    return kind < sizeof words / sizeof words[0] && words[kind] ? words[kind] : "unknown event";
}

void text_event(struct text_style *style, const ipfunnel_event *event, const char *interface_name)
{
    char time[LINE_TIME_SIZE];

    fprintf(style->out, "%s== %-*s %s%s%s\n", line_time(&style->clock, event->time_ns, time), style->name_width,
            interface_name, event_words(event->kind), event->kind == IPFUNNEL_EVENT_RENAMED ? ", it was " : "",
            event->kind == IPFUNNEL_EVENT_RENAMED ? event->former_name : "");
}
