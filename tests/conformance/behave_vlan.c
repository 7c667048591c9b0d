/* The VLAN option, and tags: removed and recorded. */
#include "behaviours.h"
#include "fixture.h"

enum { PRIORITY_TAG = 0xa000 };         /* priority 5, VLAN id 0 */

static void send_tagged(uint16_t number, int tags, const uint16_t tci[])
{
    struct packet packet = packet_udp(number % 2 ? 6 : 4, number, 32);
    for (int i = tags - 1; i >= 0; i--)
        packet_tag(&packet, i + 1 < tags ? 0x88a8 : 0x8100, tci[i]);
    send_in(&packet);
}

/* What each number is made of; `own`, `of_7`: what these options show. */
static const struct {
    int tags;
    uint16_t tci[3];
    bool own, of_7;
} mix[] = {
    { .tags = 0, .own = true },
    { .tags = 1, .tci = { 7 }, .of_7 = true },
    { .tags = 1, .tci = { PRIORITY_TAG }, .own = true },
    { .tags = 1, .tci = { 0x6007 }, .of_7 = true },
    { .tags = 1, .tci = { 8 } },
    { .tags = 2, .tci = { 7, 8 }, .of_7 = true },
    { .tags = 2, .tci = { 8, 7 } },
    { .tags = 2, .tci = { 0, 7 }, .of_7 = true },
    { .tags = 2, .tci = { PRIORITY_TAG, 0 }, .own = true },
    { .tags = 3, .tci = { 7, 4094, 1 }, .of_7 = true },
};
enum { MIX = sizeof mix / sizeof *mix };

static void open_and_send(uint32_t vlan, uint32_t flags, struct harvest *got, ipfunnel_statistics *s)
{
    need_capability(IPFUNNEL_CAN_VLAN, "sees VLAN tags");
    ipfunnel_options options = options_here();
    options.start = IPFUNNEL_MODE_ON;
    options.vlan = vlan;
    options.flags = flags;
    ipfunnel *capture = open_with(&options);
    for (uint16_t i = 0; i < MIX; i++)
        send_tagged(i, mix[i].tags, mix[i].tci);
    if (vlan == 7) {
        struct packet marker = packet_udp(4, 0xfffe, 0);
        packet_tag(&marker, 0x8100, 7);
        send_in(&marker);
        harvest_marker(capture, got);
    } else {
        harvest_all(capture, got);
    }
    *s = balanced(capture);
    close_capture(capture);
}

static void expect_shown(const struct harvest *got, bool (*shown)(int))
{
    int at = 0;
    for (int i = 0; i < MIX; i++) {
        if (!shown(i))
            continue;
        CHECK(at < got->count);
        CHECK_INT(got->records[at++].number, i);
    }
    CHECK_INT(got->count, at);
}

static bool is_own(int i) { return mix[i].own; }
static bool is_of_7(int i) { return mix[i].of_7; }
static bool is_any(int i) { return i >= 0; }

static void expect_option(uint32_t vlan, bool (*shown)(int))
{
    for (int count_all = 0; count_all < 2; count_all++) {
        struct harvest got = { 0 };
        ipfunnel_statistics s;
        open_and_send(vlan, count_all ? IPFUNNEL_OPEN_COUNT_ALL : 0, &got, &s);
        expect_shown(&got, shown);
        if (count_all)
            CHECK(is_known(&s, IPFUNNEL_COUNTER_excluded_vlan));
        if (is_known(&s, IPFUNNEL_COUNTER_excluded_vlan))
            CHECK_INT(s.excluded_vlan, MIX - got.count);
        harvest_free(&got);
    }
}

void vlan_own_takes_untagged_and_priority_tagged(void)
{
    expect_option(IPFUNNEL_VLAN_OWN, is_own);
}

void vlan_default_is_own_and_all_in_files(void)
{
    expect_option(IPFUNNEL_VLAN_DEFAULT, options_here().file ? is_any : is_own);
}

void vlan_all_takes_everything(void)
{
    expect_option(IPFUNNEL_VLAN_ALL, is_any);
}

void vlan_id_takes_one(void)
{
    expect_option(7, is_of_7);
}

void vlan_goes_by_the_outermost_tag_that_is_not_0(void)
{
    struct harvest got = { 0 };
    ipfunnel_statistics s;
    open_and_send(7, 0, &got, &s);
    int with_priority_outside = 0;
    for (int i = 0; i < got.count; i++)
        with_priority_outside += got.records[i].vlan_count == 2 && got.records[i].vlan[0] == 0;
    CHECK_INT(with_priority_outside, 1);
    harvest_free(&got);
}

void vlan_tags_are_removed_and_recorded(void)
{
    struct harvest got = { 0 };
    ipfunnel_statistics s;
    open_and_send(IPFUNNEL_VLAN_ALL, 0, &got, &s);
    CHECK_INT(got.count, MIX);
    for (int i = 0; i < MIX; i++) {
        struct packet untagged = packet_udp(i % 2 ? 6 : 4, (uint16_t)i, 32);
        expect_bytes(&got.records[i], &untagged);
        CHECK_INT(got.records[i].vlan_count, mix[i].tags);
        for (int tag = 0; tag < 2; tag++)
            CHECK_INT(got.records[i].vlan[tag], tag < mix[i].tags ? mix[i].tci[tag] : 0);
    }
    harvest_free(&got);
}
