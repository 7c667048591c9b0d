/* command_totals.c - the lines at the end: unknown is said, not counted as 0, also in sums. */
#include "../../examples/ipfunnel/totals.h"
#include "check.h"

static char text[1024];

static void print(const struct totals *t, uint64_t delivered, uint64_t left_out)
{
    FILE *file = tmpfile();
    size_t n;
    if (!file)
        SKIP("no temporary file");
    totals_print(file, t, delivered, left_out);
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
    s.dropped = 3;
    return s;
}

static void three_lines(void)
{
    struct totals t = { 0 };
    ipfunnel_statistics s = all_known();

    totals_add(&t, &s);
    print(&t, 7, 0);
    CHECK_STR(text, "7 datagrams delivered\n"
                    "10 frames seen: 7 IP, 2 not IP, 1 malformed\n"
                    "3 frames dropped by the system\n");
}

static void what_is_not_zero_is_said(void)
{
    struct totals t = { 0 };
    ipfunnel_statistics s = all_known();

    s.filtered = 4;
    s.excluded_vlan = 5;
    totals_add(&t, &s);
    print(&t, 3, 2);
    CHECK_STR(text, "3 datagrams delivered, 2 of the own SSH connection left out\n"
                    "10 frames seen: 7 IP, 2 not IP, 1 malformed, 4 filtered out, 5 of other VLANs\n"
                    "3 frames dropped by the system\n");
}

static void a_sum_knows_what_all_parts_know(void)
{
    struct totals t = { 0 };
    ipfunnel_statistics s = all_known();

    totals_add(&t, &s);
    s.available &= ~(1ull << IPFUNNEL_COUNTER_dropped | 1ull << IPFUNNEL_COUNTER_excluded_other_host |
                     1ull << IPFUNNEL_COUNTER_excluded_loopback_copy | 1ull << IPFUNNEL_COUNTER_not_ip);
    totals_add(&t, &s);
    s = all_known();
    totals_add(&t, &s);
    print(&t, 21, 0);
    CHECK_STR(text, "21 datagrams delivered\n"
                    "30 frames seen: 21 IP, not IP: unknown, 3 malformed"
                    " (not counted: for other hosts, loopback copies)\n"
                    "frames dropped by the system: unknown\n");
}

int main(void)
{
    RUN(three_lines);
    RUN(what_is_not_zero_is_said);
    RUN(a_sum_knows_what_all_parts_know);
    return 0;
}
