/* totals.h - the lines at the end: what was delivered, seen and lost. */
#ifndef TOTALS_H
#define TOTALS_H
#include <ipfunnel.h>
#include <stdint.h>
#include <stdio.h>

/* Sum over captures. A counter is available in the sum when it is in every part. */
struct totals {
    int parts;
    ipfunnel_statistics sum;
};

void totals_add(struct totals *, const ipfunnel_statistics *part);

/* Three lines. `left_out`: datagrams of the own connection, part of neither `delivered` nor of what was printed. */
void totals_print(FILE *out, const struct totals *, uint64_t delivered, uint64_t left_out);

#endif
