/* af_packet_down_posix.c - an interface that goes down and up is ridden through; one that is gone is ENODEV. */
#define _GNU_SOURCE
#include "interface_gone_posix.h"
#include <unistd.h>

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

/* recv itself notices while it waits. */
static int waiting_in_recv(ipfunnel *capture, uint32_t *next)
{
    return expect_numbers(capture, next, 5000);
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
    run_interface_gone(waiting_in_recv);
    RUN(deleted_between_open_and_start_is_enodev);
    return 0;
}
