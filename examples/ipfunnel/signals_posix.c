#define _POSIX_C_SOURCE 200809L
#include "signals.h"
#include "host.h"
#include <errno.h>
#include <signal.h>
#include <stddef.h>

static volatile sig_atomic_t stop, report, flush, watched_count;
static ipfunnel *const *volatile watched;
static int64_t first_interrupt;     /* handler only */

/* Wrappers such as timeout(1) signal both the process and its group: a repetition within this time is the same
 * request. */
enum { SAME_REQUEST_MS = 250 };

static void handle(int number)
{
    int saved = errno;

    if (number == SIGUSR1) {
        report = 1;
    } else if (number == SIGUSR2) {
        flush = 1;
    } else {
        if (number == SIGINT && first_interrupt && host_milliseconds() - first_interrupt > SAME_REQUEST_MS) {
            signal(SIGINT, SIG_DFL);
            raise(SIGINT);              /* delivered when this handler returns */
        }
        if (number == SIGINT && !first_interrupt)
            first_interrupt = host_milliseconds();
        stop = 1;
    }
    for (int i = 0; i < watched_count; i++)
        ipfunnel_interrupt(watched[i]);
    errno = saved;
}

void signals_start(void)
{
    static const int numbers[] = { SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2 };
    struct sigaction action = { .sa_handler = handle, .sa_flags = SA_RESTART }, old;

    /* All blocked in the handler, so that it never runs inside itself. */
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        sigaddset(&action.sa_mask, numbers[i]);
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        if (numbers[i] == SIGHUP && sigaction(SIGHUP, NULL, &old) == 0 && old.sa_handler == SIG_IGN)
            continue;
        sigaction(numbers[i], &action, NULL);
    }
    action.sa_handler = SIG_IGN;        /* a closed pipe is seen as EPIPE */
    sigaction(SIGPIPE, &action, NULL);
}

void signals_watch(ipfunnel *const captures[], int n)
{
    watched_count = 0;
    watched = captures;
    watched_count = n;
}

bool signals_stop(void)
{
    return stop != 0;
}

bool signals_take_report(void)
{
    bool asked = report != 0;
    report = 0;
    return asked;
}

bool signals_take_flush(void)
{
    bool asked = flush != 0;
    flush = 0;
    return asked;
}
