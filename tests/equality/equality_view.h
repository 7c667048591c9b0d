/* equality_view.h - the datagrams of one row as one backend delivered them, kept. */
#ifndef IPFUNNEL_TESTS_EQUALITY_VIEW_H
#define IPFUNNEL_TESTS_EQUALITY_VIEW_H
#include "equality_row.h"

struct record {
    ipfunnel_datagram d;            /* its bytes are the record's own */
    int stream;                     /* of what is expected: in order within it */
};

struct view {
    const char *name;
    ipfunnel *capture;
    struct record *records;
    size_t count, room;
    size_t strangers;               /* what the kernel says on its own account: counted, and left out */
    uint32_t capabilities;
    ipfunnel_statistics statistics;
    int status;                     /* of the last receive: IPFUNNEL_END, or IPFUNNEL_ENODEV */
};

/* Does a datagram belong to the row? */
typedef bool view_wanted(const void *row, const ipfunnel_datagram *d);

/* Opens a capture; ends the program with SKIP where this user may not. */
void view_open(struct view *v, const char *backend, ipfunnel_options options);

/* Receives `count` datagrams, but not for ever; then switches OFF, unless count is SIZE_MAX, and receives the rest, up
 * to the end. */
void view_receive(struct view *v, size_t count, view_wanted *wanted, const void *row);

void view_add(struct view *v, const ipfunnel_datagram *d, int stream);
void view_close(struct view *v);

#endif
