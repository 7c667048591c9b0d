/* command_time.c - the time before a line: -t to -ttttt. */
#include "../../examples/ipfunnel/line_time.h"
#include "check.h"
#include <ipfunnel.h>
#include <time.h>

static struct line_clock clock_;
static char out[LINE_TIME_SIZE];
static const int64_t SECOND = 1000000000, MOMENT = 1700000000 * (int64_t)1000000000 + 123456789;

static void begin(enum time_form form, bool nanoseconds)
{
    clock_ = (struct line_clock){ .form = form, .nanoseconds = nanoseconds };
}

static void is(int64_t ns, const char *expected)
{
    CHECK_STR(line_time(&clock_, ns, out), expected);
}

static void local(const char *format, int64_t seconds, const char *rest)
{
    char expected[LINE_TIME_SIZE];
    time_t t = (time_t)seconds;
    strftime(expected, sizeof expected, format, localtime(&t));
    strcat(expected, rest);
    is(seconds * SECOND + 123456789, expected);
}

static void time_of_day(void)
{
    begin(TIME_OF_DAY, false);
    local("%H:%M:%S", 1700000000, ".123456 ");
    local("%H:%M:%S", 1700000001, ".123456 ");
    is(IPFUNNEL_TIME_UNKNOWN, "--:--:--.------ ");
    begin(TIME_OF_DAY, true);
    local("%H:%M:%S", 0, ".123456789 ");
    is(IPFUNNEL_TIME_UNKNOWN, "--:--:--.--------- ");
}

static void calendar_is(int64_t second, const char *expected)
{
    const struct tm *utc = calendar_of(second, true);
    char text[40];
    CHECK(utc);
    CHECK(strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", utc));
    CHECK_STR(text, expected);
}

static void the_calendar_goes_back_before_1970(void)
{
    calendar_is(0, "1970-01-01 00:00:00");
    calendar_is(-1, "1969-12-31 23:59:59");
    calendar_is(-5000000000, "1811-07-23 15:06:40");
    calendar_is(INT64_MIN / SECOND, "1677-09-21 00:12:44");
    calendar_is(INT64_MAX / SECOND, "2262-04-11 23:47:16");
    CHECK(calendar_of(-1, false));
}

static void no_time(void)
{
    begin(TIME_NONE, false);
    is(MOMENT, "");
    is(IPFUNNEL_TIME_UNKNOWN, "");
}

static void seconds_since_1970(void)
{
    begin(TIME_SECONDS, false);
    is(MOMENT, "1700000000.123456 ");
    is(-SECOND / 2, "-0.500000 ");
    is(IPFUNNEL_TIME_UNKNOWN, "----------.------ ");
    begin(TIME_SECONDS, true);
    is(INT64_MAX, "9223372036.854775807 ");
    is(INT64_MIN + 1, "-9223372036.854775807 ");
}

static void since_the_line_before(void)
{
    begin(TIME_SINCE_LAST, false);
    is(MOMENT, "00:00:00.000000 ");
    is(MOMENT + 3661 * SECOND + 5000, "01:01:01.000005 ");
    is(IPFUNNEL_TIME_UNKNOWN, "--:--:--.------ ");
    is(MOMENT + 3661 * SECOND, "-00:00:00.000005 ");
    begin(TIME_SINCE_LAST, true);
    is(INT64_MAX, "00:00:00.000000000 ");
    is(INT64_MIN + 1, "-5124095:34:33.709551614 ");
}

static void date_and_time(void)
{
    begin(TIME_DATE, false);
    local("%Y-%m-%d %H:%M:%S", 1700000000, ".123456 ");
    is(IPFUNNEL_TIME_UNKNOWN, "---------- --:--:--.------ ");
}

static void since_the_first_line(void)
{
    begin(TIME_SINCE_FIRST, false);
    is(IPFUNNEL_TIME_UNKNOWN, "--:--:--.------ ");
    is(MOMENT, "00:00:00.000000 ");
    is(MOMENT + 2 * SECOND, "00:00:02.000000 ");
    is(MOMENT + 3 * SECOND, "00:00:03.000000 ");
}

int main(void)
{
    RUN(time_of_day);
    RUN(the_calendar_goes_back_before_1970);
    RUN(no_time);
    RUN(seconds_since_1970);
    RUN(since_the_line_before);
    RUN(date_and_time);
    RUN(since_the_first_line);
    return 0;
}
