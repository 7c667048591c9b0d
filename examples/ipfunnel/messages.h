/* messages.h - how the command speaks on standard error. Everything goes out as one line, "ipfunnel: TEXT; REMEDY",
 * whatever control characters the parts contain. */
#ifndef MESSAGES_H
#define MESSAGES_H
#include <ipfunnel.h>

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

/* Flushes standard output. Returns EXIT_DONE, also when its reader is gone, or complains and returns EXIT_CAPTURE. */
int finish_output(void);

#endif
