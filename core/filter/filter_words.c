/* filter_words.c - cutting an expression into words the way pcap-filter(7) reads it. */
#include "filter_words.h"
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
static bool is_alnum(char c) { return isalnum((unsigned char)c) && (unsigned char)c < 0x80; }
static bool is_inner(char c) { return is_alnum(c) || (c && strchr("-_.", c)); }

/* A name, number or keyword; it does not end in - or _. */
static size_t plain_length(const char *at)
{
    size_t n = 0;
    while (is_inner(at[n]))
        n++;
    while (n > 1 && (at[n - 1] == '-' || at[n - 1] == '_'))
        n--;
    return n;
}

/* An IPv6 or link address: in "ip[0:2]" the colon is an operator, where there are two it is none. */
static size_t address_length(const char *at)
{
    size_t n = 0, colons = 0;
    for (; isxdigit((unsigned char)at[n]) || at[n] == ':' || at[n] == '.'; n++)
        colons += at[n] == ':';
    return colons > 1 ? n : 0;
}

static size_t escaped_length(const char *at)
{
    return 1 + strcspn(at + 1, " !()\n\t");
}

static size_t operator_length(const char *at)
{
    static const char *const two[] = { "&&", "||", ">=", "<=", "!=", "==", "<<", ">>" };
    for (size_t i = 0; i < sizeof two / sizeof *two; i++)
        if (at[0] == two[i][0] && at[1] == two[i][1])
            return 2;
    size_t n = 1;                              /* a character beyond ASCII stays whole */
    while (((unsigned char)at[0] & 0xc0) == 0xc0 && ((unsigned char)at[n] & 0xc0) == 0x80)
        n++;
    return n;
}

bool ipfunnel__word_next(const char **at, struct ipfunnel__word *out)
{
    const char *p = *at;
    while (is_space(*p))
        p++;
    *out = (struct ipfunnel__word){ .at = p };
    if (*p) {
        size_t address = address_length(p);
        out->length = address ? address
                      : is_alnum(*p) ? plain_length(p)
                      : *p == '\\'   ? escaped_length(p)
                                     : operator_length(p);
    }
    *at = p + out->length;
    return out->length > 0;
}

bool ipfunnel__word_is(const struct ipfunnel__word *word, const char *text)
{
    return strlen(text) == word->length && memcmp(word->at, text, word->length) == 0;
}

int ipfunnel__word_fail(ipfunnel_error *error, const char *expression, const struct ipfunnel__word *word,
                        const char *format, ...)
{
    enum { SHOWN = 60 };
    char reason[240];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(reason, sizeof reason, format, arguments);
    va_end(arguments);
    if (word->length)
        ipfunnel__fail(error, IPFUNNEL_EINVAL, 0, "filter", "filter, at \"%.*s%s\": %s",
                       (int)(word->length < SHOWN ? word->length : SHOWN), word->at,
                       word->length > SHOWN ? "..." : "", reason);
    else
        ipfunnel__fail(error, IPFUNNEL_EINVAL, 0, "filter", "filter, at its end: %s", reason);
    error->column = (uint32_t)(word->at - expression) + 1;
    return IPFUNNEL_EINVAL;
}
