/* overload_reader_posix.h - the reader of a run: its captures, and what is done with them. overload_run_posix.c, and
 * overload_stirs_posix.c for what happens meanwhile. */
#ifndef IPFUNNEL_TESTS_OVERLOAD_READER_POSIX_H
#define IPFUNNEL_TESTS_OVERLOAD_READER_POSIX_H
#include "overload_run_posix.h"

struct run {
    const struct run_kind *kind;
    uint32_t chance;              /* state of the random numbers */
    struct senders senders;
    uint64_t backlog_losses;      /* when it began */
    struct {
        ipfunnel *capture;
        struct tally tally;
    } of[MOST_READERS];
    int readers;
    uint32_t read_since_pause;    /* datagrams */
    int events, changes;          /* of the interface: told, and made */
    uint32_t last_event;
    bool tells_each;              /* also what is undone at once */
    bool iplevel;                 /* the mode; frames for nobody are excluded in it */
    struct run_result *result;
};

/* From 0 to bound - 1. */
uint32_t run_random(struct run *r, uint32_t bound);

void run_pause(uint32_t microseconds);

/* Opens capture number i, and starts it. */
void run_open(struct run *r, int i);

/* One ipfunnel_recv, but for events; returns what that did. */
int run_read(struct run *r, int i, int timeout_ms);

ipfunnel_statistics run_stats(struct run *r, int i);

/* OFF, and up to END; nothing more comes then, and no counter moves. */
void run_off(struct run *r, int i);

/* Adds the counters of capture number i to the result. */
void run_add(struct run *r, int i);

/* What is to happen in this run while the senders send; to be called now and then. */
void stir(struct run *r);

/* They have sent: everything is delivered again. */
void stir_end(struct run *r);

/* Deletes the interface while frames wait in the ring: all of them are read, then nothing is left to come. */
void stir_gone(struct run *r);

#endif
