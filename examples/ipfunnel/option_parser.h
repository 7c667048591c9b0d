/* option_parser.h - reads command-line options by a table: -c 5, -c5, -nvi eth0, --count 5, --count=5. Options and
 * operands may be mixed; "--" ends the options; "-" alone is an operand. */
#ifndef OPTION_PARSER_H
#define OPTION_PARSER_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct option_row {
    char letter;                /* 0: has a long name only */
    const char *name;           /* long name without dashes; NULL: has a letter only */
    const char *value;          /* what its value is called in messages, e.g. "N"; NULL: takes none */
    int id;                     /* > 0, what option_next returns */
};

enum {
    OPTION_DONE = 0,            /* nothing is left */
    OPTION_OPERAND = -1,        /* not an option */
    OPTION_BAD = -2             /* reader->message says why */
};

/* Zero everything but argc, argv and table. The array is read only; strings handed out point into it. */
struct option_reader {
    int argc;
    char *const *argv;          /* the first argument to read is argv[0] */
    const struct option_row *table;     /* ends with a row whose id is 0 */
    int index;
    const char *cluster;        /* rest of "-abc" that is being read, else NULL */
    bool options_ended;
    const char *value;          /* of the option or operand that was returned; NULL for an option that takes none */
    char as_written[48];        /* the option that was returned, for messages: "-c" or "--count" */
    char message[160];
};

/* Returns the id of the next option, or one of the values above. */
int option_next(struct option_reader *reader);

/* Reads a whole decimal number within [min, max]. */
bool parse_number(const char *text, uint64_t min, uint64_t max, uint64_t *out);

/* Reads seconds such as "2" or "0.25" as milliseconds, from 1 ms to 100 days. */
bool parse_seconds(const char *text, uint64_t *milliseconds);

#endif
