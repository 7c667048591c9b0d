#include "option_parser.h"
#include <stdio.h>
#include <string.h>

static int bad(struct option_reader *r, const char *what)
{
    snprintf(r->message, sizeof r->message, "%s %s", r->as_written, what);
    return OPTION_BAD;
}

static int needs_value(struct option_reader *r, const struct option_row *row)
{
    char text[64];
    snprintf(text, sizeof text, "needs a value (%s)", row->value);
    return bad(r, text);
}

static int read_letter(struct option_reader *r)
{
    char letter = *r->cluster++;
    const char *rest = r->cluster;
    const struct option_row *row = r->table;

    snprintf(r->as_written, sizeof r->as_written, "-%c", letter);
    if (!*rest)
        r->cluster = NULL;
    while (row->id && row->letter != letter)
        row++;
    if (!row->id)
        return bad(r, "is not an option");
    if (!row->value)
        return row->id;
    r->cluster = NULL;
    if (*rest)
        r->value = rest;
    else if (r->index < r->argc)
        r->value = r->argv[r->index++];
    else
        return needs_value(r, row);
    return row->id;
}

static int read_long(struct option_reader *r, const char *text)
{
    size_t length = strcspn(text, "=");
    const char *value = text[length] ? text + length + 1 : NULL;
    const struct option_row *row = r->table;

    snprintf(r->as_written, sizeof r->as_written, "--%.*s", (int)(length < 40 ? length : 40), text);
    while (row->id && !(row->name && strlen(row->name) == length && memcmp(row->name, text, length) == 0))
        row++;
    if (!row->id)
        return bad(r, "is not an option");
    if (!row->value)
        return value ? bad(r, "takes no value") : row->id;
    if (!value) {
        if (r->index >= r->argc)
            return needs_value(r, row);
        value = r->argv[r->index++];
    }
    r->value = value;
    return row->id;
}

int option_next(struct option_reader *r)
{
    const char *text;

    r->value = NULL;
    if (r->cluster)
        return read_letter(r);
    while (r->index < r->argc) {
        text = r->argv[r->index++];
        if (r->options_ended || text[0] != '-' || !text[1]) {
            r->value = text;
            return OPTION_OPERAND;
        }
        if (text[1] != '-') {
            r->cluster = text + 1;
            return read_letter(r);
        }
        if (text[2])
            return read_long(r, text + 2);
        r->options_ended = true;
    }
    return OPTION_DONE;
}

bool parse_number(const char *text, uint64_t min, uint64_t max, uint64_t *out)
{
    uint64_t n = 0;

    if (!*text)
        return false;
    for (; *text; text++) {
        unsigned digit = (unsigned)(*text - '0');
        if (digit > 9 || n > (UINT64_MAX - digit) / 10)
            return false;
        n = n * 10 + digit;
    }
    if (n < min || n > max)
        return false;
    *out = n;
    return true;
}

bool parse_seconds(const char *text, uint64_t *milliseconds)
{
    char whole[16];
    const char *point = strchr(text, '.');
    size_t length = point ? (size_t)(point - text) : strlen(text);
    uint64_t seconds = 0, total, unit = 100;

    if (length >= sizeof whole)
        return false;
    memcpy(whole, text, length);
    whole[length] = 0;
    if (length && !parse_number(whole, 0, 8640000, &seconds))
        return false;
    total = seconds * 1000;
    if (point) {
        if (!point[1] || strlen(point + 1) > 3)
            return false;
        for (const char *p = point + 1; *p; p++, unit /= 10) {
            if (*p < '0' || *p > '9')
                return false;
            total += (uint64_t)(*p - '0') * unit;
        }
    }
    if (!total)
        return false;
    *milliseconds = total;
    return true;
}
