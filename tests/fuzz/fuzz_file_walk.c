/* fuzz_file_walk.c - any bytes as a capture file, pcap or pcapng. Byte 0 says in how large pieces it arrives; the rest
 * is the file, in a heap block of its exact size. Whole and in runs, or in pieces and step by step, the frames must be
 * the same. */
#include "fuzz.h"
#include "savefile/file_walk.h"

enum { LARGEST = 1 << 16, RUN = 7 };

struct outcome {
    uint64_t frames, digest, offset;
    enum ipfunnel__step last;
};

static uint64_t mix(uint64_t digest, uint64_t value)
{
    return (digest ^ value) * UINT64_C(0x100000001b3);
}

static void check_frame(struct outcome *o, const struct ipfunnel__frame *f, const uint8_t *bytes, uint64_t size)
{
    HOLDS(f->bytes >= bytes && f->captured <= size && (uint64_t)(f->bytes - bytes) <= size - f->captured);
    HOLDS(f->captured <= f->original);
    HOLDS(f->interface_name && strlen(f->interface_name) <= IPFUNNEL__MOST_NAME);
    for (const char *c = f->interface_name; *c; c++)
        HOLDS((unsigned char)*c >= ' ' && *c != 0x7f);
    HOLDS(!(f->facts & IPFUNNEL_FRAME_OUT && f->facts & (IPFUNNEL_FRAME_IN | IPFUNNEL_FRAME_OTHER_HOST)));
    HOLDS(f->vlan_count <= 1 || f->facts & IPFUNNEL_FRAME_TAGGED);
    for (uint32_t i = 0; i < f->captured; i++)
        o->digest = mix(o->digest, f->bytes[i]);
    o->digest = mix(o->digest, (uint64_t)f->time_ns ^ f->original ^ (uint64_t)f->facts << 32);
    o->digest = mix(o->digest, f->dropped_before ^ f->link_type ^ (uint64_t)f->interface_index << 32);
    o->frames++;
}

/* A run of frames, which lie behind each other; returns their bytes. */
static uint64_t check_run(struct ipfunnel__file_walk *walk, const uint8_t *bytes, size_t available, struct outcome *o)
{
    struct ipfunnel__frame frames[RUN];
    int n = ipfunnel__walk_run(walk, bytes, available, frames, RUN);
    HOLDS(n >= 0 && n <= RUN);
    if (n == 0)
        return 0;
    HOLDS(walk->size <= available && walk->interface);
    for (int i = 0; i < n; i++) {
        HOLDS(i == 0 || frames[i].bytes > frames[i - 1].bytes);
        HOLDS(frames[i].dropped_before == frames[0].dropped_before);
        check_frame(o, &frames[i], bytes, walk->size);
    }
    return walk->size;
}

/* `piece` bytes more are there after each step that asks for more; 0: all at once, and in runs. */
static struct outcome walk_all(const uint8_t *file, size_t size, size_t piece)
{
    struct outcome o = { .digest = 1 };
    struct ipfunnel__file_walk walk = { .path = "fuzz", .largest = LARGEST, .link_type = IPFUNNEL_LENGTH_UNKNOWN };
    size_t at = 0, there = piece ? 0 : size;
    for (;;) {
        ipfunnel_error error = { .status = 0 };
        struct ipfunnel__frame frame;
        struct exact_bytes given = exact_bytes(file + at, there - at);
        uint64_t passed = piece ? 0 : check_run(&walk, given.bytes, there - at, &o);
        if (passed > 0) {
            walk.offset += passed;
            at += (size_t)passed;
            free(given.block);
            continue;
        }
        o.last = ipfunnel__walk_step(&walk, given.bytes, there - at, &frame, &error);
        if (o.last == IPFUNNEL__STEP_BAD)
            check_error(&error, error.status);
        else
            HOLDS(walk.size > 0);
        if (o.last == IPFUNNEL__STEP_FRAME) {
            HOLDS(walk.size <= there - at && walk.size <= LARGEST && walk.interface);
            check_frame(&o, &frame, given.bytes, walk.size);
        }
        if (o.last == IPFUNNEL__STEP_MORE)
            HOLDS(walk.size > there - at && walk.size <= LARGEST);
        free(given.block);
        if (o.last == IPFUNNEL__STEP_BAD || (o.last == IPFUNNEL__STEP_MORE && there == size))
            break;
        if (o.last == IPFUNNEL__STEP_MORE) {
            there = size - there < piece ? size : there + piece;
            continue;
        }
        walk.offset += walk.size;
        if (walk.size > size - at)
            break;
        at += (size_t)walk.size;
        if (there < at)
            there = at;
    }
    o.offset = walk.offset;
    ipfunnel__walk_dropped(&walk);
    ipfunnel__walk_close(&walk);
    return o;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1)
        return 0;
    struct outcome whole = walk_all(data + 1, size - 1, 0), pieces = walk_all(data + 1, size - 1, 1 + data[0]);
    HOLDS(whole.frames == pieces.frames && whole.digest == pieces.digest);
    HOLDS(whole.last == pieces.last && whole.offset == pieces.offset);
    return 0;
}
