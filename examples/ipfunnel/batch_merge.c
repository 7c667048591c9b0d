#include "batch_merge.h"

int batch_merge(const struct batch batches[], int n, int *which)
{
    const struct batch *b;
    int oldest = -1, run = 1;
    int64_t limit = INT64_MAX;      /* the next one of the others */
    bool before_limit = false;      /* the batch of `limit` comes first when times are equal */

    for (int i = 0; i < n; i++) {
        int64_t time;
        if (batches[i].next == batches[i].count) {
            if (batches[i].more)
                return 0;
            continue;
        }
        time = batches[i].views[batches[i].next]->time_ns;
        if (oldest < 0) {
            oldest = i;
        } else if (time < batches[oldest].views[batches[oldest].next]->time_ns) {
            limit = batches[oldest].views[batches[oldest].next]->time_ns;
            before_limit = true;
            oldest = i;
        } else if (time < limit) {
            limit = time;
            before_limit = false;
        }
    }
    if (oldest < 0)
        return 0;
    b = &batches[oldest];
    while (b->next + run < b->count && (b->views[b->next + run]->time_ns < limit ||
                                        (b->views[b->next + run]->time_ns == limit && !before_limit)))
        run++;
    *which = oldest;
    return run;
}
