#include "filter_blame.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char ipfunnel__filter_manual[] =
    "pcap-filter(7) has the language: https://www.tcpdump.org/manpages/pcap-filter.7.html";

/* The scanner complains of this, whatever the parser would make of it. It shows how far the parser came: a word that
 * cannot stand where it does is reported before the scanner is asked for the next. */
#define STOP "0:1:2:"

enum question { SYNTAX, SAME_MESSAGE };

/* Does the expression up to `end` already show the error? */
static bool shows(const struct ipfunnel__blame *b, char *scratch, const char *end, enum question question,
                  const char *message)
{
    char said[IPFUNNEL__MESSAGE_ROOM];
    size_t length = (size_t)(end - b->expression);
    memcpy(scratch, b->expression, length);
    strcpy(scratch + length, question == SYNTAX ? " " STOP : "");
    b->attempt(b->context, scratch, said);
    return question == SYNTAX ? strstr(said, STOP) == NULL : strcmp(said, message) == 0;
}

/* The words of the expression from malloc, and the end as the last of them; NULL when out of memory. */
static struct ipfunnel__word *all_words(const char *expression, size_t *count)
{
    struct ipfunnel__word word, *words;
    const char *at = expression;
    size_t room = 1;
    while (ipfunnel__word_next(&at, &word))
        room++;
    words = malloc(room * sizeof *words);
    at = expression;
    for (*count = 0; words && *count < room; (*count)++)
        ipfunnel__word_next(&at, &words[*count]);
    return words;
}

/* The first word with which the error shows. It does with all of them. */
static size_t first_with(const struct ipfunnel__blame *b, const struct ipfunnel__word *words, size_t count,
                         enum question question, const char *message)
{
    char *scratch = malloc(strlen(b->expression) + sizeof " " STOP);
    size_t without = 0, with = count;      /* so many words do not show it, so many do */
    while (scratch && with - without > 1) {
        size_t middle = without + (with - without) / 2;
        const struct ipfunnel__word *last = &words[middle - 1];
        if (shows(b, scratch, last->at + last->length, question, message))
            with = middle;
        else
            without = middle;
    }
    free(scratch);
    return with - 1;
}

static bool takes_names(const struct ipfunnel__word *word)
{
    static const char *const qualifiers[] = { "proto", "protochain", "host", "net", "port", "portrange", "src", "dst" };
    for (size_t i = 0; i < sizeof qualifiers / sizeof *qualifiers; i++)
        if (ipfunnel__word_is(word, qualifiers[i]))
            return true;
    return false;
}

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

/* All keywords do. */
static bool begins_as_name(const struct ipfunnel__word *word)
{
    return *word->at >= 'a' && *word->at <= 'z' && !memchr(word->at, ':', word->length);
}

/* Of "len-1" and "20-4" the scanner makes one word, a name. */
static bool holds_minus(const struct ipfunnel__word *word)
{
    for (size_t i = 1; i + 1 < word->length; i++)
        if (word->at[i] == '-' && (is_digit(word->at[i - 1]) || is_digit(word->at[i + 1])))
            return true;
    return false;
}

static bool leaves_open(const struct ipfunnel__word *words, size_t count)
{
    size_t open = 0, closed = 0;
    for (size_t i = 0; i < count; i++) {
        open += ipfunnel__word_is(&words[i], "(");
        closed += ipfunnel__word_is(&words[i], ")");
    }
    return open > closed;
}

int ipfunnel__blame_syntax(const struct ipfunnel__blame *b, ipfunnel_error *error)
{
    enum { SHOWN = 40 };
    size_t count = 0;
    struct ipfunnel__word *words = all_words(b->expression, &count);
    if (!words)
        return ipfunnel__no_memory(error, "filter");
    size_t wrong = first_with(b, words, count, SYNTAX, NULL);
    const struct ipfunnel__word *word = &words[wrong], *before = wrong ? word - 1 : NULL;
    int shown = before ? (int)(before->length < SHOWN ? before->length : SHOWN) : 0;
    if (!word->length)
        ipfunnel__word_fail(error, b->expression, word, "something is missing after \"%.*s\"", shown, before->at);
    else if (before)
        ipfunnel__word_fail(error, b->expression, word, "this cannot follow \"%.*s\"", shown, before->at);
    else
        ipfunnel__word_fail(error, b->expression, word, "an expression cannot begin with this");
    if (!word->length && leaves_open(words, count))
        ipfunnel__remedy(error, "close the parenthesis");
    else if (holds_minus(word))
        ipfunnel__remedy(error, "a minus needs blanks around it, as in len - 1");
    else if (before && takes_names(before) && begins_as_name(word))
        ipfunnel__remedy(error, "a keyword as a name needs a backslash: %.*s \\%.*s", shown, before->at,
                         (int)(word->length < SHOWN ? word->length : SHOWN), word->at);
    else
        ipfunnel__remedy(error, "%s", ipfunnel__filter_manual);
    free(words);
    return IPFUNNEL_EINVAL;
}

/* libpcap puts names that it quotes between '. */
static bool is_named(const struct ipfunnel__word *word, const char *message)
{
    const char *from = strchr(message, '\''), *to = from ? strchr(from + 1, '\'') : NULL;
    size_t escape = *word->at == '\\';
    return to && word->length - escape == (size_t)(to - from) - 1
           && memcmp(word->at + escape, from + 1, word->length - escape) == 0;
}

/* Whether an expression accepts anything is found out by the optimiser, for which long ones are much work. */
static bool is_costly(const char *expression, const char *message)
{
    enum { SHORT = 2000 };
    return strstr(message, "rejects all packets") && strlen(expression) > SHORT;
}

struct ipfunnel__word ipfunnel__blame_word(const struct ipfunnel__blame *b, const char *message)
{
    size_t count = 0, named = 0, which = 0;
    struct ipfunnel__word *words = all_words(b->expression, &count), word = { .at = b->expression };
    if (!words)
        return word;
    for (size_t i = 0; i < count; i++)
        if (words[i].length && is_named(&words[i], message)) {
            named++;
            which = i;
        }
    /* To look a name up again may take long; asked only when it stands there twice. */
    if (is_costly(b->expression, message))
        which = 0;
    else if (named != 1 || strncmp(message, "unknown", 7) != 0)
        which = first_with(b, words, count, SAME_MESSAGE, message);
    word = words[which];
    free(words);
    return word;
}
