/* af_packet_down_posix.c - an interface that goes down and up is ridden through; one that is gone is ENODEV. */
#define _GNU_SOURCE
#include "live_posix.h"
#include <unistd.h>

static void a_fresh_pair(void)
{
    run("ip link add vc type veth peer name vd && ip link set vc up && ip link set vd up");
    run("echo 1 >/proc/sys/net/ipv6/conf/vc/disable_ipv6; echo 1 >/proc/sys/net/ipv6/conf/vd/disable_ipv6");
}

static void down_and_up_are_ridden_through(void)
{
    a_fresh_pair();
    ipfunnel *capture = open_live(DEFAULTS, "vc", IPFUNNEL_MODE_ON);
    int sender = sender_on("vc");
    uint32_t next = 0;
    for (uint32_t round = 0; round < 3; round++) {
        send_numbers(sender, VB, round * 100, round * 100 + 99);
        run("ip link set vc down");
        CHECK_INT(expect_numbers(capture, &next, 100), 0);
        run("ip link set vc up");
    }
    CHECK_INT(next, 300);
    run("ip link set vc name vx");
    send_numbers(sender, VB, 300, 399);
    CHECK_INT(expect_numbers(capture, &next, 100), 0);
    CHECK_INT(next, 400);
    close(sender);
    ipfunnel_close(capture);
    run("ip link del vx");
}

static void opening_and_starting_while_down_works(void)
{
    a_fresh_pair();
    run("ip link set vc down");
    ipfunnel *capture = open_live(DEFAULTS, "vc", IPFUNNEL_MODE_ON);
    uint32_t next = 0;
    CHECK_INT(expect_numbers(capture, &next, 20), 0);
    run("ip link set vc up");
    int sender = sender_on("vc");
    send_numbers(sender, VB, 0, 99);
    CHECK_INT(expect_numbers(capture, &next, 100), 0);
    CHECK_INT(next, 100);
    close(sender);
    ipfunnel_close(capture);
    run("ip link del vc");
}

/* `remove` makes vc go away; datagrams that arrived before are delivered first. */
static void gone_after(const char *before, const char *remove)
{
    const ipfunnel_datagram *datagrams[8];
    a_fresh_pair();
    ipfunnel *capture = open_live(DEFAULTS, "vc", IPFUNNEL_MODE_ON);
    int sender = sender_on("vc");
    uint32_t next = 0;
    send_numbers(sender, VB, 0, 199);
    run(before);
    if (*before)
        CHECK_INT(expect_numbers(capture, &next, 20), 0);
    run(remove);
    CHECK_INT(expect_numbers(capture, &next, 5000), IPFUNNEL_ENODEV);
    CHECK_INT(next, 200);
    CHECK_INT(ipfunnel_recv(capture, datagrams, 8, -1), IPFUNNEL_ENODEV);
    CHECK_CONTAINS(ipfunnel_last_error(capture)->text, "vc");
    CHECK_INT(ipfunnel_set_mode(capture, IPFUNNEL_MODE_IPLEVEL), IPFUNNEL_ENODEV);
    CHECK_INT(ipfunnel_set_mode(capture, IPFUNNEL_MODE_OFF), 0);
    CHECK_INT(ipfunnel_recv(capture, datagrams, 8, -1), IPFUNNEL_END);
    close(sender);
    ipfunnel_close(capture);
}

static void deleted_is_enodev(void)
{
    gone_after("", "ip link del vc");
}

static void deleted_while_down_is_enodev(void)
{
    gone_after("ip link set vc down", "ip link del vc");
}

static void moved_to_another_namespace_is_enodev(void)
{
    gone_after("", "unshare -n sleep 20 & peer=$!; here=$(readlink /proc/self/ns/net); "
                   "while [ $(readlink /proc/$peer/ns/net) = $here ]; do sleep 0.01; done; "
                   "ip link set vc netns $peer; kill $peer");
}

static void deleted_between_open_and_start_is_enodev(void)
{
    a_fresh_pair();
    ipfunnel *capture = open_live(DEFAULTS, "vc", IPFUNNEL_MODE_OFF);
    run("ip link del vc");
    CHECK_INT(ipfunnel_set_mode(capture, IPFUNNEL_MODE_ON), IPFUNNEL_ENODEV);
    CHECK_CONTAINS(ipfunnel_last_error(capture)->remedy, "ip link");
    ipfunnel_close(capture);
}

int main(void)
{
    RUN(down_and_up_are_ridden_through);
    RUN(opening_and_starting_while_down_works);
    RUN(deleted_is_enodev);
    RUN(deleted_while_down_is_enodev);
    RUN(moved_to_another_namespace_is_enodev);
    RUN(deleted_between_open_and_start_is_enodev);
    return 0;
}
