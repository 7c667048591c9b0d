#include "file_name.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static int digits_of_last(uint64_t limit)
{
    int digits = 0;
    for (uint64_t last = limit ? limit - 1 : 0; last; last /= 10)
        digits++;
    return digits;
}

bool file_name(char *out, size_t size, const char *pattern, bool by_time, int64_t seconds, bool by_size,
               uint64_t number, uint64_t limit)
{
    time_t t = (time_t)seconds;
    const struct tm *local = by_time ? localtime(&t) : NULL;
    int digits = digits_of_last(limit);
    size_t used = strlen(pattern);

    if (by_time) {
        used = local ? strftime(out, size, pattern, local) : 0;
        if (!used)
            return false;
    } else {
        if (used >= size)
            return false;
        memcpy(out, pattern, used + 1);
    }
    if (!by_size || (!number && !digits))
        return true;
    int added = snprintf(out + used, size - used, "%0*" PRIu64, digits, number);
    return added > 0 && (size_t)added < size - used;
}

bool file_name_has_time(const char *pattern)
{
    for (const char *p = strchr(pattern, '%'); p && p[1]; p = strchr(p + 2, '%'))
        if (p[1] != '%')
            return true;
    return false;
}
