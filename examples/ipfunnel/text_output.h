/* text_output.h - datagrams and events as lines for people. */
#ifndef TEXT_OUTPUT_H
#define TEXT_OUTPUT_H
#include "capture_settings.h"
#include "line_time.h"
#include <stdio.h>

struct text_style {
    FILE *out;
    int name_width;             /* of the interface column */
    int verbose;
    enum dump_form dump;
    struct line_clock clock;
};

/* "13:37:00.000001 <- eth0 10.9.0.1:4000 > 10.9.0.2:53 UDP 36"; with -v nanoseconds and a second line of facts. Arrows:
 * "<-" received, "->" sent, "--" unknown. */
void text_datagram(struct text_style *, const ipfunnel_datagram *datagram);

/* "13:37:00.000001 == eth0 850 frames lost before this", where the datagram says so; nothing when it says none or that
 * nobody knows. */
void text_losses(struct text_style *, const ipfunnel_datagram *datagram);

/* "13:37:00.000001 == eth0 interface is down" */
void text_event(struct text_style *, const ipfunnel_event *event, const char *interface_name);

/* The event in words, "interface is down"; also for notes. Static string. */
const char *event_words(uint32_t kind);

#endif
