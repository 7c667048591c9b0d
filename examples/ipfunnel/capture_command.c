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
    int status;

    if (capture_settings_read(&settings, argc, argv, &status) == SETTINGS_LEAVE)
        goto free_settings;
    signals_start();
    session_open(&session, &settings);
    if (session.started) {
        session_print_start(&session);
        session_run(&session);
    }
    session_close_file(&session);
    if (session.outcome != OUTCOME_OUTPUT_CLOSED && session.started)
        session_print_totals(&session);
    status = session.outcome != OUTCOME_FAILED ? EXIT_DONE : session.failure ? session.failure : EXIT_CAPTURE;
    session_close(&session);
free_settings:
    free(settings.filter);
    return status;
}
