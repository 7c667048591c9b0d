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
    char text[2048];
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

void name_list_add(struct name_list *list, const char *name)
{
    const size_t more = sizeof " and 2147483647 more" - 1;
    const size_t length = strlen(name) + (list->used ? 2 : 0);

    if (list->left_out || length + more >= sizeof list->text - list->used) {
        list->left_out++;
        return;
    }
    snprintf(list->text + list->used, sizeof list->text - list->used, "%s%s", list->used ? ", " : "", name);
    list->used += length;
}

const char *name_list_text(struct name_list *list)
{
    if (list->left_out)
        snprintf(list->text + list->used, sizeof list->text - list->used, " and %d more", list->left_out);
    return list->text;
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
