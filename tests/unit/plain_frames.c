/* plain_frames FILE...   the short way through the normaliser and the long one give the same, field by field: for every
 * golden frame, cut at every length, with every policy, and with bytes and facts changed at random */
#include "frames_file.h"
#include "check.h"
#include "same_datagram.h"

static unsigned long taken, left, in_runs;
static struct ipfunnel__views views;

static uint32_t random_number(void)
{
    static uint64_t state = 1;
    state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(state >> 33);
}

static void check_one(const struct golden_case *c, const struct ipfunnel__policy *policy,
                      const struct ipfunnel__frame *frame)
{
    ipfunnel_datagram full;
    const ipfunnel_datagram *out = NULL;
    uint32_t resume = 0;
    if (!ipfunnel__normalize_plain(policy, frame, 1, 0, &views, 0, &out)) {
        left++;
        return;
    }
    taken++;
    int counter = ipfunnel__normalize(policy, frame, &resume, &full);
    full.dropped_before = frame->dropped_before;
    const char *field = counter != IPFUNNEL_COUNTER_delivered ? "the counter"
                        : resume != 0                         ? "the number of datagrams"
                        : out != &views.at[0]                 ? "the pointer"
                                                              : differing_field(out, &full);
    if (field) {
        fprintf(stderr, "%s:%d: %s: %u bytes of %u, facts %x: %s differs\n", c->file, c->line, c->title,
                frame->captured, frame->original, frame->facts, field);
        exit(1);
    }
}

static void check_policies(const struct golden_case *c, const struct ipfunnel__frame *frame)
{
    static const ipfunnel_address own[] = {
        { .version = 4, .prefix_length = 24, .bytes = { 10, 0, 0, 1 } },
        { .version = 6, .prefix_length = 64, .bytes = { 0xfd, [15] = 1 } },
    };
    static const struct ipfunnel__policy policies[] = {
        { .snap_length = 262144, .families = IPFUNNEL_IPV4 | IPFUNNEL_IPV6, .vlan = IPFUNNEL_VLAN_ALL },
        { .snap_length = 262144, .families = IPFUNNEL_IPV4 | IPFUNNEL_IPV6, .vlan = IPFUNNEL_VLAN_OWN,
          .own_addresses = own, .own_address_count = 2, .no_other_host = true },
        { .snap_length = 29, .families = IPFUNNEL_IPV4 | IPFUNNEL_IPV6, .vlan = IPFUNNEL_VLAN_OWN },
        { .snap_length = 262144, .families = IPFUNNEL_IPV4, .vlan = IPFUNNEL_VLAN_ALL },
        { .snap_length = 262144, .families = IPFUNNEL_IPV6, .vlan = IPFUNNEL_VLAN_ALL },
        { .snap_length = 262144, .families = IPFUNNEL_IPV4 | IPFUNNEL_IPV6, .vlan = 5 },
        { .snap_length = 262144, .families = IPFUNNEL_IPV4 | IPFUNNEL_IPV6, .vlan = IPFUNNEL_VLAN_ALL,
          .own_addresses = own, .own_address_count = 2, .no_outgoing = true },
    };
    check_one(c, &c->policy, frame);
    for (size_t i = 0; i < sizeof policies / sizeof *policies; i++)
        check_one(c, &policies[i], frame);
}

/* In a heap block that ends where the frame ends, so that a sanitizer sees every read behind it. */
static void check_bytes(const struct golden_case *c, struct ipfunnel__frame frame, const uint8_t *bytes, uint32_t size)
{
    uint8_t *block = malloc(size + 1u);
    CHECK(block);
    memcpy(block + 1, bytes, size);
    frame.bytes = block + 1;
    frame.captured = size;
    check_policies(c, &frame);
    free(block);
}

static void check_cuts(const struct golden_case *c)
{
    struct ipfunnel__frame frame = c->frame;
    for (uint32_t size = 0; size <= c->frame.captured; size++) {
        frame.original = c->frame.original;
        check_bytes(c, frame, c->bytes, size);
        frame.original = size;
        check_bytes(c, frame, c->bytes, size);
    }
    frame.original = IPFUNNEL_LENGTH_UNKNOWN;
    check_bytes(c, frame, c->bytes, c->frame.captured);
}

static void check_changes(const struct golden_case *c)
{
    static const uint32_t links[] = { IPFUNNEL__LINK_ETHERNET, IPFUNNEL__LINK_RAW, IPFUNNEL__LINK_NETWORK };
    uint8_t bytes[sizeof c->bytes];
    for (int round = 0; round < 200; round++) {
        struct ipfunnel__frame frame = c->frame;
        memcpy(bytes, c->bytes, sizeof bytes);
        for (uint32_t changes = random_number() % 3; changes > 0 && frame.captured > 0; changes--)
            bytes[random_number() % (frame.captured < 60 ? frame.captured : 60)] = (uint8_t)random_number();
        if (random_number() % 2)
            frame.facts = 1u << random_number() % 32 | 1u << random_number() % 8;
        if (random_number() % 8 == 0)
            frame.link_type = links[random_number() % 3];
        if (random_number() % 8 == 0)
            frame.protocol = random_number() % 2 ? 0x0800 : 0x86dd;
        if (random_number() % 8 == 0)
            frame.unproven = (uint8_t)random_number();
        frame.segment_size = (uint16_t)random_number();
        frame.dropped_before = random_number();
        frame.direction_source = (uint8_t)(random_number() % 4);
        check_bytes(c, frame, bytes, frame.captured);
    }
}

/* Frames of some interfaces one after the other, in runs that are told to be alike or not, to changing places: what was
 * put into a place for others shows in none. */
static void check_runs(const struct golden_case *c)
{
    static const char *const names[] = { "eth0", "eth1" };
    enum { MOST = IPFUNNEL__BATCH };
    static struct ipfunnel__frame frames[MOST];
    const ipfunnel_datagram *out[MOST];
    for (int round = 0; round < 300; round++) {
        struct ipfunnel__frame like = c->frame;
        like.bytes = c->bytes;
        like.interface_name = names[random_number() % 2];
        like.interface_index = random_number() % 2;
        like.segment_size = (uint16_t)(random_number() % 2);
        like.dropped_before = random_number() % 2;
        int to = (int)(random_number() % (MOST - 1)), count = 1 + (int)(random_number() % (uint32_t)(MOST - to));
        int alike = (int)(random_number() % (uint32_t)(count + 3)) - 1;
        for (int i = 0; i < count; i++) {
            frames[i] = like;
            frames[i].time_ns = (int64_t)random_number();
            if (random_number() % 4 == 0)
                frames[i].facts = c->frame.facts ^ (1u << random_number() % 6);
            if (i >= alike && random_number() % 4 == 0)
                frames[i].interface_index = random_number() % 3;
        }
        int n = ipfunnel__normalize_plain(&c->policy, frames, count, alike, &views, to, out);
        for (int i = 0; i < n; i++) {
            ipfunnel_datagram full;
            uint32_t resume = 0;
            CHECK_INT(ipfunnel__normalize(&c->policy, &frames[i], &resume, &full), IPFUNNEL_COUNTER_delivered);
            full.dropped_before = frames[i].dropped_before;
            CHECK(out[i] == &views.at[to + i] && !differing_field(out[i], &full));
        }
        in_runs += (unsigned long)n;
    }
}

int main(int argc, char **argv)
{
    struct golden_case c;
    for (int i = 1; i < argc; i++) {
        struct frames_file file;
        frames_open(&file, argv[i]);
        while (frames_next(&file, &c)) {
            check_cuts(&c);
            check_changes(&c);
            check_runs(&c);
        }
        frames_close(&file);
    }
    printf("%lu taken the short way, %lu left to the long one, %lu taken in runs\n", taken, left, in_runs);
    CHECK(taken > 10000 && left > 10000 && in_runs > 10000);
    return 0;
}
