/* bench_records.c - see bench_records.h. */
#include "bench_records.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Calls take for each line that is neither empty nor a comment; false when the file cannot be read or take says so. */
static bool each_line(const char *path, bool (*take)(const char *line, void *into), void *into)
{
    char line[512];
    FILE *file = fopen(path, "r");
    if (!file) {
        perror(path);
        return false;
    }
    bool good = true;
    while (good && fgets(line, sizeof line, file)) {
        line[strcspn(line, "\n")] = 0;
        if (!line[0] || line[0] == '#')
            continue;
        good = take(line, into);
        if (!good)
            fprintf(stderr, "%s: cannot use this line: %s\n", path, line);
    }
    fclose(file);
    return good;
}

/* Room for one more element; NULL when there is no memory. */
static void *grow(void **array, size_t *count, size_t size)
{
    void *larger = realloc(*array, (*count + 1) * size);
    if (!larger)
        return NULL;
    *array = larger;
    return (char *)larger + (*count)++ * size;
}

static bool take_record(const char *line, void *into)
{
    struct bench_records *records = into;
    struct bench_record record;
    if (sscanf(line, "%47s %31s %d %31s %31s %lf", record.bench, record.contender, &record.round, record.metric,
               record.unit, &record.value) != 6)
        return false;
    void *array = records->at;
    struct bench_record *slot = grow(&array, &records->count, sizeof record);
    records->at = array;
    if (slot)
        *slot = record;
    return slot != NULL;
}

static bool take_goal(const char *line, void *into)
{
    struct bench_goals *goals = into;
    struct bench_goal goal;
    if (sscanf(line, "%47s %31s %31s %31s %23s %127[^\n]", goal.bench, goal.metric, goal.contender, goal.reference,
               goal.limit, goal.text) != 6)
        return false;
    void *array = goals->at;
    struct bench_goal *slot = grow(&array, &goals->count, sizeof goal);
    goals->at = array;
    if (slot)
        *slot = goal;
    return slot != NULL;
}

bool bench_records_read(const char *path, struct bench_records *out)
{
    *out = (struct bench_records){ .count = 0 };
    return each_line(path, take_record, out);
}

bool bench_goals_read(const char *path, struct bench_goals *out)
{
    *out = (struct bench_goals){ .count = 0 };
    return each_line(path, take_goal, out);
}

void bench_records_free(struct bench_records *records) { free(records->at); }

void bench_goals_free(struct bench_goals *goals) { free(goals->at); }

bool bench_same_plot(const struct bench_record *a, const struct bench_record *b)
{
    return strcmp(a->bench, b->bench) == 0 && strcmp(a->metric, b->metric) == 0;
}

bool bench_same_series(const struct bench_record *a, const struct bench_record *b)
{
    return bench_same_plot(a, b) && strcmp(a->contender, b->contender) == 0;
}

bool bench_first_of_series(const struct bench_records *records, size_t index)
{
    for (size_t i = 0; i < index; i++)
        if (bench_same_series(&records->at[i], &records->at[index]))
            return false;
    return true;
}

bool bench_first_of_plot(const struct bench_records *records, size_t index)
{
    for (size_t i = 0; i < index; i++)
        if (bench_same_plot(&records->at[i], &records->at[index]))
            return false;
    return true;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static struct bench_spread spread_of(double *values, size_t count)
{
    if (count == 0)
        return (struct bench_spread){ .rounds = 0 };
    qsort(values, count, sizeof *values, compare);
    return (struct bench_spread){
        .median = count % 2 ? values[count / 2] : (values[count / 2 - 1] + values[count / 2]) / 2,
        .min = values[0],
        .max = values[count - 1],
        .rounds = (int)count,
    };
}

static const struct bench_record *find(const struct bench_records *records, const struct bench_goal *goal, int round)
{
    for (size_t i = 0; i < records->count; i++) {
        const struct bench_record *r = &records->at[i];
        if (r->round == round && strcmp(r->bench, goal->bench) == 0 && strcmp(r->metric, goal->metric) == 0
            && strcmp(r->contender, goal->reference) == 0)
            return r;
    }
    return NULL;
}

struct bench_spread bench_ratios(const struct bench_records *records, const struct bench_goal *goal)
{
    bool absolute = strcmp(goal->reference, "-") == 0;
    double *values = malloc((records->count + 1) * sizeof *values);
    size_t count = 0;
    for (size_t i = 0; values && i < records->count; i++) {
        const struct bench_record *r = &records->at[i];
        if (strcmp(r->bench, goal->bench) != 0 || strcmp(r->metric, goal->metric) != 0
            || strcmp(r->contender, goal->contender) != 0)
            continue;
        const struct bench_record *reference = absolute ? NULL : find(records, goal, r->round);
        if (absolute)
            values[count++] = r->value;
        else if (reference && reference->value != 0)
            values[count++] = r->value / reference->value;
    }
    struct bench_spread spread = values ? spread_of(values, count) : (struct bench_spread){ .rounds = 0 };
    free(values);
    return spread;
}

struct bench_spread bench_values(const struct bench_records *records, const char *bench, const char *metric,
                                 const char *contender)
{
    struct bench_goal all = { .reference = "-" };
    snprintf(all.bench, sizeof all.bench, "%s", bench);
    snprintf(all.metric, sizeof all.metric, "%s", metric);
    snprintf(all.contender, sizeof all.contender, "%s", contender);
    return bench_ratios(records, &all);
}

int bench_reached(const struct bench_goal *goal, const struct bench_spread *spread)
{
    if (spread->rounds == 0)
        return -1;
    if (strncmp(goal->limit, "spread<=", 8) == 0)
        return spread->max - spread->min <= strtod(goal->limit + 8, NULL) * spread->median;
    double limit = strtod(goal->limit + 2, NULL);
    return goal->limit[0] == '<' ? spread->median <= limit : spread->median >= limit;
}
