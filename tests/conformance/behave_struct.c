/* Structs that carry their own size: programs built with an older or a newer header than the library's. */
#include "behaviours.h"
#include "fixture.h"

enum { EXTRA = 24, FILLER = 0x5a };

static int open_of_size(void *options, size_t size, ipfunnel **capture)
{
    memcpy(options, &size, sizeof size);
    return ipfunnel_open(capture, options, NULL);
}

void options_of_an_older_program_are_accepted(void)
{
    /* Where earlier versions of the struct could have ended. What lies behind is not read. */
    static const size_t sizes[] = {
        offsetof(ipfunnel_options, snap_length),
        offsetof(ipfunnel_options, ring_bytes),
        offsetof(ipfunnel_options, fanout_group),
    };
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        ipfunnel_options options = options_here();
        options.start = IPFUNNEL_MODE_ON;
        /* An exact heap block, so that a sanitizer sees any read behind it. */
        void *old = malloc(sizes[i]);
        CHECK(old);
        memcpy(old, &options, sizes[i]);
        ipfunnel *capture = NULL;
        CHECK_INT(open_of_size(old, sizes[i], &capture), 0);
        CHECK_INT(info_of(capture).mode, IPFUNNEL_MODE_ON);
        CHECK_INT(info_of(capture).snap_length, 262144);
        ipfunnel_close(capture);
        free(old);
    }
}

void options_of_a_newer_program_need_a_zero_tail(void)
{
    struct {
        ipfunnel_options options;
        uint8_t tail[EXTRA];
    } newer = { .options = options_here() };
    ipfunnel *capture = NULL;
    CHECK_INT(open_of_size(&newer, sizeof newer, &capture), 0);
    ipfunnel_close(capture);
    for (size_t i = 0; i < EXTRA; i++) {
        newer.tail[i] = 1;
        newer.options.size = sizeof newer;
        expect_open_error(&newer.options, IPFUNNEL_EINVAL, NULL);
        newer.tail[i] = 0;
    }
}

void options_of_no_size_are_einval(void)
{
    for (size_t size = 0; size < sizeof(ipfunnel_options); size++) {
        if (size >= sizeof size && size % sizeof size == 0)
            continue;
        ipfunnel_options options = options_here();     /* any other size ends inside a field */
        options.size = size;
        expect_open_error(&options, IPFUNNEL_EINVAL, NULL);
    }
    ipfunnel_error error = { 0 };
    ipfunnel *capture = NULL;
    CHECK_INT(ipfunnel_open(&capture, NULL, &error), IPFUNNEL_EINVAL);
    expect_error(&error, IPFUNNEL_EINVAL);
}

/* Every function that fills a sized struct, called in one way. */
static ipfunnel *filled;
static const ipfunnel_datagram *read_from;

static int fill_stats(void *out) { return ipfunnel_stats(filled, out); }
static int fill_info(void *out) { return ipfunnel_info(filled, out); }
static int fill_headers(void *out) { return ipfunnel_read_headers(read_from, out); }

static const struct output {
    int (*fill)(void *out);
    size_t size, older;             /* of the struct today, and where an older one could have ended */
} outputs[] = {
    { .fill = fill_stats, .size = sizeof(ipfunnel_statistics), .older = offsetof(ipfunnel_statistics, malformed) },
    { .fill = fill_info, .size = sizeof(ipfunnel_capture_info), .older = offsetof(ipfunnel_capture_info, families) },
    { .fill = fill_headers, .size = sizeof(ipfunnel_headers), .older = offsetof(ipfunnel_headers, source_port) },
};
enum { OUTPUTS = sizeof outputs / sizeof *outputs };

static void open_filled(void)
{
    static const ipfunnel_datagram *out[1];
    filled = open_in(IPFUNNEL_MODE_ON);
    send_udp(4, 1);
    CHECK_INT(receive(filled, out, 1), 1);
    read_from = out[0];
}

/* Fills a block of `room` bytes as a struct of `size`, and returns the block. */
static uint8_t *fill_block(const struct output *output, size_t size, size_t room, int status)
{
    uint8_t *block = malloc(room);
    CHECK(block);
    memset(block, FILLER, room);
    memcpy(block, &size, sizeof size);
    CHECK_INT(output->fill(block), status);
    return block;
}

void outputs_of_an_older_program_are_not_overrun(void)
{
    open_filled();
    for (size_t i = 0; i < OUTPUTS; i++) {
        uint8_t *today = fill_block(&outputs[i], outputs[i].size, outputs[i].size, 0);
        uint8_t *old = fill_block(&outputs[i], outputs[i].older, outputs[i].older + EXTRA, 0);
        CHECK_BYTES(old + sizeof(size_t), today + sizeof(size_t), outputs[i].older - sizeof(size_t));
        for (size_t b = 0; b < EXTRA; b++)
            CHECK_INT(old[outputs[i].older + b], FILLER);
        free(old);
        free(today);
    }
}

void outputs_of_a_newer_program_are_filled(void)
{
    open_filled();
    for (size_t i = 0; i < OUTPUTS; i++) {
        size_t newer = outputs[i].size + EXTRA;
        free(fill_block(&outputs[i], newer, newer, 0));
    }
    struct {
        ipfunnel_statistics known;
        uint8_t tail[EXTRA];
    } s = { .known = IPFUNNEL_STATISTICS_INIT };
    s.known.size = sizeof s;
    CHECK_INT(ipfunnel_stats(filled, (ipfunnel_statistics *)&s), 0);
    CHECK_INT(s.known.delivered, 1);
}

void outputs_of_no_size_are_einval_and_untouched(void)
{
    open_filled();
    for (size_t i = 0; i < OUTPUTS; i++)
        for (size_t size = 0; size < sizeof size; size++) {
            uint8_t *block = fill_block(&outputs[i], size, outputs[i].size, IPFUNNEL_EINVAL);
            for (size_t b = sizeof size; b < outputs[i].size; b++)
                CHECK_INT(block[b], FILLER);
            free(block);
        }
    ipfunnel_event event = { 0 };
    CHECK_INT(ipfunnel_next_event(filled, &event), IPFUNNEL_EINVAL);
    ipfunnel_event proper = IPFUNNEL_EVENT_INIT;
    CHECK_INT(ipfunnel_next_event(filled, &proper), 0);
}
