/* command_file_name.c - the names of rotated files are those of tcpdump. */
#include "../../examples/ipfunnel/file_name.h"
#include "check.h"
#include <time.h>

static char name[64];

static void sized(uint64_t number, uint64_t limit, const char *expected)
{
    CHECK(file_name(name, sizeof name, "x.pcap", false, 0, true, number, limit));
    CHECK_STR(name, expected);
}

static void plain_name(void)
{
    CHECK(file_name(name, sizeof name, "100%.pcapng", false, 0, false, 0, 0));
    CHECK_STR(name, "100%.pcapng");
}

static void numbers_by_size(void)
{
    sized(0, 0, "x.pcap");
    sized(1, 0, "x.pcap1");
    sized(10, 0, "x.pcap10");
}

static void ring_numbers_have_equal_width(void)
{
    sized(0, 1, "x.pcap");
    sized(0, 2, "x.pcap0");
    sized(1, 2, "x.pcap1");
    sized(9, 10, "x.pcap9");
    sized(0, 11, "x.pcap00");
    sized(10, 11, "x.pcap10");
    sized(7, 1000, "x.pcap007");
    sized(7, 1001, "x.pcap0007");
}

static void time_in_the_name(void)
{
    char expected[64];
    time_t t = 1700000000;

    strftime(expected, sizeof expected, "x-%Y%m%d-%H%M%S.pcap", localtime(&t));
    CHECK(file_name(name, sizeof name, "x-%Y%m%d-%H%M%S.pcap", true, 1700000000, false, 3, 5));
    CHECK_STR(name, expected);
    strcat(expected, "3");
    CHECK(file_name(name, sizeof name, "x-%Y%m%d-%H%M%S.pcap", true, 1700000000, true, 3, 5));
    CHECK_STR(name, expected);
}

static void too_long(void)
{
    char small[8];
    CHECK(file_name(small, sizeof small, "1234567", false, 0, false, 0, 0));
    CHECK(!file_name(small, sizeof small, "12345678", false, 0, false, 0, 0));
    CHECK(!file_name(small, sizeof small, "1234567", false, 0, true, 1, 0));
    CHECK(!file_name(small, sizeof small, "%Y%m%d", true, 1700000000, false, 0, 0));
}

static void which_patterns_have_time(void)
{
    CHECK(file_name_has_time("x-%H.pcap"));
    CHECK(file_name_has_time("100%%-%s"));
    CHECK(!file_name_has_time("x.pcap"));
    CHECK(!file_name_has_time("100%%.pcap"));
    CHECK(!file_name_has_time("100%"));
    CHECK(!file_name_has_time(""));
}

int main(void)
{
    RUN(plain_name);
    RUN(numbers_by_size);
    RUN(ring_numbers_have_equal_width);
    RUN(time_in_the_name);
    RUN(too_long);
    RUN(which_patterns_have_time);
    return 0;
}
