#include "verify_report.h"
#include <inttypes.h>
#include <stdarg.h>
#include <string.h>
#include <time.h>

static const char *const verdict_names[] = {
    [VERDICT_NOT_TRIED] = "not_tried",
    [VERDICT_YES] = "yes",
    [VERDICT_NO] = "no",
    [VERDICT_INCONCLUSIVE] = "inconclusive",
    [VERDICT_NOT_APPLICABLE] = "not_applicable",
};
enum { VERDICTS = sizeof verdict_names / sizeof verdict_names[0] };

const char *verdict_name(enum verdict verdict)
{
    return verdict_names[verdict];
}

void report_start(struct report *r)
{
    memset(r->answers, 0, sizeof r->answers);
    for (int i = 0; i < POINT_COUNT; i++)
        answer_end(&r->answers[i], i < POINT_FIRST_BY_HAND ? VERDICT_INCONCLUSIVE : VERDICT_NOT_TRIED, "%s",
                   i < POINT_FIRST_BY_HAND ? "nothing was done about it" : "a program cannot try it on its own");
}

struct answer *answer_begin(struct report *r, enum point point, const char *format, ...)
{
    struct answer *a = &r->answers[point];
    va_list arguments;

    *a = (struct answer){ .verdict = VERDICT_INCONCLUSIVE };
    va_start(arguments, format);
    vsnprintf(a->done, sizeof a->done, format, arguments);
    va_end(arguments);
    return a;
}

void answer_number(struct answer *a, const char *name, int64_t value)
{
    if (a->observed_count == OBSERVED_MOST)
        return;
    a->observed[a->observed_count].name = name;
    a->observed[a->observed_count++].value = value;
}

void answer_end(struct answer *a, enum verdict verdict, const char *format, ...)
{
    va_list arguments;

    a->verdict = verdict;
    va_start(arguments, format);
    vsnprintf(a->why, sizeof a->why, format, arguments);
    va_end(arguments);
}

static int count_of(const struct report *r, enum verdict verdict)
{
    int count = 0;

    for (int i = 0; i < POINT_COUNT; i++)
        count += r->answers[i].verdict == verdict;
    return count;
}

/* "2025-01-31T13:37:00Z" */
static char *time_text(int64_t ns, char *out, size_t size)
{
    time_t t = (time_t)(ns / 1000000000);
    const struct tm *utc = gmtime(&t);

    if (!utc || !strftime(out, size, "%Y-%m-%dT%H:%M:%SZ", utc))
        out[0] = 0;
    return out;
}

/* ---- For people ------------------------------------------------------------------------------------------------- */

enum { COLUMN = 14 };

static void print_line(FILE *out, const char *text)
{
    fprintf(out, "%*s", COLUMN, "");
    paragraph_print(out, text, COLUMN);
}

static void print_answer(FILE *out, const struct point_row *row, const struct answer *a)
{
    char text[OBSERVED_MOST * 48];
    size_t used = 0;

    fprintf(out, "%-*s", COLUMN, verdict_names[a->verdict]);
    paragraph_print(out, row->question, COLUMN);
    if (a->done[0])
        print_line(out, a->done);
    for (int i = 0; i < a->observed_count && used < sizeof text; i++)
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%s %" PRId64, i ? ", " : "", a->observed[i].name,
                                 a->observed[i].value);
    if (used)
        print_line(out, text);
    print_line(out, row->instruction ? row->instruction : a->why);
}

void report_print(const struct report *r, FILE *out)
{
    char text[40];

    fprintf(out, "ipfunnel doctor --verify on %s %s (%s), %s\n", r->host.name, r->host.version, r->host.machine,
            time_text(r->began_ns, text, sizeof text));
    for (int i = 0; i < POINT_COUNT; i++)
        if (r->answers[i].verdict != VERDICT_NOT_APPLICABLE)
            print_answer(out, &point_rows[i], &r->answers[i]);
    for (int v = 0; v < VERDICTS; v++)
        fprintf(out, "%s%d %s", v ? ", " : "", count_of(r, (enum verdict)v), verdict_names[v]);
    fprintf(out, "\n");
}

/* ---- For programs ----------------------------------------------------------------------------------------------- */

static void json_answer(struct json *j, const struct point_row *row, const struct answer *a)
{
    json_open(j, NULL, '{');
    json_string(j, "id", row->id);
    json_string(j, "question", row->question);
    json_string(j, "verdict", verdict_names[a->verdict]);
    json_string(j, "why", a->why);
    json_string(j, "done", a->done[0] ? a->done : NULL);
    json_open(j, "observed", '{');
    for (int i = 0; i < a->observed_count; i++)
        json_signed(j, a->observed[i].name, a->observed[i].value);
    json_close(j, '}');
    json_string(j, "bears_on", row->bears_on);
    json_string(j, "instruction", row->instruction);
    json_close(j, '}');
}

static void json_head(struct json *j, const struct report *r)
{
    const uint32_t v = ipfunnel_version();
    char text[40];

    json_string(j, "report", "ipfunnel doctor --verify");
    json_number(j, "format", 1);
    snprintf(text, sizeof text, "%u.%u.%u", (unsigned)(v >> 16), (unsigned)(v >> 8 & 255), (unsigned)(v & 255));
    json_string(j, "version", text);
    json_string(j, "time", time_text(r->began_ns, text, sizeof text));
    json_open(j, "system", '{');
    json_string(j, "name", r->host.name);
    json_string(j, "version", r->host.version);
    json_string(j, "machine", r->host.machine);
    json_close(j, '}');
    json_bool(j, "is_windows", strcmp(r->host.name, "Windows") == 0);
    json_string(j, "backend", r->backend[0] ? r->backend : NULL);
    json_string(j, "interface", r->interface_name);
    json_open(j, "sent", '{');
    json_number(j, "datagrams", r->traffic->datagrams);
    json_number(j, "tcp_bytes", r->traffic->tcp_bytes);
    json_number(j, "milliseconds", (uint64_t)r->took_ms);
    json_close(j, '}');
}

/* Without their texts: those name files and addresses. */
static void json_findings(struct json *j, const struct findings *f)
{
    json_open(j, "findings", '[');
    for (int i = 0; i < f->count; i++) {
        json_open(j, NULL, '{');
        json_string(j, "id", f->all[i].id);
        json_string(j, "level", finding_level_name(f->all[i].level));
        json_close(j, '}');
    }
    json_close(j, ']');
}

void report_json(const struct report *r, FILE *out)
{
    struct json j = { .out = out };

    json_open(&j, NULL, '{');
    json_head(&j, r);
    json_findings(&j, r->findings);
    json_open(&j, "verdicts", '{');
    for (int v = 0; v < VERDICTS; v++)
        json_number(&j, verdict_names[v], (uint64_t)count_of(r, (enum verdict)v));
    json_close(&j, '}');
    json_open(&j, "points", '[');
    for (int i = 0; i < POINT_COUNT; i++)
        json_answer(&j, &point_rows[i], &r->answers[i]);
    json_close(&j, ']');
    json_close(&j, '}');
    putc('\n', out);
}
