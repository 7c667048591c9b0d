#define _POSIX_C_SOURCE 200809L
#include "host_thread.h"
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

struct thread {
    pthread_t id;
    void (*work)(void *);
    void *argument;
};

static void *run(void *argument)
{
    struct thread *t = argument;
    t->work(t->argument);
    return NULL;
}

bool host_thread_start(uintptr_t *thread, void (*work)(void *), void *argument)
{
    struct thread *t = malloc(sizeof *t);
    sigset_t all, before;
    int code;

    if (!t)
        return false;
    t->work = work;
    t->argument = argument;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);        /* the new thread has the mask of its maker */
    code = pthread_create(&t->id, NULL, run, t);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (code) {
        free(t);
        return false;
    }
    *thread = (uintptr_t)t;
    return true;
}

void host_thread_join(uintptr_t thread)
{
    struct thread *t = (struct thread *)thread;
    pthread_join(t->id, NULL);
    free(t);
}
