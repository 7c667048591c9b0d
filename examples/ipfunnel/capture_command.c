/* ipfunnel capture: opens, runs until something ends it, closes, counts. */
#include "commands.h"
#include "messages.h"
#include "session.h"
#include "signals.h"
#include <stdlib.h>

int capture_command(int argc, char *const argv[])
{
    struct capture_settings settings;
    struct session session = { .settings = NULL };
    ipfunnel_error error = { .status = 0 };
    int status;

    if (capture_settings_read(&settings, argc, argv, &status) == SETTINGS_LEAVE)
        goto free_settings;
    signals_start();
    status = session_open(&session, &settings);
    if (status == EXIT_DONE) {
        session_print_start(&session);
        session_run(&session);
        if (session.outcome == OUTCOME_FAILED)
            status = EXIT_CAPTURE;
    }
    if (capture_file_close(session.file, &error) < 0 && status == EXIT_DONE &&
        session.outcome != OUTCOME_OUTPUT_CLOSED)
        status = complain(&error);
    if (session.outcome != OUTCOME_OUTPUT_CLOSED && session.started)
        session_print_totals(&session);
    session_close(&session);
free_settings:
    free(settings.filter);
    return status;
}
