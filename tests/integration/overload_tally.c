#include "overload_tally.h"
#include "ledger.h"

static void forget_last(struct tally *t)
{
    for (int i = 0; i <= CLOSER; i++)
        t->last[i].number = -1;
}

void tally_begin(struct tally *t, uint32_t each)
{
    for (int i = 0; i <= CLOSER; i++) {
        t->seen[i] = calloc(each, 1);
        CHECK(t->seen[i]);
    }
    forget_last(t);
}

void tally_end(struct tally *t)
{
    for (int i = 0; i <= CLOSER; i++)
        free(t->seen[i]);
}

void tally_again(struct tally *t)
{
    struct tally fresh = { .cut = t->cut, .filtered = t->filtered, .uncounted = t->uncounted, .partial = t->partial };
    memcpy(fresh.seen, t->seen, sizeof fresh.seen);
    memcpy(fresh.last, t->last, sizeof fresh.last);
    *t = fresh;
}

static bool wanted(const struct tally *t, const struct mark *m, uint32_t segment)
{
    return !t->filtered || unit_selected(m->sender, m->number, segment);
}

/* Segments from .. to - 1 were not delivered: the filter must have left them out. */
static void left_out(struct tally *t, const struct mark *m, uint32_t from, uint32_t to)
{
    for (uint32_t segment = from; segment < to && !t->partial; segment++) {
        if (wanted(t, m, segment)) {
            fprintf(stderr, "of frame %u of sender %u part %u is missing\n", m->number, m->sender, segment);
            exit(1);
        }
        t->left_out++;
    }
}

static void whole(struct tally *t, uint32_t sender)
{
    if (!t->cut || t->last[sender].number < 0)
        return;
    struct mark m = { .sender = sender, .number = (uint32_t)t->last[sender].number };
    uint32_t segments = unit_at(sender, m.number).segments;
    left_out(t, &m, t->last[sender].segment + 1, segments);
    t->last[sender].segment = segments;
}

void tally_whole(struct tally *t)
{
    for (uint32_t sender = 0; sender <= CLOSER; sender++)
        whole(t, sender);
}

void tally_datagram(struct tally *t, const ipfunnel_datagram *d)
{
    struct mark m;
    if (!unit_mark(d, &m)) {
        char line[200];
        fprintf(stderr, "not one of ours: %s\n", ipfunnel_summary(d, line, sizeof line));
        exit(1);
    }
    struct unit u = unit_at(m.sender, m.number);
    uint32_t segments = t->cut ? 1 : u.segments;
    CHECK(u.kind == UNIT_PLAIN || u.kind == UNIT_SUPER);
    CHECK_INT(d->length, (u.tcp ? 40 : 28) + segments * u.size);
    CHECK(m.segment < u.segments && wanted(t, &m, m.segment));
    if (m.number != t->last[m.sender].number) {
        if (m.number < t->last[m.sender].number || t->seen[m.sender][m.number]) {
            fprintf(stderr, "frame %u of sender %u comes %s %lld\n", m.number, m.sender,
                    t->seen[m.sender][m.number] ? "again, after" : "after", (long long)t->last[m.sender].number);
            exit(1);
        }
        whole(t, m.sender);
        left_out(t, &m, 0, m.segment);
        t->seen[m.sender][m.number] = 1;
        t->frames++;
        t->selected += u.kind == UNIT_PLAIN && unit_selected(m.sender, m.number, 0);
        t->cuts += t->cut ? u.segments - 1 : 0;
    } else {
        CHECK(t->cut && m.segment > t->last[m.sender].segment);
        left_out(t, &m, t->last[m.sender].segment + 1, m.segment);
    }
    t->last[m.sender].number = m.number;
    t->last[m.sender].segment = m.segment;
    t->delivered++;
    CHECK(d->dropped_before != IPFUNNEL_DROPS_UNKNOWN);
    t->told += d->dropped_before;
}

ipfunnel_statistics tally_stats(struct tally *t, ipfunnel *capture)
{
    ipfunnel_statistics s = balanced(capture);
    CHECK(t->uncounted || s.available == (UINT64_C(1) << IPFUNNEL_COUNTER_COUNT) - 1);
    CHECK_INT(s.delivered, t->delivered);
    CHECK(t->told <= s.dropped);
#define NEVER_LESS(name) \
    if (s.name < t->before.name && IPFUNNEL_COUNTER_##name != IPFUNNEL_COUNTER_pending) { \
        fprintf(stderr, "%s was %llu and is %llu\n", #name, (unsigned long long)t->before.name, \
                (unsigned long long)s.name); \
        exit(1); \
    }
    IPFUNNEL_COUNTERS(NEVER_LESS)
    t->before = s;
    return s;
}
