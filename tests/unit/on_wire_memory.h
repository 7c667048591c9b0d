/* on_wire_memory.h - memory captures with IPFUNNEL_OPEN_ON_WIRE, for the tests of what they do to frames. */
#ifndef IPFUNNEL_TESTS_ON_WIRE_MEMORY_H
#define IPFUNNEL_TESTS_ON_WIRE_MEMORY_H
#include "ledger.h"
#include "super_datagrams.h"

static inline ipfunnel *open_memory(const ipfunnel_options *given)
{
    ipfunnel_options options = *given;
    ipfunnel_error error;
    ipfunnel *capture = NULL;
    options.size = sizeof options;
    options.backend = "memory";
    options.start = IPFUNNEL_MODE_ON;
    options.flags |= IPFUNNEL_OPEN_ON_WIRE;
    if (ipfunnel_open(&capture, &options, &error)) {
        fprintf(stderr, "%s\n", error.text);
        exit(1);
    }
    return capture;
}
#define CAPTURE(...) open_memory(&(ipfunnel_options){ __VA_ARGS__ })

static inline void push(ipfunnel *capture, const ipfunnel_frame *frame)
{
    int status = ipfunnel_push(capture, frame);
    if (status)
        fprintf(stderr, "%s\n", ipfunnel_last_error(capture)->text);
    CHECK_INT(status, 0);
}

#endif
