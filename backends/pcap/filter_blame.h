/* filter_blame.h - which word of an expression is wrong, when the compiler says only that something is. It is asked
 * again about beginnings of the expression, a few times even for a long one. Knows nothing of libpcap but its words. */
#ifndef IPFUNNEL_PCAP_FILTER_BLAME_H
#define IPFUNNEL_PCAP_FILTER_BLAME_H
#include "filter/filter_words.h"

enum { IPFUNNEL__MESSAGE_ROOM = 512 };

struct ipfunnel__blame {
    /* Compiles; `message` gets what is wrong, "" when nothing is. */
    void (*attempt)(void *context, const char *expression, char message[IPFUNNEL__MESSAGE_ROOM]);
    void *context;
    const char *expression;
};

/* The remedy when there is none in particular. */
extern const char ipfunnel__filter_manual[];

/* A syntax error: the first word that nothing can follow from what stands before it. Returns EINVAL with *error. */
int ipfunnel__blame_syntax(const struct ipfunnel__blame *blame, ipfunnel_error *error);

/* Another message about the expression: the word it names, else the first word up to which it is true, or simply the
 * first word where to find that out would take long. */
struct ipfunnel__word ipfunnel__blame_word(const struct ipfunnel__blame *blame, const char *message);

#endif
