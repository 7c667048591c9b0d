#include "filter_option.h"
#include "host.h"
#include "messages.h"
#include "session.h"
#include <string.h>

enum { LONG_MS = 1000 };        /* a file that takes longer than this is a long one */

/* One capture for each interface that is up. One that cannot be opened is left out with a note, unless none can. */
static int open_all(struct session *s)
{
    ipfunnel_error first = { .status = 0 };

    if (session_add_all(s, &first) < 0)
        return complain(&first);
    if (!s->count && first.status)
        return filter_complain(s->settings->filter, &first);
    return s->count ? EXIT_DONE : session_check_filter(s);
}

static int open_captures(struct session *s)
{
    ipfunnel_error error = { .status = 0 };
    int status = session_follow_open(s);

    if (status != EXIT_DONE)
        return status;
    if (s->settings->any)
        return open_all(s);
    status = session_add(s, NULL, &error);
    if (status == 0)
        return EXIT_DONE;
    if (s->settings->follow && (session_is_gone(status) || status == IPFUNNEL_ENETDOWN)) {
        complain(&error);               /* it may be a slip of the pen all the same */
        return session_check_filter(s);
    }
    return filter_complain(s->settings->filter, &error);
}

static void open_file(struct session *s)
{
    ipfunnel_error error = { .status = 0 };

    if (capture_file_open(&s->file, s->settings, &error) < 0) {
        session_file_failed(s, &error);
        return;
    }
    for (int i = 0; i < s->count && !s->settings->options.file && s->outcome == OUTCOME_RUNNING; i++)
        session_file_status(s, capture_file_add(s->file, s->captures[i]));
    session_tell_several(s);
}

void session_need_file(struct session *s)
{
    if (s->settings->write_name && !s->file && s->outcome == OUTCOME_RUNNING)
        open_file(s);
}

void session_open(struct session *s, const struct capture_settings *settings)
{
    const bool file_on_stdout = settings->write_name && strcmp(settings->write_name, "-") == 0;

    *s = (struct session){
        .settings = settings,
        .style = { .out = stdout, .verbose = settings->verbose, .dump = settings->dump,
                   .clock = { .form = settings->time_form, .nanoseconds = settings->verbose > 0 } },
        .print_to_pipe = (file_on_stdout || settings->print) && host_output_is_pipe(),
        .end_ms = -1,
        .counter = settings->write_name && settings->verbose && !settings->print && host_is_terminal(stderr),
    };
    setvbuf(stdout, NULL, _IOFBF, 1 << 16);
    if ((s->failure = open_captures(s)) != EXIT_DONE)
        s->outcome = OUTCOME_FAILED;
    if (!settings->options.file)
        session_need_file(s);
    if (s->outcome != OUTCOME_RUNNING)
        return;
    if (settings->exclude_self) {
        s->leave_own_out = own_connection_find(&s->own);
        if (!s->leave_own_out)
            note("--exclude-self: no SSH session found above this process; nothing is left out");
    }
    for (int i = 0; i < s->count; i++) {
        ipfunnel_capture_info info = IPFUNNEL_CAPTURE_INFO_INIT;
        ipfunnel_info(s->captures[i], &info);
        if (settings->options.flags & IPFUNNEL_OPEN_ON_WIRE && !(info.capabilities & IPFUNNEL_CAN_ON_WIRE))
            note("--on-wire: %s does not tell what is left to the hardware; checksums that look so are filled in, "
                 "and nothing is cut", info.backend);
        if (settings->options.file) {
            s->progress = info.file_size > 0 && host_is_terminal(stderr)
                          && !(settings->print && host_is_terminal(stdout));
            s->next_look_ms = host_milliseconds() + LONG_MS;
        }
    }
    if (settings->duration_ms)
        s->end_ms = host_milliseconds() + (int64_t)settings->duration_ms;
    s->started = true;
}
