/* on_wire_untold.c - on_wire where nobody tells what was left to the hardware (libpcap): a checksum that looks so is
 * filled in, nothing that is as it should be changes, and nothing is cut. */
#include "super_datagrams.h"
#include "normalize.h"

enum { MTU = 1500 };

static int normalize_raw(struct bytes *b, uint32_t captured, uint32_t mtu, uint32_t facts, ipfunnel_datagram *d)
{
    const struct ipfunnel__policy policy = {
        .snap_length = 262144, .families = IPFUNNEL_IPV4 | IPFUNNEL_IPV6, .vlan = IPFUNNEL_VLAN_ALL,
    };
    struct ipfunnel__cut cut = { .sum = ipfunnel__sum_portable, .mtu = mtu };
    const struct ipfunnel__frame frame = {
        .bytes = b->at, .captured = captured, .original = b->length, .link_type = IPFUNNEL__LINK_RAW, .facts = facts,
    };
    uint32_t resume = 0;
    int counter = ipfunnel__normalize_on_wire(&policy, &frame, &cut, &resume, d);
    CHECK_INT(resume, 0);
    return counter;
}

static const struct looks {
    const char *title;
    struct super what;
    bool complete;                      /* its checksum is there */
    bool none;                          /* UDP that says that it has none */
    bool spoilt;                        /* the checksum is wrong, and not what senders leave there */
    bool fragment;
    uint32_t missing;                   /* bytes that the capture cut off */
    uint32_t flags;
} looks[] = {
    { "TCP left", { TCP4, .payload = 100, .size = 100 }, .flags = IPFUNNEL_CHECKSUM_FILLED },
    { "UDP left", { UDP4, .payload = 101, .size = 101 }, .flags = IPFUNNEL_CHECKSUM_FILLED },
    { "TCP left", { TCP6, .payload = 100, .size = 100 }, .flags = IPFUNNEL_CHECKSUM_FILLED },
    { "UDP left", { UDP6, .payload = 101, .size = 101 }, .flags = IPFUNNEL_CHECKSUM_FILLED },
    { "TCP left, options", { TCP4, .payload = 9, .size = 9, .ip_options = 8, .tcp_options = 12 },
      .flags = IPFUNNEL_CHECKSUM_FILLED },
    { "TCP complete", { TCP4, .payload = 100, .size = 100 }, .complete = true },
    { "UDP complete", { UDP6, .payload = 100, .size = 100 }, .complete = true },
    { "UDP without one", { UDP4, .payload = 100, .size = 100 }, .none = true },
    { "TCP wrong", { TCP4, .payload = 100, .size = 100 }, .spoilt = true },
    { "UDP wrong", { UDP6, .payload = 100, .size = 100 }, .spoilt = true },
    { "a fragment", { UDP4, .payload = 100, .size = 100 }, .fragment = true },
    { "TCP left, a byte is missing", { TCP4, .payload = 100, .size = 100 }, .missing = 1, .flags = IPFUNNEL_SNAPPED },
    { "as long as the MTU", { TCP4, .payload = 1460, .size = 1460 }, .flags = IPFUNNEL_CHECKSUM_FILLED },
    { "longer", { TCP4, .payload = 1461, .size = 1461 }, .flags = IPFUNNEL_NOT_CUT },
    { "much longer", { TCP6, .payload = 60000, .size = 1440 }, .flags = IPFUNNEL_NOT_CUT },
    { "longer, complete", { UDP4, .payload = 3000, .size = 3000 }, .complete = true, .flags = IPFUNNEL_NOT_CUT },
};

static void what_looks_left_is_filled_in(void)
{
    static struct bytes given, before, expected;
    for (const struct looks *c = looks; c < looks + sizeof looks / sizeof *looks; c++) {
        ipfunnel_datagram d;
        printf("  %s, IPv%d\n", c->title, c->what.version);
        build_super(&given, &c->what);
        build_segment(&expected, &c->what, 0);
        if (c->complete)
            given = expected;
        uint8_t *field = given.at + given.transport + (c->what.protocol == PROTOCOL_TCP ? 16 : 6);
        if (c->none)
            field[0] = field[1] = 0;
        field[0] ^= c->spoilt;
        if (c->fragment)
            given.at[7] = 1;
        before = given;
        CHECK_INT(normalize_raw(&given, given.length - c->missing, MTU, IPFUNNEL__FRAME_OFFLOADS_UNTOLD, &d),
                  IPFUNNEL_COUNTER_delivered);
        CHECK_INT(d.flags, c->flags);
        CHECK_INT(d.checksum, IPFUNNEL_CHECKSUM_UNKNOWN);
        CHECK_INT(d.length, given.length - c->missing);
        CHECK_BYTES(given.at, (c->flags & IPFUNNEL_CHECKSUM_FILLED ? &expected : &before)->at, given.length);
    }
}

/* What makes a guess harmless: with this payload the valid checksum is just what senders leave. */
static void a_valid_one_that_looks_left_stays(void)
{
    static struct bytes given, valid;
    const struct super s = { UDP4, .payload = 100, .size = 100 };
    ipfunnel_datagram d;
    build_super(&given, &s);
    build_segment(&valid, &s, 0);
    uint8_t *field = given.at + given.transport + 6, *data = given.at + given.transport + 8;
    /* valid = ~(rest + word) is to be `left`: the word of the payload makes up the difference. */
    const uint8_t was[2] = { data[0], data[1] }, *sum = valid.at + given.transport + 6;
    uint32_t word = sum_16(was, 2, 0) + sum_16(sum, 2, 0) + (0xffff & ~sum_16(field, 2, 0));
    word = (word & 0xffff) + (word >> 16);
    put_16(data, (word & 0xffff) + (word >> 16));
    CHECK_INT(0xffff & ~sum_16(given.at + given.transport, given.length - given.transport,
                               sum_16(given.at + 12, 8, 17 + given.length - given.transport)), 0);
    valid = given;
    CHECK_INT(normalize_raw(&given, given.length, MTU, IPFUNNEL__FRAME_OFFLOADS_UNTOLD, &d),
              IPFUNNEL_COUNTER_delivered);
    CHECK_BYTES(given.at, valid.at, given.length);
}

static void without_an_mtu_no_length_is_too_much(void)
{
    static struct bytes given;
    const struct super s = { TCP4, .payload = 60000, .size = 60000 };
    ipfunnel_datagram d;
    build_super(&given, &s);
    CHECK_INT(normalize_raw(&given, given.length, 0, IPFUNNEL__FRAME_OFFLOADS_UNTOLD, &d), IPFUNNEL_COUNTER_delivered);
    CHECK_INT(d.flags, IPFUNNEL_CHECKSUM_FILLED);
}

static void where_it_is_told_nothing_is_guessed(void)
{
    static struct bytes given, before;
    const struct super s = { TCP4, .payload = 100, .size = 100 };
    ipfunnel_datagram d;
    build_super(&given, &s);
    before = given;
    CHECK_INT(normalize_raw(&given, given.length, MTU, 0, &d), IPFUNNEL_COUNTER_delivered);
    CHECK_INT(d.flags, 0);
    CHECK_BYTES(given.at, before.at, given.length);
}

int main(void)
{
    RUN(what_looks_left_is_filled_in);
    RUN(a_valid_one_that_looks_left_stays);
    RUN(without_an_mtu_no_length_is_too_much);
    RUN(where_it_is_told_nothing_is_guessed);
    return 0;
}
