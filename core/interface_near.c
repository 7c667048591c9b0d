#include "interface_near.h"
#include "os.h"
#include <limits.h>
#include <stdio.h>
#include <string.h>

/* ---- A list that is cut at a whole item. */

struct offer {
    char *text;
    size_t used;
    unsigned left_out;
};

static void offer(struct offer *o, const char *item)
{
    const size_t tail = sizeof " and 4294967295 more", length = strlen(item) + (o->used ? 2 : 0);
    if (o->left_out || o->used + length + tail > IPFUNNEL__OFFER_SIZE) {
        o->left_out++;
        return;
    }
    o->used += (size_t)snprintf(o->text + o->used, IPFUNNEL__OFFER_SIZE - o->used, "%s%s", o->used ? ", " : "", item);
}

static char *finish(struct offer *o)
{
    if (o->left_out)
        snprintf(o->text + o->used, IPFUNNEL__OFFER_SIZE - o->used, "%s%u more", o->used ? " and " : "", o->left_out);
    return o->text;
}

/* ---- How unlike two names are. */

enum { COMPARED = 24, FAR = 1000 };           /* bytes of each; and farther than any two names are apart */

static unsigned folded(char c)
{
    unsigned letter = (unsigned char)c;
    return letter - 'A' < 26u ? letter + ('a' - 'A') : letter;
}

static size_t compared(const char *text)
{
    size_t length = strlen(text);
    return length < COMPARED ? length : COMPARED;
}

static int least(int a, int b, int c)
{
    int ab = a < b ? a : b;
    return ab < c ? ab : c;
}

/* Letters to insert, remove, replace or, side by side, swap; whatever their case. */
static int steps_between(const char *a, const char *b)
{
    int rows[3][COMPARED + 1] = { { 0 } };
    const size_t la = compared(a), lb = compared(b);
    for (size_t j = 0; j <= lb; j++)
        rows[0][j] = (int)j;
    for (size_t i = 1; i <= la; i++) {
        int *now = rows[i % 3], *before = rows[(i + 2) % 3], *two_before = rows[(i + 1) % 3];
        now[0] = (int)i;
        for (size_t j = 1; j <= lb; j++) {
            bool same = folded(a[i - 1]) == folded(b[j - 1]);
            now[j] = least(before[j] + 1, now[j - 1] + 1, before[j - 1] + !same);
            if (i > 1 && j > 1 && folded(a[i - 1]) == folded(b[j - 2]) && folded(a[i - 2]) == folded(b[j - 1]))
                now[j] = least(now[j], two_before[j - 2] + 1, FAR);
        }
    }
    return rows[la % 3][lb];
}

static bool begins(const char *text, const char *start)
{
    while (*start && folded(*text) == folded(*start))
        text++, start++;
    return !*start;
}

/* 0 for the same letters. What was begun or went on too long is nearer than another word of the same length. */
static int distance(const char *name, const char *text)
{
    int steps = steps_between(name, text);
    bool part = *text && *name && (begins(name, text) || begins(text, name));
    return part && steps > 1 ? 1 : steps;
}

static int distance_of(const ipfunnel_interface *i, const char *text)
{
    int nearest = distance(i->name, text);
    for (uint32_t n = 0; n < i->other_name_count; n++)
        nearest = least(nearest, distance(i->other_names[n], text), FAR);
    return i->description[0] ? least(nearest, distance(i->description, text), FAR) : nearest;
}

/* ---- Names. */

char *ipfunnel__offer_names(const ipfunnel_interface *chain, const char *text, char out[IPFUNNEL__OFFER_SIZE])
{
    struct offer o = { .text = out };
    out[0] = '\0';
    /* From the nearest distance to the farthest, each time through the whole chain: there are few of both. */
    for (int at = text ? 0 : FAR; at <= FAR;) {
        int next = INT_MAX;
        for (const ipfunnel_interface *i = chain; i; i = i->next) {
            int d = text ? distance_of(i, text) : FAR;
            if (d == at)
                offer(&o, i->name);
            else if (d > at && d < next)
                next = d;
        }
        at = next == INT_MAX ? FAR + 1 : next;
    }
    return finish(&o);
}

const char *ipfunnel__name_meant(const ipfunnel_interface *chain, const char *text)
{
    const char *meant = NULL;
    int nearest = FAR, limit = (int)compared(text) / 3;
    for (const ipfunnel_interface *i = chain; i && *text; i = i->next) {
        int d = distance_of(i, text);
        if (d < nearest)
            meant = i->name;
        else if (d == nearest)
            meant = NULL;
        nearest = d < nearest ? d : nearest;
    }
    return nearest <= limit ? meant : NULL;
}

/* ---- Addresses. */

static int common_bits(const uint8_t *a, const uint8_t *b, int bits)
{
    int n = 0;
    while (n < bits && (a[n / 8] ^ b[n / 8]) >> (7 - n % 8) == 0)
        n++;
    return n;
}

char *ipfunnel__offer_addresses(const ipfunnel_interface *chain, int version, const uint8_t *bytes,
                                char out[IPFUNNEL__OFFER_SIZE])
{
    struct offer o = { .text = out };
    const int bits = version == 4 ? 32 : 128;
    out[0] = '\0';
    for (int at = bits; at >= 0;) {
        int next = -1;
        for (const ipfunnel_interface *i = chain; i; i = i->next)
            for (uint32_t a = 0; a < i->address_count; a++) {
                int common = i->addresses[a].version == version ? common_bits(i->addresses[a].bytes, bytes, bits) : -1;
                char address[46], item[128];
                if (common == at) {
                    ipfunnel__os_address_text(version, i->addresses[a].bytes, address, sizeof address);
                    snprintf(item, sizeof item, "%s (%.64s)", address, i->name);
                    offer(&o, item);
                } else if (common < at && common > next) {
                    next = common;
                }
            }
        at = next;
    }
    return finish(&o);
}
