#include "line_time.h"
#include <inttypes.h>
#include <ipfunnel.h>
#include <stdio.h>

enum { NS_PER_SECOND = 1000000000 };

/* Windows has no calendar before 1970. Every one repeats after 400 years. */
const struct tm *calendar_of(int64_t second, bool utc)
{
    const int64_t seconds_of_400_years = INT64_C(12622780800);
    time_t t = (time_t)second;
    struct tm *calendar = utc ? gmtime(&t) : localtime(&t);

    if (calendar)
        return calendar;
    t = (time_t)(second + seconds_of_400_years);
    calendar = utc ? gmtime(&t) : localtime(&t);
    if (calendar)
        calendar->tm_year -= 400;
    return calendar;
}

static const char *dashes(const struct line_clock *clock)
{
    return clock->form == TIME_DATE      ? "---------- --:--:--"
           : clock->form == TIME_SECONDS ? "----------"
                                         : "--:--:--";
}

static void put(const struct line_clock *clock, const char *whole, unsigned rest, char *out)
{
    if (clock->nanoseconds)
        snprintf(out, LINE_TIME_SIZE, "%s.%09u ", whole, rest);
    else
        snprintf(out, LINE_TIME_SIZE, "%s.%06u ", whole, rest / 1000);
}

static void put_local(struct line_clock *clock, int64_t ns, char *out)
{
    int64_t second = ns / NS_PER_SECOND, rest = ns % NS_PER_SECOND;
    const struct tm *local;

    if (rest < 0) {
        rest += NS_PER_SECOND;
        second--;
    }
    if (!clock->kept || second != clock->second) {
        local = calendar_of(second, false);
        if (!local || !strftime(clock->text, sizeof clock->text,
                                clock->form == TIME_DATE ? "%Y-%m-%d %H:%M:%S" : "%H:%M:%S", local))
            snprintf(clock->text, sizeof clock->text, "%s", dashes(clock));
        clock->second = second;
        clock->kept = true;
    }
    put(clock, clock->text, (unsigned)rest, out);
}

/* Seconds, or hours, minutes and seconds, from `from` to `to`. */
static void put_span(const struct line_clock *clock, int64_t from, int64_t to, char *out)
{
    /* Unsigned: the difference of two times of a strange file may be more than an int64_t holds. */
    const uint64_t span = to >= from ? (uint64_t)to - (uint64_t)from : (uint64_t)from - (uint64_t)to;
    const uint64_t seconds = span / NS_PER_SECOND;
    const char *sign = to < from ? "-" : "";
    char whole[40];

    if (clock->form == TIME_SECONDS)
        snprintf(whole, sizeof whole, "%s%" PRIu64, sign, seconds);
    else
        snprintf(whole, sizeof whole, "%s%02" PRIu64 ":%02u:%02u", sign, seconds / 3600,
                 (unsigned)(seconds / 60 % 60), (unsigned)(seconds % 60));
    put(clock, whole, (unsigned)(span % NS_PER_SECOND), out);
}

char *line_time(struct line_clock *clock, int64_t ns, char out[LINE_TIME_SIZE])
{
    out[0] = 0;
    if (clock->form == TIME_NONE)
        return out;
    if (ns == IPFUNNEL_TIME_UNKNOWN) {
        snprintf(out, LINE_TIME_SIZE, "%s.%s ", dashes(clock), clock->nanoseconds ? "---------" : "------");
        return out;
    }
    if (clock->form == TIME_OF_DAY || clock->form == TIME_DATE) {
        put_local(clock, ns, out);
        return out;
    }
    put_span(clock, clock->form == TIME_SECONDS ? 0 : clock->begun ? clock->base : ns, ns, out);
    if (!clock->begun || clock->form == TIME_SINCE_LAST)
        clock->base = ns;
    clock->begun = true;
    return out;
}
