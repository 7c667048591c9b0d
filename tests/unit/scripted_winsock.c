#include "scripted_winsock.h"
#include "scripted_interfaces.h"
#include "check.h"
#include <stdatomic.h>

enum { SOCKETS = 16, RECEIVES = 256, WAITING = 512, WAITING_BYTES = 2048, LONGEST = 200000 };

struct call {                                   /* in the room of ipfunnel__winsock_call */
    atomic_bool done;
    int code;
    uint32_t bytes, size;
    uint8_t *buffer;
    const struct ipfunnel__signal *event;
    struct ipfunnel__winsock_facts facts;
};
_Static_assert(sizeof(struct call) <= sizeof(struct ipfunnel__winsock_call), "room for a call");

struct datagram {
    uint32_t length;
    struct ipfunnel__winsock_facts facts;
    uint8_t bytes[WAITING_BYTES];
};

struct socket {
    bool open;
    int version, protocol;
    uint32_t mode, next_mode, scope, buffer;
    char bound[64];
    struct call *rcvall, *watch, *receives[RECEIVES];
    int first, outstanding;
    struct datagram waiting[WAITING];
    int first_waiting, count_waiting;
};

struct failure {
    bool under_way;
    int version, protocol, code, times;
};

static struct {
    struct socket sockets[SOCKETS];
    struct failure failures[SCRIPT_CALLS];
    int calls[SCRIPT_CALLS], starts, ipv6_protocol;
    bool hold, hold_cancelled, hear_always;
} script;
static struct call *outlived;                    /* a call that its capture had to leave behind */
static atomic_flag busy = ATOMIC_FLAG_INIT;

static void lock(void)
{
    while (atomic_flag_test_and_set(&busy))
        continue;
}
static void unlock(void) { atomic_flag_clear(&busy); }

static struct call *inside(const struct ipfunnel__winsock_call *call) { return (struct call *)(void *)(uintptr_t)call; }

static void end(struct call *call, int code)
{
    if (!call || atomic_load(&call->done))
        return;
    call->code = code;
    atomic_store(&call->done, true);
    if (call->event)
        ipfunnel__signal_set(call->event);
}

static struct call *begin(struct ipfunnel__winsock_call *room, const struct ipfunnel__signal *event)
{
    struct call *call = inside(room);
    memset(call, 0, sizeof *call);
    atomic_init(&call->done, false);
    call->event = event;
    ipfunnel__signal_clear(event);
    return call;
}

/* Counts the call; the failure that is due for it, or NULL. */
static struct failure *due(enum scripted_call call, int version, int protocol)
{
    struct failure *f = &script.failures[call];
    script.calls[call]++;
    if (f->times == 0 || (f->version && version && f->version != version)
        || (f->protocol != ANY_PROTOCOL && f->protocol != protocol))
        return NULL;
    f->times--;
    return f;
}

static int fails(enum scripted_call call, const struct socket *s)
{
    lock();
    struct failure *f = due(call, s ? s->version : 0, s ? s->protocol : ANY_PROTOCOL);
    int code = f ? f->code : 0;
    unlock();
    return code;
}

static struct socket *of(const struct ipfunnel__winsock_socket *socket)
{
    CHECK(socket->handle > 0 && socket->handle <= SOCKETS && script.sockets[socket->handle - 1].open);
    return &script.sockets[socket->handle - 1];
}

/* ---- What the backend calls. */

int ipfunnel__winsock_start(struct ipfunnel__winsock *winsock)
{
    winsock->precise_time = NULL;
    int code = fails(SCRIPT_STARTUP, NULL);
    script.starts += code == 0;
    return code;
}

void ipfunnel__winsock_stop(void) { script.starts--; }

int64_t ipfunnel__winsock_time_ns(const struct ipfunnel__winsock *winsock)
{
    (void)winsock;
    return ipfunnel__os_wall_ns();
}

uint32_t ipfunnel__winsock_time_step_ns(const struct ipfunnel__winsock *winsock)
{
    (void)winsock;
    return 100;
}

int ipfunnel__winsock_socket(struct ipfunnel__winsock_socket *made, int version, int protocol)
{
    struct socket as = { .version = version, .protocol = protocol };
    int code = fails(SCRIPT_SOCKET, &as), number = 0;
    made->handle = IPFUNNEL__NO_SOCKET;
    if (code)
        return code;
    lock();
    while (script.sockets[number].open)
        CHECK(++number < SOCKETS);
    memset(&script.sockets[number], 0, sizeof script.sockets[number]);
    script.sockets[number].open = true;
    script.sockets[number].version = version;
    script.sockets[number].protocol = protocol;
    unlock();
    made->handle = number + 1;
    return 0;
}

static void end_all(struct socket *s, int code)
{
    for (; s->outstanding > 0; s->outstanding--, s->first = (s->first + 1) % RECEIVES)
        end(s->receives[s->first], code);
    end(s->watch, code);
    if (!script.hold_cancelled)
        end(s->rcvall, code);
}

int ipfunnel__winsock_close(struct ipfunnel__winsock_socket *socket)
{
    struct socket *s = of(socket);
    lock();
    end_all(s, IPFUNNEL__WSA_OPERATION_ABORTED);
    if (s->rcvall && !atomic_load(&s->rcvall->done)) {
        outlived = s->rcvall;
        outlived->event = NULL;                 /* what was to be told of it is gone */
    }
    s->open = false;
    unlock();
    socket->handle = IPFUNNEL__NO_SOCKET;
    return 0;
}

int ipfunnel__winsock_bind(struct ipfunnel__winsock_socket *socket, int version, const uint8_t bytes[16],
                           uint32_t scope)
{
    struct socket *s = of(socket);
    int code = fails(SCRIPT_BIND, s);
    CHECK_INT(version, s->version);
    if (code)
        return code;
    ipfunnel__os_address_text(version, bytes, s->bound, sizeof s->bound);
    s->scope = scope;
    return 0;
}

int ipfunnel__winsock_set_buffer(struct ipfunnel__winsock_socket *socket, uint32_t bytes)
{
    int code = fails(SCRIPT_BUFFER, of(socket));
    if (!code)
        of(socket)->buffer = bytes;
    return code;
}

int ipfunnel__winsock_get_buffer(struct ipfunnel__winsock_socket *socket, uint32_t *bytes)
{
    *bytes = of(socket)->buffer;
    return fails(SCRIPT_BUFFER, of(socket));
}

int ipfunnel__winsock_find_receive_message(struct ipfunnel__winsock_socket *socket)
{
    return fails(SCRIPT_MESSAGE, of(socket));
}
int ipfunnel__winsock_ask_destination(struct ipfunnel__winsock_socket *socket) { return fails(SCRIPT_ASK, of(socket)); }
int ipfunnel__winsock_ask_hop_limit(struct ipfunnel__winsock_socket *socket) { return fails(SCRIPT_ASK, of(socket)); }

int ipfunnel__winsock_rcvall(struct ipfunnel__winsock_socket *socket, struct ipfunnel__winsock_call *room,
                             uint32_t mode, const struct ipfunnel__signal *event)
{
    struct socket *s = of(socket);
    CHECK(s->bound[0]);
    lock();
    struct failure *f = due(SCRIPT_RCVALL, s->version, s->protocol);
    int code = f ? f->code : 0;
    bool pending = f ? f->under_way : script.hold;
    if (!code || pending) {
        s->rcvall = begin(room, event);
        s->next_mode = mode;
        if (!script.hold) {
            if (!code)
                s->mode = mode;
            end(s->rcvall, code);
        }
        code = pending ? IPFUNNEL__WSA_IO_PENDING : 0;
    }
    unlock();
    return code;
}

int ipfunnel__winsock_watch_addresses(struct ipfunnel__winsock_socket *socket, struct ipfunnel__winsock_call *room,
                                      const struct ipfunnel__signal *event)
{
    struct socket *s = of(socket);
    int code = fails(SCRIPT_WATCH, s);
    if (code)
        return code;
    lock();
    s->watch = begin(room, event);
    unlock();
    return IPFUNNEL__WSA_IO_PENDING;
}

static int fill(struct call *call, const uint8_t *bytes, size_t length, const struct ipfunnel__winsock_facts *facts)
{
    bool cut = length > call->size;
    call->bytes = cut ? call->size : (uint32_t)length;
    if (call->bytes > 0)
        memcpy(call->buffer, bytes, call->bytes);
    if (facts)
        call->facts = *facts;
    end(call, cut ? IPFUNNEL__WSAEMSGSIZE : 0);
    return cut ? IPFUNNEL__WSAEMSGSIZE : 0;
}

static int receive(struct ipfunnel__winsock_socket *socket, struct ipfunnel__winsock_call *room, uint8_t *bytes,
                   uint32_t size, const struct ipfunnel__signal *event)
{
    struct socket *s = of(socket);
    CHECK(s->bound[0]);
    lock();
    struct failure *f = due(SCRIPT_RECEIVE, s->version, s->protocol);
    int code = f ? f->code : 0;
    if (!code || f->under_way) {
        struct call *call = begin(room, event);
        call->buffer = bytes;
        call->size = size;
        if (f) {
            end(call, code);
            code = IPFUNNEL__WSA_IO_PENDING;
        } else if (s->count_waiting > 0) {
            struct datagram *d = &s->waiting[s->first_waiting];
            s->first_waiting = (s->first_waiting + 1) % WAITING;
            s->count_waiting--;
            code = fill(call, d->bytes, d->length, &d->facts);
        } else {
            CHECK(s->outstanding < RECEIVES);
            s->receives[(s->first + s->outstanding++) % RECEIVES] = call;
            code = IPFUNNEL__WSA_IO_PENDING;
        }
    }
    unlock();
    return code;
}

int ipfunnel__winsock_receive(struct ipfunnel__winsock_socket *socket, struct ipfunnel__winsock_call *room,
                              uint8_t *bytes, uint32_t size, const struct ipfunnel__signal *event)
{
    CHECK_INT(of(socket)->version, 4);
    return receive(socket, room, bytes, size, event);
}

int ipfunnel__winsock_receive_message(struct ipfunnel__winsock_socket *socket, struct ipfunnel__winsock_call *room,
                                      uint8_t *bytes, uint32_t size, const struct ipfunnel__signal *event)
{
    CHECK_INT(of(socket)->version, 6);
    return receive(socket, room, bytes, size, event);
}

bool ipfunnel__winsock_done(const struct ipfunnel__winsock_call *call) { return atomic_load(&inside(call)->done); }

int ipfunnel__winsock_result(struct ipfunnel__winsock_socket *socket, struct ipfunnel__winsock_call *call,
                             uint32_t *bytes)
{
    (void)socket;
    if (!atomic_load(&inside(call)->done))
        return IPFUNNEL__WSA_IO_INCOMPLETE;
    *bytes = inside(call)->bytes;
    return inside(call)->code;
}

void ipfunnel__winsock_facts(const struct ipfunnel__winsock_call *call, struct ipfunnel__winsock_facts *facts)
{
    *facts = inside(call)->facts;
}

void ipfunnel__winsock_cancel(struct ipfunnel__winsock_socket *socket, struct ipfunnel__winsock_call *call)
{
    struct socket *s = of(socket);
    lock();
    if (!call)
        end_all(s, IPFUNNEL__WSA_OPERATION_ABORTED);
    else if (!script.hold_cancelled)
        end(inside(call), IPFUNNEL__WSA_OPERATION_ABORTED);
    unlock();
}

/* ---- What a test says. */

void scripted_reset(void)
{
    static const char *const addresses[] = { "10.0.0.1/24", "fd00::1/64", "fe80::1/64" };
    memset(&script, 0, sizeof script);
    script.ipv6_protocol = ANY_PROTOCOL;
    scripted_interface(true, true);
    scripted_set_addresses(addresses, 3);
}

void scripted_fail(enum scripted_call call, int version, int protocol, int code, int times)
{
    script.failures[call] = (struct failure){
        .version = version, .protocol = protocol, .code = code, .times = times
    };
}

void scripted_end(enum scripted_call call, int version, int protocol, int code, int times)
{
    scripted_fail(call, version, protocol, code, times);
    script.failures[call].under_way = true;
}

void scripted_hold(bool even_when_cancelled)
{
    script.hold = true;
    script.hold_cancelled = even_when_cancelled;
}

void scripted_let_go(void)
{
    lock();
    script.hold = script.hold_cancelled = false;
    for (struct socket *s = script.sockets; s < script.sockets + SOCKETS; s++)
        if (s->rcvall && !atomic_load(&s->rcvall->done)) {
            s->mode = s->next_mode;
            end(s->rcvall, 0);
        }
    unlock();
}

void scripted_hear_always(void) { script.hear_always = true; }
void scripted_ipv6_only_through(int protocol) { script.ipv6_protocol = protocol; }

int scripted_deliver(int version, const void *bytes, size_t length, const struct ipfunnel__winsock_facts *facts)
{
    static const struct ipfunnel__winsock_facts nothing;
    int copies = 0;
    lock();
    for (struct socket *s = script.sockets; s < script.sockets + SOCKETS; s++) {
        bool hears = s->open && s->version == version && (s->mode > 0 || script.hear_always)
                     && (version == 4 || script.ipv6_protocol == ANY_PROTOCOL || script.ipv6_protocol == s->protocol);
        if (hears && s->outstanding > 0) {
            struct call *call = s->receives[s->first];
            s->first = (s->first + 1) % RECEIVES;
            s->outstanding--;
            fill(call, bytes, length, facts);
            copies++;
        } else if (hears && s->count_waiting < WAITING && length <= WAITING_BYTES) {
            struct datagram *d = &s->waiting[(s->first_waiting + s->count_waiting++) % WAITING];
            d->length = (uint32_t)length;
            d->facts = facts ? *facts : nothing;
            memcpy(d->bytes, bytes, length);
            copies++;
        }
    }
    unlock();
    return copies;
}

void scripted_end_receive(int version, int code)
{
    lock();
    for (struct socket *s = script.sockets; s < script.sockets + SOCKETS; s++)
        if (s->open && s->version == version && s->outstanding > 0) {
            struct call *call = s->receives[s->first];
            s->first = (s->first + 1) % RECEIVES;
            s->outstanding--;
            end(call, code);
        }
    unlock();
}

void scripted_abort_receives(void)
{
    for (int version = 4; version <= 6; version += 2)
        while (scripted_outstanding(version) > 0)
            scripted_end_receive(version, IPFUNNEL__WSA_OPERATION_ABORTED);
}

void scripted_announce(int version)
{
    lock();
    for (struct socket *s = script.sockets; s < script.sockets + SOCKETS; s++)
        if (s->open && s->watch && (version == 0 || s->version == version))
            end(s->watch, 0);
    unlock();
}

int scripted_starts(void) { return script.starts; }
int scripted_calls(enum scripted_call call) { return script.calls[call]; }

int scripted_open_sockets(void)
{
    int count = 0;
    for (const struct socket *s = script.sockets; s < script.sockets + SOCKETS; s++)
        count += s->open;
    return count;
}

int scripted_outstanding(int version)
{
    int most = 0;
    for (const struct socket *s = script.sockets; s < script.sockets + SOCKETS; s++)
        if (s->open && s->version == version && s->outstanding > most)
            most = s->outstanding;
    return most;
}

static const struct socket *find(int version, int protocol)
{
    for (const struct socket *s = script.sockets; s < script.sockets + SOCKETS; s++)
        if (s->open && s->version == version && s->protocol == protocol)
            return s;
    return NULL;
}

uint32_t scripted_mode(int version, int protocol)
{
    const struct socket *s = find(version, protocol);
    return s ? s->mode : UINT32_MAX;
}

uint32_t scripted_scope(int version, int protocol)
{
    const struct socket *s = find(version, protocol);
    return s ? s->scope : UINT32_MAX;
}

const char *scripted_bound(int version, int protocol)
{
    const struct socket *s = find(version, protocol);
    return s ? s->bound : "";
}
