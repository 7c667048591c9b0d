#include "totals.h"
#include <inttypes.h>
#include <stddef.h>

#define ROW(counter) { .name = #counter, .number = IPFUNNEL_COUNTER_##counter, \
                       .offset = offsetof(ipfunnel_statistics, counter) },
static const struct row {
    const char *name;
    int number;
    size_t offset;
} rows[] = { IPFUNNEL_COUNTERS(ROW) };

enum { ROWS = sizeof rows / sizeof rows[0] };

static uint64_t *field(ipfunnel_statistics *s, const struct row *row)
{
    return (uint64_t *)(void *)((char *)s + row->offset);
}

static uint64_t value(const ipfunnel_statistics *s, const struct row *row)
{
    return *(const uint64_t *)(const void *)((const char *)s + row->offset);
}

void totals_add(struct totals *t, const ipfunnel_statistics *part)
{
    t->sum.available = t->parts++ ? t->sum.available & part->available : part->available;
    for (int i = 0; i < ROWS; i++)
        *field(&t->sum, &rows[i]) += value(part, &rows[i]);
}

static bool known(const struct totals *t, int number)
{
    return (t->sum.available >> number & 1) != 0;
}

/* "1 frame", "2 frames", "frames: unknown" */
static void put_counted(FILE *out, const struct totals *t, int number, const char *thing, const char *what)
{
    const uint64_t n = value(&t->sum, &rows[number]);

    if (known(t, number))
        fprintf(out, "%" PRIu64 " %s%s %s", n, thing, n == 1 ? "" : "s", what);
    else
        fprintf(out, "%ss %s: unknown", thing, what);
}

struct item {
    int number;
    const char *words;
    const char *at_end;         /* instead of `words` once the capture is over */
    const char *remedy;         /* how to get them, in brackets */
    bool always;                /* also when there are none */
};

/* In the order of the line; each table is one of the two ledgers of ipfunnel_statistics. */
static const struct item of_datagrams[] = {
    { .number = IPFUNNEL_COUNTER_filtered, .words = "by the filter" },
    { .number = IPFUNNEL_COUNTER_other_family, .words = "of the other IP version" },
    { .number = IPFUNNEL_COUNTER_excluded_vlan, .words = "of other VLANs", .remedy = " (--vlan all shows them)" },
    { .number = IPFUNNEL_COUNTER_excluded_other_host, .words = "for other hosts" },
    { .number = IPFUNNEL_COUNTER_excluded_outgoing, .words = "outgoing" },
    { .number = IPFUNNEL_COUNTER_excluded_loopback_copy, .words = "loopback copies" },
    { .words = NULL },
};
static const struct item of_frames[] = {
    { .number = IPFUNNEL_COUNTER_carrying_ip, .words = "IP", .always = true },
    { .number = IPFUNNEL_COUNTER_not_ip, .words = "not IP", .always = true },
    { .number = IPFUNNEL_COUNTER_malformed, .words = "malformed", .always = true },
    { .number = IPFUNNEL_COUNTER_unknown_link, .words = "of unknown link type" },
    { .number = IPFUNNEL_COUNTER_pending, .words = "not read yet", .at_end = "unread when the capture ended" },
    { .words = NULL },
};

static void put_items(FILE *out, const struct totals *t, const struct item items[], const char *separator)
{
    for (const struct item *i = items; i->words; i++) {
        const uint64_t n = value(&t->sum, &rows[i->number]);
        if (!known(t, i->number) || (!n && !i->always))
            continue;
        fprintf(out, "%s%" PRIu64 " %s%s", separator, n, t->ended && i->at_end ? i->at_end : i->words,
                i->remedy ? i->remedy : "");
        separator = ", ";
    }
}

/* Names the items that nobody counted. Returns the separator of the next one. */
static const char *put_unknown(FILE *out, const struct totals *t, const struct item items[], const char *separator)
{
    for (const struct item *i = items; i->words; i++)
        if (!known(t, i->number)) {
            fprintf(out, "%s%s", separator, i->words);
            separator = ", ";
        }
    return separator;
}

void totals_print(FILE *out, const struct totals *t)
{
    const uint64_t used = t->delivered + t->own;
    const char *separator = "; left out: ";

    fprintf(out, "%" PRIu64 " datagram%s delivered", t->delivered, t->delivered == 1 ? "" : "s");
    if (t->own) {
        fprintf(out, "%s%" PRIu64 " of the own SSH connection", separator, t->own);
        separator = ", ";
    }
    if (t->ended && known(t, IPFUNNEL_COUNTER_delivered) && t->sum.delivered > used) {
        fprintf(out, "%s%" PRIu64 " not needed any more", separator, t->sum.delivered - used);
        separator = ", ";
    }
    put_items(out, t, of_datagrams, separator);
    fputc('\n', out);
    put_counted(out, t, IPFUNNEL_COUNTER_frames, "frame", "seen");
    put_items(out, t, of_frames, ": ");
    if (t->sum.extra_from_cutting)
        fprintf(out, "; %" PRIu64 " more datagram%s by cutting", t->sum.extra_from_cutting,
                t->sum.extra_from_cutting == 1 ? "" : "s");
    fputc('\n', out);
    put_counted(out, t, IPFUNNEL_COUNTER_dropped, "frame", "dropped by the system");
    fputc('\n', out);
    separator = put_unknown(out, t, of_datagrams, "not counted: ");
    separator = put_unknown(out, t, of_frames, separator);
    if (separator[0] == ',')
        fputs(t->count_all ? "; the backend cannot\n" : "; see --count-all\n", out);
    fflush(out);
}
