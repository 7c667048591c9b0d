#include "filter_option.h"
#include "messages.h"
#include <errno.h>
#include <ipfunnel_filter.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool filter_append(char **filter, const char *text)
{
    size_t used = *filter ? strlen(*filter) : 0, length = strlen(text);
    char *longer = realloc(*filter, used + length + 2);

    if (!longer) {
        note("out of memory for the filter; shorten it");
        return false;
    }
    if (used)
        longer[used++] = ' ';
    memcpy(longer + used, text, length + 1);
    *filter = longer;
    return true;
}

/* What editors of Windows put before a text in UTF-8. */
static const char *behind_mark(const char *text)
{
    static const char mark[] = "\xef\xbb\xbf";
    return strncmp(text, mark, sizeof mark - 1) == 0 ? text + sizeof mark - 1 : text;
}

/* The language has no comments of its own; their columns stay. */
static void blank_comments(char *text)
{
    bool comment = false;

    for (; *text; text++) {
        comment = *text != '\n' && (comment || *text == '#');
        if (comment)
            *text = ' ';
    }
}

int filter_append_file(char **filter, const char *path)
{
    enum { MOST = 1 << 17 };    /* twice what a filter may have: the other half may be comments */
    FILE *file = fopen(path, "rb");
    char *text = malloc(MOST + 1);
    int status = EXIT_CAPTURE;

    if (!file) {
        note("cannot open the filter file %s: %s; check the name", path, strerror(errno));
    } else if (!text) {
        note("out of memory for the filter; shorten it");
    } else {
        size_t length = fread(text, 1, MOST, file);
        text[length] = '\0';
        if (ferror(file))
            note("cannot read the filter file %s: %s; check what it is", path, strerror(errno));
        else if (strlen(text) < length)
            note("the filter file %s is no text: byte %lu is 0; check the name", path, (unsigned long)strlen(text) + 1);
        else if (length == MOST)
            note("the filter file %s is too long: at most %d bytes are read; shorten it", path, MOST - 1);
        else {
            blank_comments(text);
            status = filter_append(filter, behind_mark(text)) ? EXIT_DONE : EXIT_CAPTURE;
        }
    }
    if (file)
        fclose(file);
    free(text);
    return status;
}

int filter_print_program(const char *filter)
{
    ipfunnel_error error = { .status = 0 };
    ipfunnel_filter *compiled = NULL;
    char line[80];

    if (ipfunnel_filter_compile(&compiled, filter, &error) < 0)
        return filter_complain(filter, &error);
    for (uint32_t i = 0; ipfunnel_filter_line(compiled, i, line, sizeof line); i++)
        printf("%s\n", line);
    ipfunnel_filter_free(compiled);
    return finish_output();
}

static bool continues_character(char c) { return ((unsigned char)c & 0xc0) == 0x80; }

/* One line of the expression around the place, and a caret under it. */
static void show_place(const char *filter, size_t at)
{
    enum { BEFORE = 50, AFTER = 24 };
    size_t length = strlen(filter), from = at > BEFORE ? at - BEFORE : 0;
    size_t to = length - at > AFTER ? at + AFTER : length;
    int indent = 0;

    while (from && continues_character(filter[from]))
        from--;
    while (continues_character(filter[to]))
        to++;
    fprintf(stderr, "  %s", from ? "..." : "");
    for (size_t i = from; i < to; i++) {
        bool blank = filter[i] == '\t' || filter[i] == '\n' || filter[i] == '\r';
        bool control = (unsigned char)filter[i] < 0x20 || filter[i] == 0x7f;
        fputc(blank ? ' ' : control ? '?' : filter[i], stderr);
        indent += i < at && !continues_character(filter[i]);
    }
    fprintf(stderr, "%s\n%*s^\n", to < length ? "..." : "", 2 + (from ? 3 : 0) + indent, "");
}

int filter_complain(const char *filter, const ipfunnel_error *error)
{
    int status = complain(error);

    if (!error->column || !filter || error->column > strlen(filter) + 1)
        return status;
    show_place(filter, error->column - 1);
    return error->status == IPFUNNEL_EINVAL ? EXIT_USAGE : status;
}
