/* frames.h - what the rows of the table send: each function appends its frames to a script. What is in them, and what
 * has to come out, is in the row that names it. */
#ifndef IPFUNNEL_TESTS_FRAMES_H
#define IPFUNNEL_TESTS_FRAMES_H
#include "traffic_script.h"

/* frames_ipv4.c */
void ipv4_no_operation(struct script *s);
void ipv4_options(struct script *s);
void ipv4_fragments(struct script *s);
void ipv4_fragments_every_order(struct script *s);
void ipv4_fragments_overlapping(struct script *s);
void ipv4_largest(struct script *s);
void ipv4_some_protocols(struct script *s);
void ipv4_every_protocol(struct script *s);
void ipv4_every_tos(struct script *s);
void ipv4_ttl(struct script *s);
void ipv4_impossible_lengths(struct script *s);
void ipv4_wrong_lengths(struct script *s);
void ipv4_wrong_checksums(struct script *s);
void ipv4_odd_addresses(struct script *s);

/* frames_ipv6.c */
void ipv6_extension_headers(struct script *s);
void ipv6_long_chains(struct script *s);
void ipv6_fragments(struct script *s);
void ipv6_fragments_every_order(struct script *s);
void ipv6_fragments_overlapping(struct script *s);
void ipv6_esp_and_nothing(struct script *s);
void ipv6_largest(struct script *s);
void ipv6_jumbo(struct script *s);
void ipv6_not_quite_jumbo(struct script *s);
void ipv6_every_next_header(struct script *s);
void ipv6_every_traffic_class(struct script *s);
void ipv6_hop_limit(struct script *s);
void ipv6_impossible_lengths(struct script *s);
void ipv6_wrong_lengths(struct script *s);
void ipv6_wrong_checksums(struct script *s);

/* frames_transport.c: what is in the datagram makes no difference to what it is. */
void udp_lengths(struct script *s);
void tcp_flags(struct script *s);
void other_transports(struct script *s);
void icmp_errors(struct script *s);
void icmpv6_messages(struct script *s);
void igmp_messages(struct script *s);
void mld_messages(struct script *s);
void ip_in_ip(struct script *s);
void gre(struct script *s);
void esp_and_ah(struct script *s);
void udp_tunnels(struct script *s);

/* frames_link.c */
void padding(struct script *s);
void vlan_tags(struct script *s);
void every_vlan_id(struct script *s);
void arp(struct script *s);
void spanning_tree(struct script *s);
void snap(struct script *s);
void llc(struct script *s);
void mpls(struct script *s);
void pppoe(struct script *s);
void other_ethertypes(struct script *s);
void broadcast(struct script *s);
void multicast(struct script *s);
void for_another_host(struct script *s);
void wrong_version(struct script *s);
void cut_headers(struct script *s);

/* frames_plain.c: simple traffic where the device or what happens to it is the matter. */
void marker(struct script *s, const char name[8]);
void both_versions(struct script *s);
void both_directions(struct script *s);
void ipv4_only(struct script *s);
void ipv6_only(struct script *s);
void four_streams(struct script *s);
void super_udp(struct script *s);
void super_tcp_ipv4(struct script *s);
void super_tcp_ipv6(struct script *s);

#endif
