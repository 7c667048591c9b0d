#include "rcvall_events.h"
#include <stdlib.h>
#include <string.h>

void ipfunnel__rcvall_event_add(struct ipfunnel__rcvall_events *events, uint32_t kind, int64_t time_ns,
                                const struct ipfunnel__port *ports)
{
    const uint32_t most = IPFUNNEL__RCVALL_EVENTS_KEPT;
    if (events->count == most) {
        events->queue[(events->first + most - 1) % most].kind = IPFUNNEL_EVENT_MISSED;
        return;
    }
    struct ipfunnel__rcvall_event *event = &events->queue[(events->first + events->count) % most];
    *event = (struct ipfunnel__rcvall_event){ .time_ns = time_ns, .kind = kind };
    for (int i = 0; i < IPFUNNEL__PORTS; i++)
        if (ports[i].open)
            event->due[i] = ports[i].returned + ipfunnel__ring_ready_count(&ports[i].ring);
    events->count++;
}

static const struct ipfunnel__rcvall_event *oldest(const struct ipfunnel__rcvall_events *events)
{
    return events->count > 0 ? &events->queue[events->first] : NULL;
}

uint64_t ipfunnel__rcvall_event_room(const struct ipfunnel__rcvall_events *events,
                                     const struct ipfunnel__port *ports, int port)
{
    const struct ipfunnel__rcvall_event *event = oldest(events);
    if (!event)
        return UINT64_MAX;
    return event->due[port] > ports[port].returned ? event->due[port] - ports[port].returned : 0;
}

bool ipfunnel__rcvall_event_due(const struct ipfunnel__rcvall_events *events, const struct ipfunnel__port *ports)
{
    if (!oldest(events))
        return false;
    for (int i = 0; i < IPFUNNEL__PORTS; i++)
        if (ports[i].open && ipfunnel__ring_ready(&ports[i].ring)
            && ipfunnel__rcvall_event_room(events, ports, i) > 0)
            return false;
    return true;
}

struct ipfunnel__rcvall_event ipfunnel__rcvall_event_take(struct ipfunnel__rcvall_events *events)
{
    struct ipfunnel__rcvall_event event = *oldest(events);
    events->first = (events->first + 1) % IPFUNNEL__RCVALL_EVENTS_KEPT;
    events->count--;
    return event;
}

bool ipfunnel__interface_now(uint32_t index, struct ipfunnel__interface_now *now)
{
    ipfunnel_interface *chain = NULL;
    ipfunnel_error unwanted;
    *now = (struct ipfunnel__interface_now){ .present = false };
    if (ipfunnel__os_interfaces(&chain, &unwanted) < 0)
        return false;
    bool told = true;
    for (const ipfunnel_interface *i = chain; i && !now->present; i = i->next) {
        if (i->index != index)
            continue;
        size_t size = i->address_count * sizeof *i->addresses;
        now->present = true;
        now->running = i->flags & IPFUNNEL_INTERFACE_RUNNING;
        now->address_count = i->address_count;
        now->addresses = malloc(size > 0 ? size : 1);
        if (now->addresses && size > 0)
            memcpy(now->addresses, i->addresses, size);
        told = now->addresses != NULL;
    }
    ipfunnel_interfaces_free(chain);
    return told;
}

static bool same(const ipfunnel_address *a, const ipfunnel_address *b)
{
    return a->version == b->version && memcmp(a->bytes, b->bytes, a->version == 4 ? 4 : 16) == 0;
}

bool ipfunnel__among_addresses(const ipfunnel_address *wanted, const ipfunnel_address *list, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        if (same(wanted, &list[i]))
            return true;
    return false;
}

/* As sets: systems list them in any order, but each once. */
bool ipfunnel__same_addresses(const ipfunnel_address *a, uint32_t count, const ipfunnel_address *b,
                              uint32_t other_count)
{
    bool equal = count == other_count;
    for (uint32_t i = 0; i < count && equal; i++)
        equal = ipfunnel__among_addresses(&a[i], b, other_count);
    return equal;
}
