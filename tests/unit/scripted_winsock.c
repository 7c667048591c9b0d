#include "scripted_winsock.h"
#include "check.h"
#include "scripted_state.h"

struct script script;
static struct call *outlived;                   /* a call that its capture had to leave behind */
static atomic_flag busy = ATOMIC_FLAG_INIT;
_Static_assert(sizeof(struct call) <= sizeof(struct ipfunnel__winsock_call), "room for a call");

void script_lock(void)
{
    while (atomic_flag_test_and_set(&busy))
        continue;
}
void script_unlock(void) { atomic_flag_clear(&busy); }

static struct call *inside(const struct ipfunnel__winsock_call *call) { return (struct call *)(void *)(uintptr_t)call; }

void script_end(struct call *call, int code)
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
    script_lock();
    struct failure *f = due(call, s ? s->version : 0, s ? s->protocol : ANY_PROTOCOL);
    int code = f ? f->code : 0;
    script_unlock();
    return code;
}

static struct socket *of(const struct ipfunnel__winsock_socket *socket)
{
    CHECK(socket->handle > 0 && socket->handle <= SOCKETS && script.sockets[socket->handle - 1].open);
    return &script.sockets[socket->handle - 1];
}

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
    script_lock();
    while (script.sockets[number].open)
        CHECK(++number < SOCKETS);
    memset(&script.sockets[number], 0, sizeof script.sockets[number]);
    script.sockets[number].open = true;
    script.sockets[number].version = version;
    script.sockets[number].protocol = protocol;
    script_unlock();
    made->handle = number + 1;
    return 0;
}

struct call *script_take_receive(struct socket *s)
{
    if (s->outstanding == 0)
        return NULL;
    struct call *oldest = s->receives[s->first];
    s->first = (s->first + 1) % RECEIVES;
    s->outstanding--;
    return oldest;
}

static void end_all(struct socket *s, int code)
{
    while (s->outstanding > 0)
        script_end(script_take_receive(s), code);
    script_end(s->watch, code);
    if (!script.hold_cancelled)
        script_end(s->rcvall, code);
}

int ipfunnel__winsock_close(struct ipfunnel__winsock_socket *socket)
{
    struct socket *s = of(socket);
    script_lock();
    end_all(s, IPFUNNEL__WSA_OPERATION_ABORTED);
    if (s->rcvall && !atomic_load(&s->rcvall->done)) {
        outlived = s->rcvall;
        outlived->event = NULL;                 /* what was to be told of it is gone */
    }
    s->open = false;
    script_unlock();
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
    script_lock();
    struct failure *f = due(SCRIPT_RCVALL, s->version, s->protocol);
    int code = f ? f->code : 0;
    bool pending = f ? f->under_way : script.hold;
    if (!code || pending) {
        s->rcvall = begin(room, event);
        s->next_mode = mode;
        if (!script.hold) {
            if (!code)
                s->mode = mode;
            script_end(s->rcvall, code);
        }
        code = pending ? IPFUNNEL__WSA_IO_PENDING : 0;
    }
    script_unlock();
    return code;
}

int ipfunnel__winsock_watch_addresses(struct ipfunnel__winsock_socket *socket, struct ipfunnel__winsock_call *room,
                                      const struct ipfunnel__signal *event)
{
    struct socket *s = of(socket);
    int code = fails(SCRIPT_WATCH, s);
    if (code)
        return code;
    script_lock();
    s->watch = begin(room, event);
    script_unlock();
    return IPFUNNEL__WSA_IO_PENDING;
}

int script_fill(struct call *call, const uint8_t *bytes, size_t length, const struct ipfunnel__winsock_facts *facts)
{
    bool cut = length > call->size;
    call->bytes = cut ? call->size : (uint32_t)length;
    if (call->bytes > 0)
        memcpy(call->buffer, bytes, call->bytes);
    if (facts)
        call->facts = *facts;
    script_end(call, cut ? IPFUNNEL__WSAEMSGSIZE : 0);
    return cut ? IPFUNNEL__WSAEMSGSIZE : 0;
}

static int receive(struct ipfunnel__winsock_socket *socket, struct ipfunnel__winsock_call *room, uint8_t *bytes,
                   uint32_t size, const struct ipfunnel__signal *event)
{
    struct socket *s = of(socket);
    CHECK(s->bound[0]);
    script_lock();
    struct failure *f = due(SCRIPT_RECEIVE, s->version, s->protocol);
    int code = f ? f->code : 0;
    if (!code || f->under_way) {
        struct call *call = begin(room, event);
        call->buffer = bytes;
        call->size = size;
        if (f) {
            script_end(call, code);
            code = IPFUNNEL__WSA_IO_PENDING;
        } else if (s->count_waiting > 0) {
            struct datagram *d = &s->waiting[s->first_waiting];
            s->first_waiting = (s->first_waiting + 1) % WAITING;
            s->count_waiting--;
            code = script_fill(call, d->bytes, d->length, &d->facts);
        } else {
            CHECK(s->outstanding < RECEIVES);
            s->receives[(s->first + s->outstanding++) % RECEIVES] = call;
            code = IPFUNNEL__WSA_IO_PENDING;
        }
    }
    script_unlock();
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
    script_lock();
    if (!call)
        end_all(s, IPFUNNEL__WSA_OPERATION_ABORTED);
    else if (!script.hold_cancelled)
        script_end(inside(call), IPFUNNEL__WSA_OPERATION_ABORTED);
    script_unlock();
}
