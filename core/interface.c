#include "interface.h"
#include "error.h"
#include "os.h"
#include <stdlib.h>
#include <string.h>

ipfunnel_interface *ipfunnel__interface_make(const char *name, const char *description, const char *guid,
                                             uint32_t address_count, ipfunnel_address **addresses)
{
    size_t name_size = strlen(name) + 1, description_size = strlen(description) + 1, guid_size = strlen(guid) + 1;
    size_t address_bytes = address_count * sizeof(ipfunnel_address);
    ipfunnel_interface *made = calloc(1, sizeof *made + address_bytes + name_size + description_size + guid_size);
    if (!made)
        return NULL;
    *addresses = (ipfunnel_address *)(made + 1);
    char *text = (char *)(made + 1) + address_bytes;
    memcpy(text, name, name_size);
    memcpy(text + name_size, description, description_size);
    memcpy(text + name_size + description_size, guid, guid_size);
    made->name = text;
    made->description = text + name_size;
    made->guid = text + name_size + description_size;
    made->address_count = address_count;
    made->addresses = *addresses;
    made->suggestion = "";
    return made;
}

static bool has_global_address(const ipfunnel_interface *i)
{
    for (uint32_t a = 0; a < i->address_count; a++) {
        const uint8_t *b = i->addresses[a].bytes;
        bool link_local = i->addresses[a].version == 4 ? b[0] == 169 && b[1] == 254
                                                       : b[0] == 0xfe && (b[1] & 0xc0) == 0x80;
        if (!link_local)
            return true;
    }
    return false;
}

void ipfunnel__interface_suggest(ipfunnel_interface *chain)
{
    static const char *const reasons[] = {
        "the only one that is up", "up and running", "up, running and with an address",
        "the first that is up, running and reachable beyond its link",
    };
    ipfunnel_interface *best = NULL;
    size_t best_rank = 0;
    for (ipfunnel_interface *i = chain; i; i = (ipfunnel_interface *)i->next) {
        if (!(i->flags & IPFUNNEL_INTERFACE_UP))
            continue;
        size_t rank = 0;
        if (!(i->flags & IPFUNNEL_INTERFACE_LOOPBACK) && i->flags & IPFUNNEL_INTERFACE_RUNNING)
            rank = has_global_address(i) ? 3 : i->address_count ? 2 : 1;
        if (!best || rank > best_rank) {
            best = i;
            best_rank = rank;
        }
    }
    if (!best)
        return;
    best->flags |= IPFUNNEL_INTERFACE_SUGGESTED;
    best->suggestion = reasons[best_rank];
}

/* Sorts by index; a machine has few interfaces, so insertion is enough. */
static ipfunnel_interface *sorted(ipfunnel_interface *chain)
{
    ipfunnel_interface *out = NULL;
    while (chain) {
        ipfunnel_interface *taken = chain, *before = NULL;
        chain = (ipfunnel_interface *)chain->next;
        for (ipfunnel_interface *i = out; i && i->index <= taken->index; i = (ipfunnel_interface *)i->next)
            before = i;
        taken->next = before ? before->next : out;
        if (before)
            before->next = taken;
        else
            out = taken;
    }
    return out;
}

int ipfunnel_interfaces(const ipfunnel_interface **out, ipfunnel_error *error)
{
    ipfunnel_interface *chain = NULL;
    ipfunnel_error scratch;
    int status = ipfunnel__os_interfaces(&chain, error ? error : &scratch);
    if (status < 0)
        return status;
    chain = sorted(chain);
    ipfunnel__interface_suggest(chain);
    int count = 0;
    for (const ipfunnel_interface *i = chain; i; i = i->next)
        count++;
    *out = chain;
    return count;
}

void ipfunnel_interfaces_free(const ipfunnel_interface *chain)
{
    while (chain) {
        const ipfunnel_interface *next = chain->next;
        free((void *)chain);
        chain = next;
    }
}
