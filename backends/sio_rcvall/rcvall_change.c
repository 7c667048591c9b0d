#include "rcvall_capture.h"
#include <stdlib.h>

enum ipfunnel__rcvall_state ipfunnel__rcvall_state(const struct ipfunnel__rcvall *c,
                                                   const struct ipfunnel__port *port)
{
    struct ipfunnel__interface_now now;
    bool told = ipfunnel__interface_now(c->request->interface_index, &now);
    free(now.addresses);
    if (told && !now.present)
        return IPFUNNEL__STATE_GONE;
    return port->version == 6 ? IPFUNNEL__STATE_IPV6 : IPFUNNEL__STATE_ANY;
}

void ipfunnel__rcvall_update_facts(struct ipfunnel__rcvall *c)
{
    uint32_t families = 0;
    c->facts->buffer_bytes = 0;
    for (const struct ipfunnel__port *port = c->ports; port < c->ports + IPFUNNEL__PORTS; port++) {
        if (ipfunnel__port_in_use(port))
            families |= port->version == 4 ? IPFUNNEL_IPV4 : IPFUNNEL_IPV6;
        if (port->open)
            c->facts->buffer_bytes += (uint64_t)port->ring.size * IPFUNNEL__RECEIVE_BYTES + port->buffer_bytes;
    }
    c->facts->families_failed = c->request->families & ~families;
    /* Whether the interface really became promiscuous is nowhere to be seen. */
    c->facts->promiscuous = c->mode == IPFUNNEL_MODE_ON ? IPFUNNEL_UNKNOWN : IPFUNNEL_NO;
}

static void tell(struct ipfunnel__rcvall *c, uint32_t kind)
{
    if (c->request->flags & IPFUNNEL_OPEN_EVENTS)
        ipfunnel__rcvall_event_add(&c->events, kind, ipfunnel__winsock_time_ns(&c->winsock), c->ports);
}

static void go(struct ipfunnel__rcvall *c)
{
    if (!c->gone)
        tell(c, IPFUNNEL_EVENT_GONE);
    c->gone = true;
}

void ipfunnel__rcvall_lose(struct ipfunnel__rcvall *c, struct ipfunnel__port *port)
{
    bool others = false;
    port->lost = true;
    for (const struct ipfunnel__port *other = c->ports; other < c->ports + IPFUNNEL__PORTS; other++)
        others |= ipfunnel__port_in_use(other);
    ipfunnel__rcvall_update_facts(c);
    if (!others)
        go(c);
}

/* A socket whose address went away may go on or not: asking for the mode once more tells, and mends what it can. */
static void check_ports(struct ipfunnel__rcvall *c, const struct ipfunnel__interface_now *now)
{
    for (struct ipfunnel__port *port = c->ports; port < c->ports + IPFUNNEL__PORTS; port++)
        if (ipfunnel__port_in_use(port) && port->mode != IPFUNNEL_MODE_OFF
            && !ipfunnel__among_addresses(&port->bound, now->addresses, now->address_count)
            && ipfunnel__port_switch(port, port->mode) != 0)
            ipfunnel__rcvall_lose(c, port);
}

static void compare(struct ipfunnel__rcvall *c, struct ipfunnel__interface_now *now)
{
    const ipfunnel_address *before = c->facts->addresses ? c->facts->addresses : c->request->addresses;
    uint32_t count = c->facts->addresses ? c->facts->address_count : c->request->address_count;
    if (now->running != c->running)
        tell(c, now->running ? IPFUNNEL_EVENT_UP : IPFUNNEL_EVENT_DOWN);
    c->running = now->running;
    if (ipfunnel__same_addresses(before, count, now->addresses, now->address_count))
        return;
    tell(c, IPFUNNEL_EVENT_ADDRESSES);
    if (now->running)
        check_ports(c, now);
    free(c->addresses);
    c->addresses = now->addresses;
    c->facts->addresses = now->addresses;
    c->facts->address_count = now->address_count;
    now->addresses = NULL;
}

void ipfunnel__rcvall_notice(struct ipfunnel__rcvall *c)
{
    bool changed = false;
    for (struct ipfunnel__port *port = c->ports; port < c->ports + IPFUNNEL__PORTS; port++)
        if (port->open && ipfunnel__port_changed(port)) {
            changed = true;
            if (ipfunnel__port_watch(port))       /* asked for again before looking: nothing is missed in between */
                tell(c, IPFUNNEL_EVENT_MISSED);
        }
    if (!changed || c->gone)
        return;
    struct ipfunnel__interface_now now;
    if (!ipfunnel__interface_now(c->request->interface_index, &now))
        tell(c, IPFUNNEL_EVENT_MISSED);
    else if (now.present)
        compare(c, &now);
    else
        go(c);
    free(now.addresses);
}
