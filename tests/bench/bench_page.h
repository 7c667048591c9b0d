/* bench_page.h - the results as files: JSON for programs, and one page with plots that needs nothing beside it. */
#ifndef IPFUNNEL_TESTS_BENCH_PAGE_H
#define IPFUNNEL_TESTS_BENCH_PAGE_H
#include "bench_records.h"

/* `notes` is plain text: the machine, the load, what was absent. False when the file cannot be written. */
bool bench_write_json(const char *path, const struct bench_records *records, const struct bench_goals *goals,
                      const char *notes);
bool bench_write_page(const char *path, const struct bench_records *records, const struct bench_goals *goals,
                      const char *notes);

#endif
