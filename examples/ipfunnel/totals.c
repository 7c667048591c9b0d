#include "totals.h"
#include <inttypes.h>
#include <stdbool.h>
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

static void put_counter(FILE *out, const struct totals *t, int number, const char *words)
{
    if (known(t, number))
        fprintf(out, "%" PRIu64 " %s", value(&t->sum, &rows[number]), words);
    else
        fprintf(out, "%s: unknown", words);
}

/* Frames and datagrams that were not delivered, in the order of the line. Shown when there were some. */
static const struct { int number; const char *words; } others[] = {
    { IPFUNNEL_COUNTER_unknown_link, "of unknown link type" },
    { IPFUNNEL_COUNTER_pending, "not looked at" },
    { IPFUNNEL_COUNTER_filtered, "filtered out" },
    { IPFUNNEL_COUNTER_other_family, "of the other family" },
    { IPFUNNEL_COUNTER_excluded_vlan, "of other VLANs" },
    { IPFUNNEL_COUNTER_excluded_other_host, "for other hosts" },
    { IPFUNNEL_COUNTER_excluded_outgoing, "outgoing left out" },
    { IPFUNNEL_COUNTER_excluded_loopback_copy, "loopback copies" },
};
enum { OTHERS = sizeof others / sizeof others[0] };

void totals_print(FILE *out, const struct totals *t, uint64_t delivered, uint64_t left_out)
{
    const char *separator = " (not counted: ";

    fprintf(out, "%" PRIu64 " datagrams delivered", delivered);
    if (left_out)
        fprintf(out, ", %" PRIu64 " of the own SSH connection left out", left_out);

    fputc('\n', out);
    put_counter(out, t, IPFUNNEL_COUNTER_frames, "frames seen");
    fputs(": ", out);
    put_counter(out, t, IPFUNNEL_COUNTER_carrying_ip, "IP");
    fputs(", ", out);
    put_counter(out, t, IPFUNNEL_COUNTER_not_ip, "not IP");
    fputs(", ", out);
    put_counter(out, t, IPFUNNEL_COUNTER_malformed, "malformed");
    for (int i = 0; i < OTHERS; i++)
        if (known(t, others[i].number) && value(&t->sum, &rows[others[i].number])) {
            fputs(", ", out);
            put_counter(out, t, others[i].number, others[i].words);
        }
    for (int i = 0; i < OTHERS; i++)
        if (!known(t, others[i].number)) {
            fprintf(out, "%s%s", separator, others[i].words);
            separator = ", ";
        }
    if (separator[0] == ',')
        fputc(')', out);

    fputc('\n', out);
    put_counter(out, t, IPFUNNEL_COUNTER_dropped, "frames dropped by the system");
    fputc('\n', out);
    fflush(out);
}
