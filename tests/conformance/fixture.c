#include "fixture.h"
#include "super_datagrams.h"

enum { MOST_OPEN = 128 };

static ipfunnel *captures[MOST_OPEN];
static int capture_count;

bool backend_can(uint32_t capability)
{
    for (int i = 0; ipfunnel_backend_at(i); i++)
        if (strcmp(ipfunnel_backend_at(i)->name, rig->name) == 0)
            return ipfunnel_backend_at(i)->capabilities & capability;
    return false;
}

void need_capability(uint32_t capability, const char *what)
{
    if (!backend_can(capability))
        SKIP("backend %s does not claim: %s", rig->name, what);
}

void need_side(enum rig_side side, const char *what)
{
    if (!(rig->sides & 1u << side))
        SKIP("the %s rig cannot send %s", rig->name, what);
}

void need_ability(uint32_t ability, const char *what)
{
    if ((rig->abilities & ability) != ability)
        SKIP("the %s rig cannot do that: %s", rig->name, what);
}

ipfunnel_options options_here(void)
{
    ipfunnel_options options = IPFUNNEL_OPTIONS_INIT;
    rig->options(&options);
    return options;
}

ipfunnel *open_with(const ipfunnel_options *options)
{
    ipfunnel *capture = NULL;
    ipfunnel_error error = { 0 };
    int status = ipfunnel_open(&capture, options, &error);
    if (status) {
        fprintf(stderr, "ipfunnel_open: %s: %s (%s)\n", ipfunnel_status_text(status), error.text, error.remedy);
        exit(1);
    }
    CHECK(capture);
    CHECK(capture_count < MOST_OPEN);
    captures[capture_count++] = capture;
    return capture;
}

ipfunnel *open_in(ipfunnel_mode mode)
{
    ipfunnel_options options = options_here();
    options.start = (uint32_t)mode;
    return open_with(&options);
}

void close_capture(ipfunnel *capture)
{
    for (int i = 0; i < capture_count; i++)
        if (captures[i] == capture) {
            captures[i] = captures[--capture_count];
            ipfunnel_close(capture);
            return;
        }
    CHECK(0 && "an open capture");
}

void close_all(void)
{
    while (capture_count)
        close_capture(captures[capture_count - 1]);
}

void set_mode(ipfunnel *capture, ipfunnel_mode mode)
{
    int status = ipfunnel_set_mode(capture, mode);
    if (status)
        fprintf(stderr, "ipfunnel_set_mode: %s\n", ipfunnel_last_error(capture)->text);
    CHECK_INT(status, 0);
}

ipfunnel_capture_info info_of(ipfunnel *capture)
{
    ipfunnel_capture_info info = IPFUNNEL_CAPTURE_INFO_INIT;
    CHECK_INT(ipfunnel_info(capture, &info), 0);
    return info;
}

static void address(uint8_t *frame, enum rig_side side)
{
    static const uint8_t everybody[6] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
    static const uint8_t somebody_else[6] = { 0x02, 0, 0, 0, 0, 0x99 };
    static const uint8_t loopback[6] = { 0 };
    const uint8_t *to = side == RIG_BROADCAST    ? everybody
                        : side == RIG_OTHER_HOST ? somebody_else
                        : side == RIG_LOOPBACK   ? loopback
                        : side == RIG_OUT        ? rig->peer
                                                 : rig->station;
    const uint8_t *from = side == RIG_OUT ? rig->station : side == RIG_LOOPBACK ? loopback : rig->peer;
    memcpy(frame, to, 6);
    memcpy(frame + 6, from, 6);
    CHECK(rig->sides & 1u << side);
}

void send_at(const struct packet *packet, enum rig_side side, int64_t time_ns)
{
    struct packet addressed = *packet;
    address(addressed.bytes, side);
    rig->send(captures, capture_count, &(struct rig_frame){
        .bytes = addressed.bytes,
        .length = addressed.length,
        .side = side,
        .time_ns = time_ns,
    });
}

void send_left_to_hardware(const struct super *super, enum rig_side side)
{
    static struct bytes built;
    static uint8_t room[SUPER_LINK + SUPER_ROOM];
    build_super(&built, super);
    ipfunnel_frame left = super_frame(super, &built, room);
    left.facts = IPFUNNEL_FRAME_CHECKSUM_NOT_READY | IPFUNNEL_FRAME_SEGMENTATION;
    if (segments_of(super) < 2) {
        left.facts = IPFUNNEL_FRAME_CHECKSUM_NOT_READY;
        left.segmentation = left.segment_size = 0;
    }
    address(room, side);
    rig->send(captures, capture_count, &(struct rig_frame){
        .bytes = room,
        .length = left.captured_length,
        .side = side,
        .time_ns = 1700000000123456789,
        .left = &left,
    });
}

void send_on(const struct packet *packet, enum rig_side side)
{
    send_at(packet, side, 1700000000123456789);
}

void send_in(const struct packet *packet)
{
    send_on(packet, RIG_IN);
}

void send_udp(int version, uint16_t number)
{
    struct packet packet = packet_udp(version, number, 32);
    send_in(&packet);
}

void send_many(uint16_t first, int count, uint32_t payload)
{
    for (int i = 0; i < count; i++) {
        struct packet packet = packet_udp(4, (uint16_t)(first + i), payload);
        send_in(&packet);
    }
}

int receive_now(ipfunnel *capture, const ipfunnel_datagram *out[], int max)
{
    return ipfunnel_recv(capture, out, max, 0);
}

int receive(ipfunnel *capture, const ipfunnel_datagram *out[], int max)
{
    int n = ipfunnel_recv(capture, out, max, PATIENCE_MS);
    if (n <= 0)
        fprintf(stderr, "ipfunnel_recv: %s\n", ipfunnel_status_text(n));
    CHECK(n > 0);
    CHECK(n <= max);
    return n;
}

void expect_nothing(ipfunnel *capture)
{
    const ipfunnel_datagram *out[1];
    CHECK_INT(ipfunnel_recv(capture, out, 1, SOON_MS), 0);
}

int is_known(const ipfunnel_statistics *stats, int counter)
{
    return (int)(stats->available >> counter & 1);
}

void wait_for_frames(ipfunnel *capture, uint64_t frames)
{
    int64_t end = platform_now_us() + PATIENCE_MS * 1000;
    for (;;) {
        ipfunnel_statistics s = balanced(capture);
        if (!(rig->abilities & RIG_COUNTS_QUEUED)) {
            CHECK_INT(ipfunnel_wait(&capture, 1, PATIENCE_MS), 1);
            return;
        }
        if (s.frames >= frames)
            return;
        CHECK(platform_now_us() < end);
        platform_sleep_ms(1);
    }
}

void expect_error(const ipfunnel_error *error, int status)
{
    CHECK_INT(error->status, status);
    CHECK(error->text[0]);
    CHECK(error->remedy[0]);
    CHECK(!strpbrk(error->text, "\r\n"));
    CHECK(!strpbrk(error->remedy, "\r\n"));
    CHECK(!strpbrk(error->where, "\r\n"));
}

void expect_open_error(const ipfunnel_options *options, int status, ipfunnel_error *error)
{
    static int target;
    ipfunnel *const untouched = (ipfunnel *)&target, *capture = untouched;
    ipfunnel_error own = { 0 };
    CHECK_INT(ipfunnel_open(&capture, options, &own), status);
    CHECK(capture == untouched);
    expect_error(&own, status);
    CHECK_INT(ipfunnel_open(&capture, options, NULL), status);
    CHECK(capture == untouched);
    if (error)
        *error = own;
}
