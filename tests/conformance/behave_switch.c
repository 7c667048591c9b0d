/* What holds across a change of the mode, for what arrived before it and what is announced. */
#include "behaviours.h"
#include "fixture.h"

void end_is_announced_before_the_first_start(void)
{
    const ipfunnel_datagram *out[1];
    ipfunnel *capture = open_in(IPFUNNEL_MODE_OFF);
    CHECK_INT(ipfunnel_wait(&capture, 1, PATIENCE_MS), 1);
    CHECK_INT(ipfunnel_recv(capture, out, 1, PATIENCE_MS), IPFUNNEL_END);
    CHECK_INT(ipfunnel_wait(&capture, 1, PATIENCE_MS), 1);
}

static void send_to_another_host(uint16_t number)
{
    struct packet packet = packet_udp(4, number, 32);
    send_on(&packet, RIG_OTHER_HOST);
}

void ledger_holds_for_what_was_queued_before_iplevel(void)
{
    need_side(RIG_OTHER_HOST, "frames for other hosts");
    need_ability(RIG_SHOWS_LINK, "show for whom a frame is");
    enum { COUNT = 5 };
    ipfunnel *capture = open_in(IPFUNNEL_MODE_ON);
    for (uint16_t i = 0; i < COUNT; i++)
        send_to_another_host(i);
    wait_for_frames(capture, COUNT);
    set_mode(capture, IPFUNNEL_MODE_IPLEVEL);
    struct harvest got = { 0 };
    harvest_all(capture, &got);
    CHECK_INT(got.count, 0);
    harvest_free(&got);
    ipfunnel_statistics s = balanced(capture);
    CHECK_INT(s.frames, COUNT + 1);
    CHECK_INT(s.delivered, 1);                     /* the marker */
    CHECK_INT(s.excluded_other_host, COUNT);
}

void iplevel_holds_for_what_arrived_in_it(void)
{
    need_ability(RIG_LIVE, "frames arrive at a time");
    need_side(RIG_OTHER_HOST, "frames for other hosts");
    ipfunnel_options o = options_here();
    o.start = IPFUNNEL_MODE_IPLEVEL;
    o.flags = IPFUNNEL_OPEN_COUNT_ALL;             /* so that the frames are queued wherever they can be */
    ipfunnel *capture = open_with(&o);
    send_to_another_host(0);
    send_udp(4, 1);
    wait_for_frames(capture, 2);
    set_mode(capture, IPFUNNEL_MODE_OFF);
    set_mode(capture, IPFUNNEL_MODE_ON);
    send_to_another_host(2);
    struct harvest got = { 0 };
    harvest_all(capture, &got);
    expect_numbers(&got, 1, 2);
    harvest_free(&got);
    ipfunnel_statistics s = balanced(capture);
    if (is_known(&s, IPFUNNEL_COUNTER_excluded_other_host))
        CHECK_INT(s.excluded_other_host, 1);
}
