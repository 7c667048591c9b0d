/* no_descriptors_posix.c - opening a capture when the process has used up its descriptors, wherever in the middle of it
 * that happens: the same status and remedy each time, and everything is given back. */
#include "live_posix.h"
#include "open_descriptors_posix.h"
#include <sys/resource.h>
#include <unistd.h>

enum { ENOUGH = 32 };

static void limit_to(rlim_t descriptors)
{
    struct rlimit limit;
    CHECK(getrlimit(RLIMIT_NOFILE, &limit) == 0);
    limit.rlim_cur = descriptors;
    CHECK(setrlimit(RLIMIT_NOFILE, &limit) == 0);
}

static void every_step_says_so_and_leaks_nothing(void)
{
    ipfunnel_options options = IPFUNNEL_OPTIONS_INIT;
    options.backend = live_backend;
    options.interface_name = "va";
    options.flags = IPFUNNEL_OPEN_EVENTS;
    options.start = IPFUNNEL_MODE_ON;
    struct rlimit before;
    CHECK(getrlimit(RLIMIT_NOFILE, &before) == 0);
    int first_free = dup(0), used = 0;
    CHECK(first_free >= 0);
    close(first_free);
    int status = IPFUNNEL_ENOBUFS;
    for (int more = 0; status && more < ENOUGH; more++) {
        ipfunnel_error error = { .text = "" };
        ipfunnel *capture = NULL;
        used = open_descriptors();
        limit_to((rlim_t)(first_free + more));
        status = ipfunnel_open(&capture, &options, &error);
        limit_to(before.rlim_cur);
        if (status) {
            if (status != IPFUNNEL_ENOBUFS)
                fprintf(stderr, "%s: %s\n", error.where, error.text);
            CHECK_STR(ipfunnel_status_text(status), "ENOBUFS");
            CHECK_CONTAINS(error.text, "Too many open files");
            CHECK_CONTAINS(error.remedy, "ulimit -n");
            CHECK(!capture);
        }
        ipfunnel_close(capture);
        CHECK_INT(open_descriptors(), used);
    }
    CHECK_INT(status, 0);
}

int main(int argc, char **argv)
{
    live_backend = argc > 1 ? argv[1] : "af_packet";
    RUN(every_step_says_so_and_leaks_nothing);
    return 0;
}
