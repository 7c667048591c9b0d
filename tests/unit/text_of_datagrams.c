/* text_of_datagrams.c - ipfunnel_summary and ipfunnel_format, also with too little room. */
#include "check.h"
#include <ipfunnel.h>

static uint8_t bytes[256];
static ipfunnel_datagram d;

static void set_hex(const char *hex)
{
    size_t n = 0;
    for (; hex[0] && hex[1]; hex += hex[2] == ' ' ? 3 : 2) {
        char two[3] = { hex[0], hex[1], 0 };
        bytes[n++] = (uint8_t)strtoul(two, NULL, 16);
    }
    d = (ipfunnel_datagram){
        .bytes = bytes, .length = (uint32_t)n, .original_length = (uint32_t)n, .version = bytes[0] >> 4,
        .interface_name = "eth0", .time_ns = 1700000000000000001, .direction = IPFUNNEL_DIRECTION_OUT,
    };
}

static void says(const char *expected)
{
    char line[200];
    CHECK_STR(ipfunnel_summary(&d, line, sizeof line), expected);
}


static void udp(void)
{
    set_hex("450000240007400040110000 0a0900010a090002 0fa0003500100000 4142434445464748");
    says("10.9.0.1:4000 > 10.9.0.2:53 UDP 36");
}

static void tcp_flags(void)
{
    set_hex("450000280007400040060000 0a0900010a090002 0fa0005000000001000000005012ffff00000000");
    says("10.9.0.1:4000 > 10.9.0.2:80 TCP [S.] 40");
}

static void an_option_is_not_the_type_of_a_cut_icmp_message(void)
{
    set_hex("470000240007400040010000 0a0900010a090002 08000000");
    says("10.9.0.1 > 10.9.0.2 ICMP 24");
}

static void echo_request(void)
{
    set_hex("4500001c0007400040010000 0a0900010a090002 0800000000010001");
    says("10.9.0.1 > 10.9.0.2 ICMP echo request 28");
}

static void unnamed_icmp_type(void)
{
    set_hex("4500001c0007400040010000 0a0900010a090002 2a00000000010001");
    says("10.9.0.1 > 10.9.0.2 ICMP type 42 28");
}

static void unnamed_protocol(void)
{
    set_hex("450000140007400040fd0000 0a0900010a090002");
    says("10.9.0.1 > 10.9.0.2 protocol 253 20");
}

static void ipv6_with_ports(void)
{
    set_hex("6000000000081140 fd090000000000000000000000000001 fd090000000000000000000000000002 0fa0003500080000");
    says("[fd09::1]:4000 > [fd09::2]:53 UDP 48");
}

static void first_fragment(void)
{
    set_hex("4500001c0007200040110000 0a0900010a090002 0fa0003500100000");
    says("10.9.0.1:4000 > 10.9.0.2:53 UDP 28 fragment 0+ of id 7");
}

static void later_fragment_has_no_ports(void)
{
    set_hex("4500001c000700b940110000 0a0900010a090002 0fa0003500100000");
    says("10.9.0.1 > 10.9.0.2 UDP 28 fragment 1480 of id 7");
}

static void facts_are_named(void)
{
    set_hex("450000140007400040fd0000 0a0900010a090002");
    d.flags = IPFUNNEL_SNAPPED | IPFUNNEL_SHORT | IPFUNNEL_LENGTH_ASSUMED | IPFUNNEL_SEGMENTATION;
    d.vlan_count = 2;
    d.vlan[0] = 0xa005;
    d.vlan[1] = 6;
    says("10.9.0.1 > 10.9.0.2 protocol 253 20 super-datagram length-assumed snapped short vlan 5.6");
}

static void a_rebuilt_header_is_told(void)
{
    set_hex("6000000000003b00 fd000000000000000000000000000002 fd000000000000000000000000000001");
    d.flags = IPFUNNEL_HEADER_REBUILT;
    says("fd00::2 > fd00::1 no next header 40 header-rebuilt");
}

static void what_on_wire_did_is_named(void)
{
    set_hex("450000140007400040fd0000 0a0900010a090002");
    d.flags = IPFUNNEL_SEGMENTATION | IPFUNNEL_NOT_CUT;
    says("10.9.0.1 > 10.9.0.2 protocol 253 20 super-datagram not cut");
    d.flags = IPFUNNEL_RECONSTRUCTED | IPFUNNEL_CHECKSUM_FILLED;
    says("10.9.0.1 > 10.9.0.2 protocol 253 20 reconstructed");
}

static void original_length_is_told(void)
{
    set_hex("450005dc0007400040fd0000 0a0900010a090002");
    d.original_length = 1500;
    says("10.9.0.1 > 10.9.0.2 protocol 253 1500");
}

static void cut_header_is_no_crash(void)
{
    set_hex("45000014");
    says("IPv4, 4 bytes of the header only");
}

static void whole_line(void)
{
    char line[200];
    set_hex("450000140007400040fd0000 0a0900010a090002");
    CHECK_STR(ipfunnel_format(&d, line, sizeof line),
              "22:13:20.000000001Z out eth0 10.9.0.1 > 10.9.0.2 protocol 253 20");
}

static void unknown_time_and_no_interface(void)
{
    char line[200];
    set_hex("450000140007400040fd0000 0a0900010a090002");
    d.time_ns = IPFUNNEL_TIME_UNKNOWN;
    d.direction = IPFUNNEL_DIRECTION_UNKNOWN;
    d.interface_name = NULL;
    CHECK_STR(ipfunnel_format(&d, line, sizeof line),
              "--:--:--.---------Z ?   - 10.9.0.1 > 10.9.0.2 protocol 253 20");
}

static void time_before_1970(void)
{
    char line[200];
    set_hex("450000140007400040fd0000 0a0900010a090002");
    d.time_ns = -1;
    ipfunnel_format(&d, line, sizeof line);
    CHECK(strncmp(line, "23:59:59.999999999Z ", 20) == 0);
}

static void every_size_is_respected(void)
{
    char whole[200], cut[200];
    set_hex("6000000000081140 fd090000000000000000000000000001 fd090000000000000000000000000002 0fa0003500080000");
    ipfunnel_format(&d, whole, sizeof whole);
    for (size_t size = 1; size <= strlen(whole) + 1; size++) {
        memset(cut, '#', sizeof cut);
        ipfunnel_format(&d, cut, size);
        CHECK_INT(strlen(cut), size - 1);
        CHECK_BYTES(cut, whole, size - 1);
        CHECK_INT(cut[size], '#');
    }
    cut[0] = '#';
    ipfunnel_format(&d, cut, 0);
    CHECK_INT(cut[0], '#');
}

int main(void)
{
    RUN(udp);
    RUN(tcp_flags);
    RUN(an_option_is_not_the_type_of_a_cut_icmp_message);
    RUN(echo_request);
    RUN(unnamed_icmp_type);
    RUN(unnamed_protocol);
    RUN(ipv6_with_ports);
    RUN(first_fragment);
    RUN(later_fragment_has_no_ports);
    RUN(facts_are_named);
    RUN(a_rebuilt_header_is_told);
    RUN(what_on_wire_did_is_named);
    RUN(original_length_is_told);
    RUN(cut_header_is_no_crash);
    RUN(whole_line);
    RUN(unknown_time_and_no_interface);
    RUN(time_before_1970);
    RUN(every_size_is_respected);
    return 0;
}
