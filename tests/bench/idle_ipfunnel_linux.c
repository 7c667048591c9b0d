/* idle_ipfunnel_linux.c - captures on vb, waited for with ipfunnel_wait while nothing arrives.
 *   idle_ipfunnel LATENCY_US COUNT */
#define _POSIX_C_SOURCE 200809L
#include "idle_round_linux.h"
#include <ipfunnel.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { MOST = 200 };

int main(int argc, char **argv)
{
    static ipfunnel *captures[MOST];
    ipfunnel_options options = IPFUNNEL_OPTIONS_INIT;
    ipfunnel_error error;
    int count = argc == 3 ? atoi(argv[2]) : -1;
    if (count < 0 || count > MOST)
        return 2;
    options.backend = "af_packet";
    options.interface_name = "vb";
    options.start = IPFUNNEL_MODE_ON;
    options.latency_us = (uint32_t)strtoul(argv[1], NULL, 10);
    options.ring_bytes = 1 << 20;
    idle_begin();
    for (int i = 0; i < count; i++)
        if (ipfunnel_open(&captures[i], &options, &error)) {
            fprintf(stderr, "%s\n%s\n", error.text, error.remedy);
            return 1;
        }
    const struct timespec idle = { .tv_sec = IDLE_MS / 1000, .tv_nsec = IDLE_MS % 1000 * 1000000L };
    idle_opened(count);
    if (count == 0)
        nanosleep(&idle, NULL);
    else
        ipfunnel_wait(captures, count, IDLE_MS);
    idle_finish();
    for (int i = 0; i < count; i++)
        ipfunnel_close(captures[i]);
    return 0;
}
