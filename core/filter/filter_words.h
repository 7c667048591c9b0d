/* filter_words.h - a filter expression as words, and errors that name one of them. Pure. */
#ifndef IPFUNNEL_CORE_FILTER_WORDS_H
#define IPFUNNEL_CORE_FILTER_WORDS_H
#include "../error.h"
#include <stdbool.h>
#include <stddef.h>

enum { IPFUNNEL__EXPRESSION_MOST = 65536 };    /* bytes of an expression; longer ones are refused */

/* A keyword, name, number, address, operator, or a single character that is none of these. */
struct ipfunnel__word {
    const char *at;
    size_t length;                             /* 0: the end of the expression */
};

/* Finds the next word from *at on and moves *at behind it; false at the end. */
bool ipfunnel__word_next(const char **at, struct ipfunnel__word *out);

bool ipfunnel__word_is(const struct ipfunnel__word *word, const char *text);

/* EINVAL for `word` of `expression`, with its column and the text `filter, at "udp": <format>`. Returns EINVAL. */
int ipfunnel__word_fail(ipfunnel_error *error, const char *expression, const struct ipfunnel__word *word,
                        const char *format, ...) IPFUNNEL__PRINTF(4, 5);

/* EINVAL with *error when the expression asks for what a datagram in its normal form does not have (a link header,
 * frames that are not IP, the log of a firewall), or has a word that is too long to be one. */
int ipfunnel__words_check(const char *expression, ipfunnel_error *error);

#endif
