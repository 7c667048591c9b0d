#include "messages.h"
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void put_line(char *text)
{
    for (char *p = text; *p; p++)
        if ((unsigned char)*p < 0x20 || *p == 0x7f)
            *p = '?';
    fprintf(stderr, "ipfunnel: %s\n", text);
    fflush(stderr);
}

void note(const char *format, ...)
{
    char text[1024];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    put_line(text);
}

int complain(const ipfunnel_error *error)
{
    note("%s%s%s", error->text, error->remedy[0] ? "; " : "", error->remedy);
    return EXIT_CAPTURE;
}

int usage_error(const char *command, const char *format, ...)
{
    char text[1024];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    note("%s; see ipfunnel help%s%s", text, command ? " " : "", command ? command : "");
    return EXIT_USAGE;
}

int finish_output(void)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return EXIT_DONE;
    if (errno == EPIPE)
        return EXIT_DONE;
    note("cannot write to standard output: %s; see whether its disk is full", strerror(errno));
    return EXIT_CAPTURE;
}
