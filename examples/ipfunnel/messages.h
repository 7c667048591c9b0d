/* messages.h - how the command speaks on standard error. Everything goes out as one line, "ipfunnel: TEXT; REMEDY",
 * whatever control characters the parts contain. */
#ifndef MESSAGES_H
#define MESSAGES_H
#include <ipfunnel.h>
#include <stddef.h>

enum { EXIT_DONE = 0, EXIT_CAPTURE = 1, EXIT_USAGE = 2 };

#if defined(__GNUC__)
#define MESSAGES_PRINTF(n, first) __attribute__((format(printf, n, first)))
#else
#define MESSAGES_PRINTF(n, first)
#endif

void note(const char *format, ...) MESSAGES_PRINTF(1, 2);

/* Prints text and remedy of an error. Returns EXIT_CAPTURE. */
int complain(const ipfunnel_error *error);

/* The command line is wrong: adds where its help is. `command` is a subcommand or NULL. Returns EXIT_USAGE. */
int usage_error(const char *command, const char *format, ...) MESSAGES_PRINTF(2, 3);

/* Names for a line, "a, b, c and 4 more": none is cut, whatever room there is. */
struct name_list {
    char text[512];
    size_t used;
    int left_out;
};
void name_list_add(struct name_list *, const char *name);
const char *name_list_text(struct name_list *);         /* when all are added */

/* Flushes standard output. Returns EXIT_DONE, also when its reader is gone, or complains and returns EXIT_CAPTURE. */
int finish_output(void);

#endif
