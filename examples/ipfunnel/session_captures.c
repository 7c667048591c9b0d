#include "session.h"
#include "signals.h"
#include <stdlib.h>
#include <string.h>

/* Room for one more capture, and for the watch behind the last one. Nobody may look at the arrays meanwhile. */
static bool make_room(struct session *s)
{
    const int room = s->room ? s->room * 2 : 4;
    ipfunnel **captures;
    struct batch *batches;

    if (s->count + 2 <= s->room)
        return true;
    captures = realloc(s->captures, (size_t)room * sizeof *captures);
    if (captures)
        s->captures = captures;
    batches = realloc(s->batches, (size_t)room * sizeof *batches);
    if (batches)
        s->batches = batches;
    if (!captures || !batches)
        return false;
    s->room = room;
    return true;
}

static int out_of_memory(ipfunnel_error *error)
{
    *error = (ipfunnel_error){ .status = IPFUNNEL_ENOMEM, .text = "out of memory", .remedy = "close other programs" };
    return error->status;
}

int session_waited(const struct session *s)
{
    return s->count + (s->watch ? 1 : 0);
}

/* The arrays have changed. */
static void watch_them(struct session *s)
{
    if (s->watch)
        s->captures[s->count] = s->watch;
    signals_watch(s->captures, session_waited(s));
}

int session_take(struct session *s, ipfunnel *capture, ipfunnel_error *error)
{
    const bool file = s->settings->options.file != NULL;
    ipfunnel_capture_info info = IPFUNNEL_CAPTURE_INFO_INIT;
    bool room;

    signals_watch(NULL, 0);
    room = make_room(s);
    if (room) {
        s->batches[s->count] = (struct batch){ .next = 0 };
        s->captures[s->count++] = capture;
    }
    watch_them(s);
    if (!room) {
        ipfunnel_close(capture);
        return out_of_memory(error);
    }
    ipfunnel_info(capture, &info);
    if (!file && (int)strlen(info.interface_name) > s->style.name_width)
        s->style.name_width = (int)strlen(info.interface_name);
    if (s->file && !file)
        session_file_status(s, capture_file_add(s->file, capture));
    return 0;
}

int session_add(struct session *s, const char *interface_name, ipfunnel_error *error)
{
    ipfunnel *capture = NULL;
    int status = capture_job_open(s->settings, interface_name, &capture, error);
    return status < 0 ? status : session_take(s, capture, error);
}

/* Later, and beside the others; now where there is nobody to wait for it, or no memory to note it. */
static void close_later(struct session *s, ipfunnel *capture)
{
    ipfunnel **more = s->settings->any ? realloc(s->closing, (size_t)(s->closing_count + 1) * sizeof *more) : NULL;

    if (!more) {
        ipfunnel_close(capture);
        return;
    }
    s->closing = more;
    more[s->closing_count++] = capture;
}

void session_remove(struct session *s, int i)
{
    ipfunnel *capture = s->captures[i];
    ipfunnel_statistics statistics = IPFUNNEL_STATISTICS_INIT;

    if (s->file)
        session_file_status(s, capture_file_forget(s->file, capture));
    if (ipfunnel_stats(capture, &statistics) == 0)
        totals_add(&s->closed, &statistics);
    signals_watch(NULL, 0);
    s->captures[i] = s->captures[--s->count];
    s->batches[i] = s->batches[s->count];
    watch_them(s);
    close_later(s, capture);
}

int session_watch(struct session *s, ipfunnel_error *error)
{
    ipfunnel *watch = NULL;
    int status = ipfunnel_watch(&watch, error);

    if (status < 0)
        return status;
    if (!make_room(s)) {
        ipfunnel_close(watch);
        return out_of_memory(error);
    }
    s->watch = watch;
    watch_them(s);
    return 0;
}

void session_close(struct session *s)
{
    signals_watch(NULL, 0);
    if (capture_job_end(&s->job, true))
        ipfunnel_close(s->job.opened);
    for (int i = 0; i < s->closing_count; i++)
        ipfunnel_close(s->closing[i]);
    for (int i = 0; i < s->count; i++)
        ipfunnel_close(s->captures[i]);
    ipfunnel_close(s->watch);
    free(s->closing);
    free(s->captures);
    free(s->batches);
    free(s->unopened.indexes);
    s->captures = NULL;
    s->batches = NULL;
    s->watch = NULL;
    s->unopened.indexes = NULL;
    s->closing = NULL;
    s->closing_count = 0;
    s->count = s->room = 0;
}
