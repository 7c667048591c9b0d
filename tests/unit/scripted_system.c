/* scripted_system.c - what a test says about the system, and asks about it. */
#include "scripted_state.h"
#include <string.h>

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
    script_lock();
    script.hold = script.hold_cancelled = false;
    for (struct socket *s = script.sockets; s < script.sockets + SOCKETS; s++)
        if (s->rcvall && !atomic_load(&s->rcvall->done)) {
            s->mode = s->next_mode;
            script_end(s->rcvall, 0);
        }
    script_unlock();
}

void scripted_hear_always(void) { script.hear_always = true; }
void scripted_ipv6_only_through(int protocol) { script.ipv6_protocol = protocol; }

int scripted_deliver(int version, const void *bytes, size_t length, const struct ipfunnel__winsock_facts *facts)
{
    static const struct ipfunnel__winsock_facts nothing;
    int copies = 0;
    script_lock();
    for (struct socket *s = script.sockets; s < script.sockets + SOCKETS; s++) {
        bool hears = s->open && s->version == version && (s->mode > 0 || script.hear_always)
                     && (version == 4 || script.ipv6_protocol == ANY_PROTOCOL || script.ipv6_protocol == s->protocol);
        if (hears && s->outstanding > 0) {
            script_fill(script_take_receive(s), bytes, length, facts);
            copies++;
        } else if (hears && s->count_waiting < WAITING && length <= WAITING_BYTES) {
            struct datagram *d = &s->waiting[(s->first_waiting + s->count_waiting++) % WAITING];
            d->length = (uint32_t)length;
            d->facts = facts ? *facts : nothing;
            memcpy(d->bytes, bytes, length);
            copies++;
        }
    }
    script_unlock();
    return copies;
}

void scripted_end_receive(int version, int code)
{
    script_lock();
    for (struct socket *s = script.sockets; s < script.sockets + SOCKETS; s++)
        if (s->open && s->version == version)
            script_end(script_take_receive(s), code);
    script_unlock();
}

void scripted_abort_receives(void)
{
    for (int version = 4; version <= 6; version += 2)
        while (scripted_outstanding(version) > 0)
            scripted_end_receive(version, IPFUNNEL__WSA_OPERATION_ABORTED);
}

void scripted_announce(int version)
{
    script_lock();
    for (struct socket *s = script.sockets; s < script.sockets + SOCKETS; s++)
        if (s->open && s->watch && (version == 0 || s->version == version))
            script_end(s->watch, 0);
    script_unlock();
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
