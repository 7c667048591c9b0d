/* The savefile backend on FIFOs: each set of options names a new one, and what is sent is written as pcapng into every
 * FIFO that a capture reads. Nothing here passes by: what nobody reads stays in the pipe. */
#define _GNU_SOURCE
#include "rig.h"
#include "check.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MOST_FIFOS = 2048, PATH_SIZE = 64, PIPE_SIZE = 1 << 20, BLOCK_ROOM = 2048 };
enum { NOT_OPEN = -1, GONE = -2 };

static char folder[PATH_SIZE];
static char paths[MOST_FIFOS][PATH_SIZE];
static int writers[MOST_FIFOS];
static int fifo_count, oldest;          /* those before `oldest` are gone */

static const uint8_t flags_of_side[] = {        /* epb_flags: direction, and how it was received */
    [RIG_IN] = 1 | 1 << 2,
    [RIG_BROADCAST] = 1 | 3 << 2,
    [RIG_OTHER_HOST] = 1 | 4 << 2,
    [RIG_OUT] = 2,
};

static void clean_up(void)
{
    for (int i = 0; i < fifo_count; i++) {
        if (writers[i] >= 0)
            close(writers[i]);
        unlink(paths[i]);
    }
    fifo_count = oldest = 0;
    if (folder[0])
        rmdir(folder);
    folder[0] = '\0';
}

static void set_up(void)
{
    snprintf(folder, sizeof folder, "/tmp/ipfunnel-rig-XXXXXX");
    CHECK(mkdtemp(folder));
    atexit(clean_up);                   /* tests that fail or skip exit */
    signal(SIGPIPE, SIG_IGN);
}

static bool has_reader(int fifo)
{
    struct pollfd p = { .fd = writers[fifo], .events = POLLOUT };
    return poll(&p, 1, 0) >= 0 && !(p.revents & POLLERR);
}

static void forget_closed(void)
{
    for (int i = oldest; i < fifo_count; i++)
        if (writers[i] >= 0 && !has_reader(i)) {
            close(writers[i]);
            writers[i] = GONE;
        }
    while (oldest < fifo_count && writers[oldest] == GONE)
        unlink(paths[oldest++]);
}

static void savefile_options(ipfunnel_options *options)
{
    forget_closed();
    CHECK(fifo_count < MOST_FIFOS);
    snprintf(paths[fifo_count], PATH_SIZE, "%.40s/%d", folder, fifo_count);
    CHECK_INT(mkfifo(paths[fifo_count], 0600), 0);
    writers[fifo_count] = NOT_OPEN;
    options->backend = "savefile";
    options->file = paths[fifo_count++];
}

static void put(int fifo, const void *bytes, size_t size)
{
    ssize_t written = write(writers[fifo], bytes, size);
    if (written < 0 && errno == EAGAIN)
        SKIP("the savefile rig cannot keep that much in a pipe of this system");
    if (written >= 0)
        CHECK_INT(written, size);
    else
        CHECK_INT(errno, EPIPE);
}

/* Connects to a FIFO that is read since the last look, and begins the file. */
static bool is_read(int fifo)
{
    static const uint32_t begin[] = {
        0x0a0d0d0a, 28, 0x1a2b3c4d, 1, UINT32_MAX, UINT32_MAX, 28,
        1, 40, 1, 0, 2 | 3 << 16, 'r' | 'i' << 8 | 'g' << 16, 9 | 1 << 16, 9, 0, 40,      /* name, nanoseconds */
    };
    if (writers[fifo] == NOT_OPEN) {
        writers[fifo] = open(paths[fifo], O_WRONLY | O_NONBLOCK | O_CLOEXEC);
        if (writers[fifo] < 0)
            return false;
#ifdef F_SETPIPE_SZ
        fcntl(writers[fifo], F_SETPIPE_SZ, PIPE_SIZE);
#endif
        put(fifo, begin, sizeof begin);
    }
    return writers[fifo] >= 0 && has_reader(fifo);
}

static void savefile_send(ipfunnel *const captures[], int count, const struct rig_frame *frame)
{
    (void)captures;
    (void)count;
    uint32_t block[BLOCK_ROOM / 4] = { 6 }, padded = (frame->length + 3) / 4 * 4, length = 28 + padded + 24 + 4;
    uint64_t time = (uint64_t)frame->time_ns;
    const uint32_t head[] = { length, 0, (uint32_t)(time >> 32), (uint32_t)time, frame->length, frame->length };
    const uint32_t options[] = { 2 | 4 << 16, flags_of_side[frame->side], 4 | 8 << 16, 0, 0, 0, length };
    CHECK(length <= sizeof block);
    memcpy(block + 1, head, sizeof head);
    memcpy(block + 7, frame->bytes, frame->length);
    memcpy(block + 7 + padded / 4, options, sizeof options);
    for (int i = oldest; i < fifo_count; i++)
        if (is_read(i))
            put(i, block, length);
}

const struct rig rig_savefile = {
    .name = "savefile",
    .sides = 1u << RIG_IN | 1u << RIG_BROADCAST | 1u << RIG_OTHER_HOST | 1u << RIG_OUT,
    .abilities = RIG_THREADED | RIG_SETS_TIME,
    .station = { 0x02, 0, 0, 0, 0, 0x0b },
    .peer = { 0x02, 0, 0, 0, 0, 0x0a },
    .set_up = set_up,
    .options = savefile_options,
    .loopback_options = savefile_options,
    .send = savefile_send,
    .clean_up = clean_up,
};
