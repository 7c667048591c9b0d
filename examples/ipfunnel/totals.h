/* totals.h - the lines at the end: what was delivered, seen and lost. */
#ifndef TOTALS_H
#define TOTALS_H
#include <ipfunnel.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* Sum over captures. A counter is available in the sum when it is in every part. */
struct totals {
    int parts;
    ipfunnel_statistics sum;
    uint64_t delivered;         /* printed or written */
    uint64_t own;               /* datagrams of the own connection, left out */
    bool count_all;             /* was asked for: what is unknown all the same, the backend cannot know */
    bool ended;                 /* the capture is over: what was not read by then never will be */
};

void totals_add(struct totals *, const ipfunnel_statistics *part);

/* Three lines: of the datagrams, of the frames that the system handed over, of those that it lost; and a fourth that
 * names what nobody counted, if there is such a thing. */
void totals_print(FILE *out, const struct totals *);

#endif
