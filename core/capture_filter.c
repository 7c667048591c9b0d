/* capture_filter.c - the filter of a capture: compiled for its network, shown to its backend. */
#include "capture.h"

static const ipfunnel_address *first_ipv4(const struct ipfunnel__policy *policy)
{
    for (uint32_t i = 0; i < policy->own_address_count; i++)
        if (policy->own_addresses[i].version == 4)
            return &policy->own_addresses[i];
    return NULL;
}

int ipfunnel__capture_compile(const ipfunnel *h, const char *expression, ipfunnel_filter **out, ipfunnel_error *error)
{
    *out = NULL;
    if (!expression || !*expression)
        return IPFUNNEL_OK;
    return ipfunnel__filter_make(out, expression, first_ipv4(&h->policy), error);
}

int ipfunnel__capture_use(ipfunnel *h, ipfunnel_filter *filter, ipfunnel_error *error)
{
    ipfunnel_filter *ended = h->filter;
    int status = h->backend->set_filter(h->state, filter, error);
    if (status)
        ended = filter;
    else
        h->policy.filter = h->filter = filter;
    ipfunnel_filter_free(ended);
    return status;
}

int ipfunnel_set_filter(ipfunnel *h, const char *expression)
{
    ipfunnel_filter *filter;
    int status = ipfunnel__capture_compile(h, expression, &filter, &h->error);
    return status ? status : ipfunnel__capture_use(h, filter, &h->error);
}
