/* bench_page.c - see bench_page.h. One plot for each bench and metric: a row for each contender, a dot for each round,
 * a bar at the median. */
#include "bench_page.h"
#include <stdio.h>

enum { LABELS = 190, PLOT = 560, ROW = 24, MARGIN = 8, VALUES = 230 };

static void put_text(FILE *out, const char *text)
{
    for (; *text; text++) {
        switch (*text) {
        case '<': fputs("&lt;", out); break;
        case '>': fputs("&gt;", out); break;
        case '&': fputs("&amp;", out); break;
        case '"': fputs("&quot;", out); break;
        default: fputc(*text, out);
        }
    }
}

static void put_goals(FILE *out, const struct bench_records *records, const struct bench_goals *goals)
{
    fputs("<h2>Goals</h2>\n<table><tr><th>what</th><th>bench</th><th>of</th><th>to</th><th>goal</th><th>median</th>"
          "<th>min</th><th>max</th><th>rounds</th><th></th></tr>\n", out);
    for (size_t i = 0; i < goals->count; i++) {
        const struct bench_goal *g = &goals->at[i];
        struct bench_spread s = bench_ratios(records, g);
        int reached = bench_reached(g, &s);
        if (reached < 0)
            continue;
        fputs("<tr><td>", out);
        put_text(out, g->text);
        fprintf(out, "</td><td>%s %s</td><td>%s</td><td>%s</td><td>", g->bench, g->metric, g->contender, g->reference);
        put_text(out, g->limit);
        fprintf(out, "</td><td>%.3g</td><td>%.3g</td><td>%.3g</td><td>%d</td><td class=%s>%s</td></tr>\n", s.median,
                s.min, s.max, s.rounds, reached ? "yes" : "no", reached ? "reached" : "missed");
    }
    fputs("</table>\n", out);
}

static double largest(const struct bench_records *records, const struct bench_record *plot)
{
    double most = 0;
    for (size_t i = 0; i < records->count; i++)
        if (bench_same_plot(&records->at[i], plot) && records->at[i].value > most)
            most = records->at[i].value;
    return most > 0 ? most : 1;
}

static double at(double value, double most) { return LABELS + (value > 0 ? value / most : 0) * PLOT; }

static void put_row(FILE *out, const struct bench_records *records, const struct bench_record *series, int row,
                    double most)
{
    int middle = MARGIN + row * ROW + ROW / 2;
    struct bench_spread s = bench_values(records, series->bench, series->metric, series->contender);
    fprintf(out, "<text x=%d y=%d text-anchor=end>%s</text>", LABELS - 8, middle + 4, series->contender);
    fprintf(out, "<rect x=%d y=%d width=%.1f height=8 class=bar />", LABELS, middle - 4,
            at(s.median, most) - LABELS);
    for (size_t i = 0; i < records->count; i++)
        if (bench_same_series(&records->at[i], series))
            fprintf(out, "<circle cx=%.1f cy=%d r=3><title>round %d: %.6g</title></circle>",
                    at(records->at[i].value, most), middle, records->at[i].round, records->at[i].value);
    fprintf(out, "<text x=%d y=%d>%.4g (%.4g .. %.4g)</text>\n", LABELS + PLOT + 12, middle + 4, s.median, s.min,
            s.max);
}

static void put_plot(FILE *out, const struct bench_records *records, const struct bench_record *plot)
{
    int rows = 0;
    for (size_t i = 0; i < records->count; i++)
        rows += bench_same_plot(&records->at[i], plot) && bench_first_of_series(records, i);
    fprintf(out, "<h3>%s: %s (%s)</h3>\n<svg width=%d height=%d>\n", plot->bench, plot->metric, plot->unit,
            LABELS + PLOT + VALUES, 2 * MARGIN + rows * ROW);
    double most = largest(records, plot);
    int row = 0;
    for (size_t i = 0; i < records->count; i++)
        if (bench_same_plot(&records->at[i], plot) && bench_first_of_series(records, i))
            put_row(out, records, &records->at[i], row++, most);
    fputs("</svg>\n", out);
}

bool bench_write_page(const char *path, const struct bench_records *records, const struct bench_goals *goals,
                      const char *notes)
{
    FILE *out = fopen(path, "w");
    if (!out) {
        perror(path);
        return false;
    }
    fputs("<!doctype html>\n<html lang=en><meta charset=utf-8><title>ipfunnel: measurements</title>\n<style>"
          "body{font:14px sans-serif;margin:2em auto;max-width:1100px}table{border-collapse:collapse}"
          "td,th{padding:2px 8px;text-align:left;border-bottom:1px solid #ccc}svg{font:12px sans-serif}"
          ".bar{fill:#9bc}circle{fill:#135;opacity:.6}.yes{color:#070}.no{color:#a00}</style>\n"
          "<h1>ipfunnel: measurements</h1>\n<p>Contenders took turns within each round. A bar is the median, a dot one "
          "round. Ratios are made of values of the same round.</p>\n<pre>", out);
    put_text(out, notes);
    fputs("</pre>\n", out);
    put_goals(out, records, goals);
    fputs("<h2>All values</h2>\n", out);
    for (size_t i = 0; i < records->count; i++)
        if (bench_first_of_plot(records, i))
            put_plot(out, records, &records->at[i]);
    fputs("</html>\n", out);
    bool good = !ferror(out);
    return fclose(out) == 0 && good;
}
