#include "pcap_events.h"
#include "os.h"

int ipfunnel__pcap_events_open(struct ipfunnel__pcap_events *events, uint32_t interface_index, ipfunnel_error *error)
{
    events->interface_index = interface_index;
    return ipfunnel_watch(&events->watch, error);
}

void ipfunnel__pcap_events_close(struct ipfunnel__pcap_events *events)
{
    ipfunnel_close(events->watch);
    events->watch = NULL;
}

intptr_t ipfunnel__pcap_events_handle(const struct ipfunnel__pcap_events *events)
{
    return events->watch ? ipfunnel_wait_handle(events->watch) : -1;
}

static struct ipfunnel__pcap_event *at(struct ipfunnel__pcap_events *events, uint32_t number)
{
    return &events->queue[(events->first + number) % IPFUNNEL__PCAP_EVENTS_KEPT];
}

/* The last place is kept for what tells that others were missed, and for the end. */
static void queue(struct ipfunnel__pcap_events *events, uint32_t kind, int64_t time_ns)
{
    if (events->gone)                         /* its number may belong to another interface by now */
        return;
    events->gone = kind == IPFUNNEL_EVENT_GONE;
    if (events->count == IPFUNNEL__PCAP_EVENTS_KEPT - 1 && !events->gone)
        kind = IPFUNNEL_EVENT_MISSED;
    if (events->count == IPFUNNEL__PCAP_EVENTS_KEPT) {
        at(events, events->count - 1)->kind = kind;
        return;
    }
    *at(events, events->count++) = (struct ipfunnel__pcap_event){
        .time_ns = time_ns, .monotonic_ns = ipfunnel__os_monotonic_ns(), .kind = kind
    };
}

void ipfunnel__pcap_events_notice(struct ipfunnel__pcap_events *events)
{
    const ipfunnel_datagram *none[1];
    ipfunnel_event event = IPFUNNEL_EVENT_INIT;
    if (!events->watch || ipfunnel_recv(events->watch, none, 1, 0) != IPFUNNEL_EVENT)
        return;
    while (ipfunnel_next_event(events->watch, &event) == 1) {
        bool told = event.kind == IPFUNNEL_EVENT_DOWN || event.kind == IPFUNNEL_EVENT_UP
                    || event.kind == IPFUNNEL_EVENT_GONE || event.kind == IPFUNNEL_EVENT_ADDRESSES;
        if (told && event.interface_index == events->interface_index)
            queue(events, event.kind, event.time_ns);
    }
}

void ipfunnel__pcap_events_gone(struct ipfunnel__pcap_events *events)
{
    if (!events->watch)
        return;
    ipfunnel__pcap_events_notice(events);
    queue(events, IPFUNNEL_EVENT_GONE, ipfunnel__os_wall_ns());
}

void ipfunnel__pcap_events_read_to(struct ipfunnel__pcap_events *events, int64_t time_ns, int64_t monotonic_ns)
{
    while (events->due < events->count && (at(events, events->due)->time_ns < time_ns
                                           || at(events, events->due)->monotonic_ns <= monotonic_ns))
        events->due++;
}

int64_t ipfunnel__pcap_events_oldest(const struct ipfunnel__pcap_events *events)
{
    uint32_t oldest = (events->first + events->due) % IPFUNNEL__PCAP_EVENTS_KEPT;
    return events->due < events->count ? events->queue[oldest].monotonic_ns : INT64_MAX;
}

int ipfunnel__pcap_events_take(struct ipfunnel__pcap_events *events, ipfunnel_event *event)
{
    if (!events->due)
        return 0;
    const struct ipfunnel__pcap_event *oldest = at(events, 0);
    event->time_ns = oldest->time_ns;
    event->kind = oldest->kind;
    event->interface_index = events->interface_index;
    events->first = (events->first + 1) % IPFUNNEL__PCAP_EVENTS_KEPT;
    events->count--;
    events->due--;
    return 1;
}
