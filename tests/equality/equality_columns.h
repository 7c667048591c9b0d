/* equality_columns.h - the backends of a row: two that capture at the same time, and three that are given the same. */
#ifndef IPFUNNEL_TESTS_EQUALITY_COLUMNS_H
#define IPFUNNEL_TESTS_EQUALITY_COLUMNS_H
#include "equality_expect.h"

enum column_number { AF_PACKET, PCAP, RCVALL_DOUBLE, MEMORY, SAVEFILE, PCAP_FILE, COLUMNS };
extern const char *const column_names[COLUMNS];

/* With a program in the kernel that leaves out what the capture is not to have, and with IPFUNNEL_OPEN_COUNT_ALL. */
enum { FILTERING, COUNTING, WAYS };

/* One live backend, both ways. */
void column_open(struct view views[WAYS], enum column_number column, const struct expectation *e);
void column_receive(struct view views[WAYS], enum column_number column, const struct expectation *e);

/* The same frames, pushed. */
void column_push(struct view *v, const struct expectation *e, const struct script *script);

/* What was captured, written to a file and read again. */
void column_write(const struct view *captured, const char *path);
/* With on_wire where the row has it: what was done before is not done again. */
void column_read(struct view *v, enum column_number column, const char *path, const struct row *row);

#endif
