/* verify.h - "doctor --verify": an experiment for each question that the documents leave open.
 *   verify_points.c: the questions   verify_trials.c, verify_flows.c: captures   winsock_trials_windows.c: raw sockets
 *   own_traffic.c: what is sent      verify_verdicts.c: numbers to verdicts      verify_report.c: how it is shown */
#ifndef VERIFY_H
#define VERIFY_H
#include "doctor.h"
#include "verify_verdicts.h"

/* Runs them and prints the report: as text on standard output, and as JSON to report_file (NULL: not; "-": standard
 * output, and the text to standard error). Returns the exit status. */
int verify(const struct doctor_subject *, const char *report_file);

struct place {                  /* an own address to capture on and to send on */
    bool there;
    struct endpoint at;
    char text[64];
};

struct bench {                  /* what the experiments share */
    struct report *report;
    struct own_traffic *traffic;
    const char *backend;        /* NULL: the library's choice */
    const ipfunnel_interface *interface;        /* NULL: none */
    struct place loopback[2], own[2];           /* [0] IPv4, [1] IPv6; own: of the interface, unless that is loopback */
};

/* Each fills in its points. */
void verify_copies(struct bench *);             /* verify_trials.c: batches of datagrams */
void verify_flows(struct bench *);              /* verify_flows.c: a flood, TCP, what passes by */

/* Through raw sockets of Windows; elsewhere these points are not applicable. winsock_trials_posix.c says so. */
void winsock_trials(struct bench *);

/* May this user make raw sockets there? 0, or the system's code. -1: there are none on this system. */
int winsock_trials_refused(void);

/* A capture on a place, in mode on. NULL: the points get the reason and stay inconclusive (not applicable where the
 * address does not exist). */
ipfunnel *verify_open(struct bench *, const struct place *, const enum point *points, int point_count);

/* Receives into the tally until no more marks have come for a while. */
void verify_collect(ipfunnel *, struct tally *, uint32_t run, const struct traffic_batch *);

#endif
