#define _DEFAULT_SOURCE
#include "pcap_run.h"
#include "error.h"
#include "os.h"
#include "pcap_kernel.h"
#include <stdlib.h>

static const int64_t MILLISECOND = 1000000;

/* After the end the system still hands over what it gathered: within the latency, by a timer that may be late. A system
 * that counts what it accepted needs a moment for frames that were just being accepted, and then tells for sure. */
static const int64_t TIMER_LATE = 50 * MILLISECOND, JUST_ACCEPTED = 2 * MILLISECOND;

/* How often to look although frames announce themselves: libpcap may have to be asked whether an interface that is down
 * was deleted, and an event of Npcap whether the interface is gone. */
static const int64_t TICK = 50 * MILLISECOND;

/* How often to look, at most, where nothing announces frames: that comes on top of the latency. */
static const int64_t LOOK = 10 * MILLISECOND;

struct ipfunnel__pcap_run *ipfunnel__pcap_run_make(uint32_t latency_us)
{
    struct ipfunnel__pcap_run *run = calloc(1, sizeof *run);
    if (run) {
        run->until_ns = run->ended_ns = IPFUNNEL__PCAP_NEVER;
        int64_t latency_ns = latency_us < 1000 ? MILLISECOND : latency_us * INT64_C(1000);
        run->look_ns = latency_ns < LOOK ? latency_ns : LOOK;
        run->patience_ns = latency_ns + TIMER_LATE;
    }
    return run;
}

void ipfunnel__pcap_run_free(struct ipfunnel__pcap_run *run)
{
    if (run)
        ipfunnel__pcap_source_close(&run->source);
    free(run);
}

/* What is ready when there are frames, a descriptor or an event; -1: libpcap has nothing of the kind. */
static intptr_t handle_of(const struct ipfunnel__pcap_run *run)
{
    const struct ipfunnel__pcap_api *api = run->source.api;
    void *event = api->getevent ? api->getevent(run->source.pcap) : NULL;
    return event                    ? (intptr_t)event
           : api->get_selectable_fd ? api->get_selectable_fd(run->source.pcap)
                                    : -1;
}

uint32_t ipfunnel__pcap_run_look_us(const struct ipfunnel__pcap_run *run)
{
    return handle_of(run) == -1 ? (uint32_t)(run->look_ns / 1000) : 0;
}

int ipfunnel__pcap_run_join(const struct ipfunnel__pcap_run *run, const struct ipfunnel__joined *joined,
                            const char *interface_name, ipfunnel_error *error)
{
    char why[96];
    intptr_t handle = handle_of(run);
    int code = handle == -1 ? 0 : ipfunnel__joined_add(joined, handle);
    if (!code)
        return IPFUNNEL_OK;
    ipfunnel__fail(error, IPFUNNEL_ENOBUFS, code, "joined handle", "cannot wait for frames of %.100s: %s",
                   interface_name, ipfunnel__os_error_text(code, why, sizeof why));
    return ipfunnel__remedy(error, "close other captures, or raise the limit (ulimit -n)");
}

void ipfunnel__pcap_run_leave(const struct ipfunnel__pcap_run *run, const struct ipfunnel__joined *joined)
{
    intptr_t handle = handle_of(run);
    if (handle != -1)
        ipfunnel__joined_remove(joined, handle);
}

bool ipfunnel__pcap_run_count(struct ipfunnel__pcap_run *run, struct ipfunnel__pcap_drops *drops)
{
    struct pcap_stat counters = { .ps_drop = 0 };
    if (run->source.api->stats(run->source.pcap, &counters) < 0)
        return false;
    ipfunnel__pcap_drops_add(drops, &run->drops_read, counters.ps_drop, ipfunnel__os_wall_ns());
    return true;
}

bool ipfunnel__pcap_run_is_over(const struct ipfunnel__pcap_run *run, int64_t now_ns)
{
    struct pcap_stat counters = { .ps_drop = 0 };
    if (run->ended_ns == IPFUNNEL__PCAP_NEVER || now_ns - run->ended_ns < JUST_ACCEPTED)
        return false;
    if (now_ns - run->ended_ns >= run->patience_ns)
        return true;
    return run->source.api->stats(run->source.pcap, &counters) == 0
           && ipfunnel__pcap_kernel_all_read(&counters, run->read);
}

int64_t ipfunnel__pcap_run_look_again(const struct ipfunnel__pcap_run *run, int64_t now_ns)
{
    const struct ipfunnel__pcap_api *api = run->source.api;
    if (run->ended_ns != IPFUNNEL__PCAP_NEVER)
        return run->ended_ns + (now_ns - run->ended_ns < JUST_ACCEPTED ? JUST_ACCEPTED : run->patience_ns);
    if (handle_of(run) == -1)
        return now_ns + run->look_ns;
    bool must = api->getevent
                || (api->get_required_select_timeout && api->get_required_select_timeout(run->source.pcap));
    return must ? now_ns + TICK : IPFUNNEL__PCAP_NEVER;
}

/* By its index: the name may be another interface's by now. While the system deletes it, it is off the list some
 * milliseconds before the socket is off it, and that is when libpcap misses its name. */
static bool is_gone(const struct ipfunnel__pcap_run *run, uint32_t interface_index)
{
    ipfunnel_interface *chain = NULL;
    ipfunnel_error ignored;
    if (ipfunnel__pcap_kernel_switches() && !ipfunnel__pcap_kernel_is_on(&run->source, interface_index))
        return true;
    if (ipfunnel__os_interfaces(&chain, &ignored) < 0)
        return false;
    const ipfunnel_interface *i = chain;
    while (i && i->index != interface_index)
        i = i->next;
    ipfunnel_interfaces_free(chain);
    return !i;
}

void ipfunnel__pcap_run_fail(struct ipfunnel__pcap_run *run, const struct ipfunnel__request *request, int code)
{
    if (run->status)
        return;
    if (is_gone(run, request->interface_index))
        code = PCAP_ERROR_NO_SUCH_DEVICE;
    run->status = ipfunnel__pcap_fail(&run->source, &run->error, code, "pcap_dispatch", "go on capturing on",
                                      request->interface_name);
    if (run->ended_ns == IPFUNNEL__PCAP_NEVER)
        run->ended_ns = ipfunnel__os_monotonic_ns();
}
