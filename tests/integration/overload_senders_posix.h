/* overload_senders_posix.h - threads that send the numbered frames of overload_units.h, each on a CPU of its own. */
#ifndef IPFUNNEL_TESTS_OVERLOAD_SENDERS_POSIX_H
#define IPFUNNEL_TESTS_OVERLOAD_SENDERS_POSIX_H
#include "overload_units.h"
#include <pthread.h>
#include <stdatomic.h>

struct senders;
struct sender {
    struct senders *all;
    uint32_t number, cpu;         /* of this sender */
    int fd;
    pthread_t thread;
    _Atomic uint32_t begun, done; /* frames whose sending has begun; is over */
    atomic_bool held, over;
    uint64_t sent[UNIT_KINDS];    /* that passed the interface; of interest when it is over, or held */
    uint64_t selected;            /* of them plain ones that the filter wants */
};

struct senders {
    const char *interface_name;
    bool seen_there;              /* captured where they leave; else at the other end of the pair */
    uint32_t each;                /* frames */
    int count;
    struct sender of[MOST_SENDERS + 1];       /* the last one is CLOSER, who sends when told to */
    atomic_bool hold;
};

/* Can super-datagrams of UDP be sent here? Sends one. */
bool senders_know_udp_supers(const char *interface_name);

/* As many as there are CPUs, two at least. */
void senders_start(struct senders *s);

bool senders_are_over(struct senders *s);

/* Stops them between two frames; lets them go on. */
void senders_hold(struct senders *s);
void senders_go_on(struct senders *s);

void senders_end(struct senders *s);

/* One more frame of CLOSER's; returns its number. */
uint32_t senders_close(struct senders *s);

uint64_t senders_sent(const struct senders *s, enum unit_kind kind);
uint64_t senders_selected(const struct senders *s);

/* Frames that some CPU's queue for what arrives, also over loopback, had no room for, on this machine so far. */
uint64_t senders_backlog_losses(void);

/* Sums over all of them, for bounds on what passed up to now. */
uint64_t senders_begun(struct senders *s);
uint64_t senders_done(struct senders *s);

#endif
