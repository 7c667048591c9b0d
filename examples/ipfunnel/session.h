/* session.h - one run of "ipfunnel capture": the captures it reads and where their datagrams go. */
#ifndef SESSION_H
#define SESSION_H
#include "batch_merge.h"
#include "capture_file.h"
#include "capture_job.h"
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
    ipfunnel **captures;        /* those that are open; behind them the watch, if there is one */
    struct batch *batches;      /* of the capture with the same number */
    int count, room;
    ipfunnel *watch;            /* -i any, --follow: interfaces come and go; else NULL */
    bool look;                  /* something has happened to interfaces that may be captured now */
    int64_t retry_ms;           /* when to look again where nothing will tell */
    int64_t follow_ms;          /* when to ask the watch though there is other work */
    struct {
        uint32_t *indexes;
        int count;
    } unopened;                 /* -i any: could not be, and nothing has happened to them since */
    struct capture_job job;     /* -i any: what is opened or closed just now */
    ipfunnel **closing;         /* what is to be closed next */
    int closing_count;
    char last_failure[sizeof ((ipfunnel_error *)0)->text];      /* that was told */
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

/* session_captures.c: opens a capture (interface_name NULL: as the settings say), starts it, and adds it to those that
 * are waited for, interrupted and written. Returns 0, or a status with *error. */
int session_add(struct session *, const char *interface_name, ipfunnel_error *error);
int session_take(struct session *, ipfunnel *open_capture, ipfunnel_error *error);      /* closes it when it fails */
void session_remove(struct session *, int i);           /* closes one and keeps what it counted */
int session_watch(struct session *, ipfunnel_error *error);
int session_waited(const struct session *);             /* how many of captures[] to wait for */
void session_close(struct session *);

/* session_follow.c: interfaces that come and go. Opens the watch where they matter. Returns an exit status. */
int session_follow_open(struct session *);

/* Looks whether something is to be captured that was not there before: when nothing else is to do, and now and then
 * (follow_ms). True when captures came or went: a signal may have passed unnoticed. */
bool session_follow(struct session *, int64_t now);

/* The capture number i has ended with `status`: says so and removes it. False where that is the end of it all. */
bool session_lost(struct session *, int i, int status);

/* Where nothing is open that would have refused it. Returns an exit status. */
int session_check_filter(const struct session *);

enum { SESSION_RETRY_MS = 1000 };
const char *session_now(char out[LINE_TIME_SIZE]);      /* "13:37:00.000001 ", for notes about what happened */
bool session_is_gone(int status);                       /* says this status that there is no such interface? */
void session_tell_failure(struct session *, const ipfunnel_error *error);       /* once for each reason */

/* session_any.c: -i any. Captures on all that are up, at the start. *first is the first failure; its status stays 0
 * when there is none. Returns 0, or a status with *first when the interfaces cannot be listed. */
int session_add_all(struct session *, ipfunnel_error *first);
void session_follow_any(struct session *, int64_t now);
void session_follow_end(struct session *);              /* what is being opened is taken in: the capture ends */
bool session_captures(const struct session *, uint32_t interface_index);
void session_leave_out(struct session *, uint32_t interface_index);     /* until something happens to it: */
void session_try_again(struct session *, uint32_t interface_index);

/* Creates the file of -w where that was put off: a capture file that cannot be read overwrites nothing. Sets the
 * outcome when it fails. */
void session_need_file(struct session *);

/* session_start.c: says on standard error what is being captured. */
void session_print_start(const struct session *);

/* session_output.c: gives datagrams to the printer and the file. The array is reordered. */
void session_deliver(struct session *, ipfunnel *capture, const ipfunnel_datagram *datagrams[], int count);
void session_event(struct session *, ipfunnel *capture);
void session_show_event(struct session *, const ipfunnel_event *event, const char *interface_name);
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
