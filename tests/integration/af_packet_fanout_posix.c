/* af_packet_fanout_posix.c - captures that share an interface: together everything, nothing twice. */
#define _GNU_SOURCE
#include "live_posix.h"
#include <unistd.h>

enum { CAPTURES = 2, SENT = 600 };

static ipfunnel_options member(uint32_t mode)
{
    return OPTIONS(.fanout_group = 77, .fanout_mode = mode);
}

static void together_everything_once(uint32_t mode, int each_at_least)
{
    ipfunnel *captures[CAPTURES];
    static int seen[SENT];
    int of[CAPTURES] = { 0 };
    memset(seen, 0, sizeof seen);
    for (int i = 0; i < CAPTURES; i++)
        captures[i] = open_live(member(mode), "va", IPFUNNEL_MODE_ON);
    int sender = sender_on("va");
    send_numbers(sender, VB, 0, SENT - 1);
    for (int i = 0; i < CAPTURES; i++) {
        const ipfunnel_datagram *datagrams[64];
        int count;
        while ((count = ipfunnel_recv(captures[i], datagrams, 64, 100)) > 0)
            for (int j = 0; j < count; j++) {
                uint32_t number = number_of(datagrams[j]);
                CHECK(number < SENT);
                seen[number]++;
                of[i]++;
            }
        CHECK_INT(count, 0);
        CHECK(of[i] >= each_at_least);
        ipfunnel_close(captures[i]);
    }
    for (int number = 0; number < SENT; number++)
        CHECK_INT(seen[number], 1);
    close(sender);
}

static void round_robin_gives_each_its_share(void)
{
    together_everything_once(IPFUNNEL_FANOUT_ROUND_ROBIN, SENT / CAPTURES);
}

static void flow_cpu_and_rollover_lose_and_double_nothing(void)
{
    together_everything_once(IPFUNNEL_FANOUT_FLOW, 0);
    together_everything_once(IPFUNNEL_FANOUT_CPU, 0);
    together_everything_once(IPFUNNEL_FANOUT_ROLLOVER, 0);
}

static void another_mode_in_the_same_group_is_refused(void)
{
    ipfunnel *first = open_live(member(IPFUNNEL_FANOUT_ROUND_ROBIN), "va", IPFUNNEL_MODE_ON), *second = NULL;
    ipfunnel_options options = member(IPFUNNEL_FANOUT_CPU);
    ipfunnel_error error;
    options.size = sizeof options;
    options.interface_name = "va";
    options.backend = "af_packet";
    options.start = IPFUNNEL_MODE_ON;
    CHECK_INT(ipfunnel_open(&second, &options, &error), IPFUNNEL_EINVAL);
    CHECK_STR(error.where, "setsockopt(PACKET_FANOUT)");
    CHECK_CONTAINS(error.text, "group 77");
    CHECK_CONTAINS(error.remedy, "fanout_group");
    ipfunnel_close(first);
}

int main(void)
{
    RUN(round_robin_gives_each_its_share);
    RUN(flow_cpu_and_rollover_lose_and_double_nothing);
    RUN(another_mode_in_the_same_group_is_refused);
    return 0;
}
