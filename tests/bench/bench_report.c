/* bench_report.c - records and goals in, a table on the screen and two files out.
 *   bench_report RECORDS GOALS NOTES JSON PAGE */
#include "bench_page.h"
#include <stdio.h>

static void print_values(const struct bench_records *records)
{
    for (size_t i = 0; i < records->count; i++) {
        const struct bench_record *plot = &records->at[i];
        if (!bench_first_of_plot(records, i))
            continue;
        printf("%s: %s (%s)\n", plot->bench, plot->metric, plot->unit);
        for (size_t j = i; j < records->count; j++) {
            const struct bench_record *r = &records->at[j];
            if (!bench_same_plot(r, plot) || !bench_first_of_series(records, j))
                continue;
            struct bench_spread s = bench_values(records, r->bench, r->metric, r->contender);
            printf("  %-24s %10.4g  (%.4g .. %.4g, %d rounds)\n", r->contender, s.median, s.min, s.max, s.rounds);
        }
    }
}

static void print_goals(const struct bench_records *records, const struct bench_goals *goals)
{
    printf("\n%-52s %8s %8s %8s %7s  %-14s\n", "goal", "median", "min", "max", "rounds", "limit");
    for (size_t i = 0; i < goals->count; i++) {
        const struct bench_goal *g = &goals->at[i];
        struct bench_spread s = bench_ratios(records, g);
        int reached = bench_reached(g, &s);
        if (reached >= 0)
            printf("%-52s %8.3g %8.3g %8.3g %7d  %-14s %s\n", g->text, s.median, s.min, s.max, s.rounds, g->limit,
                   reached ? "reached" : "MISSED");
    }
}

static void read_notes(const char *path, char *notes, size_t size)
{
    FILE *file = fopen(path, "r");
    size_t length = file ? fread(notes, 1, size - 1, file) : 0;
    notes[length] = 0;
    if (file)
        fclose(file);
}

int main(int argc, char **argv)
{
    struct bench_records records = { .count = 0 };
    struct bench_goals goals = { .count = 0 };
    char notes[8192];
    if (argc != 6) {
        fprintf(stderr, "usage: bench_report RECORDS GOALS NOTES JSON PAGE\n");
        return 2;
    }
    int status = 1;
    if (bench_records_read(argv[1], &records) && bench_goals_read(argv[2], &goals)) {
        read_notes(argv[3], notes, sizeof notes);
        print_values(&records);
        print_goals(&records, &goals);
        status = !bench_write_json(argv[4], &records, &goals, notes)
                 || !bench_write_page(argv[5], &records, &goals, notes);
    }
    bench_records_free(&records);
    bench_goals_free(&goals);
    return status;
}
