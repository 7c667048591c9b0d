/* capture_filter.c - the filter of a capture: compiled for its network, shown to its backend. */
#include "capture.h"

/* Of the address that the interface was named by, else of its first one. */
static const ipfunnel_address *network(const ipfunnel *h)
{
    if (h->request.named && h->request.named->version == 4)
        return h->request.named;
    for (uint32_t i = 0; i < h->policy.own_address_count; i++)
        if (h->policy.own_addresses[i].version == 4)
            return &h->policy.own_addresses[i];
    return NULL;
}

int ipfunnel__capture_compile(const ipfunnel *h, const char *expression, ipfunnel_filter **out, ipfunnel_error *error)
{
    *out = NULL;
    if (!expression || !*expression)
        return IPFUNNEL_OK;
    return ipfunnel__filter_make(out, expression, network(h), error);
}

/* What would not have been delivered anyway, for another reason, is left out, too, when the filter rejects it. (The
 * reasons that packet types tell are the mode's program's.) */
void ipfunnel__capture_hide(ipfunnel *h)
{
    if (!h->facts.preselects)
        return;
    h->facts.hidden |= UINT64_C(1) << IPFUNNEL_COUNTER_filtered;
    if (h->policy.families != (IPFUNNEL_IPV4 | IPFUNNEL_IPV6))
        h->facts.hidden |= UINT64_C(1) << IPFUNNEL_COUNTER_other_family;
    if (h->policy.vlan != IPFUNNEL_VLAN_ALL)
        h->facts.hidden |= UINT64_C(1) << IPFUNNEL_COUNTER_excluded_vlan;
}

int ipfunnel__capture_use(ipfunnel *h, ipfunnel_filter *filter, ipfunnel_error *error)
{
    ipfunnel_filter *ended = h->filter;
    int status = h->backend->set_filter(h->state, filter, error);
    if (status)
        ended = filter;
    else
        h->policy.filter = h->filter = filter;
    ipfunnel__capture_hide(h);
    ipfunnel_filter_free(ended);
    return status;
}

int ipfunnel_set_filter(ipfunnel *h, const char *expression)
{
    ipfunnel_filter *filter;
    int status = ipfunnel__capture_compile(h, expression, &filter, &h->error);
    return status ? status : ipfunnel__capture_use(h, filter, &h->error);
}
