#include "interface.h"
#include "error.h"
#include "os.h"
#include <stdlib.h>
#include <string.h>

/* Copies a string to *at, which goes on behind it. */
static const char *keep(char **at, const char *text)
{
    size_t size = strlen(text) + 1;
    char *kept = memcpy(*at, text, size);
    *at += size;
    return kept;
}

static const char *or_empty(const char *text) { return text ? text : ""; }

ipfunnel_interface *ipfunnel__interface_make(const struct ipfunnel__interface_texts *texts, uint32_t address_count,
                                             ipfunnel_address **addresses)
{
    const uint32_t others = texts->other_name_count;
    const char *description = or_empty(texts->description), *guid = or_empty(texts->guid);
    size_t pointer_bytes = others * sizeof(char *), address_bytes = address_count * sizeof(ipfunnel_address);
    size_t text_bytes = strlen(texts->name) + strlen(description) + strlen(guid) + 3;
    for (uint32_t i = 0; i < others; i++)
        text_bytes += strlen(texts->other_names[i]) + 1;
    ipfunnel_interface *made = calloc(1, sizeof *made + pointer_bytes + address_bytes + text_bytes);
    if (!made)
        return NULL;
    const char **names = (const char **)(void *)(made + 1);
    char *at = (char *)(made + 1) + pointer_bytes;
    *addresses = (ipfunnel_address *)(void *)at;
    at += address_bytes;
    made->name = keep(&at, texts->name);
    made->description = keep(&at, description);
    made->guid = keep(&at, guid);
    for (uint32_t i = 0; i < others; i++)
        names[i] = keep(&at, texts->other_names[i]);
    made->other_names = names;
    made->other_name_count = others;
    made->address_count = address_count;
    made->addresses = *addresses;
    made->suggestion = "";
    made->frames = IPFUNNEL_FRAMES_UNKNOWN;
    return made;
}

/* Addresses of two root name servers: whatever leads to the Internet leads there. */
static const uint8_t far_away[2][16] = {
    { 199, 7, 83, 42 },
    { 0x20, 0x01, 0x05, 0x00, 0x00, 0x9f, [15] = 0x42 },
};

static bool has_address(const ipfunnel_interface *i, int version, const uint8_t *bytes)
{
    for (uint32_t a = 0; a < i->address_count; a++)
        if (i->addresses[a].version == version
            && memcmp(i->addresses[a].bytes, bytes, version == 4 ? 4 : 16) == 0)
            return true;
    return false;
}

static void find_default_route(ipfunnel_interface *chain)
{
    bool known = true;
    for (int family = 0; family < 2; family++) {
        const int version = family ? 6 : 4;
        struct ipfunnel__route route = { .interface_index = 0 };
        ipfunnel_error why = { .status = IPFUNNEL_OK };
        int status = ipfunnel__os_route(version, far_away[family], &route, &why);
        known = known && (status == IPFUNNEL_OK || status == IPFUNNEL_ENODEV);
        for (ipfunnel_interface *i = chain; i && !status; i = (ipfunnel_interface *)i->next)
            if (route.interface_index ? i->index == route.interface_index : has_address(i, version, route.local))
                i->default_route = IPFUNNEL_YES;
    }
    for (ipfunnel_interface *i = chain; i && known; i = (ipfunnel_interface *)i->next)
        if (i->default_route != IPFUNNEL_YES)
            i->default_route = IPFUNNEL_NO;
}

/* A machine has few interfaces, so insertion is enough. */
ipfunnel_interface *ipfunnel__interface_sort(ipfunnel_interface *chain)
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
    chain = ipfunnel__interface_sort(chain);
    find_default_route(chain);
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
