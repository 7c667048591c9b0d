/* latency_ipfunnel_linux.c - the latency of ipfunnel_recv.
 *   latency_ipfunnel LATENCY_US PER_SECOND SECONDS */
#include "latency_round_linux.h"
#include <ipfunnel.h>
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
    enum { BATCH = 64, LOOK_MS = 50 };
    const ipfunnel_datagram *datagrams[BATCH];
    ipfunnel_options options = IPFUNNEL_OPTIONS_INIT;
    ipfunnel_error error;
    ipfunnel *capture;
    if (argc != 4)
        return 2;
    options.backend = "af_packet";
    options.interface_name = "vb";
    options.start = IPFUNNEL_MODE_ON;
    options.latency_us = (uint32_t)strtoul(argv[1], NULL, 10);
    if (ipfunnel_open(&capture, &options, &error)) {
        fprintf(stderr, "%s\n%s\n", error.text, error.remedy);
        return 1;
    }
    if (!latency_start(strtod(argv[2], NULL), strtod(argv[3], NULL)))
        return 1;
    while (!latency_over()) {
        int n = ipfunnel_recv(capture, datagrams, BATCH, LOOK_MS);
        int64_t now = latency_clock();
        for (int i = 0; i < n; i++)
            latency_note(datagrams[i]->bytes, datagrams[i]->length, now);
    }
    int code = latency_finish();
    ipfunnel_close(capture);
    return code;
}
