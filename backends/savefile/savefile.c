/* savefile.c - the backend "savefile": the slots of core/backend.h over a file.
 *
 *   byte_source_*.c -> file_bytes.c, decoders.c -> file_walk.c, pcap_steps.c, pcapng_steps.c -> frames */
#include "backend.h"
#include "error.h"
#include "file_bytes.h"
#include "file_walk.h"
#include "os.h"

/* Block and record headers beside a datagram of ring_bytes, and room for reads of a useful size. */
enum { LEAST_BUFFER = 1 << 20, SLACK = 1 << 16 };

struct savefile {
    const struct ipfunnel__request *request;
    struct ipfunnel__facts *facts;
    struct ipfunnel__signal wake;       /* interrupt, and whatever makes recv return at once */
    bool announced;                     /* wake is set because more is in the buffer */
    struct ipfunnel__file_bytes bytes;
    struct ipfunnel__file_walk walk;
    ipfunnel_mode mode;
    uint64_t frames, usable;            /* given to the core; of link types with a rule */
    bool direction_told;                /* by some frame, or its link type will */
};

static int probe(ipfunnel_error *error)
{
    (void)error;
    return IPFUNNEL_OK;
}

/* ---- What is wrong with the file as a whole. */

static int no_rule(const struct savefile *s, uint32_t link_type, ipfunnel_error *error)
{
    ipfunnel__fail(error, IPFUNNEL_EOPNOTSUPP, 0, "savefile",
                   "nothing in %.160s can be read: its link type %u has no rule here", s->walk.path, link_type);
    return ipfunnel__remedy(error, "https://www.tcpdump.org/linktypes.html names it; capture on an interface that "
                                   "carries IP");
}

static int no_direction(const struct savefile *s, ipfunnel_error *error)
{
    ipfunnel__fail(error, IPFUNNEL_EOPNOTSUPP, 0, "savefile",
                   "%.160s does not say which frames were sent, so they cannot be left out (byte %llu)", s->walk.path,
                   (unsigned long long)s->walk.offset);
    return ipfunnel__remedy(error, "read it without no_outgoing");
}

static int too_short(const struct savefile *s, ipfunnel_error *error)
{
    size_t have = s->bytes.end - s->bytes.start;
    if (s->bytes.position == 0)
        ipfunnel__fail(error, IPFUNNEL_EIO, 0, "savefile", "%.160s is empty", s->walk.path);
    else if (s->bytes.cut)
        ipfunnel__fail(error, IPFUNNEL_EIO, 0, "savefile", "%.160s is cut before anything in it could be decompressed",
                       s->walk.path);
    else
        ipfunnel__fail(error, IPFUNNEL_EIO, 0, "savefile", "%.160s ends inside its header, after %llu bytes",
                       s->walk.path, (unsigned long long)(s->walk.offset + have));
    return ipfunnel__remedy(error, "no capture is in it: see whether the program that wrote it failed");
}

/* The file is over. A cut is no error, but said: END with a text. */
static int at_end(const struct savefile *s, ipfunnel_error *error)
{
    size_t rest = s->bytes.end - s->bytes.start;
    if (s->walk.interface_count == 0 && (!s->walk.step || rest > 0))
        return too_short(s, error);
    if (s->frames > 0 && s->usable == 0)
        return no_rule(s, s->walk.interface->link_type, error);
    if (rest == 0 && s->bytes.to_pass == 0 && !s->bytes.cut)
        return IPFUNNEL_END;
    ipfunnel__fail(error, IPFUNNEL_END, 0, "savefile", "%.160s is cut: its last record, at byte %llu, is incomplete",
                   s->walk.path, (unsigned long long)s->walk.offset);
    return ipfunnel__remedy(error, "what came before it is complete; copy the file anew if there should be more");
}

/* ---- Frames. */

/* A step at the next byte: STEP_FRAME with the frame looked at but not taken, or STEP_MORE or STEP_BAD. */
static enum ipfunnel__step look(struct savefile *s, struct ipfunnel__frame *frame, ipfunnel_error *error)
{
    struct ipfunnel__file_bytes *b = &s->bytes;
    for (;;) {
        if (b->to_pass > 0 || !b->begun)
            return IPFUNNEL__STEP_MORE;
        if (s->walk.only && !s->walk.only->link_known) {
            no_rule(s, s->walk.only->link_type, error);
            return IPFUNNEL__STEP_BAD;
        }
        enum ipfunnel__step step = ipfunnel__walk_step(&s->walk, b->bytes + b->start, b->end - b->start, frame, error);
        if (step != IPFUNNEL__STEP_PASS)
            return step;
        ipfunnel__bytes_pass(b, s->walk.size);
        s->walk.offset += s->walk.size;
        s->facts->link_type = s->walk.link_type;
        s->facts->clock_resolution_ns = s->walk.clock_resolution_ns;
    }
}

/* May this frame be given out? Returns 0 or a status; the same one for the same frame. */
static int check(struct savefile *s, const struct ipfunnel__frame *frame, ipfunnel_error *error)
{
    if (!(s->request->flags & IPFUNNEL_OPEN_NO_OUTGOING) || s->direction_told)
        return IPFUNNEL_OK;
    s->direction_told = frame->facts & (IPFUNNEL_FRAME_IN | IPFUNNEL_FRAME_OUT)
                        || ipfunnel__link_tells_direction(frame->link_type);
    return s->direction_told ? IPFUNNEL_OK : no_direction(s, error);
}

/* n frames of one interface, all with the same count of drops: 0 or unknown when n > 1. */
static void take(struct savefile *s, const struct ipfunnel__frame *frame, int n)
{
    struct ipfunnel__file_interface *from = s->walk.interface;
    if (frame->dropped_before == IPFUNNEL_DROPS_UNKNOWN || from->frames_dropped == UINT64_MAX)
        from->frames_dropped = UINT64_MAX;
    else if (frame->dropped_before < UINT64_MAX - from->frames_dropped)
        from->frames_dropped += frame->dropped_before;
    from->frames += (uint64_t)n;
    s->frames += (uint64_t)n;
    s->usable += from->link_known ? (uint64_t)n : 0;
    ipfunnel__bytes_pass(&s->bytes, s->walk.size);
    s->walk.offset += s->walk.size;
}

static int take_run(struct savefile *s, struct ipfunnel__frame *frames, int max)
{
    const struct ipfunnel__file_bytes *b = &s->bytes;
    bool ask = s->request->flags & IPFUNNEL_OPEN_NO_OUTGOING && !s->direction_told;
    int n = ask ? 0 : ipfunnel__walk_run(&s->walk, b->bytes + b->start, b->end - b->start, frames, max);
    if (n > 0)
        take(s, frames, n);
    return n;
}

/* Takes frames from the buffer. Returns the count, or what there is to say instead: 0 when more bytes are needed. */
static int take_frames(struct savefile *s, struct ipfunnel__frame *frames, int max, ipfunnel_error *error)
{
    for (int n = 0; n < max; n++) {
        int run = take_run(s, frames + n, max - n);
        if (n == 0)
            s->facts->alike = run;
        n += run;
        if (n == max)
            break;
        ipfunnel__places_forget(&s->walk.places);
        enum ipfunnel__step step = look(s, &frames[n], error);
        int status = step == IPFUNNEL__STEP_FRAME ? check(s, &frames[n], error)
                     : step == IPFUNNEL__STEP_BAD ? error->status
                     : s->bytes.ended             ? at_end(s, error)
                                                  : IPFUNNEL_OK;
        if (status || step != IPFUNNEL__STEP_FRAME)
            return n > 0 ? n : status;
        take(s, &frames[n], 1);
    }
    return max;
}

static int fill(struct savefile *s, int timeout_ms, ipfunnel_error *error)
{
    s->announced = false;
    int status = ipfunnel__bytes_fill(&s->bytes, timeout_ms, &s->wake, error);
    s->facts->file_position = s->bytes.position;
    return status;
}

/* ---- Slots. */

/* Of a file that never makes one wait all is read that can be wrong before the first frame, so that a program that
 * converts it has not begun to write. */
static int look_ahead(struct savefile *s, ipfunnel_error *error)
{
    for (;;) {
        struct ipfunnel__frame frame;
        enum ipfunnel__step step = look(s, &frame, error);
        if (step == IPFUNNEL__STEP_BAD)
            return error->status;
        if (step == IPFUNNEL__STEP_FRAME)
            return check(s, &frame, error);
        int status = s->bytes.ended ? at_end(s, error) : fill(s, 0, error);
        if (status)
            return status == IPFUNNEL_END ? IPFUNNEL_OK : status;
    }
}

static int savefile_open(void *state, const struct ipfunnel__request *request, struct ipfunnel__facts *facts,
                         ipfunnel_error *error)
{
    struct savefile *s = state;
    size_t size = request->ring_bytes > SIZE_MAX / 2 ? SIZE_MAX / 2 : (size_t)request->ring_bytes;
    size = (size < LEAST_BUFFER ? LEAST_BUFFER : size) + SLACK;
    s->request = request;
    s->facts = facts;
    s->walk = (struct ipfunnel__file_walk){
        .path = ipfunnel__source_name(request->interface_name),
        .largest = size,
        .link_type = IPFUNNEL_LENGTH_UNKNOWN,
    };
    *facts = (struct ipfunnel__facts){
        .promiscuous = IPFUNNEL_UNKNOWN,
        .link_type = IPFUNNEL_LENGTH_UNKNOWN,
        .buffer_bytes = size,
        .clock = "file",
    };
    int status = ipfunnel__signal_make(&s->wake, error);
    if (!status)
        status = ipfunnel__bytes_open(&s->bytes, request->interface_name, size, &s->wake, error);
    if (status)
        return status;
    facts->file_size = s->bytes.source.size;
    if (s->bytes.source.waits)
        return IPFUNNEL_OK;
    ipfunnel__signal_set(&s->wake);           /* for good: at any time there is something to read, or the end */
    return look_ahead(s, error);
}

static int set_mode(void *state, ipfunnel_mode mode, ipfunnel_error *error)
{
    struct savefile *s = state;
    (void)error;
    s->mode = mode;
    if (mode == IPFUNNEL_MODE_OFF)
        ipfunnel__signal_set(&s->wake);
    return IPFUNNEL_OK;
}

static int set_filter(void *state, const struct ipfunnel_filter *filter, ipfunnel_error *error)
{
    (void)state, (void)filter, (void)error;
    return IPFUNNEL_OK;
}

/* At most one read, then back: the core looks at its clock and for an interrupt, also while a file has no frames. */
static int savefile_recv(void *state, struct ipfunnel__frame *frames, int max, int timeout_ms, ipfunnel_error *error)
{
    struct savefile *s = state;
    if (s->mode == IPFUNNEL_MODE_OFF)
        return IPFUNNEL_END;
    int n = take_frames(s, frames, max, error);
    if (n == 0) {
        n = fill(s, timeout_ms, error);
        if (!n)
            n = take_frames(s, frames, max, error);
    }
    /* More may be here already, or there is a status to repeat: the pipe itself tells of neither. */
    if ((n != 0 || s->bytes.more) && s->bytes.source.waits && !s->announced) {
        s->announced = true;
        ipfunnel__signal_set(&s->wake);
    }
    return n;
}

static void savefile_release(void *state)
{
    (void)state;
}

static void savefile_interrupt(void *state)
{
    const struct savefile *s = state;
    ipfunnel__signal_set(&s->wake);
}

static int next_event(void *state, ipfunnel_event *event)
{
    (void)state, (void)event;
    return 0;
}

static void stats(void *state, struct ipfunnel__counters *counters)
{
    const struct savefile *s = state;
    counters->frames = s->frames;
    counters->dropped = ipfunnel__walk_dropped(&s->walk);
}

static intptr_t wait_handle(void *state)
{
    const struct savefile *s = state;
    if (s->mode == IPFUNNEL_MODE_OFF)             /* also before the first start END waits to be returned */
        ipfunnel__signal_set(&s->wake);
    return s->bytes.source.waits ? s->bytes.source.ready : s->wake.handle;
}

static int push(void *state, const ipfunnel_frame *frame, ipfunnel_error *error)
{
    (void)state, (void)frame;
    return ipfunnel__fail(error, IPFUNNEL_EOPNOTSUPP, 0, "ipfunnel_push", "savefile takes no frames from the caller");
}

static void savefile_close(void *state)
{
    struct savefile *s = state;
    if (!s->request)
        return;
    ipfunnel__walk_close(&s->walk);
    ipfunnel__bytes_close(&s->bytes);
    ipfunnel__signal_close(&s->wake);
}

extern const struct ipfunnel__backend ipfunnel__savefile;
const struct ipfunnel__backend ipfunnel__savefile = {
    .info = {
        .name = "savefile",
        .description = "capture files: pcap, pcapng" IPFUNNEL__READS_GZIP IPFUNNEL__READS_ZSTD,
        .capabilities = IPFUNNEL_CAN_READ_FILES | IPFUNNEL_CAN_DIRECTION | IPFUNNEL_CAN_NO_OUTGOING |
                        IPFUNNEL_CAN_CHECKSUM | IPFUNNEL_CAN_SEGMENTATION | IPFUNNEL_CAN_VLAN |
                        IPFUNNEL_CAN_COUNT_DROPS | IPFUNNEL_CAN_ON_WIRE | IPFUNNEL__CORE_CAN,
        .built = 1,
    },
    .state_size = sizeof(struct savefile),
    .probe = probe,
    .open = savefile_open,
    .set_mode = set_mode,
    .set_filter = set_filter,
    .recv = savefile_recv,
    .release = savefile_release,
    .interrupt = savefile_interrupt,
    .next_event = next_event,
    .stats = stats,
    .wait_handle = wait_handle,
    .push = push,
    .close = savefile_close,
};
