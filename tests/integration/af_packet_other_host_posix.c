/* af_packet_other_host_posix.c - frames for another host's link address: seen in ON, never in IPLEVEL. A veth device
 * hands them up in any case, as a NIC does that some program made promiscuous. */
#define _GNU_SOURCE
#include "live_posix.h"
#include <linux/if_packet.h>
#include <net/if.h>
#include <sys/socket.h>
#include <unistd.h>

/* Ten frames for va, ten for nobody; returns what was delivered. */
static uint64_t delivered_of_twenty(ipfunnel *capture)
{
    const ipfunnel_datagram *datagrams[64];
    uint64_t before = stats_of(capture).delivered;
    int sender = sender_on("vb");
    send_numbers(sender, NOBODY, 0, 9);
    send_numbers(sender, VA, 10, 19);
    while (ipfunnel_recv(capture, datagrams, 64, 100) > 0)
        continue;
    close(sender);
    return stats_of(capture).delivered - before;
}

static void iplevel_hides_what_on_shows(void)
{
    ipfunnel *capture = open_live(DEFAULTS, "va", IPFUNNEL_MODE_ON);
    CHECK_INT(delivered_of_twenty(capture), 20);
    CHECK(AVAILABLE(stats_of(capture), excluded_other_host));
    CHECK_INT(ipfunnel_set_mode(capture, IPFUNNEL_MODE_IPLEVEL), 0);
    CHECK_INT(delivered_of_twenty(capture), 10);
    ipfunnel_statistics s = stats_of(capture);
    CHECK_INT(s.frames, 30);
    CHECK(!AVAILABLE(s, excluded_other_host));
    CHECK_INT(ipfunnel_set_mode(capture, IPFUNNEL_MODE_ON), 0);
    CHECK_INT(delivered_of_twenty(capture), 20);
    CHECK(!AVAILABLE(stats_of(capture), excluded_other_host));    /* counted since open, and a part was not */
    ipfunnel_close(capture);
}

static void count_all_counts_what_iplevel_hides(void)
{
    ipfunnel *capture = open_live(OPTIONS(.flags = IPFUNNEL_OPEN_COUNT_ALL), "va", IPFUNNEL_MODE_IPLEVEL);
    CHECK_INT(delivered_of_twenty(capture), 10);
    ipfunnel_statistics s = stats_of(capture);
    CHECK(AVAILABLE(s, excluded_other_host));
    CHECK_INT(s.excluded_other_host, 10);
    CHECK_INT(s.frames, 20);
    ipfunnel_close(capture);
}

static void iplevel_hides_also_when_another_program_is_promiscuous(void)
{
    int other = sender_on("va");
    struct packet_mreq membership = { .mr_ifindex = (int)if_nametoindex("va"), .mr_type = PACKET_MR_PROMISC };
    CHECK(setsockopt(other, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &membership, sizeof membership) == 0);
    ipfunnel *capture = open_live(DEFAULTS, "va", IPFUNNEL_MODE_IPLEVEL);
    CHECK_INT(delivered_of_twenty(capture), 10);
    ipfunnel_close(capture);
    close(other);
}

/* "promiscuity 1" is what the kernel itself reports. */
static void only_on_asks_for_promiscuous_mode(void)
{
    ipfunnel_capture_info info = IPFUNNEL_CAPTURE_INFO_INIT;
    ipfunnel *capture = open_live(DEFAULTS, "va", IPFUNNEL_MODE_ON);
    CHECK_INT(ipfunnel_info(capture, &info), 0);
    CHECK_INT(info.promiscuous, IPFUNNEL_YES);
    run("ip -d link show va | grep -q 'promiscuity 1 '");
    CHECK_INT(ipfunnel_set_mode(capture, IPFUNNEL_MODE_IPLEVEL), 0);
    CHECK_INT(ipfunnel_info(capture, &info), 0);
    CHECK_INT(info.promiscuous, IPFUNNEL_NO);
    run("ip -d link show va | grep -q 'promiscuity 0 '");
    CHECK_INT(ipfunnel_set_mode(capture, IPFUNNEL_MODE_ON), 0);
    CHECK_INT(ipfunnel_set_mode(capture, IPFUNNEL_MODE_OFF), 0);
    run("ip -d link show va | grep -q 'promiscuity 0 '");
    ipfunnel_close(capture);
}

int main(void)
{
    RUN(iplevel_hides_what_on_shows);
    RUN(count_all_counts_what_iplevel_hides);
    RUN(iplevel_hides_also_when_another_program_is_promiscuous);
    RUN(only_on_asks_for_promiscuous_mode);
    return 0;
}
