/* filter_option.h - the filter of "ipfunnel capture": put together, shown as a program, and shown where it is wrong. */
#ifndef FILTER_OPTION_H
#define FILTER_OPTION_H
#include <ipfunnel.h>
#include <stdbool.h>

/* Appends text to *filter, after a space; *filter is NULL or from malloc. False when out of memory, which it says. */
bool filter_append(char **filter, const char *text);

/* Appends what a file holds, where # begins a comment. Returns EXIT_DONE, or says why not: EXIT_CAPTURE. */
int filter_append_file(char **filter, const char *path);

/* Prints the program of an expression (NULL: "") on standard output. Returns an exit status. */
int filter_print_program(const char *filter);

/* As complain, and shows the place in the expression. Returns EXIT_USAGE where the expression is wrong. */
int filter_complain(const char *filter, const ipfunnel_error *error);

#endif
