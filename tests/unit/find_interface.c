/* find_interface.c - what a person may call an interface, and which one is suggested. */
#include "check.h"
#include "interface.h"
#include "os.h"

static ipfunnel_interface *chain;

static ipfunnel_interface *add(const char *name, uint32_t index, uint32_t flags, const char *address)
{
    ipfunnel_address *addresses = NULL;
    ipfunnel_interface *made = ipfunnel__interface_make(name, "", *address ? 1 : 0, &addresses);
    CHECK(made);
    if (*address)
        addresses[0].version = (uint8_t)ipfunnel__os_parse_address(address, addresses[0].bytes);
    made->index = index;
    made->flags = flags;
    made->next = chain;
    chain = made;
    return made;
}

enum { UP = IPFUNNEL_INTERFACE_UP | IPFUNNEL_INTERFACE_RUNNING, LOOPBACK = UP | IPFUNNEL_INTERFACE_LOOPBACK };

static void fill(void)
{
    ipfunnel_interfaces_free(chain);
    chain = NULL;
    add("wlan0", 4, UP, "fe80::4");
    add("eth1", 3, UP, "fe80::1");
    add("eth0", 2, UP, "10.9.0.1");
    add("lo", 1, LOOPBACK, "127.0.0.1");
    ipfunnel__interface_suggest(chain);
}

static void finds(const char *text, const char *name, int family)
{
    ipfunnel_error error = { .status = 0 };
    int said = -1;
    const ipfunnel_interface *found = ipfunnel__interface_find(chain, text, &said, &error);
    CHECK_STR(found ? found->name : error.text, name);
    CHECK_INT(said, family);
}

static void refuses(const char *text, int status)
{
    ipfunnel_error error = { .status = 0 };
    int family = 0;
    CHECK(!ipfunnel__interface_find(chain, text, &family, &error));
    CHECK_INT(error.status, status);
    CHECK_CONTAINS(error.text, text);
    CHECK_CONTAINS(error.remedy, "lo, eth0, eth1, wlan0");
}

static void by_name(void) { finds("eth1", "eth1", 0); }
static void by_index(void) { finds("2", "eth0", 0); }
static void by_ipv4_address(void) { finds("10.9.0.1", "eth0", 4); }
static void by_ipv6_address(void) { finds("fe80:0::4", "wlan0", 6); }
static void by_scoped_address(void) { finds("fe80::1%eth1", "eth1", 6); finds("fe80::1%3", "eth1", 6); }
static void by_default(void) { finds("default", "eth0", 0); }
static void wrong_scope_is_refused(void) { refuses("fe80::1%eth0", IPFUNNEL_EADDRNOTAVAIL); }
static void unknown_name_is_enodev(void) { refuses("eth9", IPFUNNEL_ENODEV); }
static void unknown_index_is_enodev(void) { refuses("9", IPFUNNEL_ENODEV); }
static void empty_name_is_enodev(void) { refuses("", IPFUNNEL_ENODEV); }
static void foreign_address_is_eaddrnotavail(void) { refuses("10.9.0.2", IPFUNNEL_EADDRNOTAVAIL); }
static void any_address_is_einval(void) { refuses("0.0.0.0", IPFUNNEL_EINVAL); refuses("::", IPFUNNEL_EINVAL); }

static void name_wins_over_index(void)
{
    add("3", 7, UP, "");
    finds("3", "3", 0);
    fill();
}

static const char *suggested(void)
{
    for (const ipfunnel_interface *i = chain; i; i = i->next)
        if (i->flags & IPFUNNEL_INTERFACE_SUGGESTED)
            return *i->suggestion ? i->name : "no reason given";
    return "none";
}

static void suggests_the_one_with_a_global_address(void) { CHECK_STR(suggested(), "eth0"); }

static void suggests_loopback_when_nothing_else_is_up(void)
{
    ipfunnel_interfaces_free(chain);
    chain = NULL;
    add("eth0", 2, 0, "10.9.0.1");
    add("lo", 1, LOOPBACK, "127.0.0.1");
    ipfunnel__interface_suggest(chain);
    CHECK_STR(suggested(), "lo");
}

static void suggests_nothing_when_nothing_is_up(void)
{
    ipfunnel_interfaces_free(chain);
    chain = NULL;
    add("eth0", 2, 0, "10.9.0.1");
    ipfunnel__interface_suggest(chain);
    CHECK_STR(suggested(), "none");
}

static void default_with_nothing_up_is_not_a_wrong_name(void)
{
    ipfunnel_error error = { .status = 0 };
    int family = 0;

    ipfunnel_interfaces_free(chain);
    chain = NULL;
    add("eth0", 2, 0, "10.9.0.1");
    add("lo", 1, IPFUNNEL_INTERFACE_LOOPBACK, "");
    ipfunnel__interface_suggest(chain);
    CHECK(!ipfunnel__interface_find(chain, "default", &family, &error));
    CHECK_INT(error.status, IPFUNNEL_ENODEV);
    CHECK_STR(error.text, "no interface is up");
    CHECK_CONTAINS(error.remedy, "lo, eth0");
}

static void this_machine_has_a_loopback(void)
{
    const ipfunnel_interface *real = NULL;
    int loopbacks = 0, count = ipfunnel_interfaces(&real, NULL), seen = 0;
    CHECK(count > 0);
    for (const ipfunnel_interface *i = real; i; i = i->next, seen++) {
        loopbacks += i->flags & IPFUNNEL_INTERFACE_LOOPBACK ? 1 : 0;
        CHECK(!i->next || i->next->index > i->index);
        CHECK(i->mtu > 0);
    }
    CHECK_INT(seen, count);
    CHECK_INT(loopbacks, 1);
    ipfunnel_interfaces_free(real);
}

int main(void)
{
    fill();
    RUN(by_name);
    RUN(by_index);
    RUN(by_ipv4_address);
    RUN(by_ipv6_address);
    RUN(by_scoped_address);
    RUN(by_default);
    RUN(wrong_scope_is_refused);
    RUN(unknown_name_is_enodev);
    RUN(unknown_index_is_enodev);
    RUN(empty_name_is_enodev);
    RUN(foreign_address_is_eaddrnotavail);
    RUN(any_address_is_einval);
    RUN(name_wins_over_index);
    RUN(suggests_the_one_with_a_global_address);
    RUN(suggests_loopback_when_nothing_else_is_up);
    RUN(suggests_nothing_when_nothing_is_up);
    RUN(default_with_nothing_up_is_not_a_wrong_name);
    RUN(this_machine_has_a_loopback);
    ipfunnel_interfaces_free(chain);
    return 0;
}
