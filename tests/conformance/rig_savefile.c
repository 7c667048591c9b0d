/* The savefile backend on pipes: each set of options names a new one, and what is sent is written as pcapng into every
 * pipe that a capture reads. Nothing here passes by: what nobody reads stays in the pipe. */
#include "rig.h"
#include "check.h"
#include "named_pipe.h"

enum { MOST_PIPES = 2048, BLOCK_ROOM = 2048 };

static struct pipe_of_options {
    struct named_pipe pipe;
    bool begun, gone;
} pipes[MOST_PIPES];
static int pipe_count, oldest;          /* those before `oldest` are gone */

static const uint8_t flags_of_side[] = {        /* epb_flags: direction, and how it was received */
    [RIG_IN] = 1 | 1 << 2,
    [RIG_BROADCAST] = 1 | 3 << 2,
    [RIG_OTHER_HOST] = 1 | 4 << 2,
    [RIG_OUT] = 2,
};

static void clean_up(void)
{
    for (int i = 0; i < pipe_count; i++)
        named_pipe_remove(&pipes[i].pipe);
    pipe_count = oldest = 0;
    named_pipes_end();
}

static void set_up(void)
{
    atexit(clean_up);                   /* tests that fail or skip exit */
}

static void forget_closed(void)
{
    for (int i = oldest; i < pipe_count; i++)
        if (pipes[i].begun && !pipes[i].gone && named_pipe_look(&pipes[i].pipe) == NAMED_PIPE_LEFT) {
            named_pipe_remove(&pipes[i].pipe);
            pipes[i].gone = true;
        }
    while (oldest < pipe_count && pipes[oldest].gone)
        oldest++;
}

static void savefile_options(ipfunnel_options *options)
{
    forget_closed();
    CHECK(pipe_count < MOST_PIPES);
    named_pipe_make(&pipes[pipe_count].pipe, pipe_count);
    options->backend = "savefile";
    options->file = pipes[pipe_count++].pipe.path;
}

/* What a file begins with: a section, and an interface with its name and nanoseconds. */
static const uint32_t begin[] = {
    0x0a0d0d0a, 28, 0x1a2b3c4d, 1, UINT32_MAX, UINT32_MAX, 28,
    1, 40, 1, 0, 2 | 3 << 16, 'r' | 'i' << 8 | 'g' << 16, 9 | 1 << 16, 9, 0, 40,
};
enum { BEGIN = sizeof begin / sizeof *begin };

/* What our own writer records of it; where the checksum is has no place there. */
static uint32_t facts_of(const struct rig_frame *frame, char comment[40])
{
    if (!frame->left)
        return 0;
    if (frame->left->segment_size)
        snprintf(comment, 40, "ipfunnel: segment_size=%u", (unsigned)frame->left->segment_size);
    return (frame->left->facts & IPFUNNEL_FRAME_CHECKSUM_NOT_READY ? 1u << 9 : 0)
           | (frame->left->facts & IPFUNNEL_FRAME_SEGMENTATION ? 1u << 11 : 0);
}

static void savefile_send(ipfunnel *const captures[], int count, const struct rig_frame *frame)
{
    (void)captures;
    (void)count;
    uint32_t words[BEGIN + BLOCK_ROOM / 4] = { 0 }, *block = words + BEGIN;
    char comment[40] = "";
    uint32_t flags = flags_of_side[frame->side] | facts_of(frame, comment), text = (uint32_t)strlen(comment);
    uint32_t padded = (frame->length + 3) / 4 * 4, about = text ? 1 + (text + 3) / 4 : 0;    /* words */
    uint32_t length = 28 + padded + 4 * about + 24 + 4;
    uint64_t time = (uint64_t)frame->time_ns;
    const uint32_t head[] = { 6, length, 0, (uint32_t)(time >> 32), (uint32_t)time, frame->length, frame->length };
    const uint32_t options[] = { 2 | 4 << 16, flags, 4 | 8 << 16, 0, 0, 0, length };
    CHECK(length <= BLOCK_ROOM);
    memcpy(words, begin, sizeof begin);
    memcpy(block, head, sizeof head);
    memcpy(block + 7, frame->bytes, frame->length);
    if (text) {
        block[7 + padded / 4] = 1 | text << 16;
        memcpy(block + 8 + padded / 4, comment, text);
    }
    memcpy(block + 7 + padded / 4 + about, options, sizeof options);
    for (int i = oldest; i < pipe_count; i++) {
        struct pipe_of_options *to = &pipes[i];
        if (to->gone || named_pipe_look(&to->pipe) != NAMED_PIPE_IS_READ)
            continue;
        /* In one piece: else the reader might come between. */
        if (!named_pipe_write(&to->pipe, to->begun ? block : words, to->begun ? length : sizeof begin + length))
            SKIP("the savefile rig cannot keep that much in a pipe of this system");
        to->begun = true;
    }
}

const struct rig rig_savefile = {
    .name = "savefile",
    .sides = 1u << RIG_IN | 1u << RIG_BROADCAST | 1u << RIG_OTHER_HOST | 1u << RIG_OUT,
    .abilities = RIG_THREADED | RIG_SETS_TIME | RIG_BATCHES | RIG_SHOWS_LINK | RIG_ONE_QUEUE | RIG_OFFLOADS
                 | RIG_ANNOUNCES,
    .station = { 0x02, 0, 0, 0, 0, 0x0b },
    .peer = { 0x02, 0, 0, 0, 0, 0x0a },
    .set_up = set_up,
    .options = savefile_options,
    .loopback_options = savefile_options,
    .send = savefile_send,
    .clean_up = clean_up,
};
