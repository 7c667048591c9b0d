/* find_interface.c - what a person may call an interface, and what is offered when that leads nowhere. */
#include "interface_chain.h"

static void refuses(const char *text, int status) { offers(text, status, "lo"); }

static void by_name(void) { finds("eth1", "eth1", 0); }
static void by_index(void) { finds("2", "eth0", 0); }
static void by_default(void) { finds("default", "eth0", 0); }
static void unknown_name_is_enodev(void) { refuses("eth9", IPFUNNEL_ENODEV); }
static void unknown_index_is_enodev(void) { refuses("9", IPFUNNEL_ENODEV); }
static void empty_name_is_enodev(void) { refuses("", IPFUNNEL_ENODEV); }

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

/* ---- Other names, descriptions, lo. */

static void by_other_names(void)
{
    const char *const names[] = { "enp5s0", "a name of its own, longer than others may be" };
    add_called(&(struct ipfunnel__interface_texts){ .name = "eth5", .other_names = names, .other_name_count = 2 }, 5,
               UP, "fe80::5");
    finds("enp5s0", "eth5", 0);
    finds("a name of its own, longer than others may be", "eth5", 0);
    finds("fe80::5%enp5s0", "eth5", 6);
    offers("ENP5S0", IPFUNNEL_ENODEV, "did you mean eth5?");
    fill();
}

static void by_description(void)
{
    add_called(&(struct ipfunnel__interface_texts){ .name = "eth5", .description = "uplink" }, 5, UP, "");
    add_called(&(struct ipfunnel__interface_texts){ .name = "eth6", .description = "eth0" }, 6, UP, "");
    finds("uplink", "eth5", 0);
    finds("eth0", "eth0", 0);
    refuses("Uplink", IPFUNNEL_ENODEV);
    refuses("upli", IPFUNNEL_ENODEV);
    add_called(&(struct ipfunnel__interface_texts){ .name = "eth7", .description = "uplink" }, 7, UP, "");
    offers("uplink", IPFUNNEL_EINVAL, "name one of them: eth7, eth5");
    add_called(&(struct ipfunnel__interface_texts){ .name = "Ethernet", .description = "Fast Adapter",
               .guid = "{0A1B2C3D-0000-4000-8000-0123456789AB}" }, 8, UP, "");
    finds("fast adapter", "Ethernet", 0);
    fill();
}

static void lo_is_the_loopback_interface_everywhere(void)
{
    empty();
    add("Ethernet", 2, UP, "10.9.0.1");
    add("Loopback Pseudo-Interface 1", 1, LOOPBACK, "127.0.0.1");
    finds("lo", "Loopback Pseudo-Interface 1", 0);
    finds("127.0.0.1%lo", "Loopback Pseudo-Interface 1", 4);
    add("lo", 3, UP, "");
    finds("lo", "lo", 0);
    fill();
}

/* ---- Offers. */

static void the_likeliest_come_first(void)
{
    offers("eth9", IPFUNNEL_ENODEV, "use one of eth0, eth1, lo, wlan0");
    offers("wlan", IPFUNNEL_ENODEV, "did you mean wlan0? There are wlan0, ");
    offers("Wlan0", IPFUNNEL_ENODEV, "did you mean wlan0?");
    offers("waln0", IPFUNNEL_ENODEV, "did you mean wlan0?");
    offers("", IPFUNNEL_ENODEV, "use one of lo, eth0, eth1, wlan0");
}

static void many_candidates_are_cut_at_a_whole_name(void)
{
    char name[16];
    ipfunnel_error error = { .status = 0 };
    const ipfunnel_address *named = NULL;
    for (int i = 99; i >= 10; i--) {
        snprintf(name, sizeof name, "veth1234567-%02d", i);
        add(name, (uint32_t)(100 + i), UP, "192.0.2.5");
    }
    CHECK(!ipfunnel__interface_find(chain, "ppp0", &named, &error));
    CHECK_CONTAINS(error.remedy, " more; \"ipfunnel list\" shows");
    CHECK_CONTAINS(error.remedy, "veth1234567-10, ");
    CHECK(!ipfunnel__interface_find(chain, "192.0.2.5", &named, &error));
    CHECK_CONTAINS(error.text, "90 interfaces have the address 192.0.2.5");
    CHECK_CONTAINS(error.remedy, " more");
    CHECK(!ipfunnel__interface_find(chain, "192.0.2.6", &named, &error));
    CHECK_CONTAINS(error.remedy, " more; ");
    fill();
}

static void default_with_nothing_up_is_not_a_wrong_name(void)
{
    ipfunnel_error error = { .status = 0 };
    const ipfunnel_address *named = NULL;

    empty();
    add("eth0", 2, 0, "10.9.0.1");
    add("lo", 1, IPFUNNEL_INTERFACE_LOOPBACK, "");
    ipfunnel__interface_suggest(chain);
    CHECK(!ipfunnel__interface_find(chain, "default", &named, &error));
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
    RUN(by_default);
    RUN(unknown_name_is_enodev);
    RUN(unknown_index_is_enodev);
    RUN(empty_name_is_enodev);
    RUN(name_wins_over_index);
    RUN(windows_names);
    RUN(elsewhere_case_matters);
    RUN(by_other_names);
    RUN(by_description);
    RUN(lo_is_the_loopback_interface_everywhere);
    RUN(the_likeliest_come_first);
    RUN(many_candidates_are_cut_at_a_whole_name);
    RUN(default_with_nothing_up_is_not_a_wrong_name);
    RUN(this_machine_has_a_loopback);
    empty();
    return 0;
}
