#include "json_writer.h"

/* Length of the well-formed UTF-8 sequence at p, 0 when there is none. Reading stops at the terminating zero, which is
 * no continuation byte. */
static int utf8_length(const unsigned char *p)
{
    static const struct { unsigned char first, last, low, high; int length; } rows[] = {
        { 0x01, 0x7f, 0x00, 0x00, 1 }, { 0xc2, 0xdf, 0x80, 0xbf, 2 },
        { 0xe0, 0xe0, 0xa0, 0xbf, 3 }, { 0xe1, 0xec, 0x80, 0xbf, 3 },
        { 0xed, 0xed, 0x80, 0x9f, 3 }, { 0xee, 0xef, 0x80, 0xbf, 3 },
        { 0xf0, 0xf0, 0x90, 0xbf, 4 }, { 0xf1, 0xf3, 0x80, 0xbf, 4 },
        { 0xf4, 0xf4, 0x80, 0x8f, 4 },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (p[0] < rows[i].first || p[0] > rows[i].last)
            continue;
        if (rows[i].length > 1 && (p[1] < rows[i].low || p[1] > rows[i].high))
            return 0;
        for (int k = 2; k < rows[i].length; k++)
            if ((p[k] & 0xc0) != 0x80)
                return 0;
        return rows[i].length;
    }
    return 0;
}

/* Characters from p on that stand for themselves: the usual case, written in one go. */
static size_t plain_length(const unsigned char *p)
{
    size_t n = 0;
    while (p[n] >= 0x20 && p[n] < 0x7f && p[n] != '"' && p[n] != '\\')
        n++;
    return n;
}

void json_quote(FILE *out, const char *text)
{
    const unsigned char *p = (const unsigned char *)text;

    putc('"', out);
    for (;;) {
        size_t plain = plain_length(p);
        if (plain) {
            fwrite(p, 1, plain, out);
            p += plain;
        }
        if (!*p)
            break;
        int length = utf8_length(p);
        if (length == 0) {
            fputs("\\ufffd", out);
            length = 1;
        } else if (*p == '"' || *p == '\\') {
            putc('\\', out);
            putc(*p, out);
        } else if (*p == '\n') {
            fputs("\\n", out);
        } else if (*p == '\t') {
            fputs("\\t", out);
        } else if (*p < 0x20 || *p == 0x7f) {
            fprintf(out, "\\u%04x", *p);
        } else {
            fwrite(p, 1, (size_t)length, out);
        }
        p += length;
    }
    putc('"', out);
}

static void begin(struct json *j, const char *key)
{
    if (j->follows)
        putc(',', j->out);
    j->follows = true;
    if (key) {
        json_quote(j->out, key);
        putc(':', j->out);
    }
}

void json_open(struct json *j, const char *key, char bracket)
{
    begin(j, key);
    putc(bracket, j->out);
    j->follows = false;
}

void json_close(struct json *j, char bracket)
{
    putc(bracket, j->out);
    j->follows = true;
}

void json_string(struct json *j, const char *key, const char *text)
{
    begin(j, key);
    if (text)
        json_quote(j->out, text);
    else
        fputs("null", j->out);
}

/* By hand: printf would take most of the time of a line. */
static void put_number(FILE *out, uint64_t value)
{
    char digits[20];
    size_t at = sizeof digits;

    do {
        digits[--at] = (char)('0' + value % 10);
        value /= 10;
    } while (value);
    fwrite(digits + at, 1, sizeof digits - at, out);
}

void json_number(struct json *j, const char *key, uint64_t value)
{
    begin(j, key);
    put_number(j->out, value);
}

void json_signed(struct json *j, const char *key, int64_t value)
{
    begin(j, key);
    if (value < 0)
        putc('-', j->out);
    put_number(j->out, value < 0 ? 0 - (uint64_t)value : (uint64_t)value);
}

void json_bool(struct json *j, const char *key, bool value)
{
    begin(j, key);
    fputs(value ? "true" : "false", j->out);
}

void json_null(struct json *j, const char *key)
{
    json_string(j, key, NULL);
}

void json_hex(struct json *j, const char *key, const uint8_t *bytes, size_t length)
{
    begin(j, key);
    putc('"', j->out);
    for (size_t i = 0; i < length; i++) {
        putc("0123456789abcdef"[bytes[i] >> 4], j->out);
        putc("0123456789abcdef"[bytes[i] & 15], j->out);
    }
    putc('"', j->out);
}
