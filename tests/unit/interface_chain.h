/* interface_chain.h - a list of interfaces to find some in: lo 1, eth0 2, eth1 3, wlan0 4, and what a test adds. */
#ifndef IPFUNNEL_TESTS_INTERFACE_CHAIN_H
#define IPFUNNEL_TESTS_INTERFACE_CHAIN_H
#include "check.h"
#include "interface.h"
#include "os.h"

static ipfunnel_interface *chain;

static void add_called(const struct ipfunnel__interface_texts *texts, uint32_t index, uint32_t flags,
                       const char *address)
{
    ipfunnel_address *addresses = NULL;
    ipfunnel_interface *made = ipfunnel__interface_make(texts, *address ? 1 : 0, &addresses);
    char host[64];
    const char *bits = strchr(address, '/');
    CHECK(made);
    if (*address) {
        snprintf(host, sizeof host, "%.*s", (int)strcspn(address, "/"), address);
        addresses[0].version = (uint8_t)ipfunnel__os_parse_address(host, addresses[0].bytes);
        addresses[0].prefix_length = (uint8_t)(bits ? atoi(bits + 1) : 0);
    }
    made->index = index;
    made->flags = flags;
    made->next = chain;
    chain = made;
}

static void add_with(const char *name, const char *guid, uint32_t index, uint32_t flags, const char *address)
{
    add_called(&(struct ipfunnel__interface_texts){ .name = name, .guid = guid }, index, flags, address);
}

static void add(const char *name, uint32_t index, uint32_t flags, const char *address)
{
    add_with(name, "", index, flags, address);
}

enum { UP = IPFUNNEL_INTERFACE_UP | IPFUNNEL_INTERFACE_RUNNING, LOOPBACK = UP | IPFUNNEL_INTERFACE_LOOPBACK };

static void empty(void)
{
    ipfunnel_interfaces_free(chain);
    chain = NULL;
}

static void fill(void)
{
    empty();
    add("wlan0", 4, UP, "fe80::4");
    add("eth1", 3, UP, "fe80::1");
    add("eth0", 2, UP, "10.9.0.1");
    add("lo", 1, LOOPBACK, "127.0.0.1");
    ipfunnel__interface_suggest(chain);
}

static void finds(const char *text, const char *name, int family)
{
    ipfunnel_error error = { .status = 0 };
    const ipfunnel_address *named = NULL;
    const ipfunnel_interface *found = ipfunnel__interface_find(chain, text, &named, &error);
    CHECK_STR(found ? found->name : error.text, name);
    CHECK_INT(named ? named->version : 0, family);
    CHECK(!named || (named >= found->addresses && named < found->addresses + found->address_count));
}

/* Refused, with this status and in the remedy these words. */
static void offers(const char *text, int status, const char *remedy)
{
    ipfunnel_error error = { .status = 0 };
    const ipfunnel_address *named = NULL;
    CHECK(!ipfunnel__interface_find(chain, text, &named, &error));
    CHECK_INT(error.status, status);
    CHECK_CONTAINS(error.text, text);
    CHECK_CONTAINS(error.remedy, remedy);
}

#endif
