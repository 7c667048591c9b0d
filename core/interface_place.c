#include "interface_place.h"
#include "error.h"
#include "interface_near.h"
#include "os.h"
#include <stdio.h>
#include <string.h>

/* ---- Reading. */

/* "0" to "128", as people write it; else -2. */
static int read_bits(const char *text, int most)
{
    int bits = 0;
    size_t length = strlen(text);
    if (length < 1 || length > 3 || (text[0] == '0' && length > 1))
        return -2;
    for (; *text; text++) {
        if (*text < '0' || *text > '9')
            return -2;
        bits = bits * 10 + (*text - '0');
    }
    return bits <= most ? bits : -2;
}

struct ipfunnel__place ipfunnel__place_read(const char *text)
{
    struct ipfunnel__place p = { .version = 0, .prefix_length = -1 };
    char host[64];
    const char *slash = strrchr(text, '/');
    size_t length = slash ? (size_t)(slash - text) : strlen(text), head = strcspn(text, "%");
    head = head < length ? head : length;
    if (head >= sizeof host || length - head > sizeof p.scope)
        return p;
    memcpy(host, text, head);
    host[head] = '\0';
    if (length > head)
        memcpy(p.scope, text + head + 1, length - head - 1);
    p.version = ipfunnel__os_parse_address(host, p.bytes);
    if (slash && p.version)
        p.prefix_length = read_bits(slash + 1, p.version == 4 ? 32 : 128);
    return p;
}

static bool is_any(const struct ipfunnel__place *p)
{
    static const uint8_t any[16];
    return memcmp(p->bytes, any, sizeof any) == 0;
}

/* fe80::/10, ff01::/16 and ff02::/16 exist on every link. */
static bool is_of_a_link(const struct ipfunnel__place *p)
{
    const uint8_t *b = p->bytes;
    return p->version == 6 && ((b[0] == 0xfe && (b[1] & 0xc0) == 0x80) || (b[0] == 0xff && (b[1] & 0x0f) <= 2));
}

/* 127.0.0.0/8 and ::1 leave by no other interface, so nobody has to be asked. */
static bool is_loopback(const struct ipfunnel__place *p)
{
    static const uint8_t one[16] = { [15] = 1 };
    return p->version == 4 ? p->bytes[0] == 127 : memcmp(p->bytes, one, sizeof one) == 0;
}

static const ipfunnel_interface *within(const ipfunnel_interface *chain, const struct ipfunnel__place *p)
{
    const ipfunnel_interface *found = ipfunnel__interface_named(chain, p->scope);
    return found ? found : ipfunnel__interface_numbered(chain, p->scope);
}

/* ---- ADDRESS and ADDRESS/BITS. */

/* How well one address fits, from 0: not at all. What the interface itself says, address and prefix length, goes before
 * other addresses of the network. */
static int fit(const ipfunnel_address *a, const struct ipfunnel__place *p)
{
    const int whole = p->version == 4 ? 32 : 128, bits = p->prefix_length >= 0 ? p->prefix_length : whole;
    if (a->version != p->version || memcmp(a->bytes, p->bytes, (size_t)bits / 8) != 0)
        return 0;
    if (bits % 8 && (a->bytes[bits / 8] ^ p->bytes[bits / 8]) >> (8 - bits % 8))
        return 0;
    return 1 + (bits == a->prefix_length && memcmp(a->bytes, p->bytes, (size_t)whole / 8) == 0);
}

struct match {
    const ipfunnel_interface *interface;
    const ipfunnel_address *address;
    int rank;                           /* 0: none */
    int interfaces;                     /* of this rank */
};

/* Of several that fit equally those that are up are meant. */
static struct match best_match(const ipfunnel_interface *chain, const struct ipfunnel__place *p)
{
    const ipfunnel_interface *only = p->scope[0] ? within(chain, p) : NULL;
    struct match best = { .interface = NULL };
    for (const ipfunnel_interface *i = chain; i; i = i->next) {
        struct match here = { .interface = i };
        for (uint32_t a = 0; a < i->address_count && (!p->scope[0] || i == only); a++) {
            int rank = fit(&i->addresses[a], p) * 2;
            if (rank > here.rank) {
                here.rank = rank;
                here.address = &i->addresses[a];
            }
        }
        here.rank += here.rank && i->flags & IPFUNNEL_INTERFACE_UP ? 1 : 0;
        if (here.rank > best.rank)
            best = here;
        best.interfaces += here.rank && here.rank == best.rank;
    }
    return best;
}

static void none_at(const ipfunnel_interface *chain, const struct ipfunnel__place *p, const char *text,
                    ipfunnel_error *error)
{
    char offer[IPFUNNEL__OFFER_SIZE];
    ipfunnel__fail(error, IPFUNNEL_EADDRNOTAVAIL, 0, "interface", "no interface here has %s %s",
                   p->prefix_length < 0 ? "the address" : "an address in", text);
    if (ipfunnel__offer_addresses(chain, p->version, p->bytes, offer)[0])
        ipfunnel__remedy(error, "use one of %s; \"ipfunnel list\" shows all", offer);
    else
        ipfunnel__remedy(error, "none has an IPv%d address; use one of %s", p->version,
                         ipfunnel__offer_names(chain, NULL, offer));
}

/* Names those of the best rank, as they can be told apart: an address of a link by its scope, others by name. */
static void several_at(const ipfunnel_interface *chain, const struct ipfunnel__place *p, const char *text,
                       const struct match *best, ipfunnel_error *error)
{
    char names[IPFUNNEL__OFFER_SIZE] = "";
    size_t used = 0;
    int told = 0;
    for (const ipfunnel_interface *i = chain; i; i = i->next) {
        ipfunnel_interface alone = *i;
        alone.next = NULL;
        struct match here = best_match(&alone, p);
        char item[128];
        bool scoped = is_of_a_link(p) && p->prefix_length < 0;
        if (here.rank != best->rank)
            continue;
        int length = snprintf(item, sizeof item, "%s%s%s%.64s", told ? ", " : "", scoped ? text : "",
                              scoped ? "%" : "", i->name);
        if (length < 0 || used + (size_t)length + sizeof " and 2147483647 more" > sizeof names)
            break;
        memcpy(names + used, item, (size_t)length + 1);
        used += (size_t)length;
        told++;
    }
    if (told < best->interfaces)
        snprintf(names + used, sizeof names - used, " and %d more", best->interfaces - told);
    ipfunnel__fail(error, IPFUNNEL_EINVAL, 0, "interface", "%d interfaces have %s %s", best->interfaces,
                   p->prefix_length < 0 ? "the address" : "an address in", text);
    ipfunnel__remedy(error, "name one of them: %s", names);
}

const ipfunnel_interface *ipfunnel__interface_at(const ipfunnel_interface *chain, const struct ipfunnel__place *p,
                                                 const char *text, const ipfunnel_address **named,
                                                 ipfunnel_error *error)
{
    char offer[IPFUNNEL__OFFER_SIZE];
    if (p->prefix_length == -2) {
        ipfunnel__fail(error, IPFUNNEL_EINVAL, 0, "interface", "\"%s\" does not end in the length of a prefix", text);
        ipfunnel__remedy(error, "write a network as 192.0.2.0/24 or 2001:db8::/32");
        return NULL;
    }
    if (p->prefix_length < 0 && is_any(p)) {
        ipfunnel__fail(error, IPFUNNEL_EINVAL, 0, "interface", "the ANY address %s names no interface", text);
        ipfunnel__remedy(error, "give one interface, by name or by one of its addresses: %s",
                         ipfunnel__offer_names(chain, NULL, offer));
        return NULL;
    }
    struct match best = best_match(chain, p);
    if (best.interfaces == 1) {
        *named = best.address;
        return best.interface;
    }
    if (best.interfaces)
        several_at(chain, p, text, &best, error);
    else
        none_at(chain, p, text, error);
    return NULL;
}

/* ---- "toward:ADDRESS": where datagrams to this address leave. */

static const ipfunnel_interface *by_route(const ipfunnel_interface *chain, const struct ipfunnel__place *p,
                                          ipfunnel_error *error)
{
    struct ipfunnel__route route = { .interface_index = 0 };
    if (ipfunnel__os_route(p->version, p->bytes, &route, error))
        return NULL;
    for (const ipfunnel_interface *i = chain; i; i = i->next)
        if (i->index == route.interface_index)
            return i;
    struct ipfunnel__place local = { .version = p->version, .prefix_length = -1 };
    memcpy(local.bytes, route.local, p->version == 4 ? 4 : sizeof local.bytes);
    return best_match(chain, &local).interface;
}

const ipfunnel_interface *ipfunnel__interface_toward(const ipfunnel_interface *chain, const char *text,
                                                     ipfunnel_error *error)
{
    const char *destination = text + strlen("toward:");
    struct ipfunnel__place p = ipfunnel__place_read(destination);
    char known[IPFUNNEL__OFFER_SIZE];
    ipfunnel__offer_names(chain, p.scope[0] ? p.scope : NULL, known);
    if (!p.version || p.prefix_length != -1 || is_any(&p)) {
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
    error->status = IPFUNNEL_OK;
    const ipfunnel_interface *found = p.scope[0]         ? within(chain, &p)
                                      : is_loopback(&p) ? ipfunnel__interface_with(chain, IPFUNNEL_INTERFACE_LOOPBACK)
                                                        : by_route(chain, &p, error);
    if (!found && error->status == IPFUNNEL_OK) {
        ipfunnel__fail(error, IPFUNNEL_ENODEV, 0, "interface", "no interface here leads to %s", destination);
        ipfunnel__remedy(error, "name the interface: %s", known);
    } else if (!found && error->status == IPFUNNEL_ENODEV) {
        ipfunnel__remedy(error, "correct the address, or name the interface: %s", known);
    }
    return found;
}
