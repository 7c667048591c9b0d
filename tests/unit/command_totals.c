/* command_totals.c - the lines at the end: unknown is said, not counted as 0, also in sums. */
#include "../../examples/ipfunnel/totals.h"
#include "check.h"

static char text[1024];

static void print(const struct totals *t)
{
    FILE *file = tmpfile();
    size_t n;
    if (!file)
        SKIP("no temporary file");
    totals_print(file, t);
    rewind(file);
    n = fread(text, 1, sizeof text - 1, file);
    text[n] = 0;
    fclose(file);
}

static ipfunnel_statistics all_known(void)
{
    ipfunnel_statistics s = IPFUNNEL_STATISTICS_INIT;
    s.available = (1u << IPFUNNEL_COUNTER_COUNT) - 1;
    s.frames = 10;
    s.carrying_ip = 7;
    s.not_ip = 2;
    s.malformed = 1;
    s.delivered = 7;
    s.dropped = 3;
    return s;
}

static void three_lines(void)
{
    struct totals t = { .delivered = 7 };
    ipfunnel_statistics s = all_known();

    totals_add(&t, &s);
    print(&t);
    CHECK_STR(text, "7 datagrams delivered\n"
                    "10 frames seen: 7 IP, 2 not IP, 1 malformed\n"
                    "3 frames dropped by the system\n");
}

static void one_is_not_plural(void)
{
    struct totals t = { .delivered = 1 };
    ipfunnel_statistics s = all_known();

    s.frames = s.dropped = s.carrying_ip = s.delivered = 1;
    s.not_ip = s.malformed = 0;
    totals_add(&t, &s);
    print(&t);
    CHECK_STR(text, "1 datagram delivered\n"
                    "1 frame seen: 1 IP, 0 not IP, 0 malformed\n"
                    "1 frame dropped by the system\n");
}

static void each_ledger_has_its_line(void)
{
    struct totals t = { .delivered = 3, .own = 2 };
    ipfunnel_statistics s = all_known();

    s.frames = 52;
    s.unknown_link = 2;
    s.pending = 40;
    s.delivered = 5;
    s.filtered = 1;
    s.excluded_vlan = 1;
    totals_add(&t, &s);
    print(&t);
    CHECK_STR(text, "3 datagrams delivered; left out: 2 of the own SSH connection, 1 by the filter,"
                    " 1 of other VLANs (--vlan all shows them)\n"
                    "52 frames seen: 7 IP, 2 not IP, 1 malformed, 2 of unknown link type, 40 not read yet\n"
                    "3 frames dropped by the system\n");
}

static void at_the_end_nothing_is_still_to_come(void)
{
    struct totals t = { .delivered = 4, .ended = true };
    ipfunnel_statistics s = all_known();

    s.frames = 50;
    s.pending = 40;
    totals_add(&t, &s);
    print(&t);
    CHECK_STR(text, "4 datagrams delivered; left out: 3 not needed any more\n"
                    "50 frames seen: 7 IP, 2 not IP, 1 malformed, 40 unread when the capture ended\n"
                    "3 frames dropped by the system\n");
}

static void cutting_gives_more(void)
{
    struct totals t = { .delivered = 7 };
    ipfunnel_statistics s = all_known();

    s.extra_from_cutting = 1;
    totals_add(&t, &s);
    print(&t);
    CHECK_CONTAINS(text, "10 frames seen: 7 IP, 2 not IP, 1 malformed; 1 more datagram by cutting\n");
    totals_add(&t, &s);
    print(&t);
    CHECK_CONTAINS(text, "; 2 more datagrams by cutting\n");
}

static void a_sum_knows_what_all_parts_know(void)
{
    struct totals t = { .delivered = 21 };
    ipfunnel_statistics s = all_known();

    totals_add(&t, &s);
    s.available &= ~(1ull << IPFUNNEL_COUNTER_dropped | 1ull << IPFUNNEL_COUNTER_excluded_other_host |
                     1ull << IPFUNNEL_COUNTER_excluded_vlan | 1ull << IPFUNNEL_COUNTER_not_ip);
    s.excluded_vlan = 4;
    totals_add(&t, &s);
    s = all_known();
    totals_add(&t, &s);
    print(&t);
    CHECK_STR(text, "21 datagrams delivered\n"
                    "30 frames seen: 21 IP, 3 malformed\n"
                    "frames dropped by the system: unknown\n"
                    "not counted: of other VLANs, for other hosts, not IP; see --count-all\n");
}

static void what_was_asked_for_is_no_remedy(void)
{
    struct totals t = { .delivered = 7, .count_all = true };
    ipfunnel_statistics s = all_known();

    s.available &= ~(1ull << IPFUNNEL_COUNTER_excluded_loopback_copy);
    totals_add(&t, &s);
    print(&t);
    CHECK_CONTAINS(text, "\nnot counted: loopback copies; the backend cannot\n");
}

int main(void)
{
    RUN(three_lines);
    RUN(one_is_not_plural);
    RUN(each_ledger_has_its_line);
    RUN(at_the_end_nothing_is_still_to_come);
    RUN(cutting_gives_more);
    RUN(a_sum_knows_what_all_parts_know);
    RUN(what_was_asked_for_is_no_remedy);
    return 0;
}
