#include "findings.h"
#include <stdarg.h>
#include <string.h>

static const char *const names[] = {
    [FINDING_OK] = "ok", [FINDING_NOTE] = "note", [FINDING_PROBLEM] = "problem",
};

struct finding *finding_add(struct findings *f, const char *topic, const char *id, enum finding_level level,
                            const char *format, ...)
{
    struct finding *one = &f->all[f->count < FINDINGS_MOST ? f->count++ : FINDINGS_MOST - 1];
    va_list arguments;

    *one = (struct finding){ .topic = topic, .id = id, .level = level };
    va_start(arguments, format);
    vsnprintf(one->text, sizeof one->text, format, arguments);
    va_end(arguments);
    return one;
}

void finding_remedy(struct finding *one, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(one->remedy, sizeof one->remedy, format, arguments);
    va_end(arguments);
}

void finding_error(struct findings *f, const char *topic, const char *id, enum finding_level level,
                   const ipfunnel_error *error)
{
    finding_remedy(finding_add(f, topic, id, level, "%s", error->text), "%s", error->remedy);
}

int findings_problems(const struct findings *f)
{
    int problems = 0;

    for (int i = 0; i < f->count; i++)
        problems += f->all[i].level == FINDING_PROBLEM;
    return problems;
}

const char *finding_level_name(enum finding_level level)
{
    return names[level];
}

/* Names of interfaces may hold anything. */
static void put_text(FILE *out, const char *text)
{
    for (; *text; text++)
        putc((unsigned char)*text < 0x20 || *text == 0x7f ? '?' : *text, out);
}

void paragraph_print(FILE *out, const char *text, int indent)
{
    enum { WIDTH = 100 };
    int column = indent;

    while (*text) {
        size_t word = strcspn(text, " ");
        char part[FINDING_TEXT];
        if (column > indent && column + 1 + (int)word > WIDTH) {
            fprintf(out, "\n%*s", indent, "");
            column = indent;
        } else if (column > indent) {
            putc(' ', out);
            column++;
        }
        snprintf(part, sizeof part, "%.*s", (int)word, text);
        put_text(out, part);
        column += (int)word;
        text += word + strspn(text + word, " ");
    }
    putc('\n', out);
}

void findings_print(const struct findings *f, FILE *out)
{
    enum { INDENT = 9 };
    const char *topic = "";

    for (int i = 0; i < f->count; i++) {
        const struct finding *one = &f->all[i];
        if (strcmp(topic, one->topic) != 0)
            fprintf(out, "%s\n", one->topic);
        topic = one->topic;
        fprintf(out, "%-*s", INDENT, names[one->level]);
        paragraph_print(out, one->text, INDENT);
        if (one->remedy[0]) {
            fprintf(out, "%*s", INDENT, "");
            paragraph_print(out, one->remedy, INDENT);
        }
    }
}

void findings_json(const struct findings *f, struct json *j, const char *key)
{
    json_open(j, key, '[');
    for (int i = 0; i < f->count; i++) {
        const struct finding *one = &f->all[i];
        json_open(j, NULL, '{');
        json_string(j, "topic", one->topic);
        json_string(j, "id", one->id);
        json_string(j, "level", names[one->level]);
        json_string(j, "text", one->text);
        json_string(j, "remedy", one->remedy[0] ? one->remedy : NULL);
        json_close(j, '}');
    }
    json_close(j, ']');
}
