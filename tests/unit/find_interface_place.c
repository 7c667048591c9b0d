/* find_interface_place.c - interfaces by addresses, by networks, and by where datagrams leave. */
#include "interface_chain.h"

static void by_ipv4_address(void) { finds("10.9.0.1", "eth0", 4); }
static void by_ipv6_address(void) { finds("fe80:0::4", "wlan0", 6); }
static void by_scoped_address(void) { finds("fe80::1%eth1", "eth1", 6); finds("fe80::1%3", "eth1", 6); }
static void wrong_scope_is_refused(void) { offers("fe80::1%eth0", IPFUNNEL_EADDRNOTAVAIL, "fe80::1 (eth1), "); }
static void foreign_address_is_eaddrnotavail(void) { offers("10.9.0.2", IPFUNNEL_EADDRNOTAVAIL, "10.9.0.1 (eth0), "); }
static void any_address_is_einval(void)
{
    offers("0.0.0.0", IPFUNNEL_EINVAL, "lo, eth0, eth1, wlan0");
    offers("::", IPFUNNEL_EINVAL, "lo, eth0, eth1, wlan0");
}

static void toward_is_refused(const char *text, int status, const char *why)
{
    ipfunnel_error error = { .status = 0 };
    const ipfunnel_address *named = NULL;
    CHECK(!ipfunnel__interface_find(chain, text, &named, &error));
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

static void by_network(void)
{
    add("eth5", 5, UP, "192.0.2.129/25");
    add("eth6", 6, UP, "192.0.2.1/25");
    add("eth7", 7, UP, "2001:db8::7/64");
    finds("10.0.0.0/8", "eth0", 4);
    finds("10.9.0.77/24", "eth0", 4);
    finds("10.9.0.1/32", "eth0", 4);
    finds("192.0.2.128/25", "eth5", 4);
    finds("192.0.2.0/25", "eth6", 4);
    finds("192.0.2.1/25", "eth6", 4);
    finds("2001:db8::/32", "eth7", 6);
    finds("2001:db8::/64", "eth7", 6);
    finds("fe80::%eth1/64", "eth1", 6);
    finds("127.0.0.0/8", "lo", 4);
    offers("192.0.2.0/24", IPFUNNEL_EINVAL, "name one of them: eth6, eth5");
    offers("fe80::/10", IPFUNNEL_EINVAL, "name one of them: eth1, wlan0");
    offers("198.51.100.0/24", IPFUNNEL_EADDRNOTAVAIL,
           "192.0.2.1 (eth6), 192.0.2.129 (eth5), 127.0.0.1 (lo), 10.9.0.1 (eth0)");
    offers("2001:db9::/32", IPFUNNEL_EADDRNOTAVAIL, "use one of 2001:db8::7 (eth7), ");
    fill();
}

static void what_the_interface_itself_says_goes_first(void)
{
    add("eth5", 5, UP, "192.0.2.5/24");
    add("eth6", 6, UP, "192.0.2.6/24");
    finds("192.0.2.5/24", "eth5", 4);
    finds("192.0.2.6/24", "eth6", 4);
    offers("192.0.2.7/24", IPFUNNEL_EINVAL, "eth6, eth5");
    fill();
}

static void bits_that_are_none_are_refused(void)
{
    static const char *const wrong[] = { "10.9.0.0/", "10.9.0.0/33", "10.9.0.0/-1", "10.9.0.0/08", "10.9.0.0/1000",
                                         "10.9.0.0/2x", "fe80::/129", "10.9.0.0/255.0.0.0", "10.9.0.0/24/24" };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        ipfunnel_error error = { .status = 0 };
        const ipfunnel_address *named = NULL;
        CHECK(!ipfunnel__interface_find(chain, wrong[i], &named, &error));
        CHECK(error.status == IPFUNNEL_EINVAL || error.status == IPFUNNEL_ENODEV);
        CHECK_CONTAINS(error.text, wrong[i]);
        CHECK(error.remedy[0]);
    }
}

static void an_address_of_several_is_the_one_that_is_up(void)
{
    add("eth5", 5, 0, "192.0.2.5");
    add("eth6", 6, UP, "192.0.2.5");
    finds("192.0.2.5", "eth6", 4);
    add("eth7", 7, UP, "192.0.2.5");
    offers("192.0.2.5", IPFUNNEL_EINVAL, "name one of them: eth7, eth6");
    add("eth8", 8, UP, "fe80::1");
    offers("fe80::1", IPFUNNEL_EINVAL, "name one of them: fe80::1%eth8, fe80::1%eth1");
    finds("fe80::1%eth8", "eth8", 6);
    fill();
}

int main(void)
{
    fill();
    RUN(by_ipv4_address);
    RUN(by_ipv6_address);
    RUN(by_scoped_address);
    RUN(wrong_scope_is_refused);
    RUN(foreign_address_is_eaddrnotavail);
    RUN(any_address_is_einval);
    RUN(toward_needs_the_address_of_a_host);
    RUN(toward_goes_by_the_scope_where_there_is_one);
    RUN(toward_loopback_is_the_loopback_interface);
    RUN(by_network);
    RUN(what_the_interface_itself_says_goes_first);
    RUN(bits_that_are_none_are_refused);
    RUN(an_address_of_several_is_the_one_that_is_up);
    empty();
    return 0;
}
