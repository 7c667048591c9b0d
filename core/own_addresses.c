#include "own_addresses.h"
#include "error.h"
#include "os.h"
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* One item, "ADDRESS" or "ADDRESS/PREFIX". */
static bool parse_item(const char *item, ipfunnel_address *out)
{
    static const uint8_t any[16];
    char host[64];
    const char *slash = strchr(item, '/');
    size_t length = slash ? (size_t)(slash - item) : strlen(item);
    if (length >= sizeof host)
        return false;
    memcpy(host, item, length);
    host[length] = '\0';
    out->version = (uint8_t)ipfunnel__os_parse_address(host, out->bytes);
    size_t size = out->version == 4 ? 4 : 16;
    if (!out->version || memcmp(out->bytes, any, size) == 0)
        return false;
    unsigned long prefix = 8 * (unsigned long)size;
    if (slash) {
        char *end = NULL;
        prefix = strtoul(slash + 1, &end, 10);
        if (slash[1] < '0' || slash[1] > '9' || *end || prefix > size * 8)    /* strtoul takes spaces and signs, too */
            return false;
    }
    out->prefix_length = (uint8_t)prefix;
    return true;
}

int ipfunnel__own_addresses_parse(const char *text, ipfunnel_address **addresses, uint32_t *count, uint32_t *families,
                                  ipfunnel_error *error)
{
    *count = 0;
    *families = 0;
    if (!*text)
        return IPFUNNEL_OK;
    size_t items = 1;
    for (const char *p = text; *p; p++)
        items += *p == ',';
    *addresses = calloc(items, sizeof **addresses);
    if (!*addresses)
        return ipfunnel__no_memory(error, "ipfunnel_open");
    for (const char *at = text; at; at = strchr(at, ',') ? strchr(at, ',') + 1 : NULL) {
        char item[64];
        size_t length = strcspn(at, ",");
        snprintf(item, sizeof item, "%.*s", length < sizeof item ? (int)length : (int)sizeof item - 1, at);
        if (length >= sizeof item || !parse_item(item, &(*addresses)[*count])) {
            ipfunnel__fail(error, IPFUNNEL_EINVAL, 0, "interface", "\"%s\" is not the address of an interface", item);
            return ipfunnel__remedy(error, "the memory backend takes addresses such as 10.0.0.1/24,fd00::1/64");
        }
        *families |= (*addresses)[*count].version == 4 ? IPFUNNEL_IPV4 : IPFUNNEL_IPV6;
        (*count)++;
    }
    return IPFUNNEL_OK;
}
