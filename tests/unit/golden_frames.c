/* golden_frames FILE...            every frame gives exactly what its file says, also when it is cut at any length
 * golden_frames --corpus DIR FILE...   writes them as inputs of the fuzz harnesses instead, below DIR */
#include "frames_file.h"
#include "../fuzz/frame_input.h"
#include "check.h"

static int failures;

static void differs(const struct golden_case *c, const char *how, const char *what, long long actual,
                    long long expected)
{
    if (failures++ < 50)
        fprintf(stderr, "%s:%d: %s%s: %s is %lld, expected %lld\n", c->file, c->line, c->title, how, what, actual,
                expected);
}

static bool same(const struct golden_case *c, const char *how, const char *what, long long actual, long long expected)
{
    if (actual != expected)
        differs(c, how, what, actual, expected);
    return actual == expected;
}

/* Bytes that end where their heap block ends, so that a sanitizer sees every read behind them. */
struct exact {
    uint8_t *block;
    const uint8_t *bytes;
};

static struct exact exact_copy(const uint8_t *bytes, size_t size)
{
    struct exact e = { .block = malloc(size + 1) };
    CHECK(e.block);
    memcpy(e.block + 1, bytes, size);
    e.bytes = e.block + 1;
    return e;
}

static void check_whole(const struct golden_case *c)
{
    struct exact copy = exact_copy(c->bytes, c->frame.captured);
    struct ipfunnel__frame frame = c->frame;
    ipfunnel_datagram d;
    frame.bytes = copy.bytes;
    int counter = ipfunnel__normalize(&c->policy, &frame, &d);
    if (same(c, "", "the counter", counter, c->counter) && counter == IPFUNNEL_COUNTER_delivered) {
        same(c, "", "the start", d.bytes - copy.bytes, c->from);
        same(c, "", "the length", d.length, c->to - c->from);
        same(c, "", "the original length", d.original_length, c->original);
        same(c, "", "flags", d.flags, c->flags);
        same(c, "", "the version", d.version, c->version);
        same(c, "", "the number of tags", d.vlan_count, c->vlan_count);
        same(c, "", "the outer tag", d.vlan[0], c->vlan[0]);
        same(c, "", "the inner tag", d.vlan[1], c->vlan[1]);
        same(c, "", "the direction", d.direction, c->direction);
        same(c, "", "who says the direction", d.direction_source, c->direction_source);
        same(c, "", "the checksum", d.checksum, c->checksum);
        same(c, "", "the time", d.time_ns, frame.time_ns);
        same(c, "", "the interface", d.interface_index, frame.interface_index);
    }
    free(copy.block);
}

/* The first `size` bytes of the frame; `original`: what it had. More than `size`: the capture cut it. */
static void check_cut(const struct golden_case *c, uint32_t size, uint32_t original)
{
    struct exact copy = exact_copy(c->bytes, size);
    struct ipfunnel__frame frame = c->frame;
    ipfunnel_datagram d;
    char how[64];
    snprintf(how, sizeof how, " (%u of %u bytes)", size, original);
    frame.bytes = copy.bytes;
    frame.captured = size;
    frame.original = original;
    int counter = ipfunnel__normalize(&c->policy, &frame, &d);
    /* An impossible jumbo length may be in the part that is missing; then the length is open. */
    bool open = counter == IPFUNNEL_COUNTER_delivered && c->counter == IPFUNNEL_COUNTER_malformed
                && d.flags & IPFUNNEL_LENGTH_ASSUMED;
    if (counter != IPFUNNEL_COUNTER_malformed && !open
        && same(c, how, "the counter", counter, c->counter) && counter == IPFUNNEL_COUNTER_delivered
        && same(c, how, "the start", d.bytes - copy.bytes, c->from)) {
        uint32_t there = size - c->from, whole = c->to - c->from;
        same(c, how, "the length", d.length, there < whole ? there : whole);
        same(c, how, "the version", d.version, c->version);
        same(c, how, "the number of tags", d.vlan_count, c->vlan_count);
        bool assumed = d.flags & IPFUNNEL_LENGTH_ASSUMED, less = d.length < d.original_length;
        bool cut = original > size || there > c->policy.snap_length;
        if (!assumed)
            same(c, how, "the original length", d.original_length, c->original);
        same(c, how, "less than the original, unflagged", less && !(d.flags & (IPFUNNEL_SNAPPED | IPFUNNEL_SHORT)), 0);
        same(c, how, "flagged, but whole", !less && d.flags & (IPFUNNEL_SNAPPED | IPFUNNEL_SHORT), 0);
        same(c, how, "snapped without a cut", !cut && d.flags & IPFUNNEL_SNAPPED, 0);
        same(c, how, "cut, but not snapped", cut && less && !(d.flags & IPFUNNEL_SNAPPED), 0);
    }
    free(copy.block);
}

static void check_case(const struct golden_case *c)
{
    check_whole(c);
    for (uint32_t size = 0; size < c->frame.captured; size++) {
        check_cut(c, size, size);
        check_cut(c, size, c->frame.original);
        check_cut(c, size, IPFUNNEL_LENGTH_UNKNOWN);
    }
}

static void put16(FILE *out, uint32_t value)
{
    fputc((int)(value >> 8 & 0xff), out);
    fputc((int)(value & 0xff), out);
}

static FILE *create(const char *folder, const char *harness, const struct golden_case *c, const char *suffix)
{
    const char *slash = strrchr(c->file, '/'), *name = slash ? slash + 1 : c->file;
    char path[1024];
    snprintf(path, sizeof path, "%s/%s/%.*s%s", folder, harness, (int)strcspn(name, "."), name, suffix);
    FILE *seed = fopen(path, "wb");
    CHECK(seed);
    return seed;
}

static void put_policy(FILE *out, const struct ipfunnel__policy *policy)
{
    put16(out, policy->vlan == IPFUNNEL_VLAN_OWN ? 0 : policy->vlan == IPFUNNEL_VLAN_ALL ? UINT16_MAX : policy->vlan);
    put16(out, policy->snap_length > UINT16_MAX ? 0 : policy->snap_length);
    fputc((int)(policy->families | (policy->no_other_host ? INPUT_IPLEVEL : 0u)
                | (policy->no_outgoing ? INPUT_NO_OUTGOING : 0u)), out);
}

static void put_frame(FILE *out, const struct golden_case *c)
{
    int link = 0;
    while (link < FRAME_INPUT_LINKS - 1 && frame_input_links[link] != c->frame.link_type)
        link++;
    fputc(link, out);
    fputc((int)c->frame.facts, out);
    put16(out, c->frame.original == IPFUNNEL_LENGTH_UNKNOWN ? UINT16_MAX : c->frame.original - c->frame.captured);
    put16(out, c->frame.vlan_tci);
    put16(out, c->frame.protocol);
    put16(out, c->frame.captured);
    CHECK_INT(fwrite(c->bytes, 1, c->frame.captured, out), c->frame.captured);
}

/* One input per frame for fuzz_normalize, and one per file for fuzz_capture: push all, receive now and then. */
static void write_corpus(const struct golden_case *c, const char *folder, FILE **steps)
{
    char suffix[16];
    snprintf(suffix, sizeof suffix, "_%03d", c->line);
    FILE *seed = create(folder, "normalize", c, suffix);
    put_policy(seed, &c->policy);
    put_frame(seed, c);
    CHECK_INT(fclose(seed), 0);
    if (!*steps) {
        *steps = create(folder, "capture", c, "");
        put_policy(*steps, &c->policy);
    }
    fputc(STEP_PUSH, *steps);
    put_frame(*steps, c);
    if (c->line % 4 == 0) {
        fputc(c->line % 16 ? STEP_WAIT : STEP_INTERRUPT, *steps);
        fputc(STEP_RECV, *steps);
        fputc(c->line % 64, *steps);
    }
}

int main(int argc, char **argv)
{
    const char *folder = argc > 2 && strcmp(argv[1], "--corpus") == 0 ? argv[2] : NULL;
    int cases = 0;
    for (int i = folder ? 3 : 1; i < argc; i++) {
        static struct frames_file file;
        static struct golden_case golden;
        FILE *steps = NULL;
        frames_open(&file, argv[i]);
        while (frames_next(&file, &golden)) {
            cases++;
            if (folder)
                write_corpus(&golden, folder, &steps);
            else
                check_case(&golden);
        }
        frames_close(&file);
        if (steps)
            CHECK_INT(fclose(steps), 0);
    }
    printf("%d frames, %d differences\n", cases, failures);
    return failures || !cases;
}
