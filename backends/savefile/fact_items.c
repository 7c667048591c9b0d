#include "fact_items.h"
#include <string.h>

struct text {
    const char *at, *end;
};

static bool is(const struct text *t, const char *word)
{
    size_t length = strlen(word);
    return (size_t)(t->end - t->at) == length && memcmp(t->at, word, length) == 0;
}

/* What stands in front of `separator`, or all; the rest stays in *t, which is empty then. */
static struct text cut(struct text *t, const char *separator)
{
    size_t length = strlen(separator);
    struct text part = *t;
    for (const char *p = t->at; (size_t)(t->end - p) >= length; p++)
        if (memcmp(p, separator, length) == 0) {
            part.end = p;
            t->at = p + length;
            return part;
        }
    t->at = t->end;
    return part;
}

static int digit(char c, unsigned base)
{
    int value = c >= '0' && c <= '9'   ? c - '0'
                : c >= 'a' && c <= 'f' ? c - 'a' + 10
                : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                       : -1;
    return value < (int)base ? value : -1;
}

static bool number(struct text t, uint64_t most, uint64_t *out)
{
    unsigned base = 10;
    uint64_t value = 0;
    if (t.end - t.at > 2 && t.at[0] == '0' && t.at[1] == 'x') {
        base = 16;
        t.at += 2;
    }
    if (t.at == t.end)
        return false;
    for (; t.at < t.end; t.at++) {
        int d = digit(*t.at, base);
        if (d < 0 || value > (most - (uint64_t)d) / base)
            return false;
        value = value * base + (uint64_t)d;
    }
    *out = value;
    return true;
}

static void read_time(struct ipfunnel__fact_items *items, struct text value)
{
    uint64_t n = 0;
    bool negative = value.at < value.end && *value.at == '-';
    if (is(&value, "unknown")) {
        items->time_given = true;
        items->time_ns = IPFUNNEL_TIME_UNKNOWN;
        return;
    }
    value.at += negative;
    if (number(value, INT64_MAX, &n)) {
        items->time_given = true;
        items->time_ns = negative ? -(int64_t)n : (int64_t)n;
    }
}

static void read_tags(struct ipfunnel__fact_items *items, struct text value)
{
    struct text outer = cut(&value, "/");
    uint64_t tags[2] = { 0, 0 };
    bool two = value.at < value.end;
    if (!number(outer, UINT16_MAX, &tags[0]) || (two && !number(value, UINT16_MAX, &tags[1])))
        return;
    items->vlan[0] = (uint16_t)tags[0];
    items->vlan[1] = (uint16_t)tags[1];
    items->vlan_count = two ? 2 : 1;
}

/* Names that are unknown say of a later version that it knows a further field. */
static void read_unproven(struct ipfunnel__fact_items *items, struct text value)
{
    static const char *const names[] = {
#define FIELD_NAME(name) [IPFUNNEL_UNPROVEN_##name] = #name,
        IPFUNNEL_UNPROVEN_FIELDS(FIELD_NAME)
    };
    while (value.at < value.end) {
        struct text name = cut(&value, "/");
        for (int field = 0; field < IPFUNNEL_UNPROVEN_COUNT; field++)
            if (is(&name, names[field]))
                items->unproven = (uint8_t)(items->unproven | 1u << field);
    }
}

static void read_word(struct ipfunnel__fact_items *items, struct text word)
{
    if (is(&word, "snapped"))
        items->snapped = true;
    else if (is(&word, "short"))
        items->is_short = true;
    else if (is(&word, "dropped_at_least"))
        items->drops_at_least = true;
    else if (is(&word, "reconstructed"))
        items->recorded |= IPFUNNEL_RECONSTRUCTED;
    else if (is(&word, "not_cut"))
        items->recorded |= IPFUNNEL_NOT_CUT;
    else if (is(&word, "checksum_filled"))
        items->recorded |= IPFUNNEL_CHECKSUM_FILLED;
}

static void read_item(struct ipfunnel__fact_items *items, struct text item)
{
    struct text value = item, name = cut(&value, "=");
    uint64_t n = 0;
    if (name.end == item.end)
        read_word(items, item);
    else if (is(&name, "original_length"))
        items->original_unknown = is(&value, "unknown");
    else if (is(&name, "direction_by"))
        items->direction_by_addresses = is(&value, "addresses");
    else if (is(&name, "time"))
        read_time(items, value);
    else if (is(&name, "vlan"))
        read_tags(items, value);
    else if (is(&name, "header_rebuilt"))
        read_unproven(items, value);
    else if (is(&name, "dropped")) {
        items->drops_unknown = is(&value, "unknown");
        items->drops_counted = is(&value, "counted");
    } else if (is(&name, "segment_size") && number(value, UINT16_MAX, &n))
        items->segment_size = (uint16_t)n;
    else if (is(&name, "vlan_count") && number(value, UINT8_MAX, &n) && items->vlan_count == 2 && n > 2)
        items->vlan_count = (uint8_t)n;
    else if (is(&name, "clock_resolution") && number(value, UINT32_MAX, &n))
        items->clock_resolution_ns = (uint32_t)n;
}

void ipfunnel__fact_items_read(struct ipfunnel__fact_items *items, const uint8_t *text, size_t length)
{
    static const char mark[] = "ipfunnel: ";
    struct text rest = { .at = (const char *)text, .end = (const char *)text + length };
    if (length < sizeof mark - 1 || memcmp(text, mark, sizeof mark - 1) != 0)
        return;
    rest.at += sizeof mark - 1;
    while (rest.at < rest.end)
        read_item(items, cut(&rest, ", "));
}
