/* filter_primitives.c - the primitives of pcap-filter(7), one row each: a datagram that it accepts and one that it does
 * not, or the word at which it is refused. */
#include "check.h"
#include "filter/filter.h"
#include "filter/filter_words.h"
#include "filter_sample.h"

enum sample_name {
    UDP4, TCP4, TCP4_FIN, SCTP4, UDP6, TCP6, ICMP4, ICMP6, IGMP4, ESP4, AH4, AH6, PIM4, VRRP4, IGRP4, FRAGMENT4, HOPS6,
    BROADCAST4, MULTICAST6, GENEVE4, LONG4, SENT4, NOWHERE4, OPTIONS4, SAMPLES
};

static const struct filter_sample samples[SAMPLES] = {
    [UDP4] = { .from = "10.0.0.1", .to = "10.0.0.2", .protocol = 17, .payload = "0035 0fa0 000c 0000 61626364",
               .direction = IPFUNNEL_DIRECTION_IN, .interface_index = 3 },
    [TCP4] = { .from = "10.0.0.2", .to = "192.0.2.9", .protocol = 6,
               .payload = "9c40 0050 00000001 00000000 5002 2000 0000 0000", .direction = IPFUNNEL_DIRECTION_OUT,
               .interface_index = 4 },
    [TCP4_FIN] = { .from = "192.0.2.9", .to = "10.0.0.2", .protocol = 6,
                   .payload = "0050 9c40 00000001 00000001 5011 2000 0000 0000" },
    [SCTP4] = { .from = "172.16.5.1", .to = "172.16.5.2", .protocol = 132, .payload = "0035 0fa0 00000000 00000000" },
    [UDP6] = { .from = "2001:db8::1", .to = "2001:db8:1::2", .protocol = 17,
               .payload = "0035 0fa0 000c 0000 61626364" },
    [TCP6] = { .from = "fd00::1", .to = "fd00::2", .protocol = 6,
               .payload = "9c40 0050 00000001 00000000 5002 2000 0000 0000" },
    [ICMP4] = { .from = "10.0.0.1", .to = "10.0.0.2", .protocol = 1, .payload = "0800 0000 00000000" },
    [ICMP6] = { .from = "fd00::1", .to = "fd00::2", .protocol = 58, .payload = "8000 0000 00000000" },
    [IGMP4] = { .from = "10.0.0.1", .to = "224.0.0.1", .protocol = 2, .payload = "1100 0000 00000000" },
    [ESP4] = { .from = "10.0.0.1", .to = "10.0.0.2", .protocol = 50, .payload = "00000001 00000001" },
    [AH4] = { .from = "10.0.0.1", .to = "10.0.0.2", .protocol = 51,
              .payload = "0601 0000 00000001 00000001 9c40 0050 00000001 00000000 5002 2000 0000 0000" },
    [AH6] = { .from = "fd00::1", .to = "fd00::2", .protocol = 51,
              .payload = "0601 0000 00000001 00000001 9c40 0050 00000001 00000000 5002 2000 0000 0000" },
    [PIM4] = { .from = "10.0.0.1", .to = "224.0.0.13", .protocol = 103, .payload = "2000 0000" },
    [VRRP4] = { .from = "10.0.0.1", .to = "224.0.0.18", .protocol = 112, .payload = "2101 6401 0001 0000" },
    [IGRP4] = { .from = "10.0.0.1", .to = "10.0.0.2", .protocol = 9, .payload = "1100 0000" },
    [FRAGMENT4] = { .from = "10.0.0.1", .to = "10.0.0.2", .protocol = 17, .fragment = 0x2010,
                    .payload = "0035 0fa0 000c 0000 61626364" },
    [HOPS6] = { .from = "fd00::1", .to = "fd00::2", .protocol = 0,
                .payload = "0600 0104 00000000 9c40 0050 00000001 00000000 5002 2000 0000 0000" },
    [BROADCAST4] = { .from = "10.0.0.1", .to = "10.0.0.255", .protocol = 17, .payload = "0035 0fa0 0008 0000" },
    [MULTICAST6] = { .from = "fd00::1", .to = "ff02::1", .protocol = 58, .payload = "8600 0000 00000000" },
    [GENEVE4] = { .from = "10.0.0.1", .to = "10.0.0.2", .protocol = 17,
                  .payload = "c000 17c1 0000 0000 0000 0800 00000b00"
                             "4500 0014 0000 0000 4011 0000 c6336401 c6336402" },
    [LONG4] = { .from = "10.0.0.1", .to = "10.0.0.2", .protocol = 17, .payload = "0035 0fa0 000c 0000",
                .original_length = 1500 },
    [SENT4] = { .from = "10.0.0.1", .to = "10.0.0.2", .protocol = 17, .payload = "0035 0fa0 000c 0000",
                .direction = IPFUNNEL_DIRECTION_OUT, .interface_index = 3 },
    [NOWHERE4] = { .from = "10.0.0.1", .to = "10.0.0.2", .protocol = 17, .payload = "0035 0fa0 000c 0000" },
    [OPTIONS4] = { .from = "10.0.0.1", .to = "10.0.0.2", .protocol = 17, .options = "94040000",
                   .payload = "0035 0fa0 000c 0000" },
};

static const struct {
    const char *expression;
    enum sample_name accepted, rejected;
} answered[] = {
    { "dst host 10.0.0.2", UDP4, TCP4 }, { "dst host fd00::2", TCP6, UDP6 },
    { "src host 10.0.0.1", UDP4, TCP4 }, { "src host 2001:db8::1", UDP6, TCP6 },
    { "host 192.0.2.9", TCP4, UDP4 }, { "host 192.0.2.9", TCP4_FIN, UDP6 }, { "host fd00::1", TCP6, UDP6 },
    { "ip host 10.0.0.1", UDP4, TCP6 }, { "ip6 host fd00::1", TCP6, UDP4 },
    { "src and dst net 10.0.0.0/24", UDP4, TCP4 }, { "src or dst host 192.0.2.9", TCP4, UDP4 },
    { "dst net 192.0.2.0/24", TCP4, UDP4 }, { "src net 192.0.2", TCP4_FIN, TCP4 }, { "net 172.16", SCTP4, UDP4 },
    { "net 192.0.2.0 mask 255.255.255.0", TCP4, UDP4 }, { "net 10", UDP4, SCTP4 },
    { "net 2001:db8:1::/48", UDP6, TCP6 }, { "dst net 2001:db8:1::/48", UDP6, TCP6 },
    { "dst port 80", TCP4, TCP4_FIN }, { "dst port 80", TCP6, UDP6 }, { "src port 53", UDP4, TCP4 },
    { "port 80", TCP4_FIN, UDP4 }, { "port 53", SCTP4, ICMP4 }, { "port 53", UDP6, FRAGMENT4 },
    { "port 53", OPTIONS4, TCP4 },
    { "dst portrange 79-81", TCP4, TCP4_FIN }, { "src portrange 50-60", UDP4, TCP4 }, { "portrange 80-90", TCP6, UDP6 },
    { "tcp src port 80", TCP4_FIN, TCP4 }, { "udp port 53", UDP4, SCTP4 }, { "sctp port 53", SCTP4, UDP4 },
    { "port 80 or 53", UDP4, ICMP4 }, { "tcp dst port 80", TCP6, UDP4 },
    { "less 1499", UDP4, LONG4 }, { "greater 1500", LONG4, UDP4 }, { "len = 1500", LONG4, UDP4 },
    { "length > 1400", LONG4, UDP4 },
    { "ip proto 17", UDP4, UDP6 }, { "ip proto \\tcp", TCP4, UDP4 }, { "ip6 proto 17", UDP6, UDP4 },
    { "ip6 proto \\tcp", TCP6, HOPS6 }, { "proto 132", SCTP4, UDP4 }, { "proto \\udp", UDP6, TCP6 },
    { "icmp", ICMP4, ICMP6 }, { "icmp6", ICMP6, ICMP4 }, { "igmp", IGMP4, ICMP4 }, { "igrp", IGRP4, IGMP4 },
    { "ah", AH4, ESP4 }, { "ah", AH6, HOPS6 }, { "esp", ESP4, AH4 }, { "pim", PIM4, IGMP4 }, { "sctp", SCTP4, UDP4 },
    { "tcp", TCP6, UDP6 }, { "tcp", TCP4, AH4 }, { "udp", FRAGMENT4, TCP4 }, { "vrrp", VRRP4, PIM4 },
    { "carp", VRRP4, PIM4 },
    { "ip6 protochain 6", HOPS6, UDP6 }, { "ip6 protochain \\tcp", AH6, AH4 }, { "ip protochain 6", AH4, ESP4 },
    { "protochain 6", HOPS6, UDP4 }, { "protochain 6", AH4, UDP6 },
    { "ip broadcast", BROADCAST4, UDP4 }, { "ip multicast", IGMP4, BROADCAST4 }, { "ip6 multicast", MULTICAST6, IGMP4 },
    { "ip", UDP4, UDP6 }, { "ip6", UDP6, UDP4 },
    { "inbound", UDP4, SENT4 }, { "inbound", UDP4, NOWHERE4 }, { "outbound", SENT4, UDP4 },
    { "outbound and not ip protochain 6", SENT4, UDP4 }, { "inbound or ip protochain 51", UDP4, SENT4 },
    { "not ip6 protochain 58 and ifindex 3", UDP4, TCP4 },
    { "outbound", TCP4, NOWHERE4 }, { "ifindex 3", UDP4, TCP4 }, { "ifindex 4", TCP4, NOWHERE4 },
    { "geneve", GENEVE4, UDP4 }, { "geneve 0xb and ip", GENEVE4, UDP4 }, { "geneve 0xb", GENEVE4, TCP4 },
    { "geneve and dst host 198.51.100.2", GENEVE4, UDP4 },
    { "byte 0 = 0x45", UDP4, UDP6 },
    { "ip[8] = 64", UDP4, UDP6 }, { "ip6[6] = 17", UDP6, TCP6 }, { "ip6[6:2] = 0x1140", UDP6, UDP4 },
    { "tcp[13] = 2", TCP4, TCP4_FIN }, { "tcp[tcpflags] & (tcp-syn|tcp-fin) != 0", TCP4_FIN, UDP4 },
    { "tcp[tcpflags] & tcp-ack == tcp-ack", TCP4_FIN, TCP4 }, { "udp[2:2] = 4000", OPTIONS4, FRAGMENT4 },
    { "udp[8:4] = 0x61626364", UDP4, LONG4 }, { "icmp[icmptype] = icmp-echo", ICMP4, ICMP6 },
    { "icmp[icmpcode] = 0", ICMP4, UDP4 }, { "icmp6[icmp6type] = icmp6-echo", ICMP6, MULTICAST6 },
    { "icmp6[0] = icmp6-routeradvert", MULTICAST6, ICMP6 }, { "igmp[0] = 0x11", IGMP4, ICMP4 },
    { "pim[0] = 0x20", PIM4, IGMP4 }, { "vrrp[1] = 1", VRRP4, PIM4 }, { "igrp[0] = 0x11", IGRP4, IGMP4 },
    { "sctp[0:2] = 53", SCTP4, UDP4 }, { "carp[0] = 0x21", VRRP4, PIM4 },
    { "ip[0] & 0xf > 5", OPTIONS4, UDP4 }, { "ip[6:2] & 0x1fff = 0", UDP4, FRAGMENT4 },
    { "ip[2:2] - ((ip[0]&0xf)<<2) > 8", UDP4, BROADCAST4 }, { "ip[0] >> 4 = 4", UDP4, UDP6 },
    { "ip[9] * 2 + 1 = 35", UDP4, TCP4 }, { "ip[9] / 2 = 8", UDP4, TCP4 }, { "ip[9] % 10 = 7", UDP4, TCP4 },
    { "ip[9] | 1 = 17", UDP4, TCP4 }, { "ip[9] ^ 1 = 16", UDP4, TCP4 }, { "ip[9] != 6", UDP4, TCP4 },
    { "ip[9] <= 6", TCP4, UDP4 }, { "ip[9] >= 17", UDP4, TCP4 }, { "ip[9] < 7", TCP4, UDP4 },
    { "ip[(ip[0]&0xf)<<2] = 0", UDP4, TCP4 }, { "ip[9] == 17", UDP4, TCP4 }, { "-1 + ip[9] = 16", UDP4, TCP4 },
    { "not udp", TCP4, UDP4 }, { "! udp", TCP4, UDP6 }, { "udp and host 10.0.0.1", UDP4, UDP6 },
    { "udp && ip6", UDP6, UDP4 }, { "tcp or icmp", ICMP4, UDP4 }, { "tcp || icmp", TCP6, UDP6 },
    { "not (tcp or udp)", ICMP4, TCP6 }, { "udp and (host 10.0.0.1 or host fd00::1)", UDP4, TCP6 },
    { "host 10.0.0.1 or 192.0.2.9", TCP4, SCTP4 }, { "not host 10.0.0.1 and 10.0.0.2", TCP4, UDP4 },
};

static void each_primitive_tells_two_datagrams_apart(void)
{
    static const ipfunnel_address network = { .version = 4, .prefix_length = 24, .bytes = { 10, 0, 0, 1 } };
    for (size_t i = 0; i < sizeof answered / sizeof *answered; i++) {
        struct filter_datagram yes = filter_sample_build(&samples[answered[i].accepted]);
        struct filter_datagram no = filter_sample_build(&samples[answered[i].rejected]);
        ipfunnel_filter *filter;
        ipfunnel_error error = { .text = "" };
        printf("  %s\n", answered[i].expression);
        if (ipfunnel__filter_make(&filter, answered[i].expression, &network, &error))
            fprintf(stderr, "%s (%s)\n", error.text, error.remedy);
        CHECK_INT(error.status, 0);
        CHECK_INT(ipfunnel_filter_match(filter, &yes.datagram), 1);
        CHECK_INT(ipfunnel_filter_match(filter, &no.datagram), 0);
        ipfunnel_filter_free(filter);
        filter_datagram_free(&yes);
        filter_datagram_free(&no);
    }
}

/* The word at which each is refused is the one after the |. */
static const char *const refused[] = {
    "|arp host 10.0.0.1", "|rarp host 10.0.0.1", "|ether dst 2:0:0:0:0:1", "|ether src 2:0:0:0:0:1",
    "|ether host 2:0:0:0:0:1", "|gateway router", "|ether broadcast", "|broadcast", "|ether multicast", "|multicast",
    "udp and |broadcast", "ip and |multicast", "|ether proto \\ip", "|fddi proto \\arp", "|tr proto \\arp",
    "|wlan proto \\arp", "|ppp", "|slip", "|link[0] = 1", "|ether[0] & 1 != 0", "|radio[0] = 1", "|arp", "|rarp",
    "|atalk", "|aarp", "|decnet", "|iso", "|stp", "|ipx", "|netbeui", "|lat", "|moprc", "|mopdl", "|sca",
    "|decnet src 10.123", "|decnet dst 10.123", "|decnet host 10.123", "|llc", "|llc s", "udp or |llc rej",
    "|ifname eth0", "|on eth0", "|rnr 1", "|rulenum 1", "|reason match", "|rset x", "|ruleset x", "|srnr 1",
    "|subrulenum 1", "|action pass", "|wlan ra 2:0:0:0:0:1", "|wlan ta 2:0:0:0:0:1", "|wlan addr1 2:0:0:0:0:1",
    "|wlan addr2 2:0:0:0:0:1", "|wlan addr3 2:0:0:0:0:1", "|wlan addr4 2:0:0:0:0:1", "|addr1 2:0:0:0:0:1",
    "|address4 2:0:0:0:0:1", "|ra 2:0:0:0:0:1", "|ta 2:0:0:0:0:1", "|type mgt", "|type mgt subtype beacon",
    "|subtype beacon", "|dir nods", "|direction tods", "|vlan", "udp and |vlan 7", "(|vlan 7)", "|mpls", "|mpls 100",
    "|pppoed", "|pppoes", "|pppoes 0x27 && ip", "|iso proto \\clnp", "|clnp", "|esis", "|es-is", "|isis", "|is-is",
    "|isis proto 1", "|l1", "|l2", "|iih", "|lsp", "|snp", "|csnp", "|psnp", "|vpi 3", "|vci 3", "|lane", "|oamf4s",
    "|oamf4e", "|oamf4ec", "|oamf4sc", "|oamf4", "|oam", "|metac", "|bcc", "|sc", "|ilmic", "|connectmsg",
    "|metaconnect", "|fisu", "|lssu", "|lsu", "|msu", "|hfisu", "|hlssu", "|hmsu", "|sio 1", "|opc 1", "|dpc 1",
    "|sls 1", "|hsio 1", "|hopc 1", "|hdpc 1", "|hsls 1", "host |2:0:0:0:0:1", "ip6 |broadcast",
};

static void what_needs_a_link_header_is_refused_at_its_word(void)
{
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        char expression[64];
        size_t column = strcspn(refused[i], "|");
        snprintf(expression, sizeof expression, "%.*s%s", (int)column, refused[i], refused[i] + column + 1);
        ipfunnel_filter *filter = NULL;
        ipfunnel_error error = { .column = 0 };
        printf("  %s\n", expression);
        CHECK_INT(ipfunnel_filter_compile(&filter, expression, &error), IPFUNNEL_EINVAL);
        CHECK(!filter);
        CHECK_INT(error.column, column + 1);
        CHECK_CONTAINS(error.text, "filter, at \"");
        CHECK(error.remedy[0]);
    }
}

/* Keywords are refused, not names that look like them. */
static void names_are_no_keywords(void)
{
    static const char *const names[] = {
        "host \\ether", "host vlan.example", "host my-vlan", "host arp1", "host link-1", "host fe80::bcc", "port \\on",
        "ip proto \\lat", "host 2001:db8::1:bcc",
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        ipfunnel_error error;
        printf("  %s\n", names[i]);
        CHECK_INT(ipfunnel__words_check(names[i], &error), 0);
    }
}

/* libpcap's program for "protochain" reads this authentication header for ever. */
static void a_chain_without_end_is_no_answer(void)
{
    static const struct filter_sample endless = { .from = "10.0.0.1", .to = "10.0.0.2", .protocol = 51,
                                                  .payload = "3303 0000 00000000 00000000 00000000 00000000" };
    struct filter_datagram made = filter_sample_build(&endless);
    ipfunnel_filter *filter;
    CHECK_INT(ipfunnel_filter_compile(&filter, "ip protochain 44", NULL), 0);
    CHECK_INT(ipfunnel_filter_match(filter, &made.datagram), 0);
    ipfunnel_filter_free(filter);
    CHECK_INT(ipfunnel_filter_compile(&filter, "not ip protochain 44", NULL), 0);
    CHECK_INT(ipfunnel_filter_match(filter, &made.datagram), 0);
    ipfunnel_filter_free(filter);
    filter_datagram_free(&made);
}

static void vlan_names_the_option(void)
{
    ipfunnel_filter *filter = NULL;
    ipfunnel_error error;
    CHECK_INT(ipfunnel_filter_compile(&filter, "vlan 5", &error), IPFUNNEL_EINVAL);
    CHECK_CONTAINS(error.remedy, "--vlan");
}

int main(void)
{
    RUN(each_primitive_tells_two_datagrams_apart);
    RUN(what_needs_a_link_header_is_refused_at_its_word);
    RUN(names_are_no_keywords);
    RUN(a_chain_without_end_is_no_answer);
    RUN(vlan_names_the_option);
    return 0;
}
