#include "traffic_script.h"
#include "frames.h"

static void (*const parts[])(struct script *) = {
    ipv4_no_operation, ipv4_fragments, ipv4_largest, ipv4_some_protocols,
    ipv6_extension_headers, ipv6_fragments, ipv6_esp_and_nothing, ipv6_largest,
    padding, vlan_tags, arp, spanning_tree, snap, llc, mpls, pppoe, broadcast, multicast, for_another_host,
    ipv4_impossible_lengths, wrong_version, ipv4_wrong_lengths,
};

void script_build(struct script *s, const uint8_t mac[6])
{
    script_begin(s, mac);
    marker(s, "begin   ");
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        parts[i](s);
    marker(s, "end     ");
}
