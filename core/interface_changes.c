#include "interface_changes.h"
#include <stdlib.h>
#include <string.h>

static int add(struct ipfunnel__changes *c, uint32_t kind, const ipfunnel_interface *i, const char *former_name)
{
    if (c->count == c->room) {
        uint32_t room = c->room ? c->room * 2 : 16;
        struct ipfunnel__change *more = realloc(c->all, room * sizeof *more);
        if (!more)
            return IPFUNNEL_ENOMEM;
        c->all = more;
        c->room = room;
    }
    c->all[c->count++] = (struct ipfunnel__change){
        .kind = kind, .interface_index = i->index, .name = i->name, .former_name = former_name
    };
    return IPFUNNEL_OK;
}

static bool is_deleted(const struct ipfunnel__deleted *deleted, uint32_t index)
{
    for (uint32_t n = 0; n < deleted->count; n++)
        if (deleted->indexes[n] == index)
            return true;
    return false;
}

/* Moves on to the first interface of this number or a greater one. */
static const ipfunnel_interface *from(const ipfunnel_interface *i, uint32_t index)
{
    while (i && i->index < index)
        i = i->next;
    return i;
}

static bool is_up(const ipfunnel_interface *i)
{
    const uint32_t both = IPFUNNEL_INTERFACE_UP | IPFUNNEL_INTERFACE_RUNNING;
    return (i->flags & both) == both;
}

static bool has(const ipfunnel_interface *i, const ipfunnel_address *wanted)
{
    for (uint32_t a = 0; a < i->address_count; a++) {
        const ipfunnel_address *address = &i->addresses[a];
        if (address->version == wanted->version && address->prefix_length == wanted->prefix_length
            && memcmp(address->bytes, wanted->bytes, sizeof wanted->bytes) == 0)
            return true;
    }
    return false;
}

/* As sets: systems list them in any order, but each once. */
static bool same_addresses(const ipfunnel_interface *a, const ipfunnel_interface *b)
{
    bool same = a->address_count == b->address_count;
    for (uint32_t n = 0; n < a->address_count && same; n++)
        same = has(b, &a->addresses[n]);
    return same;
}

static int compare(const ipfunnel_interface *was, const ipfunnel_interface *is, struct ipfunnel__changes *out)
{
    int status = IPFUNNEL_OK;
    if (strcmp(was->name, is->name) != 0)
        status = add(out, IPFUNNEL_EVENT_RENAMED, is, was->name);
    if (!status && is_up(was) != is_up(is))
        status = add(out, is_up(is) ? IPFUNNEL_EVENT_UP : IPFUNNEL_EVENT_DOWN, is, "");
    if (!status && !same_addresses(was, is))
        status = add(out, IPFUNNEL_EVENT_ADDRESSES, is, "");
    return status;
}

int ipfunnel__interface_changes(const ipfunnel_interface *before, const ipfunnel_interface *after,
                                const struct ipfunnel__deleted *deleted, struct ipfunnel__changes *out)
{
    int status = IPFUNNEL_OK;
    const ipfunnel_interface *other = after;
    for (const ipfunnel_interface *i = before; i && !status; i = i->next) {
        other = from(other, i->index);
        if (!other || other->index != i->index || is_deleted(deleted, i->index))
            status = add(out, IPFUNNEL_EVENT_GONE, i, "");
    }
    other = before;
    for (const ipfunnel_interface *i = after; i && !status; i = i->next) {
        other = from(other, i->index);
        if (!other || other->index != i->index || is_deleted(deleted, i->index))
            status = add(out, IPFUNNEL_EVENT_APPEARED, i, "");
        else
            status = compare(other, i, out);
    }
    return status;
}
