#include "equality_spoil.h"
#include "check.h"

static bool noticed(const struct comparison *c, const struct view *spoilt, const struct counts *counts)
{
    struct comparison with = *c;
    uint32_t why;
    with.seen = spoilt;
    with.counts = counts;
    return compare(&with, &why) != NULL;
}

static bool same_bytes(const ipfunnel_datagram *a, const ipfunnel_datagram *b)
{
    return a->length == b->length && memcmp(a->bytes, b->bytes, a->length) == 0;
}

/* Neighbours that differ, of the same stream as far as what is expected tells, which may be one for each version; 0:
 * there are none. */
static size_t neighbours(const struct comparison *c)
{
    const struct view *v = c->seen;
    bool by_version = false;
    for (size_t i = 0; i < c->expected->count; i++) {
        if (c->expected->records[i].stream > 1)
            return 0;
        by_version = by_version || c->expected->records[i].stream;
    }
    for (size_t i = 1; i < v->count; i++)
        if ((!by_version || v->records[i - 1].d.version == v->records[i].d.version)
            && !same_bytes(&v->records[i - 1].d, &v->records[i].d))
            return i;
    return 0;
}

const char *comparison_is_blind(const struct comparison *c)
{
    struct view v = *c->seen;
    size_t count = v.count, swap = neighbours(c);
    struct record *copies = malloc((count + 1) * sizeof *copies);
    const char *blind = NULL;
    CHECK(copies);
    if (count == 0) {                       /* that nothing comes is what the row says of this backend */
        copies[0] = (struct record){ .d = { .bytes = (const uint8_t *)"E", .length = 1, .version = 4 } };
        v.records = copies;
        v.count = 1;
        blind = noticed(c, &v, NULL) ? NULL : "one more than none would pass";
        free(copies);
        return blind;
    }
    memcpy(copies, c->seen->records, count * sizeof *copies);
    v.records = copies;

    v.count = 0;
    blind = noticed(c, &v, NULL) ? blind : "nothing at all would pass";
    v.count = count - 1;
    blind = noticed(c, &v, NULL) ? blind : "one less would pass";
    v.count = count + 1;
    copies[count] = copies[count - 1];
    blind = noticed(c, &v, NULL) ? blind : "one twice would pass";
    v.count = count;

    struct record first = copies[0];
    uint8_t *wrong = malloc(first.d.length);
    CHECK(wrong);
    memcpy(wrong, first.d.bytes, first.d.length);
    wrong[first.d.length - 1] ^= 1;
    copies[0].d.bytes = wrong;
    blind = noticed(c, &v, NULL) ? blind : "a wrong byte would pass";
    copies[0] = first;
    free(wrong);

    if (swap) {
        struct record kept = copies[swap];
        copies[swap] = copies[swap - 1];
        copies[swap - 1] = kept;
        blind = noticed(c, &v, NULL) ? blind : "another order would pass";
        copies[swap - 1] = copies[swap];
        copies[swap] = kept;
    }
    if (c->counts) {
        struct counts more = *c->counts;
        ++*(c->unknown_counters ? &more.delivered : &more.not_ip);
        blind = noticed(c, &v, &more) ? blind : "another count would pass";
    }
    free(copies);
    return blind;
}
