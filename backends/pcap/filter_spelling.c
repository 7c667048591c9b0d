#include "filter_spelling.h"
#include "filter/filter_words.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The loads at which Linux has the packet type, 4 when it was sent, and the interface (linux/filter.h). In parentheses,
 * so that no operator beside them takes a part of them. */
#define DIRECTION "(link[0xfffff004:2]%s4)"
#define INTERFACE "(link[0xfffff008:4]=%.*s)"
enum { ROOM = sizeof INTERFACE };             /* more than either, without the number of the interface */

static bool is_number(const struct ipfunnel__word *word)
{
    bool hexadecimal = word->length > 2 && word->at[0] == '0' && (word->at[1] | 0x20) == 'x';
    size_t skipped = hexadecimal ? 2 : 0;
    const char *digits = hexadecimal ? "0123456789abcdefABCDEF" : "0123456789";
    return word->length > 0 && skipped + strspn(word->at + skipped, digits) >= word->length;
}

/* Writes the word before *at, or the two that belong together, in its other spelling; 0: it has none. */
static size_t spell(const char **at, const struct ipfunnel__word *word, char *out, size_t room)
{
    struct ipfunnel__word number;
    const char *behind = *at;
    bool inbound = ipfunnel__word_is(word, "inbound");
    if (inbound || ipfunnel__word_is(word, "outbound"))
        return (size_t)snprintf(out, room, DIRECTION, inbound ? "!=" : "=");
    if (!ipfunnel__word_is(word, "ifindex") || !ipfunnel__word_next(&behind, &number) || !is_number(&number))
        return 0;
    *at = behind;
    return (size_t)snprintf(out, room, INTERFACE, (int)number.length, number.at);
}

char *ipfunnel__filter_spell(const char *expression)
{
    struct ipfunnel__word word;
    const char *at = expression, *copied = expression;
    size_t size = strlen(expression) + 1;
    while (ipfunnel__word_next(&at, &word))
        if (ipfunnel__word_is(&word, "inbound") || ipfunnel__word_is(&word, "outbound")
            || ipfunnel__word_is(&word, "ifindex"))
            size += ROOM;
    char *spelled = malloc(size), *end = spelled;
    for (at = expression; spelled && ipfunnel__word_next(&at, &word);) {
        size_t before = (size_t)(word.at - copied);
        memcpy(end, copied, before);
        size_t length = spell(&at, &word, end + before, size - (size_t)(end + before - spelled));
        if (length > 0) {
            end += before + length;
            copied = at;
        }
    }
    if (spelled)
        strcpy(end, copied);
    return spelled;
}
