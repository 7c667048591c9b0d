/* direction_by_address.c - N5: which way a datagram went when only the interface's own addresses can tell. */
#include "check.h"
#include "direction.h"
#include "own_addresses.h"
#include "os.h"

static uint8_t direction(const char *own, const char *source, const char *destination)
{
    struct ipfunnel__policy policy = { .vlan = IPFUNNEL_VLAN_ALL };
    ipfunnel_address *list = NULL;
    ipfunnel_error error;
    uint32_t count = 0, families = 0;
    uint8_t header[40] = { 0 }, bytes[16];
    CHECK_INT(ipfunnel__own_addresses_parse(own, &list, &count, &families, &error), IPFUNNEL_OK);
    policy.own_addresses = list;
    policy.own_address_count = count;
    int version = ipfunnel__os_parse_address(source, bytes);
    memcpy(header + (version == 4 ? 12 : 8), bytes, version == 4 ? 4 : 16);
    CHECK_INT(ipfunnel__os_parse_address(destination, bytes), version);
    memcpy(header + (version == 4 ? 16 : 24), bytes, version == 4 ? 4 : 16);
    uint8_t said = ipfunnel__direction(&policy, version, header);
    free(list);
    return said;
}

static const char *const OWN = "10.9.0.1/24,192.168.7.1/31,fd09::1/64,fe80::1/64";

static void source_of_ours_is_out(void)
{
    CHECK_INT(direction(OWN, "10.9.0.1", "8.8.8.8"), IPFUNNEL_DIRECTION_OUT);
    CHECK_INT(direction(OWN, "fd09::1", "fd09::2"), IPFUNNEL_DIRECTION_OUT);
    CHECK_INT(direction(OWN, "10.9.0.1", "255.255.255.255"), IPFUNNEL_DIRECTION_OUT);
}

static void destination_of_ours_is_in(void)
{
    CHECK_INT(direction(OWN, "10.9.0.2", "10.9.0.1"), IPFUNNEL_DIRECTION_IN);
    CHECK_INT(direction(OWN, "fe80::2", "fe80::1"), IPFUNNEL_DIRECTION_IN);
}

static void broadcast_is_in(void)
{
    CHECK_INT(direction(OWN, "0.0.0.0", "255.255.255.255"), IPFUNNEL_DIRECTION_IN);
    CHECK_INT(direction(OWN, "10.9.0.2", "10.9.0.255"), IPFUNNEL_DIRECTION_IN);
}

static void broadcast_of_another_network_is_unknown(void)
{
    CHECK_INT(direction(OWN, "10.9.1.2", "10.9.1.255"), IPFUNNEL_DIRECTION_UNKNOWN);
}

static void a_31_bit_network_has_no_broadcast(void)
{
    CHECK_INT(direction("192.168.7.0/31", "192.168.9.9", "192.168.7.1"), IPFUNNEL_DIRECTION_UNKNOWN);
}

static void multicast_is_in(void)
{
    CHECK_INT(direction(OWN, "10.9.0.2", "224.0.0.1"), IPFUNNEL_DIRECTION_IN);
    CHECK_INT(direction(OWN, "10.9.0.2", "239.255.255.250"), IPFUNNEL_DIRECTION_IN);
    CHECK_INT(direction(OWN, "fe80::2", "ff02::1"), IPFUNNEL_DIRECTION_IN);
}

static void class_e_is_not_multicast(void)
{
    CHECK_INT(direction(OWN, "10.9.0.2", "240.0.0.1"), IPFUNNEL_DIRECTION_UNKNOWN);
}

static void forwarded_is_unknown(void)
{
    CHECK_INT(direction(OWN, "10.9.0.2", "8.8.8.8"), IPFUNNEL_DIRECTION_UNKNOWN);
    CHECK_INT(direction(OWN, "fd09::2", "fd0a::2"), IPFUNNEL_DIRECTION_UNKNOWN);
}

static void an_ipv4_address_says_nothing_about_ipv6(void)
{
    CHECK_INT(direction("10.9.0.1", "a09:1::", "fd09::2"), IPFUNNEL_DIRECTION_UNKNOWN);
}

static void what_is_no_address_list_is_einval(void)
{
    static const char *const texts[] = {
        "10.9.0.1/", "10.9.0.1/33", "10.9.0.1/+24", "10.9.0.1/ 24", "10.9.0.1/-18446744073709551592", "10.9.0.1/24x",
        "10.9.0.1/99999999999999999999", "fd09::1/129", "10.9.0.1,", ",10.9.0.1", "10.9.0", "0.0.0.0", "::/64", "eth0",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        ipfunnel_address *list = NULL;
        ipfunnel_error error = { .text = "" };
        uint32_t count = 0, families = 0;
        printf("  %s\n", texts[i]);
        CHECK_INT(ipfunnel__own_addresses_parse(texts[i], &list, &count, &families, &error), IPFUNNEL_EINVAL);
        CHECK(error.text[0] && error.remedy[0]);
        free(list);
    }
}

int main(void)
{
    RUN(source_of_ours_is_out);
    RUN(destination_of_ours_is_in);
    RUN(broadcast_is_in);
    RUN(broadcast_of_another_network_is_unknown);
    RUN(a_31_bit_network_has_no_broadcast);
    RUN(multicast_is_in);
    RUN(class_e_is_not_multicast);
    RUN(forwarded_is_unknown);
    RUN(an_ipv4_address_says_nothing_about_ipv6);
    RUN(what_is_no_address_list_is_einval);
    return 0;
}
