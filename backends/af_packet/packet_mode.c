/* Starting, stopping and filtering a capture: its socket is bound once, the rest is done by programs. */
#include "filter/filter.h"
#include "packet_capture.h"
#include "packet_socket.h"
#include <errno.h>

/* The first start binds. Until then the socket has no protocol, and the program in force still rejects everything while
 * it joins its fanout group: whatever fails, nothing was captured. */
static int connect_to_interface(struct ipfunnel__packet_capture *c, ipfunnel_error *error)
{
    int status = IPFUNNEL_OK;
    if (!c->bound) {
        status = ipfunnel__packet_bind(c->fd, c->request, error);
        c->bound = !status;
    } else if (ipfunnel__packet_interface_state(c->fd) == IPFUNNEL__PACKET_GONE) {
        status = ipfunnel__packet_fail(error, ENODEV, "getsockname", "start capturing", c->request->interface_name);
    }
    if (!status && c->request->fanout_group && !c->in_fanout) {
        status = ipfunnel__packet_fanout(c->fd, c->request, error);
        c->in_fanout = !status;
    }
    return status;
}

static int attach(struct ipfunnel__packet_capture *c, ipfunnel_mode mode, const struct ipfunnel_filter *filter,
                  uint32_t keep, ipfunnel_error *error)
{
    const struct ipfunnel__packet_wish wish = {
        .mode = mode, .hardware = c->hardware, .keep = ipfunnel__packet_ring_keep(&c->ring, keep), .filter = filter,
    };
    return ipfunnel__packet_program(c->fd, &wish, c->request, c->facts, error);
}

int ipfunnel__packet_set_mode(void *state, ipfunnel_mode mode, ipfunnel_error *error)
{
    struct ipfunnel__packet_capture *c = state;
    int status = mode == IPFUNNEL_MODE_OFF ? IPFUNNEL_OK : connect_to_interface(c, error);
    if (!status)
        status = attach(c, mode, c->filter, c->keep, error);
    if (status)
        return status;

    bool want = mode == IPFUNNEL_MODE_ON;
    if (want != c->promiscuous)
        c->promiscuous = ipfunnel__packet_promiscuous(c->fd, c->request->interface_index, want);
    c->facts->promiscuous = c->promiscuous ? IPFUNNEL_YES : IPFUNNEL_NO;

    if (mode == IPFUNNEL_MODE_OFF)
        ipfunnel__packet_settle();
    c->stopped_ns = ipfunnel__os_monotonic_ns();
    c->mode = mode;
    bool look = mode == IPFUNNEL_MODE_OFF || c->down || c->events.count;
    ipfunnel__wakeup_at(&c->wakeup, look ? 0 : IPFUNNEL__NEVER);
    return IPFUNNEL_OK;
}

/* The program in OFF accepts nothing: only the next start needs to know. */
int ipfunnel__packet_set_filter(void *state, const struct ipfunnel_filter *filter, ipfunnel_error *error)
{
    struct ipfunnel__packet_capture *c = state;
    uint32_t keep = filter && filter->reach > c->request->snap_length ? filter->reach : c->request->snap_length;
    int status = c->mode == IPFUNNEL_MODE_OFF ? IPFUNNEL_OK : attach(c, c->mode, filter, keep, error);
    if (status)
        return status;
    c->keep = keep;
    c->filter = filter;
    return IPFUNNEL_OK;
}
