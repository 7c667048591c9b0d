/* The memory backend: every frame is pushed into every open capture, with the facts that a kernel would tell. */
#include "rig.h"
#include "check.h"

static const uint32_t facts_of_side[] = {
    [RIG_IN] = IPFUNNEL_FRAME_IN,
    [RIG_BROADCAST] = IPFUNNEL_FRAME_IN,
    [RIG_OTHER_HOST] = IPFUNNEL_FRAME_IN | IPFUNNEL_FRAME_OTHER_HOST,
    [RIG_OUT] = IPFUNNEL_FRAME_OUT,
    [RIG_LOOPBACK] = IPFUNNEL_FRAME_IN,
    [RIG_UNSAID] = 0,
};

static void set_up(void)
{
}

static void memory_options(ipfunnel_options *options)
{
    options->backend = "memory";
    options->interface_name = "192.0.2.1/24,2001:db8::1/64";
}

static void push(ipfunnel *const captures[], int count, const struct rig_frame *frame, uint32_t facts)
{
    ipfunnel_frame pushed = IPFUNNEL_FRAME_INIT;
    pushed.bytes = frame->bytes;
    pushed.captured_length = frame->length;
    pushed.link_type = 1;
    pushed.facts = facts;
    if (frame->left) {
        pushed.facts |= frame->left->facts;
        pushed.segmentation = frame->left->segmentation;
        pushed.segment_size = frame->left->segment_size;
        pushed.checksum_start = frame->left->checksum_start;
        pushed.checksum_offset = frame->left->checksum_offset;
    }
    pushed.time_ns = frame->time_ns;
    for (int i = 0; i < count; i++) {
        int status = ipfunnel_push(captures[i], &pushed);
        CHECK(status == 0 || status == IPFUNNEL_ENOBUFS);
    }
}

static void memory_send(ipfunnel *const captures[], int count, const struct rig_frame *frame)
{
    if (frame->side == RIG_LOOPBACK)
        push(captures, count, frame, IPFUNNEL_FRAME_OUT | IPFUNNEL_FRAME_LOOPBACK_COPY);
    push(captures, count, frame, facts_of_side[frame->side]);
}

static void clean_up(void)
{
}

const struct rig rig_memory = {
    .name = "memory",
    .sides = 1u << RIG_IN | 1u << RIG_BROADCAST | 1u << RIG_OTHER_HOST | 1u << RIG_OUT | 1u << RIG_LOOPBACK
             | 1u << RIG_UNSAID,
    .abilities = RIG_LIVE | RIG_SETS_TIME | RIG_COUNTS_QUEUED | RIG_BATCHES | RIG_SHOWS_COPIES
                 | RIG_SHOWS_LINK | RIG_ONE_QUEUE | RIG_OFFLOADS | RIG_ANNOUNCES,
    .station = { 0x02, 0, 0, 0, 0, 0x0b },
    .peer = { 0x02, 0, 0, 0, 0, 0x0a },
    .own_addresses = { "192.0.2.1", "2001:db8::1" },
    .set_up = set_up,
    .options = memory_options,
    .loopback_options = memory_options,
    .send = memory_send,
    .clean_up = clean_up,
};
