/* open.c - from options to a capture that is ready. */
#include "capture.h"
#include "error.h"
#include "interface.h"
#include "options.h"
#include "os.h"
#include "own_addresses.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int check_capabilities(const ipfunnel_options *o, const ipfunnel_backend *backend, ipfunnel_error *error)
{
    const struct {
        bool wanted;
        uint32_t capability;
        const char *what;
    } wishes[] = {
        { .wanted = o->file, .capability = IPFUNNEL_CAN_READ_FILES, .what = "read capture files" },
        { .wanted = o->interface_name, .capability = IPFUNNEL_CAN_LIVE | IPFUNNEL_CAN_PUSH, .what = "open interfaces" },
        { .wanted = o->flags & IPFUNNEL_OPEN_NO_OUTGOING, .capability = IPFUNNEL_CAN_NO_OUTGOING,
          .what = "tell sent from received datagrams" },
        { .wanted = o->flags & IPFUNNEL_OPEN_EVENTS, .capability = IPFUNNEL_CAN_EVENTS,
          .what = "report interface events" },
        { .wanted = o->flags & IPFUNNEL_OPEN_ON_WIRE,
          .capability = IPFUNNEL_CAN_ON_WIRE | IPFUNNEL_CAN_FILL_CHECKSUMS,
          .what = "tell what the wire carries" },
        { .wanted = o->fanout_group, .capability = IPFUNNEL_CAN_FANOUT, .what = "share an interface among captures" },
    };
    for (size_t i = 0; i < sizeof wishes / sizeof *wishes; i++)
        if (wishes[i].wanted && !(backend->capabilities & wishes[i].capability)) {
            ipfunnel__fail(error, IPFUNNEL_EOPNOTSUPP, 0, "ipfunnel_open", "the backend %s cannot %s", backend->name,
                           wishes[i].what);
            return ipfunnel__remedy(error, "choose another backend: \"ipfunnel backends\" shows what each can do");
        }
    if (o->flags & IPFUNNEL_OPEN_NEWEST_WINS) {
        ipfunnel__fail(error, IPFUNNEL_EOPNOTSUPP, 0, "ipfunnel_open",
                       "the backend %s cannot give up the oldest frames of a full ring", backend->name);
        return ipfunnel__remedy(error, "open without IPFUNNEL_OPEN_NEWEST_WINS; a larger ring_bytes loses less");
    }
    if (!o->file && !o->interface_name && !(backend->capabilities & IPFUNNEL_CAN_PUSH)) {
        ipfunnel__fail(error, IPFUNNEL_EINVAL, 0, "ipfunnel_open", "neither an interface nor a file was given");
        return ipfunnel__remedy(error, "name an interface (\"default\" is one) or a file");
    }
    return IPFUNNEL_OK;
}

/* Families: those asked for, else that of the address, else both. */
static int choose_families(uint32_t asked, uint32_t of_address, const char *text, uint32_t *out, ipfunnel_error *error)
{
    uint32_t possible = of_address ? of_address : IPFUNNEL_IPV4 | IPFUNNEL_IPV6;
    if (asked & ~possible) {
        ipfunnel__fail(error, IPFUNNEL_EINVAL, 0, "ipfunnel_open",
                       "the address %s is not of the family that was asked for", text);
        return ipfunnel__remedy(error, "leave the family open, or name the interface instead of an address");
    }
    *out = asked ? asked : possible;
    return IPFUNNEL_OK;
}

/* What the interface option meant: a real interface, or for "memory" the addresses of an imitated one. */
struct target {
    char *name;
    uint32_t index, flags, mtu, families;
    char guid[40];
    uint32_t hardware_address_length;
    uint8_t hardware_address[8];
    ipfunnel_address *addresses;
    uint32_t address_count;
    uint32_t named;                        /* number of the address it was named by; address_count: by something else */
};

static int resolve_real(const char *text, struct target *t, ipfunnel_error *error)
{
    const ipfunnel_interface *chain = NULL;
    const ipfunnel_address *named = NULL;
    int status = ipfunnel_interfaces(&chain, error);
    if (status < 0)
        return status;
    const ipfunnel_interface *found = ipfunnel__interface_find(chain, text, &named, error);
    status = found ? IPFUNNEL_OK : error->status;
    if (found) {
        size_t size = found->address_count * sizeof *t->addresses;
        t->name = malloc(strlen(found->name) + 1);
        t->addresses = malloc(size ? size : 1);
        t->address_count = found->address_count;
        t->index = found->index;
        t->flags = found->flags;
        t->mtu = found->mtu;
        t->named = named ? (uint32_t)(named - found->addresses) : found->address_count;
        t->families = !named ? 0 : named->version == 4 ? IPFUNNEL_IPV4 : IPFUNNEL_IPV6;
        snprintf(t->guid, sizeof t->guid, "%s", found->guid);
        t->hardware_address_length = found->hardware_address_length;
        memcpy(t->hardware_address, found->hardware_address, sizeof t->hardware_address);
        if (t->name && t->addresses) {
            strcpy(t->name, found->name);
            memcpy(t->addresses, found->addresses, size);
        }
    }
    ipfunnel_interfaces_free(chain);
    return status;
}

static int resolve(const ipfunnel_options *o, const ipfunnel_backend *backend, struct target *t, ipfunnel_error *error)
{
    const char *text = o->file ? o->file : o->interface_name ? o->interface_name : "";
    int status = IPFUNNEL_OK;
    if (!o->file && backend->capabilities & IPFUNNEL_CAN_LIVE) {
        status = resolve_real(text, t, error);
    } else {
        bool imitated = !o->file && backend->capabilities & IPFUNNEL_CAN_PUSH;
        const char *name = imitated ? "" : text;
        t->name = malloc(strlen(name) + 1);
        if (t->name)
            strcpy(t->name, name);
        if (imitated)
            status = ipfunnel__own_addresses_parse(text, &t->addresses, &t->address_count, &t->families, error);
        t->named = t->address_count;
    }
    if (status)
        return status;
    if (!t->name || (t->address_count && !t->addresses))
        return ipfunnel__no_memory(error, "ipfunnel_open");
    return choose_families(o->families, t->families, text, &t->families, error);
}

/* In place of max_align_t, which MSVC has for C++ only. */
union widest {
    long long integer;
    long double number;
    void *data;
    void (*function)(void);
};

static ipfunnel *make(const struct ipfunnel__backend *backend, const ipfunnel_options *o, struct target *t)
{
    /* One block: the capture, the backend's state (aligned for anything), the interface name. */
    size_t align = _Alignof(union widest), head = (sizeof(ipfunnel) + align - 1) / align * align;
    size_t name_size = strlen(t->name) + 1;
    ipfunnel *h = calloc(1, head + backend->state_size + name_size);
    if (!h)
        return NULL;
    char *name = (char *)h + head + backend->state_size;
    memcpy(name, t->name, name_size);
    h->backend = backend;
    h->state = (char *)h + head;
    h->request = (struct ipfunnel__request){
        .interface_name = name,
        .interface_index = t->index,
        .interface_flags = t->flags,
        .addresses = t->addresses,
        .address_count = t->address_count,
        .named = t->named < t->address_count ? &t->addresses[t->named] : NULL,
        .hardware_address_length = t->hardware_address_length,
        .file = o->file != NULL,
        .flags = o->flags,
        .families = t->families,
        .snap_length = o->snap_length,
        .latency_us = o->latency_us,
        .fanout_group = o->fanout_group,
        .fanout_mode = o->fanout_mode,
        .ring_bytes = o->ring_bytes,
    };
    memcpy(h->request.hardware_address, t->hardware_address, sizeof t->hardware_address);
    h->on_wire = o->flags & IPFUNNEL_OPEN_ON_WIRE;
    if (h->on_wire) {
        h->cut.sum = ipfunnel__sum_fastest();
        h->cut.mtu = t->mtu;
    }
    memcpy(h->request.interface_guid, t->guid, sizeof t->guid);
    h->own_addresses = t->addresses;
    h->policy = (struct ipfunnel__policy){
        .snap_length = o->snap_length,
        .families = t->families,
        .vlan = o->vlan,
        .no_outgoing = o->flags & IPFUNNEL_OPEN_NO_OUTGOING,
        .own_addresses = t->addresses,
        .own_address_count = t->address_count,
    };
    t->addresses = NULL;
    atomic_init(&h->interrupted, false);
    return h;
}

static int open_checked(ipfunnel **out, const ipfunnel_options *given, ipfunnel_error *error)
{
    ipfunnel_options o;
    struct target target = { .name = NULL };
    ipfunnel *h = NULL;
    int status = ipfunnel__take_sized(&o, sizeof o, given, "ipfunnel_options", error);
    if (!status)
        status = ipfunnel__options_check(&o, error);
    if (status)
        return status;
    const struct ipfunnel__backend *backend = ipfunnel__backend_choose(o.backend, o.file != NULL, error);
    if (!backend)
        return error->status;
    status = check_capabilities(&o, &backend->info, error);
    if (!status)
        status = resolve(&o, &backend->info, &target, error);
    if (status)
        goto done;
    h = make(backend, &o, &target);
    if (!h) {
        status = ipfunnel__no_memory(error, "ipfunnel_open");
        goto done;
    }
    ipfunnel_filter *filter;
    status = ipfunnel__capture_compile(h, o.filter, &filter, error);
    if (!status) {
        status = backend->open(h->state, &h->request, &h->facts, error);
        if (status)
            ipfunnel_filter_free(filter);
        else if (filter)
            status = ipfunnel__capture_use(h, filter, error);
    }
    if (!status && o.start) {
        status = ipfunnel_set_mode(h, (ipfunnel_mode)o.start);
        if (status)
            *error = h->error;
    }
    if (!status)
        *out = h;
    else
        ipfunnel_close(h);
done:
    free(target.name);
    free(target.addresses);
    return status;
}

int ipfunnel_open(ipfunnel **out, const ipfunnel_options *options, ipfunnel_error *error)
{
    /* Callees may always write an error; the caller's is touched on failure only. */
    ipfunnel_error local = { .status = IPFUNNEL_OK };
    int status = out ? open_checked(out, options, &local)
                     : ipfunnel__fail(&local, IPFUNNEL_EINVAL, 0, "ipfunnel_open", "there is no place for the capture");
    if (status && error)
        *error = local;
    return status;
}

static int open_watch(ipfunnel **out, ipfunnel_error *error)
{
    const ipfunnel_options o = { .size = sizeof o, .snap_length = 1 };
    char none[] = "";
    struct target target = { .name = none };
    ipfunnel *h = make(&ipfunnel__watch, &o, &target);
    if (!h)
        return ipfunnel__no_memory(error, "ipfunnel_watch");
    int status = h->backend->open(h->state, &h->request, &h->facts, error);
    if (!status) {
        status = ipfunnel_set_mode(h, IPFUNNEL_MODE_ON);
        if (status)
            *error = h->error;
    }
    if (!status)
        *out = h;
    else
        ipfunnel_close(h);
    return status;
}

int ipfunnel_watch(ipfunnel **out, ipfunnel_error *error)
{
    ipfunnel_error local = { .status = IPFUNNEL_OK };
    int status = out ? open_watch(out, &local)
                     : ipfunnel__fail(&local, IPFUNNEL_EINVAL, 0, "ipfunnel_watch", "there is no place for the watch");
    if (status && error)
        *error = local;
    return status;
}
