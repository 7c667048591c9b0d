/* command_merge.c - datagrams of several captures in the order of their times, and when that order has to wait. */
#include "../../examples/ipfunnel/batch_merge.h"
#include "check.h"

enum { MOST = 4 };
static ipfunnel_datagram datagrams[MOST][BATCH];
static struct batch batches[MOST];
static int used;
static char order[64];          /* the batch of each datagram, '0' to '3' */

static void begin(void)
{
    used = 0;
    memset(batches, 0, sizeof batches);
}

static void batch(const int64_t *times, int count, bool more)
{
    struct batch *b = &batches[used];
    for (int i = 0; i < count; i++) {
        datagrams[used][i].time_ns = times[i];
        b->views[i] = &datagrams[used][i];
    }
    b->count = count;
    b->more = more;
    used++;
}
#define BATCH_OF(more, ...) \
    do { \
        static const int64_t times[] = { __VA_ARGS__ }; \
        batch(times, (int)(sizeof times / sizeof times[0]), more); \
    } while (0)

/* Takes everything that comes, and notes from which batch it came and, as dots, where a call ended. */
static const char *taken(void)
{
    size_t n = 0;
    int which = -1, run;
    while ((run = batch_merge(batches, used, &which)) > 0) {
        CHECK(which >= 0 && which < used);
        batches[which].next += run;
        CHECK(batches[which].next <= batches[which].count);
        while (run--)
            order[n++] = (char)('0' + which);
        order[n++] = '.';
    }
    order[n] = 0;
    return order;
}

static void nothing_gives_nothing(void)
{
    begin();
    CHECK_STR(taken(), "");
    batch(NULL, 0, false);
    CHECK_STR(taken(), "");
}

static void one_batch_goes_in_one_run(void)
{
    begin();
    BATCH_OF(true, 5, 3, IPFUNNEL_TIME_UNKNOWN, INT64_MAX);     /* its own order is kept */
    CHECK_STR(taken(), "0000.");
}

static void the_oldest_comes_first(void)
{
    begin();
    BATCH_OF(false, 2, 3, 9);
    BATCH_OF(false, 1, 4, 5, 10);
    BATCH_OF(false, 6);
    CHECK_STR(taken(), "1.00.11.2.0.1.");
}

static void equal_times_go_by_batch(void)
{
    begin();
    BATCH_OF(false, 1, 1, 2);
    BATCH_OF(false, 1, 2);
    BATCH_OF(false, 0, 1);
    CHECK_STR(taken(), "2.00.1.2.0.1.");
}

static void a_batch_that_may_go_on_holds_the_others_back(void)
{
    begin();
    BATCH_OF(true, 1, 4);
    BATCH_OF(false, 2, 3, 5, 6);
    CHECK_STR(taken(), "0.11.0.");
    BATCH_OF(false, 1);
    CHECK_STR(taken(), "");
    batches[0].more = false;
    CHECK_STR(taken(), "2.11.");
}

int main(void)
{
    RUN(nothing_gives_nothing);
    RUN(one_batch_goes_in_one_run);
    RUN(the_oldest_comes_first);
    RUN(equal_times_go_by_batch);
    RUN(a_batch_that_may_go_on_holds_the_others_back);
    return 0;
}
