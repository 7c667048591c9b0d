/* bench_json.c - see bench_page.h. Names come from the suites and goals.txt: no control characters but line ends. */
#include "bench_page.h"
#include <stdio.h>

static void put_string(FILE *out, const char *text)
{
    fputc('"', out);
    for (; *text; text++) {
        if (*text == '\n')
            fputs("\\n", out);
        else if (*text == '\t')
            fputs("\\t", out);
        else if (*text == '"' || *text == '\\')
            fprintf(out, "\\%c", *text);
        else
            fputc(*text, out);
    }
    fputc('"', out);
}

static void put_field(FILE *out, const char *name, const char *text)
{
    fprintf(out, "\"%s\": ", name);
    put_string(out, text);
    fputs(", ", out);
}

static void put_record(FILE *out, const struct bench_record *r)
{
    fputc('{', out);
    put_field(out, "bench", r->bench);
    put_field(out, "contender", r->contender);
    put_field(out, "metric", r->metric);
    put_field(out, "unit", r->unit);
    fprintf(out, "\"round\": %d, \"value\": %.6g}", r->round, r->value);
}

static void put_goal(FILE *out, const struct bench_records *records, const struct bench_goal *goal)
{
    struct bench_spread spread = bench_ratios(records, goal);
    int reached = bench_reached(goal, &spread);
    fputc('{', out);
    put_field(out, "bench", goal->bench);
    put_field(out, "metric", goal->metric);
    put_field(out, "contender", goal->contender);
    put_field(out, "reference", goal->reference);
    put_field(out, "limit", goal->limit);
    put_field(out, "text", goal->text);
    if (spread.rounds)
        fprintf(out, "\"median\": %.6g, \"min\": %.6g, \"max\": %.6g, ", spread.median, spread.min, spread.max);
    fprintf(out, "\"rounds\": %d, \"reached\": %s}", spread.rounds,
            reached < 0 ? "null" : reached ? "true" : "false");
}

bool bench_write_json(const char *path, const struct bench_records *records, const struct bench_goals *goals,
                      const char *notes)
{
    FILE *out = fopen(path, "w");
    if (!out) {
        perror(path);
        return false;
    }
    fputs("{\n\"notes\": ", out);
    put_string(out, notes);
    fputs(",\n\"goals\": [", out);
    for (size_t i = 0; i < goals->count; i++) {
        fputs(i ? ",\n  " : "\n  ", out);
        put_goal(out, records, &goals->at[i]);
    }
    fputs("\n],\n\"records\": [", out);
    for (size_t i = 0; i < records->count; i++) {
        fputs(i ? ",\n  " : "\n  ", out);
        put_record(out, &records->at[i]);
    }
    fputs("\n]\n}\n", out);
    bool good = !ferror(out);
    return fclose(out) == 0 && good;
}
