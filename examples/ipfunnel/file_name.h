/* file_name.h - names of rotated files, as tcpdump makes them. */
#ifndef FILE_NAME_H
#define FILE_NAME_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Writes the name of file number `number` (from 0) to out. Returns false when it does not fit.
 *   by_time    the pattern is a strftime pattern, filled with the local time `seconds`
 *   by_size    the number is appended: x, x1, x2, ...; with a limit of 10: x0 ... x9; of 11: x00 ... x10 */
bool file_name(char *out, size_t size, const char *pattern, bool by_time, int64_t seconds, bool by_size,
               uint64_t number, uint64_t limit);

/* True when the pattern has a conversion of strftime, so that files begun at different times may differ in name. */
bool file_name_has_time(const char *pattern);

#endif
