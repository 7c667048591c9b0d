#include "rcvall_port.h"
#include "error.h"
#include <stdlib.h>
#include <string.h>

/* Any ioctl may block. */
enum { ANSWER_MS = 2000, CANCEL_MS = 1000, PAUSE_MS = 10, MOST_REPEATS = 3 };

int64_t ipfunnel__port_deadline(int64_t ms)
{
    return ipfunnel__os_monotonic_ns() + ms * 1000000;
}

static int left_ms(int64_t deadline_ns)
{
    int64_t left = deadline_ns - ipfunnel__os_monotonic_ns();
    return left <= 0 ? 0 : (int)((left + 999999) / 1000000);
}

bool ipfunnel__port_again(int code, enum ipfunnel__rcvall_call call, int64_t deadline_ns)
{
    uint64_t scratch[2];
    if (code == 0 || ipfunnel__rcvall_outcome(code, call) != IPFUNNEL__WAITS || left_ms(deadline_ns) == 0)
        return false;
    ipfunnel__os_wait(NULL, 0, PAUSE_MS, scratch);
    return true;
}

static bool link_local(const ipfunnel_address *a)
{
    return a->version == 6 && a->bytes[0] == 0xfe && (a->bytes[1] & 0xc0) == 0x80;
}

static void name_port(struct ipfunnel__port *port, const struct ipfunnel__request *request,
                      const ipfunnel_address *address)
{
    char text[46] = "IPv4";
    if (address)
        ipfunnel__os_address_text(port->version, address->bytes, text, sizeof text);
    else if (port->version == 6)
        memcpy(text, "IPv6", sizeof "IPv6");
    snprintf(port->on, sizeof port->on, "%.70s (%s)", request->interface_name, text);
}

static int bind_to(struct ipfunnel__port *port, const ipfunnel_address *address,
                   const struct ipfunnel__request *request)
{
    int64_t deadline = ipfunnel__port_deadline(ANSWER_MS);
    int code = 0;
    name_port(port, request, address);
    do {
        code = ipfunnel__winsock_bind(&port->socket, address->version, address->bytes,
                                      link_local(address) ? request->interface_index : 0);
    } while (ipfunnel__port_again(code, IPFUNNEL__CALL_BIND, deadline));
    if (code == 0)
        port->bound = *address;
    return code;
}

/* Link-local addresses first: they stay, while others of IPv6 are replaced every day. One that is not usable yet is no
 * reason to give up. */
static int bind_any(struct ipfunnel__port *port, const struct ipfunnel__request *request)
{
    int first_code = IPFUNNEL__WSAEADDRNOTAVAIL;
    bool tried = false;
    for (int local = 1; local >= 0; local--)
        for (uint32_t i = 0; i < request->address_count; i++) {
            const ipfunnel_address *address = &request->addresses[i];
            if (address->version != port->version || link_local(address) != (local == 1))
                continue;
            int code = bind_to(port, address, request);
            if (code == 0)
                return 0;
            if (!tried)
                first_code = code;
            tried = true;
            if (code != IPFUNNEL__WSAEADDRNOTAVAIL)
                return code;
        }
    return first_code;
}

static bool has_address(const struct ipfunnel__request *request, int version)
{
    for (uint32_t i = 0; i < request->address_count; i++)
        if (request->addresses[i].version == version)
            return true;
    return false;
}

static int no_address(struct ipfunnel__port *port, const struct ipfunnel__request *request, ipfunnel_error *error)
{
    ipfunnel__fail(error, IPFUNNEL_EADDRNOTAVAIL, 0, "bind", "the interface %s has no IPv%d address, and a raw socket "
                   "is bound to one", request->interface_name, port->version);
    return ipfunnel__remedy(error, "give it one, or open for the other IP version (families)");
}

static int open_socket(struct ipfunnel__port *port, const struct ipfunnel__request *request, ipfunnel_error *error)
{
    int64_t deadline = ipfunnel__port_deadline(ANSWER_MS);
    int code = 0;
    do {
        code = ipfunnel__winsock_socket(&port->socket, port->version, port->protocol);
    } while (ipfunnel__port_again(code, IPFUNNEL__CALL_SOCKET, deadline));
    if (code)
        return ipfunnel__rcvall_fail(error, code, IPFUNNEL__CALL_SOCKET, IPFUNNEL__STATE_ANY, port->on);
    code = port->version == 6 ? ipfunnel__winsock_find_receive_message(&port->socket) : 0;
    if (code)
        return ipfunnel__rcvall_fail(error, code, IPFUNNEL__CALL_MESSAGE, IPFUNNEL__STATE_ANY, port->on);
    if (port->version == 6) {
        /* Best effort: what is not told is flagged in the datagrams. */
        ipfunnel__winsock_ask_destination(&port->socket);
        ipfunnel__winsock_ask_hop_limit(&port->socket);
    }
    bool named = request->named && request->named->version == port->version;
    code = named ? bind_to(port, request->named, request) : bind_any(port, request);
    if (code)
        return ipfunnel__rcvall_fail(error, code, IPFUNNEL__CALL_BIND, IPFUNNEL__STATE_ANY, port->on);
    return IPFUNNEL_OK;
}

int ipfunnel__port_open(struct ipfunnel__port *port, int version, int protocol, uint64_t bytes,
                        const struct ipfunnel__request *request, const struct ipfunnel__signal *wake,
                        ipfunnel_error *error)
{
    *port = (struct ipfunnel__port){
        .open = true,
        .version = version,
        .protocol = protocol,
        .socket = { .handle = IPFUNNEL__NO_SOCKET },
        .answer = { .handle = -1, .setter = -1 },
        .ring = { .event = wake, .with_facts = version == 6 },
    };
    port->ring.socket = &port->socket;
    name_port(port, request, NULL);
    int status = has_address(request, version) ? IPFUNNEL_OK : no_address(port, request, error);
    if (!status)
        status = open_socket(port, request, error);
    if (!status)
        status = ipfunnel__signal_make(&port->answer, error);
    if (!status) {
        port->calls = malloc(sizeof *port->calls);
        if (!port->calls || !ipfunnel__ring_open(&port->ring, bytes))
            status = ipfunnel__no_memory(error, "malloc");
    }
    if (status) {
        ipfunnel__port_close(port);
        return status;
    }
    /* As large as the system allows: what it refuses is a smaller buffer, no error. */
    ipfunnel__winsock_set_buffer(&port->socket, bytes < UINT32_MAX ? (uint32_t)bytes : UINT32_MAX);
    if (ipfunnel__winsock_get_buffer(&port->socket, &port->buffer_bytes))
        port->buffer_bytes = 0;
    return IPFUNNEL_OK;
}

/* Waits until a call that was begun has ended; false when it has not by then. */
static bool await(const struct ipfunnel__winsock_call *call, const struct ipfunnel__signal *signal,
                  int64_t deadline_ns)
{
    uint64_t scratch[2];
    while (!ipfunnel__winsock_done(call)) {
        int ms = left_ms(deadline_ns);
        if (ms == 0)
            return false;
        ipfunnel__os_wait(&signal->handle, 1, ms, scratch);
    }
    return true;
}

static int switch_once(struct ipfunnel__port *port, ipfunnel_mode mode, int64_t deadline_ns)
{
    uint32_t unused = 0;
    struct ipfunnel__winsock_call *call = &port->calls->rcvall;
    int code = ipfunnel__winsock_rcvall(&port->socket, call, (uint32_t)mode, &port->answer);
    if (code != 0 && code != IPFUNNEL__WSA_IO_PENDING)
        return code;
    if (await(call, &port->answer, deadline_ns))
        return ipfunnel__winsock_result(&port->socket, call, &unused);
    ipfunnel__winsock_cancel(&port->socket, call);
    port->stuck = !await(call, &port->answer, ipfunnel__port_deadline(CANCEL_MS));
    bool late_success = !port->stuck && ipfunnel__winsock_result(&port->socket, call, &unused) == 0;
    return late_success ? 0 : IPFUNNEL__WSA_IO_PENDING;
}

int ipfunnel__port_switch(struct ipfunnel__port *port, ipfunnel_mode mode)
{
    int64_t deadline = ipfunnel__port_deadline(ANSWER_MS);
    int code = 0, repeats = 0;
    if (port->stuck)
        return IPFUNNEL__WSA_IO_PENDING;
    do {
        code = switch_once(port, mode, deadline);
        while (code && ipfunnel__rcvall_outcome(code, IPFUNNEL__CALL_RCVALL) == IPFUNNEL__REPEATS
               && repeats++ < MOST_REPEATS)
            code = switch_once(port, mode, deadline);
    } while (!port->stuck && ipfunnel__port_again(code, IPFUNNEL__CALL_RCVALL, deadline));
    if (code == 0)
        port->mode = mode;
    return code;
}

int ipfunnel__port_watch(struct ipfunnel__port *port)
{
    int code = ipfunnel__winsock_watch_addresses(&port->socket, &port->calls->watch, port->ring.event);
    port->watching = code == 0 || code == IPFUNNEL__WSA_IO_PENDING;
    return port->watching ? 0 : code;
}

bool ipfunnel__port_changed(struct ipfunnel__port *port)
{
    if (!port->watching || !ipfunnel__winsock_done(&port->calls->watch))
        return false;
    port->watching = false;
    return true;
}

int ipfunnel__port_discard(struct ipfunnel__port *port)
{
    enum { MOST = 1 << 16 };                /* nobody keeps up with a flood */
    struct ipfunnel__taken unwanted;
    int code = ipfunnel__ring_post(&port->ring);
    for (int i = 0; i < MOST && ipfunnel__ring_ready(&port->ring); i++) {
        ipfunnel__ring_take(&port->ring, &unwanted);
        ipfunnel__ring_release(&port->ring);
        code = ipfunnel__ring_post(&port->ring);
    }
    return port->ring.posted > 0 ? 0 : code;
}

static bool calls_busy(const struct ipfunnel__port *port)
{
    return port->stuck || (port->watching && !ipfunnel__winsock_done(&port->calls->watch));
}

/* Each call that ends sets one of the two events; who else waits for the one that is shared looks for itself. */
static void wait_while_busy(struct ipfunnel__port *port)
{
    const intptr_t events[] = { port->ring.event->handle, port->answer.handle };
    int64_t deadline = ipfunnel__port_deadline(CANCEL_MS);
    int ms = 0;
    do {
        uint64_t scratch[4];
        ipfunnel__signal_clear(port->ring.event);
        if (port->stuck)
            port->stuck = !ipfunnel__winsock_done(&port->calls->rcvall);
        ms = calls_busy(port) || ipfunnel__ring_busy(&port->ring) ? left_ms(deadline) : 0;
        if (ms > 0)
            ipfunnel__os_wait(events, 2, ms, scratch);
    } while (ms > 0);
}

void ipfunnel__port_close(struct ipfunnel__port *port)
{
    if (!port->open)
        return;
    if (port->mode != IPFUNNEL_MODE_OFF)
        ipfunnel__port_switch(port, IPFUNNEL_MODE_OFF);
    if (port->socket.handle != IPFUNNEL__NO_SOCKET) {
        ipfunnel__winsock_cancel(&port->socket, NULL);
        wait_while_busy(port);
        ipfunnel__winsock_close(&port->socket);
    }
    wait_while_busy(port);
    /* What the system still writes to stays with it: memory that is lost is better than memory that is overwritten. */
    if (!ipfunnel__ring_busy(&port->ring))
        ipfunnel__ring_close(&port->ring);
    if (!calls_busy(port))
        free(port->calls);
    ipfunnel__signal_close(&port->answer);
    port->open = false;
}
