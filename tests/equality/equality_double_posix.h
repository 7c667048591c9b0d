/* equality_double_posix.h - the column of sio_rcvall: the command for Windows, under Wine, over a double of the raw
 * sockets (../integration/raw_socket_shim_linux.c), whose datagrams come here through a pipe as pcapng. Nothing here is
 * Windows, and no cell says what Windows does. matrix.sh says in the environment how it is started:
 *
 *   EQUALITY_DOUBLE        a shell script that runs ipfunnel.exe with its arguments
 *   EQUALITY_DOUBLE_CAN    what its sio_rcvall can do: the words of "ipfunnel backends --json"
 * Without the first there is no such column. */
#ifndef IPFUNNEL_TESTS_EQUALITY_DOUBLE_POSIX_H
#define IPFUNNEL_TESTS_EQUALITY_DOUBLE_POSIX_H
#include "equality_expect.h"

bool double_here(void);

/* Starts it with on_wire. Returns NULL when it refuses that, else what it does. */
const char *double_refuses_on_wire(const struct expectation *e);

/* Starts it; it captures when this returns. */
void double_open(struct view *v, const struct expectation *e);

/* Waits for `count` datagrams of the row, but not for ever; SIZE_MAX: for its own end. Then ends it, and takes what it
 * delivered, its counters and how it ended. */
void double_receive(struct view *v, size_t count, const struct expectation *e);

#endif
