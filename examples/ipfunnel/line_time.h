/* line_time.h - the time at the beginning of a line, in the forms that -t, -tt, ... have in tcpdump. */
#ifndef LINE_TIME_H
#define LINE_TIME_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

enum time_form {                /* as many t as the number says */
    TIME_OF_DAY = 0,            /* 13:37:00.000001, local */
    TIME_NONE = 1,
    TIME_SECONDS = 2,           /* 1700000000.000001, since 1970 UTC */
    TIME_SINCE_LAST = 3,        /* 00:00:00.000001, since the line before; "-" before it when time went backwards */
    TIME_DATE = 4,              /* 2025-01-31 13:37:00.000001, local */
    TIME_SINCE_FIRST = 5
};

/* Zero everything but the first two. */
struct line_clock {
    enum time_form form;
    bool nanoseconds;           /* 9 digits of the second instead of 6 */
    bool begun, kept;           /* `base`, `text` mean something */
    int64_t base;               /* time that differences count from */
    int64_t second;             /* local time of this second is in text: it is costly, and most lines share it */
    char text[40];
};

enum { LINE_TIME_SIZE = 72 };

/* Writes the time and one space, or nothing, to out and returns it. A time that is unknown is written in dashes. */
char *line_time(struct line_clock *, int64_t ns, char out[LINE_TIME_SIZE]);

/* The calendar of a second since 1970, of any that 64 bits of nanoseconds can say; NULL where the system has none.
 * Lives until the next call of this, gmtime or localtime. */
const struct tm *calendar_of(int64_t second, bool utc);

#endif
