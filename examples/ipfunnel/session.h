/* session.h - one run of "ipfunnel capture": the captures it reads and where their datagrams go. */
#ifndef SESSION_H
#define SESSION_H
#include "batch_merge.h"
#include "capture_file.h"
#include "capture_settings.h"
#include "own_connection.h"
#include "text_output.h"
#include "totals.h"

enum outcome {
    OUTCOME_RUNNING,
    OUTCOME_ENOUGH,             /* -c is reached: what else has arrived is of no interest */
    OUTCOME_TIME,               /* --duration or the last file of -G is over */
    OUTCOME_END,                /* every capture has ended */
    OUTCOME_OUTPUT_CLOSED,      /* nobody reads the output any more */
    OUTCOME_FAILED              /* and it has been said why */
};

struct session {
    const struct capture_settings *settings;
    ipfunnel **captures;        /* those that are open */
    struct batch *batches;      /* of the capture with the same number */
    int count;
    struct capture_file *file;  /* NULL without -w; with -r made when the first datagrams are there */
    bool leave_own_out;
    struct own_connection own;
    struct text_style style;
    bool print_to_pipe;         /* or the file goes there: the reader may leave */
    bool unflushed;             /* printed lines are in the buffer */
    uint64_t delivered, left_out;
    struct totals closed;       /* of captures that are closed already */
    int64_t end_ms;             /* of --duration; -1: none */
    int64_t next_look_ms;       /* at the pipe, and for the counter of -v */
    bool counter, progress;     /* of -v; of a long file */
    bool counter_shown;         /* one of them is on the last line of the terminal */
    bool told_several;          /* that tcpdump does not read such a file */
    bool started;               /* everything is open: there will be totals */
    enum outcome outcome;
    int failure;                /* exit status of one that failed when it opened; else EXIT_DONE */
};

/* session_open.c: opens and starts the captures and creates the file. When something is wrong it says so and sets the
 * outcome; session_close is needed in either case. */
void session_open(struct session *, const struct capture_settings *settings);
void session_close(struct session *);

/* Creates the file of -w where that was put off: a capture file that cannot be read overwrites nothing. Sets the
 * outcome when it fails. */
void session_need_file(struct session *);

/* Says on standard error what is being captured. */
void session_print_start(const struct session *);

/* session_output.c: gives datagrams to the printer and the file. The array is reordered. */
void session_deliver(struct session *, ipfunnel *capture, const ipfunnel_datagram *datagrams[], int count);
void session_event(struct session *, ipfunnel *capture);
void session_end_lines(struct session *);   /* what was there is printed: flushes lines that must not wait */
void session_flush(struct session *);       /* the printed lines */
void session_file_status(struct session *, int status);     /* takes what a capture_file call returned */
void session_file_failed(struct session *, const ipfunnel_error *error);
void session_close_file(struct session *);
void session_tell_several(struct session *);    /* once, when a pcapng file has more than one interface */
void session_print_totals(struct session *);
void session_print_counter(struct session *);
void session_end_counter(struct session *);     /* before anything else goes to the terminal */

/* capture_loop.c: runs until something ends it, and reads what had arrived by then. */
void session_run(struct session *);

#endif
