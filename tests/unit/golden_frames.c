/* golden_frames FILE...                every frame gives exactly what its file says, also when it is cut at any length
 * golden_frames --complete FILE...     and every link type has frames
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

/* Every result of a frame, one after the other; false when there is none left. A later call that says not_ip or
 * malformed says nothing: the first one spoke for the whole frame. */
struct walk {
    const struct ipfunnel__policy *policy;
    struct ipfunnel__frame frame;
    uint32_t resume;
    bool begun;
    int counter;
    ipfunnel_datagram datagram;
};

static bool walk_next(struct walk *w)
{
    while (!w->begun || w->resume) {
        uint32_t before = w->resume;
        w->counter = ipfunnel__normalize(w->policy, &w->frame, &w->resume, &w->datagram);
        CHECK(!w->resume || w->resume > before);
        if (!w->begun || w->counter >= IPFUNNEL_COUNTER_delivered) {
            w->begun = true;
            return true;
        }
    }
    return false;
}

static void check_datagram(const struct golden_case *c, const struct golden_result *r, const struct walk *w)
{
    const ipfunnel_datagram *d = &w->datagram;
    same(c, "", "the start", d->bytes - w->frame.bytes, r->from);
    same(c, "", "the length", d->length, r->to - r->from);
    same(c, "", "the original length", d->original_length, r->original);
    same(c, "", "flags", d->flags, r->flags);
    same(c, "", "the version", d->version, r->version);
    same(c, "", "the number of tags", d->vlan_count, r->vlan_count);
    same(c, "", "the outer tag", d->vlan[0], r->vlan[0]);
    same(c, "", "the inner tag", d->vlan[1], r->vlan[1]);
    same(c, "", "the direction", d->direction, r->direction);
    same(c, "", "who says the direction", d->direction_source, r->direction ? w->frame.direction_source : 0);
    same(c, "", "the checksum", d->checksum, r->checksum);
    same(c, "", "the time", d->time_ns, w->frame.time_ns);
    same(c, "", "the interface", d->interface_index, w->frame.interface_index);
}

static void check_whole(const struct golden_case *c)
{
    struct exact copy = exact_copy(c->bytes, c->frame.captured);
    struct walk w = { .policy = &c->policy, .frame = c->frame };
    int count = 0;
    w.frame.bytes = copy.bytes;
    while (walk_next(&w)) {
        const struct golden_result *r = &c->results[count++];
        if (count <= c->count && same(c, "", "the counter", w.counter, r->counter)
            && w.counter == IPFUNNEL_COUNTER_delivered)
            check_datagram(c, r, &w);
    }
    same(c, "", "the number of results", count, c->count);
    free(copy.block);
}

/* What is left of a datagram in a frame that ends at `size`, `end` being where it ended before it was cut. */
static void check_rest(const struct golden_case *c, const char *how, const struct golden_result *r,
                       const struct walk *w, uint32_t size, uint32_t end)
{
    const ipfunnel_datagram *d = &w->datagram;
    if (!same(c, how, "the start", d->bytes - w->frame.bytes, r->from))
        return;
    uint32_t there = size - r->from, whole = r->to - r->from;
    same(c, how, "the length", d->length, there < whole ? there : whole);
    same(c, how, "the version", d->version, r->version);
    same(c, how, "the number of tags", d->vlan_count, r->vlan_count);
    bool assumed = d->flags & IPFUNNEL_LENGTH_ASSUMED, less = d->length < d->original_length;
    bool snap = there > c->policy.snap_length;
    bool may = end > size || snap, must = (end > size && there < whole) || snap;
    if (!assumed)
        same(c, how, "the original length", d->original_length, r->original);
    same(c, how, "less than the original, unflagged", less && !(d->flags & (IPFUNNEL_SNAPPED | IPFUNNEL_SHORT)), 0);
    same(c, how, "flagged, but whole", !less && d->flags & (IPFUNNEL_SNAPPED | IPFUNNEL_SHORT), 0);
    same(c, how, "snapped without a cut", !may && d->flags & IPFUNNEL_SNAPPED, 0);
    same(c, how, "cut, but not snapped", must && less && !(d->flags & IPFUNNEL_SNAPPED), 0);
}

/* The first `size` bytes of the frame; `original`: what it had. More than `size`: the capture cut it. */
static void check_cut(const struct golden_case *c, uint32_t size, uint32_t original)
{
    struct exact copy = exact_copy(c->bytes, size);
    struct walk w = { .policy = &c->policy, .frame = c->frame };
    uint32_t end = original == IPFUNNEL_LENGTH_UNKNOWN ? original : original > c->fcs ? original - c->fcs : 0;
    int count = 0;
    char how[64];
    snprintf(how, sizeof how, " (%u of %u bytes)", size, original);
    w.frame.bytes = copy.bytes;
    w.frame.captured = size;
    w.frame.original = original;
    while (walk_next(&w) && w.counter != IPFUNNEL_COUNTER_malformed
           && !(w.counter == IPFUNNEL_COUNTER_not_ip && c->cut_may_be_not_ip)) {
        const struct golden_result *r = &c->results[count++];
        bool delivered = w.counter == IPFUNNEL_COUNTER_delivered;
        /* An impossible jumbo length may be in the part that is missing; then the length is open. */
        if (delivered && r->counter == IPFUNNEL_COUNTER_malformed && w.datagram.flags & IPFUNNEL_LENGTH_ASSUMED)
            break;
        if (count > c->count || !same(c, how, "the counter", w.counter, r->counter))
            break;
        if (delivered)
            check_rest(c, how, r, &w, size < end ? size : end, end);
    }
    same(c, how, "more results than the whole frame gives", count > c->count, 0);
    free(copy.block);
}

static void check_case(const struct golden_case *c)
{
    check_whole(c);
    for (uint32_t size = 0; size < c->frame.captured; size++) {
        check_cut(c, size, size);
        check_cut(c, size, c->frame.original);
        if (size <= c->frame.captured - c->fcs)         /* beyond, the checksum cannot be told from the packet */
            check_cut(c, size, IPFUNNEL_LENGTH_UNKNOWN);
    }
}

/* Each link type has frames that are good, frames that are short, and at least one that is neither; and a number in the
 * inputs of the fuzz harnesses. */
struct coverage {
    int cases, delivered, malformed;
};

static void check_coverage(const struct coverage *of_type)
{
    for (uint32_t type = 0; type <= UINT16_MAX; type++) {
        if (!ipfunnel__link_known(type))
            continue;
        const struct coverage *have = &of_type[type];
        if (have->cases < 3 || !have->delivered || !have->malformed) {
            fprintf(stderr, "link type %u (%s) has %d frames, %d of them delivered, %d malformed\n", type,
                    ipfunnel__link_name(type), have->cases, have->delivered, have->malformed);
            failures++;
        }
        int link = 0;
        while (link < FRAME_INPUT_LINKS && frame_input_links[link] != type)
            link++;
        if (link == FRAME_INPUT_LINKS) {
            fprintf(stderr, "link type %u (%s) is no input of the fuzz harnesses\n", type, ipfunnel__link_name(type));
            failures++;
        }
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
    static struct coverage coverage[UINT16_MAX + 1];
    const char *folder = argc > 2 && strcmp(argv[1], "--corpus") == 0 ? argv[2] : NULL;
    bool complete = argc > 1 && strcmp(argv[1], "--complete") == 0;
    int cases = 0;
    for (int i = folder ? 3 : complete ? 2 : 1; i < argc; i++) {
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
            struct coverage *have = golden.frame.link_type <= UINT16_MAX ? &coverage[golden.frame.link_type] : NULL;
            if (have) {
                have->cases++;
                have->delivered += golden.results[0].counter == IPFUNNEL_COUNTER_delivered;
                have->malformed += golden.results[0].counter == IPFUNNEL_COUNTER_malformed;
            }
        }
        frames_close(&file);
        if (steps)
            CHECK_INT(fclose(steps), 0);
    }
    if (complete)
        check_coverage(coverage);
    printf("%d frames, %d differences\n", cases, failures);
    return failures || !cases;
}
