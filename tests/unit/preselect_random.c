/* preselect_random.c - random expressions and frames: whatever a filter accepts in user space, the program for the
 * kernel accepts, too, with tags, other link layers, padding and damage, and with super-datagrams cut by on_wire; and
 * it rejects the rest where it says that it does.
 *   preselect_random PAIRS SEED FILE...            the same seed gives the same pairs; FILE: golden frames
 *   preselect_random --spoiled PAIRS SEED FILE...  the programs are spoiled: this must be noticed */
#include "check.h"
#include "filter/filter_program.h"
#include "normalize.h"
#include "random_frames.h"

enum { PER_EXPRESSION = 200, ACCEPTED = 77777 };

/* ---- What user space makes of a frame. */

/* One whole datagram where the link type has it, with nothing behind it, and more than the header of IPv6. */
static bool is_plain(const struct random_frame *m)
{
    const struct ipfunnel__policy policy = {
        .snap_length = 262144, .families = IPFUNNEL_IPV4 | IPFUNNEL_IPV6, .vlan = IPFUNNEL_VLAN_ALL,
    };
    uint32_t resume = 0, link = m->frame.link_type == IPFUNNEL__LINK_ETHERNET ? 14 : 0;
    ipfunnel_datagram d;
    return ipfunnel__normalize(&policy, &m->frame, &resume, &d) == IPFUNNEL_COUNTER_delivered
           && d.bytes == m->frame.bytes + link && d.length == d.original_length
           && !(d.flags & IPFUNNEL_LENGTH_ASSUMED) && link + d.length == m->seen.length
           && (d.version == 4 || d.length > 40);
}

/* Is anything of it delivered? */
static bool delivers(const struct ipfunnel_filter *filter, const struct random_frame *m, bool on_wire, uint64_t *cut_up)
{
    struct ipfunnel__policy policy = {
        .snap_length = 262144, .families = IPFUNNEL_IPV4 | IPFUNNEL_IPV6, .vlan = IPFUNNEL_VLAN_ALL, .filter = filter,
    };
    struct ipfunnel__cut cut = { .sum = ipfunnel__sum_fastest() };
    struct random_frame copy = *m;
    uint32_t resume = 0;
    bool any = false;
    copy.frame.bytes = copy.bytes;
    do {
        ipfunnel_datagram d;
        int counter = on_wire ? ipfunnel__normalize_on_wire(&policy, &copy.frame, &cut, &resume, &d)
                              : ipfunnel__normalize(&policy, &copy.frame, &resume, &d);
        any |= counter == IPFUNNEL_COUNTER_delivered;
        *cut_up += resume == IPFUNNEL__CUTTING;
    } while (resume);
    return any;
}

/* ---- The comparison. */

struct tally {
    uint64_t pairs, delivered, rejected, cuts, plain, plain_wrong;
    uint64_t answers[4], spoiled, noticed;
};

static void tell(const char *expression, const struct ipfunnel__kernel_view *view, const struct random_frame *m,
                 const struct ipfunnel__instruction *program, uint32_t length)
{
    char line[80];
    fprintf(stderr, "%s\n: rejected, link type %u, on_wire %d, %u bytes:", expression, view->link_type, view->on_wire,
            m->seen.length);
    for (uint32_t i = 0; i < m->seen.length; i++)
        fprintf(stderr, " %02x", m->bytes[i]);
    fprintf(stderr, "\nfacts %x, segments %u of %u, checksum at %u + %u, packet type %u\n", m->frame.facts,
            m->frame.segmentation, m->frame.segment_size, m->frame.checksum_start, m->frame.checksum_offset,
            m->seen.packet_type);
    for (uint32_t i = 0; i < length; i++)
        fprintf(stderr, "%s\n", ipfunnel__instruction_text(&program[i], i, line, sizeof line));
    exit(1);
}

/* One thing of one instruction is another. Returns false when nothing may have changed. */
static bool spoil(struct ipfunnel__instruction *code, uint32_t length)
{
    struct ipfunnel__instruction *i = &code[1 + draw(length - 1)], before = *i;
    switch (i->code & 7) {
    case BPF_RET: i->k = i->k ? 0 : ACCEPTED; break;
    case BPF_JMP:
        i->jt = before.jf;
        i->jf = before.jt;
        break;
    case BPF_LD: i->k ^= i->k < 60; break;
    default: break;
    }
    bool spoiled = memcmp(i, &before, sizeof before) != 0 && kernel_takes(code, length);
    if (!spoiled)
        *i = before;
    return spoiled;
}

static void compare(struct tally *t, const struct ipfunnel_filter *filter, const char *expression, bool spoiled)
{
    static const uint32_t links[] = { IPFUNNEL__LINK_ETHERNET, IPFUNNEL__LINK_ETHERNET, IPFUNNEL__LINK_RAW,
                                      IPFUNNEL__LINK_NETWORK };
    static struct ipfunnel__instruction program[IPFUNNEL__KERNEL_MOST];
    static struct random_frame m;
    struct ipfunnel__kernel_view view = {
        .link_type = ONE_OF(links), .interface_index = chance(80) ? RANDOM_INTERFACE : 0, .tells_direction = chance(70),
        .on_wire = chance(40),
    };
    uint32_t length = 2;
    program[0] = (struct ipfunnel__instruction){ .code = BPF_LD | BPF_B | BPF_ABS, .k = BPF_FACTS + KERNEL_TYPE_AT };
    program[1] = (struct ipfunnel__instruction){ .code = BPF_RET | BPF_K, .k = ACCEPTED };
    uint32_t answer = ipfunnel__filter_preselect(filter, &view, program, &length);
    CHECK(kernel_takes(program, length));
    CHECK((answer == IPFUNNEL_NO) == (length == 2));
    t->answers[answer]++;
    bool is_spoiled = spoiled && length > 2 && spoil(program, length), noticed = false;
    for (int i = 0; i < PER_EXPRESSION; i++) {
        random_frame(&m, &view);
        uint32_t kept = kernel_run(program, &m.seen);
        bool wanted = delivers(filter, &m, view.on_wire, &t->cuts);
        CHECK(is_spoiled || kept == 0 || kept == ACCEPTED);
        if (wanted && !kept && !is_spoiled)
            tell(expression, &view, &m, program, length);
        noticed |= wanted && !kept;
        t->pairs++;
        t->delivered += wanted;
        t->rejected += !kept;
        if (answer == IPFUNNEL_YES && !is_spoiled && is_plain(&m)) {
            t->plain++;
            t->plain_wrong += wanted != (kept != 0);
        }
    }
    t->spoiled += is_spoiled;
    t->noticed += noticed;
}

/* What random_expression does not ask about: facts, and any byte, by an answer that half of all have. */
static void ask_more(struct random_text *t)
{
    static const char *const asks[] = { "inbound", "outbound", "not outbound", "ifindex 5", "ifindex 6", "geneve" };
    struct random_text inner = *t;
    if (chance(70))
        return;
    t->used = 0;
    if (chance(50))
        random_add(t, "%s", ONE_OF(asks));
    else
        random_add(t, "%s[%u:%u] & %u %s 0", chance(50) ? "ip" : "ip6", draw(80), 1u << draw(3), 1u << draw(8),
                   chance(50) ? "=" : "!=");
    random_add(t, " %s (%s)", chance(70) ? "and" : "or", inner.bytes);
}

int main(int argc, char **argv)
{
    static const ipfunnel_address network = { .version = 4, .prefix_length = 24, .bytes = { 10, 0, 0, 1 } };
    bool spoiled = argc > 1 && strcmp(argv[1], "--spoiled") == 0;
    argv += spoiled;
    argc -= spoiled;
    CHECK(argc > 3);
    uint64_t pairs = strtoull(argv[1], NULL, 10), seed = strtoull(argv[2], NULL, 0);
    struct tally t = { .pairs = 0 };
    printf("seed %#llx\n", (unsigned long long)seed);
    random_begin(seed);
    random_frames_from(argv + 3, argc - 3);
    while (t.pairs < pairs) {
        struct random_text text = { .used = 0 };
        ipfunnel_filter *filter = NULL;
        ipfunnel_error error;
        random_expression(&text, 2);
        ask_more(&text);
        if (ipfunnel__filter_make(&filter, text.bytes, &network, &error))
            continue;
        compare(&t, filter, text.bytes, spoiled);
        ipfunnel_filter_free(filter);
    }
    printf("%llu pairs, %llu delivered, %llu rejected, %llu cuts; of the filters %llu not, %llu partly, %llu wholly; "
           "%llu of %llu plain frames judged otherwise; %llu of %llu spoiled programs noticed\n",
           (unsigned long long)t.pairs, (unsigned long long)t.delivered, (unsigned long long)t.rejected,
           (unsigned long long)t.cuts, (unsigned long long)t.answers[IPFUNNEL_NO],
           (unsigned long long)t.answers[IPFUNNEL_PARTLY],
           (unsigned long long)t.answers[IPFUNNEL_YES], (unsigned long long)t.plain_wrong, (unsigned long long)t.plain,
           (unsigned long long)t.noticed, (unsigned long long)t.spoiled);
    if (spoiled) {
        CHECK(t.noticed > t.spoiled / 20);            /* most only accept more */
        return 0;
    }
    CHECK(t.delivered > t.pairs / 20 && t.rejected > t.pairs / 10 && t.cuts > t.pairs / 20);
    /* "icmp6[-len]" asks for a place before the datagram, which the kernel finds in the link header. */
    CHECK(t.plain > t.pairs / 10 && t.plain_wrong <= t.plain / 10000);
    return 0;
}
