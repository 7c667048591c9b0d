/* What a person types to name an interface or its addresses. */
#include "fuzz.h"
#include "interface.h"
#include "os.h"
#include "own_addresses.h"

static ipfunnel_interface *add(ipfunnel_interface *before, const char *name, uint32_t index, const char *const at[2])
{
    ipfunnel_address *addresses;
    const char *const other_names[] = { "enp3s0", "an alternative name" };
    const struct ipfunnel__interface_texts texts = {
        .name = name,
        .description = "uplink",
        .guid = index == 30 ? "{0A1B2C3D-0000-4000-8000-00000000001E}" : NULL,
        .other_names = other_names,
        .other_name_count = index == 2 ? 2 : 0,
    };
    ipfunnel_interface *i = ipfunnel__interface_make(&texts, 2, &addresses);
    HOLDS(i);
    i->index = index;
    i->flags = IPFUNNEL_INTERFACE_UP | IPFUNNEL_INTERFACE_RUNNING;
    for (int a = 0; a < 2; a++) {
        addresses[a].version = (uint8_t)ipfunnel__os_parse_address(at[a], addresses[a].bytes);
        HOLDS(addresses[a].version);
        addresses[a].prefix_length = addresses[a].version == 4 ? 24 : 64;
    }
    i->next = before;
    return i;
}

static void check_find(const ipfunnel_interface *chain, const char *text)
{
    ipfunnel_error error = { .status = 0 };
    const ipfunnel_address *named = NULL;
    const ipfunnel_interface *found = ipfunnel__interface_find(chain, text, &named, &error);
    if (!found) {
        HOLDS(error.status == IPFUNNEL_EINVAL || error.status == IPFUNNEL_ENODEV
              || error.status == IPFUNNEL_EADDRNOTAVAIL);
        check_error(&error, error.status);
        return;
    }
    bool listed = false;
    for (const ipfunnel_interface *i = chain; i; i = i->next)
        listed |= i == found;
    HOLDS(listed);
    HOLDS(!named || (named >= found->addresses && named < found->addresses + found->address_count));
}

static void check_own_addresses(const char *text)
{
    ipfunnel_error error = { .status = 0 };
    ipfunnel_address *addresses = NULL;
    uint32_t count = 0, families = 0;
    int status = ipfunnel__own_addresses_parse(text, &addresses, &count, &families, &error);
    if (status)
        check_error(&error, status);
    for (uint32_t i = 0; !status && i < count; i++) {
        HOLDS(addresses[i].version == 4 || addresses[i].version == 6);
        HOLDS(addresses[i].prefix_length <= (addresses[i].version == 4 ? 32 : 128));
        HOLDS(families & (addresses[i].version == 4 ? IPFUNNEL_IPV4 : IPFUNNEL_IPV6));
        /* As text and back it is the same address. */
        char out[46];
        uint8_t again[16];
        ipfunnel_address_text(addresses[i].version, addresses[i].bytes, out, sizeof out);
        HOLDS(ipfunnel__os_parse_address(out, again) == addresses[i].version);
        HOLDS(memcmp(again, addresses[i].bytes, sizeof again) == 0);
    }
    free(addresses);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *ended = malloc(size + 1);
    HOLDS(ended);
    if (size)
        memcpy(ended, data, size);
    ended[size] = '\0';
    ipfunnel_interface *chain = add(NULL, "eth0", 2, (const char *const[]){ "10.9.0.1", "fe80::1" });
    chain = add(chain, "wlan0.7", 30, (const char *const[]){ "192.0.2.1", "fe80::1" });
    chain = add(chain, "7", 12, (const char *const[]){ "198.51.100.1", "2001:db8::1" });
    ipfunnel__interface_suggest(chain);
    check_find(chain, ended);
    check_find(NULL, ended);
    check_own_addresses(ended);
    ipfunnel_interfaces_free(chain);
    free(ended);
    return 0;
}
