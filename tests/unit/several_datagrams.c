/* One frame, several datagrams: an 802.11 A-MSDU through the public functions. Nothing is lost where there is no room
 * for all of them, and both ledgers balance at any time. */
#include "ledger.h"

enum { IEEE80211 = 105, PARTS_MOST = 300, DATAGRAM = 24, PART = 14 + 8 + DATAGRAM + 2, HEADER = 26 };

struct frame {
    uint8_t bytes[HEADER + PARTS_MOST * PART];
    uint32_t length;
};

/* One letter per part: 4 a datagram, whose identification is the number of the part; a ARP; x an unusable header. */
static struct frame *amsdu(const char *parts)
{
    static const uint8_t header[HEADER] = { 0x88, 0x02, [24] = 0x80 };
    static struct frame f;
    memset(&f, 0, sizeof f);
    memcpy(f.bytes, header, HEADER);
    f.length = HEADER;
    for (int i = 0; parts[i]; i++) {
        uint8_t *part = f.bytes + f.length, *llc = part + 14, *ip = llc + 8;
        part[13] = 8 + DATAGRAM;
        memcpy(llc, "\xaa\xaa\x03\0\0\0\x08\x00", 8);
        if (parts[i] == 'a')
            llc[7] = 0x06;
        ip[0] = parts[i] == 'x' ? 0x41 : 0x45;
        ip[3] = DATAGRAM;
        ip[4] = (uint8_t)(i >> 8);
        ip[5] = (uint8_t)i;
        ip[8] = 64;
        ip[9] = 253;
        f.length += PART;
    }
    return &f;
}

static ipfunnel *open_memory(void)
{
    ipfunnel_options options = IPFUNNEL_OPTIONS_INIT;
    ipfunnel_error error;
    ipfunnel *capture = NULL;
    options.backend = "memory";
    options.start = IPFUNNEL_MODE_ON;
    if (ipfunnel_open(&capture, &options, &error)) {
        fprintf(stderr, "%s\n", error.text);
        exit(1);
    }
    return capture;
}

static void push(ipfunnel *capture, const struct frame *f)
{
    ipfunnel_frame frame = IPFUNNEL_FRAME_INIT;
    frame.bytes = f->bytes;
    frame.captured_length = f->length;
    frame.link_type = IEEE80211;
    CHECK_INT(ipfunnel_push(capture, &frame), 0);
}

static int number_of(const ipfunnel_datagram *d)
{
    CHECK_INT(d->length, DATAGRAM);
    return d->bytes[4] << 8 | d->bytes[5];
}

static void all_at_once(void)
{
    const ipfunnel_datagram *out[8];
    ipfunnel *capture = open_memory();
    push(capture, amsdu("444"));
    CHECK_INT(ipfunnel_recv(capture, out, 8, 0), 3);
    for (int i = 0; i < 3; i++)
        CHECK_INT(number_of(out[i]), i);
    ipfunnel_statistics s = balanced(capture);
    CHECK_INT(s.frames, 1);
    CHECK_INT(s.carrying_ip, 1);
    CHECK_INT(s.extra_from_cutting, 2);
    CHECK_INT(s.delivered, 3);
    CHECK_INT(ipfunnel_recv(capture, out, 8, 0), 0);
    ipfunnel_close(capture);
}

/* Whatever is done in between: the rest of a frame comes next, in order. */
static void no_room(void)
{
    const ipfunnel_datagram *out[2];
    ipfunnel *capture = open_memory();
    push(capture, amsdu("44444"));
    push(capture, amsdu("44"));
    CHECK_INT(ipfunnel_recv(capture, out, 1, 0), 1);
    CHECK_INT(number_of(out[0]), 0);
    ipfunnel_statistics s = balanced(capture);
    CHECK_INT(s.carrying_ip, 1);
    CHECK_INT(s.extra_from_cutting, 0);
    CHECK_INT(s.pending, 1);
    ipfunnel_release(capture);
    CHECK_INT(ipfunnel_wait(&capture, 1, 0), 1);
    CHECK_INT(ipfunnel_recv(capture, out, 2, -1), 2);
    CHECK_INT(number_of(out[0]), 1);
    CHECK_INT(number_of(out[1]), 2);
    balanced(capture);
    CHECK_INT(ipfunnel_interrupt(capture), 0);
    CHECK_INT(ipfunnel_recv(capture, out, 1, -1), IPFUNNEL_INTERRUPTED);
    CHECK_INT(ipfunnel_set_mode(capture, IPFUNNEL_MODE_OFF), 0);
    CHECK_INT(ipfunnel_recv(capture, out, 1, 0), 1);
    CHECK_INT(number_of(out[0]), 3);
    CHECK_INT(ipfunnel_wait(&capture, 1, 0), 1);
    CHECK_INT(ipfunnel_recv(capture, out, 2, 0), 1);
    CHECK_INT(number_of(out[0]), 4);
    CHECK_INT(ipfunnel_recv(capture, out, 2, 0), 2);
    CHECK_INT(number_of(out[1]), 1);
    CHECK_INT(ipfunnel_recv(capture, out, 2, 0), IPFUNNEL_END);
    s = balanced(capture);
    CHECK_INT(s.frames, 2);
    CHECK_INT(s.carrying_ip, 2);
    CHECK_INT(s.extra_from_cutting, 5);
    CHECK_INT(s.delivered, 7);
    CHECK_INT(s.pending, 0);
    ipfunnel_close(capture);
}

/* The wait handle is ready while something is left, and not for ever. */
static void wait_handle_follows(void)
{
    const ipfunnel_datagram *out[1];
    ipfunnel *capture = open_memory();
    push(capture, amsdu("444"));
    for (int i = 0; i < 3; i++) {
        CHECK_INT(ipfunnel_wait(&capture, 1, 0), 1);
        CHECK_INT(ipfunnel_recv(capture, out, 1, 0), 1);
        CHECK_INT(number_of(out[0]), i);
    }
    CHECK_INT(ipfunnel_recv(capture, out, 1, 0), 0);
    CHECK_INT(ipfunnel_wait(&capture, 1, 0), 0);
    CHECK_INT(ipfunnel_recv(capture, out, 1, 20), 0);
    ipfunnel_close(capture);
}

/* More parts than one call delivers at most. */
static void many_parts(void)
{
    static char parts[PARTS_MOST + 1];
    const ipfunnel_datagram *out[PARTS_MOST];
    ipfunnel *capture = open_memory();
    memset(parts, '4', PARTS_MOST);
    push(capture, amsdu(parts));
    int got = 0, n;
    while ((n = ipfunnel_recv(capture, out, PARTS_MOST, 0)) > 0) {
        for (int i = 0; i < n; i++)
            CHECK_INT(number_of(out[i]), got + i);
        got += n;
        balanced(capture);
    }
    CHECK_INT(n, 0);
    CHECK_INT(got, PARTS_MOST);
    CHECK_INT(balanced(capture).extra_from_cutting, PARTS_MOST - 1);
    ipfunnel_close(capture);
}

/* A frame carries IP when one of its parts does; the others are then not counted. */
static void mixed_parts(void)
{
    static const struct {
        const char *parts;
        uint64_t delivered, not_ip, malformed;
    } rows[] = {
        { .parts = "4a4", .delivered = 2 },
        { .parts = "a4", .delivered = 1 },
        { .parts = "x4a", .delivered = 1 },
        { .parts = "aa", .not_ip = 1 },
        { .parts = "ax", .malformed = 1 },
        { .parts = "xa", .not_ip = 1 },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (int max = 1; max <= 4; max++) {
            const ipfunnel_datagram *out[4];
            ipfunnel *capture = open_memory();
            push(capture, amsdu(rows[i].parts));
            while (ipfunnel_recv(capture, out, max, 0) > 0)
                balanced(capture);
            ipfunnel_statistics s = balanced(capture);
            printf("%s, at most %d\n", rows[i].parts, max);
            CHECK_INT(s.delivered, rows[i].delivered);
            CHECK_INT(s.carrying_ip, rows[i].delivered ? 1 : 0);
            CHECK_INT(s.extra_from_cutting, rows[i].delivered ? rows[i].delivered - 1 : 0);
            CHECK_INT(s.not_ip, rows[i].not_ip);
            CHECK_INT(s.malformed, rows[i].malformed);
            ipfunnel_close(capture);
        }
}

static void closed_with_a_rest(void)
{
    const ipfunnel_datagram *out[1];
    ipfunnel *capture = open_memory();
    push(capture, amsdu("44"));
    CHECK_INT(ipfunnel_recv(capture, out, 1, 0), 1);
    ipfunnel_close(capture);
}

int main(void)
{
    RUN(all_at_once);
    RUN(no_room);
    RUN(wait_handle_follows);
    RUN(many_parts);
    RUN(mixed_parts);
    RUN(closed_with_a_rest);
    return 0;
}
