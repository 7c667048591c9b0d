/* ipfunnel_set_mode, the counterpart of the SIO_RCVALL ioctl. */
#include "behaviours.h"
#include "fixture.h"

static void expect_end(ipfunnel *capture)
{
    const ipfunnel_datagram *out[4];
    for (int i = 0; i < 3; i++)
        CHECK_INT(ipfunnel_recv(capture, out, 4, i == 0 ? -1 : 0), IPFUNNEL_END);
}

void nothing_is_captured_before_set_mode(void)
{
    need_ability(RIG_LIVE, "frames pass by");
    ipfunnel *capture = open_in(IPFUNNEL_MODE_OFF);
    CHECK_INT(info_of(capture).mode, IPFUNNEL_MODE_OFF);
    send_many(100, 10, 32);
    expect_end(capture);
    set_mode(capture, IPFUNNEL_MODE_ON);
    send_many(0, 3, 32);
    struct harvest got = { 0 };
    harvest_all(capture, &got);
    expect_numbers(&got, 0, 3);
    harvest_free(&got);
}

void open_can_start(void)
{
    for (int mode = IPFUNNEL_MODE_ON; mode <= IPFUNNEL_MODE_IPLEVEL; mode += 2) {
        ipfunnel *capture = open_in((ipfunnel_mode)mode);
        CHECK_INT(info_of(capture).mode, mode);
        send_udp(4, 7);
        struct harvest got = { 0 };
        harvest_all(capture, &got);
        expect_numbers(&got, 7, 1);
        harvest_free(&got);
        close_capture(capture);
    }
}

void off_keeps_what_arrived_then_ends(void)
{
    need_ability(RIG_LIVE, "frames arrive at a time");
    enum { COUNT = 300 };
    ipfunnel *capture = open_in(IPFUNNEL_MODE_ON);
    send_many(0, COUNT, 32);
    wait_for_frames(capture, COUNT);
    const ipfunnel_datagram *out[2];
    int got = receive(capture, out, 2);
    set_mode(capture, IPFUNNEL_MODE_OFF);
    CHECK_INT(info_of(capture).mode, IPFUNNEL_MODE_OFF);
    struct harvest rest = { 0 };
    harvest_to_end(capture, &rest);
    expect_numbers(&rest, got, COUNT - got);
    harvest_free(&rest);
    expect_end(capture);
    ipfunnel_statistics s = balanced(capture);
    CHECK_INT(s.delivered, COUNT);
}

void off_shuts_out_what_arrives_later(void)
{
    need_ability(RIG_LIVE, "frames arrive at a time");
    ipfunnel *capture = open_in(IPFUNNEL_MODE_ON);
    send_many(0, 5, 32);
    wait_for_frames(capture, 5);
    set_mode(capture, IPFUNNEL_MODE_OFF);
    send_many(100, 20, 32);
    struct harvest got = { 0 };
    harvest_to_end(capture, &got);
    expect_numbers(&got, 0, 5);
    harvest_free(&got);
}

void on_again_after_off(void)
{
    need_ability(RIG_LIVE, "frames pass by");
    ipfunnel *capture = open_in(IPFUNNEL_MODE_ON);
    for (int round = 0; round < 5; round++) {
        send_many(0, 3, 32);
        struct harvest got = { 0 };
        harvest_all(capture, &got);
        expect_numbers(&got, 0, 3);
        harvest_free(&got);
        set_mode(capture, IPFUNNEL_MODE_OFF);
        send_many(100, 3, 32);
        expect_end(capture);
        set_mode(capture, round % 2 ? IPFUNNEL_MODE_ON : IPFUNNEL_MODE_IPLEVEL);
    }
    /* What was read before OFF and what comes after ON are one stream. */
    send_many(0, 2, 32);
    wait_for_frames(capture, 5 * 4 + 2);
    set_mode(capture, IPFUNNEL_MODE_OFF);
    set_mode(capture, IPFUNNEL_MODE_ON);
    send_many(2, 2, 32);
    struct harvest got = { 0 };
    harvest_all(capture, &got);
    expect_numbers(&got, 0, 4);
    harvest_free(&got);
}

void every_mode_value_is_accepted(void)
{
    static const ipfunnel_mode modes[] = { IPFUNNEL_MODE_OFF, IPFUNNEL_MODE_ON, IPFUNNEL_MODE_ON, IPFUNNEL_MODE_OFF,
                                           IPFUNNEL_MODE_OFF, IPFUNNEL_MODE_IPLEVEL, IPFUNNEL_MODE_IPLEVEL,
                                           IPFUNNEL_MODE_OFF };
    CHECK_INT(IPFUNNEL_MODE_OFF, 0);
    CHECK_INT(IPFUNNEL_MODE_ON, 1);
    CHECK_INT(IPFUNNEL_MODE_SOCKETLEVELONLY, 2);
    CHECK_INT(IPFUNNEL_MODE_IPLEVEL, 3);
    ipfunnel *capture = open_in(IPFUNNEL_MODE_OFF);
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
        set_mode(capture, modes[i]);
        CHECK_INT(info_of(capture).mode, modes[i]);
    }
}

void other_mode_values_are_einval(void)
{
    static const int bad[] = { 4, 5, 255, 0x10001, -1 };
    ipfunnel *capture = open_in(IPFUNNEL_MODE_IPLEVEL);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        CHECK_INT(ipfunnel_set_mode(capture, (ipfunnel_mode)bad[i]), IPFUNNEL_EINVAL);
        expect_error(ipfunnel_last_error(capture), IPFUNNEL_EINVAL);
        CHECK_INT(info_of(capture).mode, IPFUNNEL_MODE_IPLEVEL);
        ipfunnel_options options = options_here();
        options.start = (uint32_t)bad[i];
        expect_open_error(&options, IPFUNNEL_EINVAL, NULL);
    }
    send_udp(4, 1);
    const ipfunnel_datagram *out[1];
    CHECK_INT(receive(capture, out, 1), 1);
}

void socketlevelonly_changes_nothing(void)
{
    static const ipfunnel_mode modes[] = { IPFUNNEL_MODE_OFF, IPFUNNEL_MODE_ON, IPFUNNEL_MODE_IPLEVEL };
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
        ipfunnel *capture = open_in(modes[i]);
        set_mode(capture, IPFUNNEL_MODE_SOCKETLEVELONLY);
        CHECK_INT(info_of(capture).mode, modes[i]);
        send_udp(4, 1);
        const ipfunnel_datagram *out[1];
        CHECK_INT(ipfunnel_recv(capture, out, 1, PATIENCE_MS), modes[i] == IPFUNNEL_MODE_OFF ? IPFUNNEL_END : 1);
        close_capture(capture);
    }
    ipfunnel *capture = open_in(IPFUNNEL_MODE_SOCKETLEVELONLY);
    CHECK_INT(info_of(capture).mode, IPFUNNEL_MODE_OFF);
    expect_end(capture);
}

void mode_can_change_while_running(void)
{
    ipfunnel *capture = open_in(IPFUNNEL_MODE_ON);
    struct harvest got = { 0 };
    send_many(0, 2, 32);
    wait_for_frames(capture, 2);
    int status = ipfunnel_set_mode(capture, IPFUNNEL_MODE_IPLEVEL);
    if (status == IPFUNNEL_EOPNOTSUPP)
        SKIP("this backend cannot change between ON and IPLEVEL on a running capture");
    CHECK_INT(status, 0);
    CHECK_INT(info_of(capture).mode, IPFUNNEL_MODE_IPLEVEL);
    send_many(2, 2, 32);
    wait_for_frames(capture, 4);
    set_mode(capture, IPFUNNEL_MODE_ON);
    CHECK_INT(info_of(capture).mode, IPFUNNEL_MODE_ON);
    send_many(4, 2, 32);
    harvest_all(capture, &got);
    expect_numbers(&got, 0, 6);
    harvest_free(&got);
}

/* Losing nothing is one way. The other: the first datagram after it says that there may have been more. */
void a_gap_of_a_mode_change_is_told(void)
{
    need_ability(RIG_LIVE, "frames pass while the mode changes");
    ipfunnel *capture = open_in(IPFUNNEL_MODE_ON);
    send_many(0, 2, 32);
    wait_for_frames(capture, 2);
    if (ipfunnel_set_mode(capture, IPFUNNEL_MODE_IPLEVEL) == IPFUNNEL_EOPNOTSUPP)
        SKIP("this backend cannot change between ON and IPLEVEL on a running capture");
    send_many(2, 2, 32);
    struct harvest got = { 0 };
    harvest_all(capture, &got);
    expect_numbers(&got, 0, 4);
    ipfunnel_statistics s = balanced(capture);
    bool counted = is_known(&s, IPFUNNEL_COUNTER_dropped);
    for (int i = 0; i < 4 && backend_can(IPFUNNEL_CAN_COUNT_DROPS); i++)
        CHECK(got.records[i].dropped_before == (i != 2 || counted ? 0 : IPFUNNEL_DROPS_UNKNOWN));
    harvest_free(&got);
}
