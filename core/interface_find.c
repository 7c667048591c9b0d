/* interface_find.c - what a person may call an interface. */
#include "error.h"
#include "interface.h"
#include "os.h"
#include <stdio.h>
#include <string.h>

enum { KNOWN_SIZE = 200 };

static void names_of(const ipfunnel_interface *chain, char out[KNOWN_SIZE])
{
    size_t used = 0;
    out[0] = '\0';
    for (const ipfunnel_interface *i = chain; i && used < KNOWN_SIZE; i = i->next) {
        int n = snprintf(out + used, KNOWN_SIZE - used, "%s%s", used ? ", " : "", i->name);
        used += n > 0 ? (size_t)n : 0;
    }
}

/* ---- Names. */

/* Begins `text` with `start`, whatever the case of its ASCII letters? Returns what follows, or NULL. */
static const char *after(const char *text, const char *start)
{
    for (; *start; start++, text++) {
        unsigned a = (unsigned char)*text, b = (unsigned char)*start;
        a += a - 'A' < 26u ? 'a' - 'A' : 0u;
        b += b - 'A' < 26u ? 'a' - 'A' : 0u;
        if (a != b)
            return NULL;
    }
    return text;
}

static bool same(const char *a, const char *b)
{
    const char *rest = after(a, b);
    return rest && !*rest;
}

/* What Windows and Npcap call an interface that has a GUID, none of it by case: its name, the GUID with or without its
 * braces, and the device \Device\NPF_{GUID}. */
static bool is_called(const ipfunnel_interface *i, const char *text)
{
    if (!i->guid[0])
        return false;
    const char *device = after(text, "\\Device\\NPF_");
    if (device)
        return same(device, i->guid) || (i->flags & IPFUNNEL_INTERFACE_LOOPBACK && same(device, "Loopback"));
    const char *inner = i->guid[0] == '{' ? after(i->guid + 1, text) : NULL;
    return same(text, i->name) || same(text, i->guid) || (inner && *text && strcmp(inner, "}") == 0);
}

/* By name, else by the other things it is called. */
static const ipfunnel_interface *named(const ipfunnel_interface *chain, const char *text)
{
    for (const ipfunnel_interface *i = chain; i; i = i->next)
        if (strcmp(i->name, text) == 0)
            return i;
    for (const ipfunnel_interface *i = chain; i; i = i->next)
        if (is_called(i, text))
            return i;
    return NULL;
}

static const ipfunnel_interface *numbered(const ipfunnel_interface *chain, const char *text)
{
    char index[16];
    for (const ipfunnel_interface *i = chain; i; i = i->next) {
        snprintf(index, sizeof index, "%u", i->index);
        if (strcmp(text, index) == 0)
            return i;
    }
    return NULL;
}

/* ---- Addresses. */

struct place {
    int version;                        /* 4 or 6; 0: it is no address */
    uint8_t bytes[16];
    char scope[64];                     /* the interface that stands after the %; "" when nothing does */
};

static struct place read_place(const char *text)
{
    struct place p = { .version = 0 };
    char host[64];
    size_t length = strcspn(text, "%");
    if (length >= sizeof host || (text[length] && strlen(text + length + 1) >= sizeof p.scope))
        return p;
    memcpy(host, text, length);
    host[length] = '\0';
    if (text[length])
        strcpy(p.scope, text + length + 1);
    p.version = ipfunnel__os_parse_address(host, p.bytes);
    return p;
}

static bool is_any(const struct place *p)
{
    static const uint8_t any[16];
    return p->version && memcmp(p->bytes, any, p->version == 4 ? 4 : 16) == 0;
}

/* fe80::/10, ff01::/16 and ff02::/16 exist on every link. */
static bool is_of_a_link(const struct place *p)
{
    const uint8_t *b = p->bytes;
    return p->version == 6 && ((b[0] == 0xfe && (b[1] & 0xc0) == 0x80) || (b[0] == 0xff && (b[1] & 0x0f) <= 2));
}

/* 127.0.0.0/8 and ::1 leave by no other interface, so nobody has to be asked. */
static bool is_loopback(const struct place *p)
{
    static const uint8_t one[16] = { [15] = 1 };
    return p->version == 4 ? p->bytes[0] == 127 : memcmp(p->bytes, one, sizeof one) == 0;
}

static const ipfunnel_interface *first_with(const ipfunnel_interface *chain, uint32_t flag)
{
    while (chain && !(chain->flags & flag))
        chain = chain->next;
    return chain;
}

static const ipfunnel_interface *within(const ipfunnel_interface *chain, const struct place *p)
{
    const ipfunnel_interface *found = named(chain, p->scope);
    return found ? found : numbered(chain, p->scope);
}

static const ipfunnel_interface *owner(const ipfunnel_interface *chain, const struct place *p)
{
    const ipfunnel_interface *only = p->scope[0] ? within(chain, p) : NULL;
    for (const ipfunnel_interface *i = chain; i; i = i->next)
        for (uint32_t a = 0; a < i->address_count && (!p->scope[0] || i == only); a++)
            if (i->addresses[a].version == p->version
                && memcmp(i->addresses[a].bytes, p->bytes, p->version == 4 ? 4 : 16) == 0)
                return i;
    return NULL;
}

/* ---- "toward:ADDRESS": where datagrams to this address leave. */

static const ipfunnel_interface *toward(const ipfunnel_interface *chain, const char *text, ipfunnel_error *error)
{
    const char *destination = text + strlen("toward:");
    struct place p = read_place(destination);
    char known[KNOWN_SIZE];
    names_of(chain, known);
    if (!p.version || is_any(&p)) {
        ipfunnel__fail(error, IPFUNNEL_EINVAL, 0, "interface", "\"%s\" does not end in an address of a host", text);
        ipfunnel__remedy(error, "write toward:192.0.2.1 or toward:2001:db8::1; host names are not looked up");
        return NULL;
    }
    if (is_of_a_link(&p) && !p.scope[0]) {
        ipfunnel__fail(error, IPFUNNEL_EINVAL, 0, "interface", "%s may be on any link, so no one interface leads there",
                       destination);
        ipfunnel__remedy(error, "name the interface after a %%, or only the interface: %s", known);
        return NULL;
    }
    struct ipfunnel__route route = { .interface_index = 0 };
    const ipfunnel_interface *found = NULL;
    if (p.scope[0]) {
        found = within(chain, &p);
    } else if (is_loopback(&p)) {
        found = first_with(chain, IPFUNNEL_INTERFACE_LOOPBACK);
    } else if (ipfunnel__os_route(p.version, p.bytes, &route, error)) {
        if (error->status == IPFUNNEL_ENODEV)
            ipfunnel__remedy(error, "correct the address, or name the interface: %s", known);
        return NULL;
    } else {
        memcpy(p.bytes, route.local, sizeof p.bytes);
        found = owner(chain, &p);
        for (const ipfunnel_interface *i = chain; i && route.interface_index; i = i->next)
            found = i->index == route.interface_index ? i : found;
    }
    if (!found) {
        ipfunnel__fail(error, IPFUNNEL_ENODEV, 0, "interface", "no interface here leads to %s", destination);
        ipfunnel__remedy(error, "name the interface: %s", known);
    }
    return found;
}

/* ---- All of it. */

const ipfunnel_interface *ipfunnel__interface_find(const ipfunnel_interface *chain, const char *text, int *family,
                                                   ipfunnel_error *error)
{
    char known[KNOWN_SIZE];
    *family = 0;
    const ipfunnel_interface *found = named(chain, text);
    if (found)
        return found;
    if (strncmp(text, "toward:", 7) == 0)
        return toward(chain, text, error);

    struct place p = read_place(text);
    bool is_default = strcmp(text, "default") == 0;
    names_of(chain, known);
    if (is_any(&p)) {
        ipfunnel__fail(error, IPFUNNEL_EINVAL, 0, "interface", "the ANY address %s names no interface", text);
        ipfunnel__remedy(error, "give one interface, by name or by one of its addresses: %s", known);
        return NULL;
    }
    found = p.version    ? owner(chain, &p)
            : is_default ? first_with(chain, IPFUNNEL_INTERFACE_SUGGESTED)
                         : numbered(chain, text);
    if (found) {
        *family = p.version;
        return found;
    }
    if (is_default) {
        ipfunnel__fail(error, IPFUNNEL_ENODEV, 0, "interface", "no interface is up");
        ipfunnel__remedy(error, "bring one up, or name one: %s", known);
        return NULL;
    }
    if (p.version)
        ipfunnel__fail(error, IPFUNNEL_EADDRNOTAVAIL, 0, "interface", "no interface here has the address %s", text);
    else
        ipfunnel__fail(error, IPFUNNEL_ENODEV, 0, "interface", "there is no interface \"%s\"", text);
    ipfunnel__remedy(error, "use one of %s; \"ipfunnel list\" shows their addresses", known);
    return NULL;
}
