#define _DEFAULT_SOURCE
#include "pcap_live.h"
#include "error.h"
#include "filter/filter.h"
#include "pcap_kernel.h"
#include "pcap_run.h"
#include <limits.h>

enum { LEAST_BUFFER = 512 << 10, TRIAL_BUFFER = 64 << 10 };    /* less holds no two of the largest frames */
enum { WHOLE = 262144 };                                        /* no datagram is longer that is real */

static struct ipfunnel__pcap_moment now(void)
{
    return (struct ipfunnel__pcap_moment){ .wall_ns = ipfunnel__os_wall_ns(),
                                           .monotonic_ns = ipfunnel__os_monotonic_ns() };
}

static const struct ipfunnel__pcap_moment OVER = { .wall_ns = INT64_MIN };

/* What libpcap calls the interface: Npcap makes a device of each GUID, and one of its own for loopback; what runs in
 * Npcap's place (Wine) has no such one. False: there is no name number `attempt`. */
static bool device_name(const struct ipfunnel__request *request, int attempt, char *out, size_t size)
{
    bool renamed = request->interface_guid[0], loopback = request->interface_flags & IPFUNNEL_INTERFACE_LOOPBACK;
    if (!renamed)
        snprintf(out, size, "%s", request->interface_name);
    else if (loopback && attempt == 0)
        snprintf(out, size, "\\Device\\NPF_Loopback");
    else
        snprintf(out, size, "\\Device\\NPF_%s", request->interface_guid);
    return attempt == 0 || (renamed && loopback && attempt == 1);
}

static int activate_one(const struct ipfunnel__request *request, struct ipfunnel__pcap_source *source,
                        struct ipfunnel__pcap_wish *wish, ipfunnel_error *error)
{
    char device[256];
    ipfunnel_error other;
    wish->device = device;
    device_name(request, 0, device, sizeof device);
    int status = ipfunnel__pcap_activate(source, wish, error);
    for (int attempt = 1; status && device_name(request, attempt, device, sizeof device); attempt++) {
        ipfunnel__pcap_source_close(source);
        if (ipfunnel__pcap_activate(source, wish, &other) == IPFUNNEL_OK)
            status = IPFUNNEL_OK;
    }
    return status;
}

static struct ipfunnel__pcap_run *activate(struct ipfunnel__pcap_live *l, ipfunnel_mode mode, int buffer_bytes,
                                           ipfunnel_error *error)
{
    struct ipfunnel__pcap_run *run = ipfunnel__pcap_run_make(l->request->latency_us);
    struct ipfunnel__pcap_wish wish = {
        .interface_name = l->request->interface_name,
        .buffer_bytes = buffer_bytes,
        .latency_us = l->request->latency_us,
        .promiscuous = mode == IPFUNNEL_MODE_ON,
        .no_outgoing = l->request->flags & IPFUNNEL_OPEN_NO_OUTGOING,
    };
    if (!run)
        ipfunnel__no_memory(error, "calloc");
    else if (activate_one(l->request, &run->source, &wish, error)) {
        ipfunnel__pcap_run_free(run);
        run = NULL;
    } else {
        l->facts->promiscuous = wish.got_promiscuous ? IPFUNNEL_YES : IPFUNNEL_NO;
        l->facts->latency_us = wish.got_latency_us + ipfunnel__pcap_run_look_us(run);
        l->only_received |= wish.got_direction;
        run->source.places.like.interface_index = l->request->interface_index;
        run->source.places.like.interface_name = l->request->interface_name;
        run->source.places.like.direction_source = IPFUNNEL_SAYS_KERNEL;
        run->source.places.like.facts = ipfunnel__pcap_facts(l->request);
        if (wish.got_direction)
            l->facts->hidden |= UINT64_C(1) << IPFUNNEL_COUNTER_excluded_outgoing;
    }
    return run;
}

/* ---- Open and close. */

/* Bytes of a datagram that the request asks for: with on_wire all, since a checksum is over all. */
static uint32_t least(const struct ipfunnel__request *request)
{
    return request->flags & IPFUNNEL_OPEN_ON_WIRE && request->snap_length < WHOLE ? WHOLE : request->snap_length;
}

static int check_buffer(const struct ipfunnel__request *request, int *bytes, ipfunnel_error *error)
{
    *bytes = request->ring_bytes < LEAST_BUFFER ? LEAST_BUFFER : (int)(request->ring_bytes & INT_MAX);
    if (request->ring_bytes <= INT_MAX)
        return IPFUNNEL_OK;
    ipfunnel__fail(error, IPFUNNEL_ENOMEM, 0, "pcap_set_buffer_size",
                   "a buffer of %llu MiB is more than libpcap can be asked for (2047 MiB)",
                   (unsigned long long)(request->ring_bytes >> 20));
    return ipfunnel__remedy(error, "ask for a smaller ring: ring_bytes, or -B of the command; the default is 16 MiB");
}

static int make_handles(struct ipfunnel__pcap_live *l, ipfunnel_error *error)
{
    char why[96];
    int status = ipfunnel__signal_make(&l->wake, error);
    if (status)
        return status;
    int code = ipfunnel__joined_make(&l->joined, true);
    if (!code)
        code = ipfunnel__joined_add(&l->joined, l->wake.handle);
    if (!code && l->request->flags & IPFUNNEL_OPEN_EVENTS) {
        status = ipfunnel__pcap_events_open(&l->events, l->request->interface_index, error);
        if (status)
            return status;
        code = ipfunnel__joined_add(&l->joined, ipfunnel__pcap_events_handle(&l->events));
    }
    if (!code)
        return IPFUNNEL_OK;
    ipfunnel__fail(error, IPFUNNEL_ENOBUFS, code, "joined handle", "cannot make a wait handle: %s",
                   ipfunnel__os_error_text(code, why, sizeof why));
    return ipfunnel__remedy(error, "close other captures, or raise the limit (ulimit -n)");
}

static int attach(struct ipfunnel__pcap_live *l, ipfunnel_mode mode, const struct ipfunnel_filter *filter,
                  uint32_t keep, ipfunnel_error *error)
{
    const struct ipfunnel__pcap_program wish = { .mode = mode, .keep = keep, .filter = filter };
    return ipfunnel__pcap_kernel_program(&l->first->source, l->request, &wish, l->facts, error);
}

/* The one pcap_t of a system that changes modes in place; until the first start its program accepts nothing. */
static int keep_run(struct ipfunnel__pcap_live *l, struct ipfunnel__pcap_run *run, ipfunnel_error *error)
{
    l->first = l->last = run;
    int status = ipfunnel__pcap_run_join(run, &l->joined, l->request->interface_name, error);
    if (!status)
        status = attach(l, IPFUNNEL_MODE_OFF, NULL, l->keep, error);
    struct ipfunnel__pcap_drops before_start = { .total = 0 };
    l->uncounted = !ipfunnel__pcap_run_count(run, &before_start);
    l->captured = now();
    run->ended_ns = INT64_MIN / 2;
    l->only_received |= l->request->interface_flags & IPFUNNEL_INTERFACE_LOOPBACK;
    return status;
}

int ipfunnel__pcap_live_open(struct ipfunnel__pcap_live *l, const struct ipfunnel__request *request,
                             struct ipfunnel__facts *facts, ipfunnel_error *error)
{
    int buffer_bytes = 0;
    *l = (struct ipfunnel__pcap_live){
        .request = request,
        .facts = facts,
        .keep = least(request),
        .wake = { .handle = -1, .setter = -1 },
        .joined = { .handle = -1, .alarm = -1 },
        .captured = OVER, .switched = OVER, .iplevel = OVER,
    };
    facts->cannot = IPFUNNEL_CAN_READ_FILES;
    facts->clock = "kernel";
    if (request->interface_flags & IPFUNNEL_INTERFACE_LOOPBACK)       /* libpcap shows one copy, uncounted */
        facts->hidden |= UINT64_C(1) << IPFUNNEL_COUNTER_excluded_loopback_copy;
    int status = check_buffer(request, &buffer_bytes, error);
    if (!status)
        status = make_handles(l, error);
    if (status)
        return status;
    /* Where modes are not changed in place this is a trial: permission, interface and link type are told here. */
    bool in_place = ipfunnel__pcap_kernel_switches();
    struct ipfunnel__pcap_run *run = activate(l, IPFUNNEL_MODE_OFF, in_place ? buffer_bytes : TRIAL_BUFFER, error);
    if (!run)
        return error->status;
    facts->link_type = run->source.link_type;
    facts->clock_resolution_ns = (uint32_t)run->source.fraction_ns;
    facts->buffer_bytes = (uint64_t)buffer_bytes;
    if (in_place)
        status = keep_run(l, run, error);
    else
        ipfunnel__pcap_run_free(run);
    ipfunnel__pcap_live_due(l, 0);        /* END waits to be returned */
    return status;
}

void ipfunnel__pcap_live_close(struct ipfunnel__pcap_live *l)
{
    if (!l->request)
        return;
    while (l->first)
        ipfunnel__pcap_live_drop_first(l);
    ipfunnel__joined_close(&l->joined);
    ipfunnel__pcap_events_close(&l->events);
    ipfunnel__signal_close(&l->wake);
    l->request = NULL;
}

/* ---- Modes. */

static int switch_in_place(struct ipfunnel__pcap_live *l, ipfunnel_mode mode, ipfunnel_error *error)
{
    struct ipfunnel__pcap_run *run = l->first;
    if (mode != IPFUNNEL_MODE_OFF && (run->status == IPFUNNEL_ENODEV
                                      || !ipfunnel__pcap_kernel_is_on(&run->source, l->request->interface_index)))
        return ipfunnel__pcap_fail(&run->source, error, PCAP_ERROR_NO_SUCH_DEVICE, "getsockname", "start capturing on",
                                   l->request->interface_name);
    int status = attach(l, mode, l->filter, l->keep, error);
    if (status)
        return status;
    bool want = mode == IPFUNNEL_MODE_ON, have = l->facts->promiscuous == IPFUNNEL_YES;
    if (want != have)
        have = ipfunnel__pcap_kernel_promiscuous(&run->source, l->request->interface_index, want);
    l->facts->promiscuous = have ? IPFUNNEL_YES : IPFUNNEL_NO;
    if (mode == IPFUNNEL_MODE_OFF)
        run->ended_ns = ipfunnel__os_monotonic_ns();
    else if (!run->status)
        run->ended_ns = IPFUNNEL__PCAP_NEVER;
    return IPFUNNEL_OK;
}

/* Without a program nothing is cut off; the one in OFF accepts nothing, so only the next start needs to know. */
int ipfunnel__pcap_live_set_filter(struct ipfunnel__pcap_live *l, const struct ipfunnel_filter *filter,
                                   ipfunnel_error *error)
{
    uint32_t snap = least(l->request), keep = filter && filter->reach > snap ? filter->reach : snap;
    bool now_in_force = ipfunnel__pcap_kernel_switches() && l->mode != IPFUNNEL_MODE_OFF;
    int status = now_in_force ? attach(l, l->mode, filter, keep, error) : IPFUNNEL_OK;
    if (status)
        return status;
    l->keep = keep;
    l->filter = filter;
    return IPFUNNEL_OK;
}

static void end_last(struct ipfunnel__pcap_live *l, struct ipfunnel__pcap_moment moment)
{
    if (!l->last || l->last->until_ns != IPFUNNEL__PCAP_NEVER)
        return;
    l->last->until_ns = moment.wall_ns;
    if (l->last->ended_ns == IPFUNNEL__PCAP_NEVER)
        l->last->ended_ns = moment.monotonic_ns;
}

/* Between the moment at which the run before ends and the activation frames pass that nobody counts. */
static int start_run(struct ipfunnel__pcap_live *l, ipfunnel_mode mode, ipfunnel_error *error)
{
    struct ipfunnel__pcap_moment moment = now();
    struct ipfunnel__pcap_run *run = activate(l, mode, (int)l->facts->buffer_bytes, error);
    if (!run)
        return error->status;
    int status = IPFUNNEL_OK;
    if (!l->first)                                /* else the one before is waited for, to keep the order */
        status = ipfunnel__pcap_run_join(run, &l->joined, l->request->interface_name, error);
    if (status) {
        ipfunnel__pcap_run_free(run);
        return status;
    }
    run->gap_before = l->mode != IPFUNNEL_MODE_OFF;
    l->drops_unknown |= run->gap_before;
    end_last(l, moment);
    if (l->last)
        l->last->next = run;
    else
        l->first = run;
    l->last = run;
    return IPFUNNEL_OK;
}

int ipfunnel__pcap_live_set_mode(struct ipfunnel__pcap_live *l, ipfunnel_mode mode, ipfunnel_error *error)
{
    struct ipfunnel__pcap_moment before = now();
    int status = IPFUNNEL_OK;
    if (ipfunnel__pcap_kernel_switches())
        status = switch_in_place(l, mode, error);
    else if (mode == IPFUNNEL_MODE_OFF)
        end_last(l, before);
    else
        status = start_run(l, mode, error);
    if (status)
        return status;
    if (mode == IPFUNNEL_MODE_ON && l->captured_in == IPFUNNEL_MODE_IPLEVEL)
        l->iplevel = before;
    if (mode != IPFUNNEL_MODE_OFF) {
        l->switched = now();
        l->captured_in = mode;
    }
    if (mode == IPFUNNEL_MODE_OFF || l->first->ended_ns != IPFUNNEL__PCAP_NEVER)
        ipfunnel__pcap_live_due(l, 0);
    else if (l->mode == IPFUNNEL_MODE_OFF)
        ipfunnel__pcap_live_due(l, ipfunnel__pcap_run_look_again(l->first, ipfunnel__os_monotonic_ns()));
    l->mode = mode;
    return IPFUNNEL_OK;
}
