/* capture.c - a capture from open to close; with the others that see its inside (capture.h) the only caller of the
 * backends' slots. */
#include "capture.h"
#include "error.h"
#include "options.h"
#include "os.h"
#include <stdlib.h>
#include <string.h>

/* A recv that is not to wait still looks past frames that carry nothing for this capture, but no longer than this. */
enum { LOOK_NS = 1000000 };

static ipfunnel_datagram *deliver(ipfunnel *h, ipfunnel_datagram *d)
{
    d->dropped_before = h->drops_since_delivered;
    if (h->drops_at_least && d->dropped_before != IPFUNNEL_DROPS_UNKNOWN)
        d->flags |= IPFUNNEL_DROPPED_AT_LEAST;
    h->drops_since_delivered = 0;
    h->drops_at_least = false;
    return d;
}

static void add_drops(uint64_t *sum, uint64_t more)
{
    *sum = *sum == IPFUNNEL_DROPS_UNKNOWN || more == IPFUNNEL_DROPS_UNKNOWN ? IPFUNNEL_DROPS_UNKNOWN : *sum + more;
}

static bool frames_left(const ipfunnel *h) { return h->looked_at < h->taken; }

static void count_extra(ipfunnel *h, int counter)
{
    h->counts[counter]++;
    h->counts[IPFUNNEL_COUNTER_extra_from_cutting]++;
}

/* A backend that watches the addresses of the interface may have new ones. */
static void follow_addresses(ipfunnel *h)
{
    if (h->facts.addresses) {
        h->policy.own_addresses = h->facts.addresses;
        h->policy.own_address_count = h->facts.address_count;
    }
}

/* Most frames need no second look: up to `most` of them from frames[at] on, into out[to] and on. Returns how many. */
static int normalize_run(ipfunnel *h, int at, int to, int most, const ipfunnel_datagram *out[])
{
    if (h->on_wire || h->drops_since_delivered || h->drops_at_least)
        return 0;
    h->policy.no_other_host = h->iplevel || h->walked < h->iplevel_until;
    int n = ipfunnel__normalize_plain(&h->policy, &h->frames[at], most, h->facts.alike - at, &h->views, to, &out[to]);
    h->walked += (uint64_t)n;
    h->counts[IPFUNNEL_COUNTER_delivered] += (uint64_t)n;
    return n;
}

/* Normalises what is left of frames[] into out[] while there is room; returns how many are to be delivered. */
static int normalize(ipfunnel *h, const ipfunnel_datagram *out[], int room)
{
    int ready = 0, at = h->looked_at;
    uint32_t resume = h->resume;
    while (at < h->taken && ready < room) {
        if (!resume) {
            int left = h->taken - at, n = normalize_run(h, at, ready, left < room - ready ? left : room - ready, out);
            at += n;
            ready += n;
            if (at == h->taken || ready == room)
                break;
        }
        const struct ipfunnel__frame *frame = &h->frames[at];
        bool begins = !resume;
        if (begins) {
            h->policy.no_other_host = h->iplevel || h->walked < h->iplevel_until
                                      || frame->facts & IPFUNNEL__FRAME_IPLEVEL;
            h->walked++;
            if (frame->dropped_before)
                add_drops(&h->drops_since_delivered, frame->dropped_before);
            if (frame->facts & IPFUNNEL__FRAME_DROPPED_AT_LEAST)
                h->drops_at_least = true;
        }
        int counter = h->on_wire ? ipfunnel__normalize_on_wire(&h->policy, frame, &h->cut, &resume, &h->others[ready])
                                 : ipfunnel__normalize(&h->policy, frame, &resume, &h->others[ready]);
        if (begins)
            h->counts[counter]++;
        else if (counter >= IPFUNNEL_COUNTER_delivered)
            count_extra(h, counter);
        if (counter == IPFUNNEL_COUNTER_delivered) {
            out[ready] = deliver(h, &h->others[ready]);
            ready++;
            if (resume == IPFUNNEL__CUTTING)      /* the next segment would end this one */
                break;
        }
        at += !resume;
    }
    h->looked_at = at;
    h->resume = resume;
    /* The wait handle is to be ready for what had no room; an interrupt that nobody asked for has no other effect. Only
     * the backend's recv can undo it, which is not called before nothing is left. */
    if (frames_left(h) && !h->announced) {
        h->announced = true;
        h->backend->interrupt(h->state);
    }
    return ready;
}

/* Frames that still hold something stay: the next recv delivers it. */
static void give_back(ipfunnel *h)
{
    if (!frames_left(h))
        h->backend->release(h->state);
}

/* What is left of a wait, rounded up so that a wait never ends early. */
static int remaining_ms(int64_t deadline_ns, int64_t now_ns)
{
    int64_t left = deadline_ns - now_ns;
    return left <= 0 ? 0 : (int)((left + 999999) / 1000000);
}

/* Nearly always there is none, and looking is much cheaper than taking. */
static bool take_interrupt(ipfunnel *h)
{
    return atomic_load_explicit(&h->interrupted, memory_order_acquire) && atomic_exchange(&h->interrupted, false);
}

int ipfunnel_recv(ipfunnel *h, const ipfunnel_datagram *out[], int max, int timeout_ms)
{
    if (max < 1 || !out) {
        ipfunnel__fail(&h->error, IPFUNNEL_EINVAL, 0, "ipfunnel_recv",
                       "there is no room for a datagram (max is %d)", max);
        return ipfunnel__remedy(&h->error, "pass an array and the number of its elements");
    }
    give_back(h);
    if (take_interrupt(h))
        return IPFUNNEL_INTERRUPTED;

    int64_t start = 0;
    int wait_ms = timeout_ms, most = max < IPFUNNEL__BATCH ? max : IPFUNNEL__BATCH;
    for (;;) {
        if (!frames_left(h)) {
            if (timeout_ms > 0 && !start)
                start = ipfunnel__os_monotonic_ns();
            h->announced = false;
            h->facts.alike = 0;
            int n = h->backend->recv(h->state, h->frames, most, wait_ms, &h->error);
            follow_addresses(h);
            if (n < 0)
                return n;
            h->taken = n;
            h->looked_at = 0;
        }
        int ready = normalize(h, out, most);
        if (ready)
            return ready;
        if (take_interrupt(h))
            return IPFUNNEL_INTERRUPTED;
        give_back(h);
        if (timeout_ms < 0)
            continue;
        int64_t now = ipfunnel__os_monotonic_ns();
        if (!start)
            start = now;
        int64_t deadline = start + (int64_t)timeout_ms * 1000000;
        wait_ms = remaining_ms(deadline, now);
        if (wait_ms == 0 && (h->taken == 0 || now - deadline >= LOOK_NS))
            return 0;
    }
}

void ipfunnel_release(ipfunnel *h)
{
    give_back(h);
}

int ipfunnel_interrupt(ipfunnel *h)
{
    atomic_store(&h->interrupted, true);
    h->backend->interrupt(h->state);
    return IPFUNNEL_OK;
}

static uint64_t frames_so_far(ipfunnel *h)
{
    struct ipfunnel__counters system = { .frames = UINT64_MAX, .dropped = UINT64_MAX };
    h->backend->stats(h->state, &system);
    return system.frames == UINT64_MAX ? ipfunnel__frames_taken(h) : system.frames;
}

int ipfunnel_set_mode(ipfunnel *h, ipfunnel_mode mode)
{
    if (mode == IPFUNNEL_MODE_SOCKETLEVELONLY || mode == h->mode)
        return IPFUNNEL_OK;
    if (mode != IPFUNNEL_MODE_OFF && mode != IPFUNNEL_MODE_ON && mode != IPFUNNEL_MODE_IPLEVEL) {
        ipfunnel__fail(&h->error, IPFUNNEL_EINVAL, 0, "ipfunnel_set_mode", "%d is not a mode", (int)mode);
        return ipfunnel__remedy(&h->error, "use OFF 0, ON 1, SOCKETLEVELONLY 2 or IPLEVEL 3");
    }
    int status = h->backend->set_mode(h->state, mode, &h->error);
    if (status)
        return status;
    ipfunnel__capture_hide(h);
    h->mode = mode;
    if (mode == IPFUNNEL_MODE_OFF)
        return IPFUNNEL_OK;
    if (h->iplevel && mode == IPFUNNEL_MODE_ON)   /* what is queued arrived in IPLEVEL and stays subject to it */
        h->iplevel_until = frames_so_far(h);
    h->iplevel = mode == IPFUNNEL_MODE_IPLEVEL;
    return IPFUNNEL_OK;
}

int ipfunnel_next_event(ipfunnel *h, ipfunnel_event *out)
{
    ipfunnel_event event = IPFUNNEL_EVENT_INIT;
    event.interface_name = h->request.interface_name;
    event.former_name = "";
    int status = ipfunnel__check_sized(out, "ipfunnel_event", &h->error);
    if (status || !h->backend->next_event(h->state, &event))
        return status;
    ipfunnel__give_sized(out, &event, sizeof event, "ipfunnel_event", &h->error);
    return 1;
}

intptr_t ipfunnel_wait_handle(ipfunnel *h)
{
    return h->backend->wait_handle(h->state);
}

const ipfunnel_error *ipfunnel_last_error(const ipfunnel *h)
{
    return &h->error;
}

void ipfunnel_close(ipfunnel *h)
{
    if (!h)
        return;
    h->backend->close(h->state);
    ipfunnel_filter_free(h->filter);
    free(h->own_addresses);
    free(h);
}

/* A wait that a signal handler ended goes on: only ipfunnel_interrupt is a reason to return. */
static int wait_whole(const intptr_t handles[], int n, int timeout_ms, void *scratch)
{
    int64_t deadline = timeout_ms > 0 ? ipfunnel__os_monotonic_ns() + (int64_t)timeout_ms * 1000000 : 0;
    int ready, wait_ms = timeout_ms;
    do {
        ready = ipfunnel__os_wait(handles, n, wait_ms, scratch);
        if (ready == 0 && timeout_ms > 0)
            wait_ms = remaining_ms(deadline, ipfunnel__os_monotonic_ns());
    } while (ready == 0 && wait_ms != 0);
    return ready;
}

int ipfunnel_wait(ipfunnel *const captures[], int n, int timeout_ms)
{
    enum { FEW = 16 };
    intptr_t few_handles[FEW], *handles = few_handles;
    uint64_t few_scratch[FEW * 2];
    void *scratch = few_scratch;
    if (n < 1 || !captures)
        return IPFUNNEL_EINVAL;
    size_t scratch_size = (size_t)n * ipfunnel__os_wait_size();
    bool many = n > FEW || scratch_size > sizeof few_scratch;
    if (many) {
        handles = malloc((size_t)n * sizeof *handles);
        scratch = malloc(scratch_size);
    }
    int ready = IPFUNNEL_ENOMEM;
    if (handles && scratch) {
        for (int i = 0; i < n; i++)
            handles[i] = ipfunnel_wait_handle(captures[i]);
        ready = wait_whole(handles, n, timeout_ms, scratch);
    }
    if (many) {
        free(handles);
        free(scratch);
    }
    return ready;
}
