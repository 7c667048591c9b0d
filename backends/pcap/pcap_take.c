/* pcap_take.c - the next frames of a live capture: from which pcap_t, whether they are wanted, what is known. */
#define _DEFAULT_SOURCE
#include "bytes.h"
#include "pcap_kernel.h"
#include "pcap_live.h"
#include "pcap_run.h"
#include <string.h>

/* So that 32 bits of drops never wrap unseen while somebody reads, and events are noticed however busy that is. */
enum { FRAMES_PER_COUNT = 1024 };

/* A count that fails is made up for by the next one. */
static void count(struct ipfunnel__pcap_live *l, struct ipfunnel__pcap_run *run)
{
    l->uncounted = !ipfunnel__pcap_run_count(run, &l->drops);
}

void ipfunnel__pcap_live_drop_first(struct ipfunnel__pcap_live *l)
{
    struct ipfunnel__pcap_run *run = l->first;
    count(l, run);
    l->drops_unknown |= l->uncounted;
    ipfunnel__pcap_run_leave(run, &l->joined);
    l->first = run->next;
    if (!l->first)
        l->last = NULL;
    else
        l->first->status = ipfunnel__pcap_run_join(l->first, &l->joined, l->request->interface_name, &l->first->error);
    ipfunnel__pcap_run_free(run);
}

uint64_t ipfunnel__pcap_live_dropped(struct ipfunnel__pcap_live *l)
{
    const uint64_t dropped = UINT64_C(1) << IPFUNNEL_COUNTER_dropped;
    bool known = !l->drops_unknown;
    for (struct ipfunnel__pcap_run *run = l->first; run; run = run->next) {
        count(l, run);
        known &= !l->uncounted;
    }
    l->facts->hidden = known ? l->facts->hidden & ~dropped : l->facts->hidden | dropped;
    return l->drops.total;
}

/* A hardware address of six bytes, as a number. */
static uint64_t station(const uint8_t *bytes)
{
    return (uint64_t)ipfunnel__be32(bytes) << 16 | ipfunnel__be16(bytes + 4);
}

/* Ours, by which the link header tells frames of others; UINT64_MAX, which is none: it does not. */
static uint64_t own_station(const struct ipfunnel__request *request, const struct ipfunnel__pcap_source *source)
{
    if (source->link_type != IPFUNNEL__LINK_ETHERNET)
        return UINT64_MAX;
    return request->hardware_address_length == 6                       ? station(request->hardware_address)
           : request->interface_flags & IPFUNNEL_INTERFACE_LOOPBACK ? 0
                                                                     : UINT64_MAX;
}

/* The destination is one station that is not us, and we are not the source either. */
static bool is_for_other_host(uint64_t own, const struct ipfunnel__frame *frame)
{
    struct ipfunnel__cursor cursor = ipfunnel__cursor_over(frame->bytes, frame->captured);
    const uint8_t *stations = ipfunnel__take(&cursor, 12);
    return own != UINT64_MAX && stations && !(stations[0] & 1) && station(stations) != own
           && station(stations + 6) != own;
}

/* Where the kernel leaves out other hosts' frames by the packet type, what comes later than that is not judged again:
 * it knows of changed addresses, and of frames that a bridge sends on. */
static bool kernel_has_judged(const struct ipfunnel__pcap_live *l, const struct ipfunnel__frame *frame)
{
    return ipfunnel__pcap_kernel_switches() && l->captured_in == IPFUNNEL_MODE_IPLEVEL
           && !(l->request->flags & IPFUNNEL_OPEN_COUNT_ALL) && frame->time_ns > l->switched.wall_ns;
}

static void describe(struct ipfunnel__pcap_live *l, struct ipfunnel__pcap_run *run, uint64_t own,
                     struct ipfunnel__frame *frame)
{
    if (l->only_received)
        frame->facts |= IPFUNNEL_FRAME_IN;
    if (!kernel_has_judged(l, frame) && is_for_other_host(own, frame))
        frame->facts |= IPFUNNEL_FRAME_OTHER_HOST;
    if (frame->time_ns <= l->iplevel.wall_ns)
        frame->facts |= IPFUNNEL__FRAME_IPLEVEL;
    frame->dropped_before = run->gap_before || l->uncounted
                                ? IPFUNNEL_DROPS_UNKNOWN
                                : ipfunnel__pcap_drops_before(&l->drops, frame->time_ns);
    run->gap_before = false;
}

static bool is_wanted(const struct ipfunnel__pcap_live *l, const struct ipfunnel__pcap_run *run,
                      const struct ipfunnel__frame *frame)
{
    return frame->time_ns > l->captured.wall_ns && frame->time_ns <= run->until_ns;
}

/* Of frames that were read, those that are wanted, to the front; how many. */
static int sort_out(struct ipfunnel__pcap_live *l, struct ipfunnel__pcap_run *run, struct ipfunnel__frame *frames,
                    int got)
{
    enum { AROUND = 128 };                        /* a frame, in a buffer of the system */
    int wanted = 0, alike = 0;
    const uint64_t own = own_station(l->request, &run->source);
    const int64_t last_ns = got > 0 ? frames[got - 1].time_ns : 0;
    for (int i = 0; i < got; i++) {
        l->pause.bytes += AROUND + frames[i].captured;
        if (++run->read % FRAMES_PER_COUNT == 0) {
            count(l, run);
            ipfunnel__pcap_events_notice(&l->events);
        }
        if (!is_wanted(l, run, &frames[i]))
            continue;
        describe(l, run, own, &frames[i]);
        if (wanted < i)
            frames[wanted] = frames[i];
        if (frames[wanted].dropped_before == frames[0].dropped_before && alike == wanted)
            alike++;
        wanted++;
    }
    if (got > 0) {
        l->pause.frames += (uint64_t)got;
        l->pause.last_ns = last_ns;
    }
    l->facts->alike = alike;
    return wanted;
}

/* libpcap has nothing: what was lost was lost after all that was read, and what was queued at some moment has been read
 * when the system had the time to hand it over. */
static void nothing_queued(struct ipfunnel__pcap_live *l, struct ipfunnel__pcap_run *run, int64_t now_ns)
{
    struct ipfunnel__pcap_moment *moments[] = { &l->captured, &l->switched, &l->iplevel };
    count(l, run);
    ipfunnel__pcap_drops_all_read(&l->drops);
    for (size_t i = 0; i < sizeof moments / sizeof *moments; i++)
        if (now_ns - moments[i]->monotonic_ns >= run->patience_ns)
            moments[i]->wall_ns = INT64_MIN;
}

static int64_t sooner(int64_t a, int64_t b) { return a < b ? a : b; }

/* libpcap has nothing: events are due that were noticed so long ago that what had come by then has been handed over.
 * The one that is not sets the alarm, unless something else does so sooner. */
static bool events_due(struct ipfunnel__pcap_live *l, const struct ipfunnel__pcap_run *run, int64_t now_ns)
{
    ipfunnel__pcap_events_notice(&l->events);
    ipfunnel__pcap_events_read_to(&l->events, INT64_MIN, now_ns - run->patience_ns);
    int64_t oldest = ipfunnel__pcap_events_oldest(&l->events);
    int64_t look_again = ipfunnel__pcap_run_look_again(run, now_ns);
    if (oldest != INT64_MAX)
        look_again = sooner(look_again, oldest + run->patience_ns);
    ipfunnel__pcap_live_due(l, l->events.due ? 0 : look_again);
    return l->events.due;
}

/* Nothing more will come: `status`, after all events. */
static int after_events(struct ipfunnel__pcap_live *l, int status)
{
    if (status == IPFUNNEL_ENODEV)
        ipfunnel__pcap_events_gone(&l->events);
    ipfunnel__pcap_events_notice(&l->events);
    ipfunnel__pcap_events_read_to(&l->events, INT64_MAX, INT64_MAX);
    ipfunnel__pcap_live_due(l, 0);
    return l->events.due ? IPFUNNEL_EVENT : status;
}

/* Sets the alarm as well: to now when there is a status to return, or more frames in libpcap's own buffer, of which its
 * descriptor tells nothing. */
static int take(struct ipfunnel__pcap_live *l, struct ipfunnel__frame *frames, int max, ipfunnel_error *error)
{
    for (struct ipfunnel__pcap_run *run = l->first; run; run = l->first) {
        int got, code = ipfunnel__pcap_read(&run->source, frames, max, &got);
        int wanted = sort_out(l, run, frames, got);
        if (code)
            ipfunnel__pcap_run_fail(run, l->request, code);
        if (wanted > 0) {
            ipfunnel__pcap_events_read_to(&l->events, frames[wanted - 1].time_ns - run->patience_ns, INT64_MIN);
            ipfunnel__pcap_live_due(l, 0);
            return wanted;
        }
        int64_t now_ns = ipfunnel__os_monotonic_ns();
        if (code || got == 0)
            nothing_queued(l, run, now_ns);
        if (!ipfunnel__pcap_run_is_over(run, now_ns)) {
            if (got > 0)
                continue;
            return events_due(l, run, now_ns) ? IPFUNNEL_EVENT : 0;
        }
        ipfunnel__pcap_live_due(l, 0);
        if (run == l->last && run->status && l->mode != IPFUNNEL_MODE_OFF) {
            *error = run->error;
            return after_events(l, run->status);
        }
        if (ipfunnel__pcap_kernel_switches())
            break;
        ipfunnel__pcap_live_drop_first(l);
    }
    return after_events(l, IPFUNNEL_END);
}

/* The flag last: a wake that is seen too early is cleared with the next one, and one that is not cleared is seen. */
void ipfunnel__pcap_live_wake(struct ipfunnel__pcap_live *l)
{
    ipfunnel__signal_set(&l->wake);
    ipfunnel__joined_notice(&l->joined);
    atomic_store(&l->woken, true);
}

intptr_t ipfunnel__pcap_live_handle(struct ipfunnel__pcap_live *l)
{
    l->watched = true;
    ipfunnel__joined_alarm(&l->joined, l->due_ns);
    return l->joined.handle;
}

/* Frames that come meanwhile wake nobody. Returns how many milliseconds of the time to wait are over, -1: there was no
 * pause. */
static int rest(struct ipfunnel__pcap_live *l, int timeout_ms)
{
    enum { MILLISECOND = 1000000 };
    if (l->request->latency_us < 1000 || timeout_ms == 0)
        return -1;
    int64_t latency_ns = l->request->latency_us * INT64_C(1000);
    int64_t pause = ipfunnel__pcap_pause(&l->pause, latency_ns, l->facts->buffer_bytes, ipfunnel__os_monotonic_ns(),
                                         ipfunnel__os_wall_ns());
    int over_ms = (int)((pause + MILLISECOND - 1) / MILLISECOND);
    if (pause == 0 || (timeout_ms > 0 && over_ms >= timeout_ms) || atomic_load(&l->woken)
        || !ipfunnel__pcap_kernel_rest(pause))
        return -1;
    return over_ms;
}

int ipfunnel__pcap_live_recv(struct ipfunnel__pcap_live *l, struct ipfunnel__frame *frames, int max, int timeout_ms,
                             ipfunnel_error *error)
{
    uint64_t scratch[4];
    if (l->events.due)
        return IPFUNNEL_EVENT;
    int got = take(l, frames, max, error);
    if (got)
        return got;
    int over_ms = rest(l, timeout_ms);
    if (over_ms >= 0 && (got = take(l, frames, max, error)) != 0)
        return got;
    if (over_ms > 0 && timeout_ms > 0)
        timeout_ms -= over_ms;
    if (timeout_ms != 0)
        ipfunnel__os_wait(&l->joined.handle, 1, timeout_ms, scratch);
    if (atomic_exchange(&l->woken, false))
        ipfunnel__signal_clear(&l->wake);
    return take(l, frames, max, error);
}
