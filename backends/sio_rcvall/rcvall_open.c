#include "error.h"
#include "rcvall_capture.h"
#include <stdlib.h>

enum { PATIENCE_MS = 100 };

/* WSAStartup, with some patience. */
static int start(struct ipfunnel__winsock *winsock, ipfunnel_error *error)
{
    int64_t deadline = ipfunnel__port_deadline(PATIENCE_MS);
    int code = 0;
    do {
        code = ipfunnel__winsock_start(winsock);
    } while (ipfunnel__port_again(code, IPFUNNEL__CALL_STARTUP, deadline));
    return code ? ipfunnel__rcvall_fail(error, code, IPFUNNEL__CALL_STARTUP, IPFUNNEL__STATE_ANY, "") : IPFUNNEL_OK;
}

int ipfunnel__rcvall_probe(ipfunnel_error *error)
{
    struct ipfunnel__winsock winsock;
    struct ipfunnel__winsock_socket socket = { .handle = IPFUNNEL__NO_SOCKET };
    int status = start(&winsock, error);
    if (status)
        return status;
    int code = ipfunnel__winsock_socket(&socket, 4, IPFUNNEL__PROTOCOL_ANY);
    if (code == IPFUNNEL__WSAEAFNOSUPPORT)
        code = ipfunnel__winsock_socket(&socket, 6, IPFUNNEL__PROTOCOL_IPV6);
    if (code)
        status = ipfunnel__rcvall_fail(error, code, IPFUNNEL__CALL_SOCKET, IPFUNNEL__STATE_ANY, "");
    else
        ipfunnel__winsock_close(&socket);
    ipfunnel__winsock_stop();
    if (status == IPFUNNEL_EOPNOTSUPP)
        error->status = status = IPFUNNEL_EUNAVAILABLE;
    return status;
}

static int open_port(struct ipfunnel__rcvall *c, int number, int protocol, uint64_t bytes, ipfunnel_error *error)
{
    int version = number == IPFUNNEL__PORT_V4 ? 4 : 6;
    return ipfunnel__port_open(&c->ports[number], version, protocol, bytes, c->request, &c->wake, error);
}

/* Which protocol number makes IPv6 datagrams come is told differently by the documents and by those who tried: both are
 * opened, and settle_ipv6 keeps one. The error is that of the documented one. */
static int open_ipv6(struct ipfunnel__rcvall *c, uint64_t bytes, ipfunnel_error *error)
{
    ipfunnel_error unwanted;
    int status = open_port(c, IPFUNNEL__PORT_V6_DOCUMENTED, IPFUNNEL__PROTOCOL_IPV6, bytes, error);
    int other = open_port(c, IPFUNNEL__PORT_V6_REPORTED, IPFUNNEL__PROTOCOL_ANY, bytes, &unwanted);
    return status && other ? status : IPFUNNEL_OK;
}

/* One of two families that cannot be opened is named in the facts; only when none can it is an error, the first one. */
static int open_ports(struct ipfunnel__rcvall *c, ipfunnel_error *error)
{
    const uint32_t asked = c->request->families;
    uint64_t bytes = asked == (IPFUNNEL_IPV4 | IPFUNNEL_IPV6) ? c->request->ring_bytes / 2 : c->request->ring_bytes;
    ipfunnel_error second;
    int status = IPFUNNEL_OK;
    if (asked & IPFUNNEL_IPV4)
        status = open_port(c, IPFUNNEL__PORT_V4, IPFUNNEL__PROTOCOL_ANY, bytes, error);
    if (asked & IPFUNNEL_IPV6) {
        int other = open_ipv6(c, bytes, status ? &second : error);
        status = status ? status : other;
    }
    ipfunnel__rcvall_update_facts(c);
    return c->facts->families_failed == asked ? status : IPFUNNEL_OK;
}

static int watch_ports(struct ipfunnel__rcvall *c, ipfunnel_error *error)
{
    for (struct ipfunnel__port *port = c->ports; port < c->ports + IPFUNNEL__PORTS; port++) {
        int code = ipfunnel__port_in_use(port) ? ipfunnel__port_watch(port) : 0;
        if (code && c->request->flags & IPFUNNEL_OPEN_EVENTS)
            return ipfunnel__rcvall_fail(error, code, IPFUNNEL__CALL_WATCH, IPFUNNEL__STATE_ANY, port->on);
    }
    return IPFUNNEL_OK;
}

/* The IP layer keeps to itself what it does not take for its own: nobody can count it. */
static uint64_t hidden_counters(uint32_t families)
{
    uint64_t hidden = UINT64_C(1) << IPFUNNEL_COUNTER_not_ip | UINT64_C(1) << IPFUNNEL_COUNTER_malformed
                      | UINT64_C(1) << IPFUNNEL_COUNTER_excluded_vlan
                      | UINT64_C(1) << IPFUNNEL_COUNTER_excluded_other_host;
    bool both = families == (IPFUNNEL_IPV4 | IPFUNNEL_IPV6);
    return hidden | (both ? 0 : UINT64_C(1) << IPFUNNEL_COUNTER_other_family);
}

/* SO_RCVBUF is an int. */
static int check_size(uint64_t ring_bytes, ipfunnel_error *error)
{
    if (ring_bytes <= INT32_MAX)
        return IPFUNNEL_OK;
    ipfunnel__fail(error, IPFUNNEL_ENOMEM, 0, "setsockopt(SO_RCVBUF)", "a socket has no buffer of %llu bytes",
                   (unsigned long long)ring_bytes);
    return ipfunnel__remedy(error, "ask for less (ring_bytes, -B); at most 2 GiB can be said");
}

int ipfunnel__rcvall_open(struct ipfunnel__rcvall *c, ipfunnel_error *error)
{
    c->facts->hidden = hidden_counters(c->request->families);
    int status = check_size(c->request->ring_bytes, error);
    if (!status)
        status = start(&c->winsock, error);
    c->started = !status;
    if (!status)
        status = ipfunnel__signal_make(&c->wake, error);
    c->made = c->started && !status;
    if (!status)
        status = open_ports(c, error);
    return status ? status : watch_ports(c, error);
}

void ipfunnel__rcvall_close(struct ipfunnel__rcvall *c)
{
    for (struct ipfunnel__port *port = c->ports; port < c->ports + IPFUNNEL__PORTS; port++)
        ipfunnel__port_close(port);
    if (c->made)
        ipfunnel__signal_close(&c->wake);
    if (c->started)
        ipfunnel__winsock_stop();
    free(c->addresses);
    c->addresses = NULL;
    c->made = c->started = false;
}
