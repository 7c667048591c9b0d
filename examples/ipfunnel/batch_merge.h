/* batch_merge.h - datagrams of several captures in the order of their times. */
#ifndef BATCH_MERGE_H
#define BATCH_MERGE_H
#include <ipfunnel.h>
#include <stdbool.h>

enum { BATCH = 128 };

/* What one capture has handed out and nobody has dealt with yet: views[next] to views[count - 1]. */
struct batch {
    const ipfunnel_datagram *views[BATCH];
    int next, count;
    bool more;                  /* the capture may have more that is due: ask it once these are used up */
};

/* Finds the batch whose next datagram is the oldest, and how many of its datagrams come before any other batch has one.
 * Returns that number and *which; 0 when nothing is left, or when a batch that is used up has to be filled first. Equal
 * times go in the order of the batches; within a batch nothing changes its place. */
int batch_merge(const struct batch batches[], int n, int *which);

#endif
