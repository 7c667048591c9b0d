/* capture_job.h - opens or closes a capture beside the loop that reads the others: each takes a system some ten
 * milliseconds, in which the rings of the others fill. One at a time. */
#ifndef CAPTURE_JOB_H
#define CAPTURE_JOB_H
#include "capture_settings.h"
#include <stdatomic.h>

struct capture_job {
    bool busy;                  /* begun, and not taken yet; the rest has no meaning otherwise */
    bool threaded;
    uintptr_t thread;
    atomic_bool done;
    ipfunnel *tell;             /* is interrupted when it is done */
    const struct capture_settings *settings;
    ipfunnel *closes;           /* what it closes; NULL: it opens */
    char name[512];             /* of the interface that it opens */
    uint32_t index;
    ipfunnel *opened;           /* NULL: `error` says why not */
    ipfunnel_error error;
};

/* Opens and starts a capture as the settings have it, on interface_name unless that is NULL. Returns 0, or a status
 * with *error. Any thread. */
int capture_job_open(const struct capture_settings *settings, const char *interface_name, ipfunnel **out,
                     ipfunnel_error *error);

/* Both begin a job; no other one is busy. Where there is no thread it is done when this returns. */
void capture_job_begin_open(struct capture_job *, const struct capture_settings *settings,
                            const ipfunnel_interface *interface, ipfunnel *tell);
void capture_job_begin_close(struct capture_job *, ipfunnel *capture, ipfunnel *tell);

/* True when a job is done, which then is not busy any more; `wait`: it is waited for. */
bool capture_job_end(struct capture_job *, bool wait);

#endif
