/* signals.h - what the outside may ask a running capture. signals_posix.c, signals_windows.c.
 *   SIGINT SIGTERM SIGHUP, ^C, console closed    end cleanly; SIGHUP stays ignored when it was at the start (nohup)
 *   a second SIGINT                              end at once, as if no handler were there
 *   SIGUSR1                                      print totals and go on
 *   SIGUSR2                                      flush the output and go on */
#ifndef SIGNALS_H
#define SIGNALS_H
#include <ipfunnel.h>
#include <stdbool.h>

/* Installs the handlers. */
void signals_start(void);

/* From now on a request interrupts these captures. The array must stay as it is until the next call; n = 0 before
 * any of them is closed. A request that came earlier interrupts nothing: look at the flags after this call. */
void signals_watch(ipfunnel *const captures[], int n);

bool signals_stop(void);            /* asked to end; stays true */
bool signals_take_report(void);     /* asked for totals since the last call */
bool signals_take_flush(void);

#endif
