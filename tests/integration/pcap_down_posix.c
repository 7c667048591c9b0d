/* pcap_down_posix.c - through libpcap, too, an interface that goes down and up is ridden through, and one that is gone
 * is ENODEV after all that arrived before. One that is down cannot be opened. */
#define _GNU_SOURCE
#include "interface_gone_posix.h"
#include <poll.h>
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
    close(sender);
    ipfunnel_close(capture);
    run("ip link del vc");
}

static void opening_while_down_is_enetdown(void)
{
    ipfunnel *capture = NULL;
    ipfunnel_options options = IPFUNNEL_OPTIONS_INIT;
    ipfunnel_error error;
    a_fresh_pair();
    run("ip link set vc down");
    options.backend = "pcap";
    options.interface_name = "vc";
    CHECK_INT(ipfunnel_open(&capture, &options, &error), IPFUNNEL_ENETDOWN);
    CHECK_CONTAINS(error.text, "cannot capture on vc");
    CHECK_CONTAINS(error.remedy, "ip link set");
    run("ip link del vc");
}

/* A waiting program learns of it through the handle, without asking again and again by itself. */
static int waiting_for_the_handle(ipfunnel *capture, uint32_t *next)
{
    int status = 0;
    while (status == 0) {
        struct pollfd p = { .fd = (int)ipfunnel_wait_handle(capture), .events = POLLIN };
        CHECK_INT(poll(&p, 1, 5000), 1);
        status = expect_numbers(capture, next, 0);
    }
    return status;
}

/* libpcap would capture from whatever has the name now. */
static void deleted_between_open_and_start_is_enodev(void)
{
    a_fresh_pair();
    ipfunnel *capture = open_live(DEFAULTS, "vc", IPFUNNEL_MODE_OFF);
    run("ip link del vc");
    a_fresh_pair();
    CHECK_INT(ipfunnel_set_mode(capture, IPFUNNEL_MODE_ON), IPFUNNEL_ENODEV);
    CHECK_CONTAINS(ipfunnel_last_error(capture)->remedy, "ipfunnel list");
    ipfunnel_close(capture);
    run("ip link del vc");
}

int main(void)
{
    live_backend = "pcap";
    RUN(down_and_up_are_ridden_through);
    RUN(opening_while_down_is_enetdown);
    run_interface_gone(waiting_for_the_handle);
    RUN(deleted_between_open_and_start_is_enodev);
    return 0;
}
