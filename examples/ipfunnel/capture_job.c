#include "capture_job.h"
#include "host_thread.h"
#include <stdio.h>

int capture_job_open(const struct capture_settings *settings, const char *interface_name, ipfunnel **out,
                     ipfunnel_error *error)
{
    ipfunnel_options options = settings->options;
    ipfunnel *capture = NULL;
    int status;

    if (interface_name)
        options.interface_name = interface_name;
    status = ipfunnel_open(&capture, &options, error);
    if (status < 0)
        return status;
    status = ipfunnel_set_mode(capture, settings->mode);
    if (status < 0) {
        *error = *ipfunnel_last_error(capture);
        ipfunnel_close(capture);
        return status;
    }
    *out = capture;
    return 0;
}

static void work(void *argument)
{
    struct capture_job *job = argument;

    if (job->closes)
        ipfunnel_close(job->closes);
    else
        capture_job_open(job->settings, job->name, &job->opened, &job->error);
    atomic_store_explicit(&job->done, true, memory_order_release);
    ipfunnel_interrupt(job->tell);
}

static void begin(struct capture_job *job)
{
    job->busy = true;
    atomic_init(&job->done, false);
    job->threaded = host_thread_start(&job->thread, work, job);
    if (!job->threaded)
        work(job);
}

void capture_job_begin_open(struct capture_job *job, const struct capture_settings *settings,
                            const ipfunnel_interface *interface, ipfunnel *tell)
{
    *job = (struct capture_job){ .settings = settings, .index = interface->index, .tell = tell };
    snprintf(job->name, sizeof job->name, "%s", interface->name);
    begin(job);
}

void capture_job_begin_close(struct capture_job *job, ipfunnel *capture, ipfunnel *tell)
{
    *job = (struct capture_job){ .closes = capture, .tell = tell };
    begin(job);
}

bool capture_job_end(struct capture_job *job, bool wait)
{
    if (!job->busy || !(wait || atomic_load_explicit(&job->done, memory_order_acquire)))
        return false;
    if (job->threaded)
        host_thread_join(job->thread);
    job->busy = false;
    return true;
}
