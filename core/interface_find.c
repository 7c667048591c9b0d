/* interface_find.c - what a person may call an interface, and which way of calling it goes first. */
#include "error.h"
#include "interface.h"
#include "interface_near.h"
#include "interface_place.h"
#include <stdio.h>
#include <string.h>

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

static bool has_other_name(const ipfunnel_interface *i, const char *text)
{
    for (uint32_t n = 0; n < i->other_name_count; n++)
        if (strcmp(i->other_names[n], text) == 0)
            return true;
    return false;
}

const ipfunnel_interface *ipfunnel__interface_with(const ipfunnel_interface *chain, uint32_t flag)
{
    while (chain && !(chain->flags & flag))
        chain = chain->next;
    return chain;
}

const ipfunnel_interface *ipfunnel__interface_named(const ipfunnel_interface *chain, const char *text)
{
    for (const ipfunnel_interface *i = chain; i; i = i->next)
        if (strcmp(i->name, text) == 0)
            return i;
    for (const ipfunnel_interface *i = chain; i; i = i->next)
        if (is_called(i, text) || has_other_name(i, text))
            return i;
    return strcmp(text, "lo") == 0 ? ipfunnel__interface_with(chain, IPFUNNEL_INTERFACE_LOOPBACK) : NULL;
}

const ipfunnel_interface *ipfunnel__interface_numbered(const ipfunnel_interface *chain, const char *text)
{
    char index[16];
    for (const ipfunnel_interface *i = chain; i; i = i->next) {
        snprintf(index, sizeof index, "%u", i->index);
        if (strcmp(text, index) == 0)
            return i;
    }
    return NULL;
}

/* ---- Descriptions: the only thing that two may have in common without being at fault. */

static bool is_described(const ipfunnel_interface *i, const char *text)
{
    return i->description[0] && (i->guid[0] ? same(text, i->description) : strcmp(text, i->description) == 0);
}

/* NULL without *error when there is none. */
static const ipfunnel_interface *described(const ipfunnel_interface *chain, const char *text, ipfunnel_error *error)
{
    const ipfunnel_interface *found = NULL;
    char names[160] = "";
    size_t used = 0;
    int count = 0;
    for (const ipfunnel_interface *i = chain; i; i = i->next) {
        if (!is_described(i, text))
            continue;
        found = i;
        if (used < sizeof names)
            used += (size_t)snprintf(names + used, sizeof names - used, "%s%s", count ? ", " : "", i->name);
        count++;
    }
    if (count <= 1)
        return found;
    ipfunnel__fail(error, IPFUNNEL_EINVAL, 0, "interface", "%d interfaces are described as \"%s\"", count, text);
    ipfunnel__remedy(error, "name one of them: %s", names);
    return NULL;
}

/* ---- All of it. */

static void nothing_is_up(const ipfunnel_interface *chain, ipfunnel_error *error)
{
    char known[IPFUNNEL__OFFER_SIZE];
    ipfunnel__fail(error, IPFUNNEL_ENODEV, 0, "interface", "no interface is up");
    ipfunnel__remedy(error, "bring one up, or name one: %s", ipfunnel__offer_names(chain, NULL, known));
}

static void nothing_is_called(const ipfunnel_interface *chain, const char *text, ipfunnel_error *error)
{
    char known[IPFUNNEL__OFFER_SIZE];
    const char *meant = ipfunnel__name_meant(chain, text);
    ipfunnel__fail(error, IPFUNNEL_ENODEV, 0, "interface", "there is no interface \"%s\"", text);
    ipfunnel__offer_names(chain, text, known);
    if (meant)
        ipfunnel__remedy(error, "did you mean %.64s? There are %s", meant, known);
    else
        ipfunnel__remedy(error, "use one of %s; \"ipfunnel list\" shows their addresses", known);
}

const ipfunnel_interface *ipfunnel__interface_find(const ipfunnel_interface *chain, const char *text,
                                                   const ipfunnel_address **named, ipfunnel_error *error)
{
    *named = NULL;
    const ipfunnel_interface *found = ipfunnel__interface_named(chain, text);
    if (found)
        return found;
    if (strncmp(text, "toward:", 7) == 0)
        return ipfunnel__interface_toward(chain, text, error);

    const struct ipfunnel__place place = ipfunnel__place_read(text);
    if (place.version)
        return ipfunnel__interface_at(chain, &place, text, named, error);
    if (strcmp(text, "default") == 0) {
        found = ipfunnel__interface_with(chain, IPFUNNEL_INTERFACE_SUGGESTED);
        if (!found)
            nothing_is_up(chain, error);
        return found;
    }
    error->status = IPFUNNEL_OK;
    found = ipfunnel__interface_numbered(chain, text);
    if (!found)
        found = described(chain, text, error);
    if (!found && error->status == IPFUNNEL_OK)
        nothing_is_called(chain, text, error);
    return found;
}
