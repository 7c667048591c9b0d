/* find_interface.c - what a person may call an interface, and which one is suggested. */
#include "check.h"
#include "interface.h"
#include "os.h"

static ipfunnel_interface *chain;

static void add_with(const char *name, const char *guid, uint32_t index, uint32_t flags, const char *address)
{
    ipfunnel_address *addresses = NULL;
    ipfunnel_interface *made = ipfunnel__interface_make(name, "", guid, *address ? 1 : 0, &addresses);
    CHECK(made);
    if (*address)
        addresses[0].version = (uint8_t)ipfunnel__os_parse_address(address, addresses[0].bytes);
    made->index = index;
    made->flags = flags;
    made->next = chain;
    chain = made;
}

static void add(const char *name, uint32_t index, uint32_t flags, const char *address)
{
    add_with(name, "", index, flags, address);
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
    add("3", 7, UP, "fe80::7");
    finds("3", "3", 0);
    finds("fe80::7%3", "3", 6);
    fill();
}

/* What people see in Windows, and what other programs print there. */
static void windows_names(void)
{
    add_with("Loopback Pseudo-Interface 1", "{00000000-0000-4000-8000-000000000001}", 13, LOOPBACK, "::1");
    add_with("Ethernet 2", "{0A1B2C3D-0000-4000-8000-0123456789AB}", 12, UP, "192.0.2.1");
    finds("Ethernet 2", "Ethernet 2", 0);
    finds("ethernet 2", "Ethernet 2", 0);
    finds("{0A1B2C3D-0000-4000-8000-0123456789AB}", "Ethernet 2", 0);
    finds("{0a1b2c3d-0000-4000-8000-0123456789ab}", "Ethernet 2", 0);
    finds("0a1b2c3d-0000-4000-8000-0123456789ab", "Ethernet 2", 0);
    finds("\\Device\\NPF_{0A1B2C3D-0000-4000-8000-0123456789AB}", "Ethernet 2", 0);
    finds("\\device\\npf_{0a1b2c3d-0000-4000-8000-0123456789ab}", "Ethernet 2", 0);
    finds("\\Device\\NPF_Loopback", "Loopback Pseudo-Interface 1", 0);
    finds("192.0.2.1%ethernet 2", "Ethernet 2", 4);
    refuses("ethernet", IPFUNNEL_ENODEV);
    refuses("0a1b2c3d", IPFUNNEL_ENODEV);
    refuses("{0A1B2C3D-0000-4000-8000-0123456789AB", IPFUNNEL_ENODEV);
    refuses("\\Device\\NPF_", IPFUNNEL_ENODEV);
    refuses("\\Device\\NPF_{0A1B2C3D-0000-4000-8000-0123456789AC}", IPFUNNEL_ENODEV);
    fill();
}

static void elsewhere_case_matters(void)
{
    refuses("ETH0", IPFUNNEL_ENODEV);
    refuses("\\Device\\NPF_Loopback", IPFUNNEL_ENODEV);
}

static void toward_is_refused(const char *text, int status, const char *why)
{
    ipfunnel_error error = { .status = 0 };
    int family = 0;
    CHECK(!ipfunnel__interface_find(chain, text, &family, &error));
    CHECK_INT(error.status, status);
    CHECK_CONTAINS(error.text, why);
    CHECK(error.remedy[0]);
}

static void toward_needs_the_address_of_a_host(void)
{
    static const char *const wrong[] = { "toward:", "toward:eth0", "toward:10.9.0.1/24", "toward:0.0.0.0", "toward:::",
                                         "toward: 10.9.0.1" };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        toward_is_refused(wrong[i], IPFUNNEL_EINVAL, wrong[i]);
    toward_is_refused("toward:fe80::9", IPFUNNEL_EINVAL, "fe80::9 may be on any link");
    toward_is_refused("toward:ff02::fb", IPFUNNEL_EINVAL, "ff02::fb may be on any link");
}

static void toward_goes_by_the_scope_where_there_is_one(void)
{
    finds("toward:fe80::9%eth1", "eth1", 0);
    finds("toward:ff02::fb%4", "wlan0", 0);
    toward_is_refused("toward:fe80::9%eth9", IPFUNNEL_ENODEV, "fe80::9%eth9");
}

static void toward_loopback_is_the_loopback_interface(void)
{
    finds("toward:127.0.0.1", "lo", 0);
    finds("toward:127.3.2.1", "lo", 0);
    finds("toward:::1", "lo", 0);
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
        CHECK(i->guid);
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
    RUN(windows_names);
    RUN(elsewhere_case_matters);
    RUN(toward_needs_the_address_of_a_host);
    RUN(toward_goes_by_the_scope_where_there_is_one);
    RUN(toward_loopback_is_the_loopback_interface);
    RUN(suggests_the_one_with_a_global_address);
    RUN(suggests_loopback_when_nothing_else_is_up);
    RUN(suggests_nothing_when_nothing_is_up);
    RUN(default_with_nothing_up_is_not_a_wrong_name);
    RUN(this_machine_has_a_loopback);
    ipfunnel_interfaces_free(chain);
    return 0;
}
