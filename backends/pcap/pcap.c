/* pcap.c - the backend "pcap": the slots of core/backend.h over libpcap.
 *
 *   pcap_live.c, pcap_take.c, pcap_run.c, pcap_drops.c -> pcap_source.c -> pcap_api.h -> libpcap
 *   pcap_file.c, pcap_path_*.c                         -> pcap_source.c        pcap_kernel_*.c -> what is under it */
#define _DEFAULT_SOURCE
#include "backend.h"
#include "error.h"
#include "pcap_file.h"
#include "pcap_live.h"

struct capture {
    const struct ipfunnel__request *request;      /* NULL: not open */
    ipfunnel_mode mode;
    struct ipfunnel__pcap_live live;
    struct ipfunnel__pcap_file file;
    struct ipfunnel__signal always;               /* a file never makes one wait */
};

/* Where permission is asked for before the interface is looked for, one that cannot exist tells, and none is touched.
 * (Npcap might ask the user.) */
static int probe(ipfunnel_error *error)
{
    const struct ipfunnel__pcap_api *api = ipfunnel__pcap_api(error);
    if (!api || !api->asks_permission_first)
        return api ? IPFUNNEL_OK : error->status;
    struct ipfunnel__pcap_source source;
    struct ipfunnel__pcap_wish wish = {
        .device = "no/such", .interface_name = "any interface", .buffer_bytes = 1 << 16, .latency_us = 1000,
    };
    int status = ipfunnel__pcap_activate(&source, &wish, error);
    ipfunnel__pcap_source_close(&source);
    return status == IPFUNNEL_EACCES ? status : IPFUNNEL_OK;
}

static int pcap_slot_open(void *state, const struct ipfunnel__request *request, struct ipfunnel__facts *facts,
                          ipfunnel_error *error)
{
    struct capture *c = state;
    *c = (struct capture){ .request = request, .always = { .handle = -1, .setter = -1 } };
    if (!request->file)
        return ipfunnel__pcap_live_open(&c->live, request, facts, error);
    int status = ipfunnel__signal_make(&c->always, error);
    if (status)
        return status;
    ipfunnel__signal_set(&c->always);
    return ipfunnel__pcap_file_open(&c->file, request, facts, error);
}

static int set_mode(void *state, ipfunnel_mode mode, ipfunnel_error *error)
{
    struct capture *c = state;
    int status = c->request->file ? IPFUNNEL_OK : ipfunnel__pcap_live_set_mode(&c->live, mode, error);
    if (!status)
        c->mode = mode;
    return status;
}

static int set_filter(void *state, const struct ipfunnel_filter *filter, ipfunnel_error *error)
{
    struct capture *c = state;
    return c->request->file ? IPFUNNEL_OK : ipfunnel__pcap_live_set_filter(&c->live, filter, error);
}

static int recv_slot(void *state, struct ipfunnel__frame *frames, int max, int timeout_ms, ipfunnel_error *error)
{
    struct capture *c = state;
    if (!c->request->file)
        return ipfunnel__pcap_live_recv(&c->live, frames, max, timeout_ms, error);
    return c->mode == IPFUNNEL_MODE_OFF ? IPFUNNEL_END : ipfunnel__pcap_file_read(&c->file, frames, max, error);
}

static void release(void *state)
{
    (void)state;
}

static void interrupt(void *state)
{
    struct capture *c = state;
    if (!c->request->file)
        ipfunnel__pcap_live_wake(&c->live);
}

static int next_event(void *state, ipfunnel_event *event)
{
    struct capture *c = state;
    return ipfunnel__pcap_events_take(&c->live.events, event);
}

/* libpcap leaves some frames out after they were counted, so only those it has returned are known. */
static void stats(void *state, struct ipfunnel__counters *counters)
{
    struct capture *c = state;
    counters->frames = UINT64_MAX;
    counters->dropped = c->request->file ? UINT64_MAX : ipfunnel__pcap_live_dropped(&c->live);
}

static intptr_t wait_handle(void *state)
{
    struct capture *c = state;
    return c->request->file ? c->always.handle : ipfunnel__pcap_live_handle(&c->live);
}

static int push(void *state, const ipfunnel_frame *frame, ipfunnel_error *error)
{
    (void)state, (void)frame;
    return ipfunnel__fail(error, IPFUNNEL_EOPNOTSUPP, 0, "ipfunnel_push", "pcap takes no frames from the caller");
}

static void close_slot(void *state)
{
    struct capture *c = state;
    if (!c->request)
        return;
    ipfunnel__pcap_live_close(&c->live);
    ipfunnel__pcap_file_close(&c->file);
    ipfunnel__signal_close(&c->always);
    c->request = NULL;
}

extern const struct ipfunnel__backend ipfunnel__pcap;
const struct ipfunnel__backend ipfunnel__pcap = {
    .info = {
        .name = "pcap",
        .description = "libpcap or Npcap: the door that every system has, and capture files",
        .capabilities = IPFUNNEL_CAN_LIVE | IPFUNNEL_CAN_READ_FILES | IPFUNNEL_CAN_NAME | IPFUNNEL_CAN_PROMISCUOUS |
                        IPFUNNEL_CAN_NO_OUTGOING | IPFUNNEL_CAN_VLAN | IPFUNNEL_CAN_EVENTS | IPFUNNEL_CAN_COUNT_DROPS |
                        IPFUNNEL_CAN_FILL_CHECKSUMS | IPFUNNEL__CORE_CAN,
        .built = 1,
    },
    .state_size = sizeof(struct capture),
    .probe = probe,
    .open = pcap_slot_open,
    .set_mode = set_mode,
    .set_filter = set_filter,
    .recv = recv_slot,
    .release = release,
    .interrupt = interrupt,
    .next_event = next_event,
    .stats = stats,
    .wait_handle = wait_handle,
    .push = push,
    .close = close_slot,
};
