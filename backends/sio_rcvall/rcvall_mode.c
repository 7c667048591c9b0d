#include "rcvall_capture.h"
#include "rcvall_ipv6.h"

static struct ipfunnel__port *ports_end(struct ipfunnel__rcvall *c) { return c->ports + IPFUNNEL__PORTS; }

/* While nothing was to be captured a raw socket may have heard what plain raw sockets hear; but what arrived before OFF
 * and was not read up to the END still counts. Receives are posted before the mode is switched, so that what comes at
 * once has a place. */
static int prepare(struct ipfunnel__rcvall *c, ipfunnel_error *error)
{
    for (struct ipfunnel__port *port = c->ports; port < ports_end(c); port++) {
        int code = ipfunnel__port_in_use(port) && c->ended ? ipfunnel__port_discard(port) : 0;
        if (code)
            return ipfunnel__rcvall_fail(error, code, IPFUNNEL__CALL_RECEIVE, ipfunnel__rcvall_state(c, port),
                                         port->on);
    }
    return IPFUNNEL_OK;
}

/* Does another socket stand for this one: of a second family, or the other one of IPv6? */
static bool replaceable(const struct ipfunnel__rcvall *c, const struct ipfunnel__port *port, ipfunnel_mode mode)
{
    for (const struct ipfunnel__port *other = c->ports; other < c->ports + IPFUNNEL__PORTS; other++)
        if (other != port && ipfunnel__port_in_use(other) && other->mode == mode)
            return true;
    return false;
}

static int refuse(struct ipfunnel__rcvall *c, int code, struct ipfunnel__port *port, ipfunnel_error *error)
{
    for (struct ipfunnel__port *other = c->ports; other < ports_end(c); other++)
        if (ipfunnel__port_in_use(other) && other->mode != c->mode)
            ipfunnel__port_switch(other, c->mode);
    return ipfunnel__rcvall_fail(error, code, IPFUNNEL__CALL_RCVALL, ipfunnel__rcvall_state(c, port), port->on);
}

int ipfunnel__rcvall_set_mode(struct ipfunnel__rcvall *c, ipfunnel_mode mode, ipfunnel_error *error)
{
    bool starts = c->mode == IPFUNNEL_MODE_OFF;
    int codes[IPFUNNEL__PORTS] = { 0 };
    int status = starts ? prepare(c, error) : IPFUNNEL_OK;
    if (status)
        return status;
    for (int i = 0; i < IPFUNNEL__PORTS; i++)
        if (ipfunnel__port_in_use(&c->ports[i]))
            codes[i] = ipfunnel__port_switch(&c->ports[i], mode);
    for (int i = 0; i < IPFUNNEL__PORTS; i++) {
        struct ipfunnel__port *port = &c->ports[i];
        bool off_and_gone = codes[i] && mode == IPFUNNEL_MODE_OFF
                            && ipfunnel__rcvall_state(c, port) == IPFUNNEL__STATE_GONE;
        if (codes[i] == 0 || off_and_gone)
            continue;
        if (!starts || !replaceable(c, port, mode))
            return refuse(c, codes[i], port, error);
        ipfunnel__port_close(port);
    }
    c->mode = mode;
    ipfunnel__rcvall_update_facts(c);
    return IPFUNNEL_OK;
}

/* What the oldest receive of a port shows: 0 nothing, 1 data, 2 data with a real header. */
static int shows(const struct ipfunnel__port *port)
{
    struct ipfunnel__taken taken;
    if (ipfunnel__ring_peek(&port->ring, &taken))
        return 0;
    return ipfunnel__ipv6_header_is_real(taken.bytes, taken.length, taken.cut, &taken.facts) ? 2 : 1;
}

void ipfunnel__rcvall_settle_ipv6(struct ipfunnel__rcvall *c)
{
    struct ipfunnel__port *documented = &c->ports[IPFUNNEL__PORT_V6_DOCUMENTED];
    struct ipfunnel__port *reported = &c->ports[IPFUNNEL__PORT_V6_REPORTED];
    if (!ipfunnel__port_in_use(documented) || !ipfunnel__port_in_use(reported))
        return;
    int by_documents = shows(documented), by_reports = shows(reported);
    if (by_documents == 0 && by_reports == 0)
        return;
    /* When both deliver, the one without the protocol number hears more than tunnels for certain. */
    ipfunnel__port_close(by_documents > by_reports ? reported : documented);
    ipfunnel__rcvall_update_facts(c);
}
