/* link_facts_posix.c - where nothing of it is known. */
#include "link_facts.h"
#include <stddef.h>

int ipfunnel__link_facts_read(struct ipfunnel__link_facts **out)
{
    *out = NULL;
    return 0;
}

void ipfunnel__link_facts_free(struct ipfunnel__link_facts *facts)
{
    (void)facts;
}

struct ipfunnel__link_fact ipfunnel__link_fact_of(const struct ipfunnel__link_facts *facts, uint32_t interface_index)
{
    (void)facts, (void)interface_index;
    return (struct ipfunnel__link_fact){ .frames = IPFUNNEL_FRAMES_UNKNOWN };
}
