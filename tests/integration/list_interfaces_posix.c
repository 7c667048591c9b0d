/* list_interfaces_posix.c - interfaces where the system makes it hard: labelled addresses, routes. */
#include "live_posix.h"

static const ipfunnel_interface *list(void)
{
    ipfunnel_error error = { .text = "" };
    const ipfunnel_interface *chain = NULL;
    if (ipfunnel_interfaces(&chain, &error) < 0)
        fprintf(stderr, "%s\n", error.text);
    CHECK(chain);
    return chain;
}

/* The label of an IPv4 address looks like the name of an interface: ip addr add ... label va:1 */
static void a_labelled_address_belongs_to_its_interface(void)
{
    run("ip addr add 10.9.7.1/24 dev va label va:1");
    const ipfunnel_interface *chain = list();
    int found = 0;
    for (const ipfunnel_interface *i = chain; i; i = i->next) {
        CHECK(!i->next || i->index < i->next->index);
        if (strcmp(i->name, "va") != 0)
            continue;
        for (uint32_t a = 0; a < i->address_count; a++)
            found += i->addresses[a].version == 4 && i->addresses[a].bytes[2] == 7;
    }
    CHECK_INT(found, 1);
    ipfunnel_interfaces_free(chain);
}

static void a_labelled_address_opens_its_interface(void)
{
    ipfunnel *capture = open_live(DEFAULTS, "10.9.7.1", IPFUNNEL_MODE_OFF);
    ipfunnel_capture_info info = IPFUNNEL_CAPTURE_INFO_INIT;
    CHECK_INT(ipfunnel_info(capture, &info), 0);
    CHECK_STR(info.interface_name, "va");
    ipfunnel_close(capture);
}

/* An address of this namespace that both ends have, so that only the route tells them apart. */
static void a_destination_names_the_interface_that_leads_there(void)
{
    static const struct {
        const char *destination, *interface;
    } ways[] = {
        { "toward:10.9.0.2", "lo" },                /* its own address */
        { "toward:fd09::2", "lo" },
        { "toward:203.0.113.1", "vb" },
        { "toward:2001:db8::1", "vb" },
        { "toward:198.51.100.7", "va" },
        { "toward:239.1.2.3", "vb" },
        { "toward:fe80::77%va", "va" },
    };
    run("ip addr add 10.7.7.7/32 dev va; ip addr add 10.7.7.7/32 dev vb");
    run("ip route add 203.0.113.0/24 dev vb src 10.7.7.7; ip route add 198.51.100.0/24 dev va src 10.7.7.7");
    run("ip route add 239.1.2.3 dev vb; ip -6 route add 2001:db8::/32 dev vb");
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        ipfunnel *capture = open_live(DEFAULTS, ways[i].destination, IPFUNNEL_MODE_OFF);
        ipfunnel_capture_info info = IPFUNNEL_CAPTURE_INFO_INIT;
        CHECK_INT(ipfunnel_info(capture, &info), 0);
        CHECK_STR(info.interface_name, ways[i].interface);
        CHECK_INT(info.families, IPFUNNEL_IPV4 | IPFUNNEL_IPV6);
        ipfunnel_close(capture);
    }
}

static void a_destination_without_a_way_is_enodev(void)
{
    static const char *const nowhere[] = { "toward:192.0.2.1", "toward:2001:db9::1", "toward:203.0.113.200",
                                           "toward:2001:db8:1::1" };
    run("ip route add unreachable 203.0.113.200; ip -6 route add prohibit 2001:db8:1::/48");
    for (size_t i = 0; i < sizeof nowhere / sizeof *nowhere; i++) {
        ipfunnel_options options = IPFUNNEL_OPTIONS_INIT;
        ipfunnel_error error = { .text = "" };
        ipfunnel *capture = NULL;
        options.interface_name = nowhere[i];
        CHECK_INT(ipfunnel_open(&capture, &options, &error), IPFUNNEL_ENODEV);
        CHECK_CONTAINS(error.text, nowhere[i] + strlen("toward:"));
        CHECK_CONTAINS(error.remedy, "name the interface: lo, ");
    }
}

int main(void)
{
    RUN(a_labelled_address_belongs_to_its_interface);
    RUN(a_labelled_address_opens_its_interface);
    RUN(a_destination_names_the_interface_that_leads_there);
    RUN(a_destination_without_a_way_is_enodev);
    return 0;
}
