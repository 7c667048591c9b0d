/* link_facts.h - what the system tells of interfaces beyond getifaddrs: read once for a whole list of them. */
#ifndef IPFUNNEL_BACKENDS_LINK_FACTS_H
#define IPFUNNEL_BACKENDS_LINK_FACTS_H
#include <ipfunnel.h>

enum { IPFUNNEL__OTHER_NAMES = 16 };          /* more than this of one interface are left out */

struct ipfunnel__link_facts;

/* Returns 0, with *out NULL where the system cannot be asked; or its code when memory or descriptors have run out. */
int ipfunnel__link_facts_read(struct ipfunnel__link_facts **out);
void ipfunnel__link_facts_free(struct ipfunnel__link_facts *);               /* accepts NULL */

/* Of one interface. Strings live as long as the facts. */
struct ipfunnel__link_fact {
    const char *alias;                        /* NULL: none, or unknown */
    const char *other_names[IPFUNNEL__OTHER_NAMES];
    uint32_t other_name_count;
    uint64_t frames;                          /* received and sent; IPFUNNEL_FRAMES_UNKNOWN */
};
struct ipfunnel__link_fact ipfunnel__link_fact_of(const struct ipfunnel__link_facts *, uint32_t interface_index);

#endif
