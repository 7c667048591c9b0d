/* How long datagrams and captures live. */
#include "behaviours.h"
#include "fixture.h"

enum { HELD = 5, MOST_FRAMES = 200000, MOST_NUMBERED = 0xfff0 };

/* Receives up to HELD datagrams in one batch, so that all are held at once; returns how many. */
static int hold(ipfunnel *capture, const ipfunnel_datagram *out[])
{
    send_many(0, HELD, 600);
    wait_for_frames(capture, HELD);
    /* Some may still be on their way in the block after; then there is another attempt. */
    for (int attempt = 0; attempt < 20; attempt++) {
        int n = receive(capture, out, HELD);
        if (n == HELD || !(rig->abilities & RIG_BATCHES))
            return n;
        struct harvest rest = { 0 };
        harvest_all(capture, &rest);
        harvest_free(&rest);
        send_many(0, HELD, 600);
        platform_sleep_ms(20);
    }
    CHECK(0 && "a batch of all that arrived together");
    return 0;
}

static void expect_unchanged(const ipfunnel_datagram *const out[], int count)
{
    for (int i = 0; i < count; i++) {
        struct packet sent = packet_udp(4, (uint16_t)i, 600);
        CHECK_INT(out[i]->length, sent.length - LINK_HEADER);
        CHECK_BYTES(out[i]->bytes, sent.bytes + LINK_HEADER, out[i]->length);
        CHECK_INT(out[i]->version, 4);
    }
}

/* Sends until the system drops, or as much as fits twice. */
static void fill_ring(ipfunnel *capture)
{
    struct packet packet = packet_udp(4, 1000, 1400);
    uint64_t enough = info_of(capture).buffer_bytes / 1400 * 2 + 1000;
    CHECK(enough < MOST_FRAMES);
    for (uint64_t i = 0; i < enough; i++) {
        send_in(&packet);
        if (i % 64 == 0) {
            ipfunnel_statistics s = balanced(capture);
            if (is_known(&s, IPFUNNEL_COUNTER_dropped) && s.dropped)
                return;
        }
    }
}

static ipfunnel *open_small(void)
{
    ipfunnel_options options = options_here();
    options.start = IPFUNNEL_MODE_ON;
    options.ring_bytes = 1;
    return open_with(&options);
}

void datagrams_stay_until_the_next_recv(void)
{
    const ipfunnel_datagram *out[HELD];
    ipfunnel *capture = open_in(IPFUNNEL_MODE_ON);
    int held = hold(capture, out);
    expect_unchanged(out, held);
    send_many(100, 50, 1000);
    info_of(capture);
    balanced(capture);
    ipfunnel_wait(&capture, 1, 0);
    ipfunnel_interrupt(capture);
    CHECK(ipfunnel_set_mode(capture, (ipfunnel_mode)77) == IPFUNNEL_EINVAL);
    expect_unchanged(out, held);
}

void datagrams_survive_a_full_ring(void)
{
    need_ability(RIG_LIVE, "frames are lost when nobody receives");
    const ipfunnel_datagram *out[HELD];
    ipfunnel *capture = open_small();
    int held = hold(capture, out);
    fill_ring(capture);
    expect_unchanged(out, held);
}

void datagrams_survive_mode_off(void)
{
    const ipfunnel_datagram *out[HELD];
    ipfunnel *capture = open_in(IPFUNNEL_MODE_ON);
    int held = hold(capture, out);
    set_mode(capture, IPFUNNEL_MODE_OFF);
    send_many(100, 50, 1000);
    set_mode(capture, IPFUNNEL_MODE_ON);
    send_many(200, 50, 1000);
    expect_unchanged(out, held);
}

/* Sends in bursts and reads in portions until a small ring went round three times. What comes is undamaged and in
 * order; what does not come is counted. */
static uint64_t go_round(int burst, int portion, uint64_t most_waiting)
{
    enum { LARGEST = 1300, MOST_PORTION = 16 };
    ipfunnel_options options = options_here();
    options.start = IPFUNNEL_MODE_ON;
    options.ring_bytes = 1 << 16;
    ipfunnel *capture = open_with(&options);
    uint64_t total = info_of(capture).buffer_bytes * 6 / LARGEST, sent = 0, got = 0, dropped = 0;
    int last = -1;
    CHECK(total < MOST_NUMBERED);
    while (sent < total || got + dropped < sent) {
        for (int i = 0; i < burst && sent < total && sent - got - dropped <= most_waiting; i++, sent++) {
            struct packet packet = packet_udp(4, (uint16_t)sent, (uint32_t)sent * 31 % LARGEST);
            send_in(&packet);
        }
        const ipfunnel_datagram *out[MOST_PORTION];
        int n = ipfunnel_recv(capture, out, portion, SOON_MS);
        CHECK(n >= 0);
        for (int i = 0; i < n; i++, got++) {
            int number = number_of(out[i]->bytes, out[i]->length);
            struct packet packet = packet_udp(4, (uint16_t)number, (uint32_t)number * 31 % LARGEST);
            CHECK(number > last);
            CHECK_INT(out[i]->length, packet.length - LINK_HEADER);
            CHECK_BYTES(out[i]->bytes, packet.bytes + LINK_HEADER, out[i]->length);
            last = number;
        }
        ipfunnel_statistics s = balanced(capture);
        if (is_known(&s, IPFUNNEL_COUNTER_dropped))
            dropped = s.dropped;
        else
            CHECK(n > 0);
    }
    CHECK_INT(got + dropped, total);
    return dropped;
}

/* A kernel's ring may be full of blocks with little in them: loss is no defect there, only damage is. */
void a_ring_that_goes_round_keeps_everything(void)
{
    CHECK(go_round(7, 5, 20) == 0 || rig->abilities & RIG_INTERFACE);
}

void a_full_ring_damages_nothing(void)
{
    need_ability(RIG_LIVE, "frames are lost when nobody receives");
    need_capability(IPFUNNEL_CAN_COUNT_DROPS, "count what the system lost");
    CHECK(go_round(40, 9, MOST_NUMBERED) > 0);
}

void release_makes_room_and_loses_nothing(void)
{
    const ipfunnel_datagram *out[2];
    ipfunnel *capture = open_in(IPFUNNEL_MODE_ON);
    send_many(0, 10, 32);
    wait_for_frames(capture, 10);
    for (int got = 0; got < 10;) {
        int n = receive(capture, out, 2);
        for (int i = 0; i < n; i++)
            CHECK_INT(number_of(out[i]->bytes, out[i]->length), got++);
        ipfunnel_release(capture);
        ipfunnel_release(capture);
    }
    expect_nothing(capture);
}

void close_with_datagrams_in_hand(void)
{
    const ipfunnel_datagram *out[HELD];
    ipfunnel *capture = open_in(IPFUNNEL_MODE_ON);
    hold(capture, out);
    send_many(100, 50, 1000);
    close_capture(capture);
}

void close_accepts_null(void)
{
    ipfunnel_close(NULL);
    ipfunnel_interfaces_free(NULL);
}

void closing_gives_everything_back(void)
{
    enum { WARM_UP = 20, ROUNDS = 1000, ROUNDS_WHERE_SLOW = 100, ENOUGH_US = 3000000, GROWTH_KIB = 2048 };
    long handles = -1, memory = -1;
    int64_t start = platform_now_us();
    for (int i = 0; i < WARM_UP + ROUNDS; i++) {
        if (i > WARM_UP + ROUNDS_WHERE_SLOW && platform_now_us() - start > ENOUGH_US)
            break;
        if (i == WARM_UP) {
            handles = platform_open_handles();
            memory = platform_memory_kib();
        }
        ipfunnel *capture = open_small();
        if (i % 10 == 0) {
            send_udp(4, 1);
            const ipfunnel_datagram *out[1];
            CHECK_INT(receive(capture, out, 1), 1);
        }
        close_capture(capture);
    }
    if (handles >= 0)
        CHECK_INT(platform_open_handles(), handles);
    if (memory >= 0)
        CHECK(platform_memory_kib() <= memory + GROWTH_KIB);
}
