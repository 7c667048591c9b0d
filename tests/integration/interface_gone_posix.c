#define _GNU_SOURCE
#include "interface_gone_posix.h"
#include <net/if.h>
#include <time.h>
#include <unistd.h>

/* The other end goes with vc, but a namespace that took vc is cleared away when the kernel finds time. */
static void wait_until_both_are_gone(void)
{
    const struct timespec pause = { .tv_nsec = 10000000 };
    for (int tries = 0; if_nametoindex("vd"); tries++) {
        CHECK(tries < 1000);
        nanosleep(&pause, NULL);
    }
}

static int (*receive_to_the_end)(ipfunnel *capture, uint32_t *next);

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
    CHECK_INT(receive_to_the_end(capture, &next), IPFUNNEL_ENODEV);
    CHECK_INT(next, 200);
    CHECK_INT(ipfunnel_recv(capture, datagrams, 8, -1), IPFUNNEL_ENODEV);
    CHECK_CONTAINS(ipfunnel_last_error(capture)->text, "cannot go on capturing on vc");
    CHECK(ipfunnel_last_error(capture)->remedy[0]);
    CHECK_INT(ipfunnel_wait(&capture, 1, 5000), 1);
    CHECK_INT(ipfunnel_set_mode(capture, IPFUNNEL_MODE_IPLEVEL), IPFUNNEL_ENODEV);
    CHECK_INT(ipfunnel_set_mode(capture, IPFUNNEL_MODE_OFF), 0);
    CHECK_INT(ipfunnel_recv(capture, datagrams, 8, -1), IPFUNNEL_END);
    CHECK_INT(ipfunnel_set_mode(capture, IPFUNNEL_MODE_ON), IPFUNNEL_ENODEV);
    close(sender);
    ipfunnel_close(capture);
    wait_until_both_are_gone();
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

/* The socket learns of it some milliseconds after the name has gone. */
static void deleted_under_one_who_waits_is_enodev(void)
{
    enum { TURNS = 20 };
    for (int turn = 0; turn < TURNS; turn++) {
        uint32_t next = 0;
        a_fresh_pair();
        ipfunnel *capture = open_live(DEFAULTS, "vc", IPFUNNEL_MODE_ON);
        run("ip link del vc &");
        CHECK_INT(receive_to_the_end(capture, &next), IPFUNNEL_ENODEV);
        CHECK_INT(ipfunnel_set_mode(capture, IPFUNNEL_MODE_IPLEVEL), IPFUNNEL_ENODEV);
        ipfunnel_close(capture);
        run("while ip link show vc >/dev/null 2>&1; do sleep 0.01; done");
    }
}

void run_interface_gone(int (*to_the_end)(ipfunnel *capture, uint32_t *next))
{
    receive_to_the_end = to_the_end;
    RUN(deleted_is_enodev);
    RUN(deleted_while_down_is_enodev);
    RUN(deleted_under_one_who_waits_is_enodev);
    RUN(moved_to_another_namespace_is_enodev);
}
