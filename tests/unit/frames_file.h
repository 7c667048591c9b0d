/* frames_file.h - reading the files in tests/frames: frames as hex, and what the normaliser must make of them. The
 * format is described in the README there. */
#ifndef IPFUNNEL_TESTS_FRAMES_FILE_H
#define IPFUNNEL_TESTS_FRAMES_FILE_H
#include "normalize.h"
#include <stdio.h>

struct golden_case {
    char title[160];
    const char *file;
    int line;
    struct ipfunnel__frame frame;           /* bytes point into `bytes` */
    struct ipfunnel__policy policy;
    uint8_t bytes[2048];

    int counter;                            /* expected: IPFUNNEL_COUNTER_delivered or the reason why not */
    uint32_t from, to;                      /* of the frame: the expected datagram */
    uint32_t flags, original;
    uint16_t vlan[8];
    int vlan_count, version, direction, direction_source, checksum;
};

struct frames_file {
    FILE *stream;
    const char *name;
    int line;
    char next[512];                         /* a line that was read and belongs to the next case */
    struct {
        char name[32];
        char hex[1024];
    } lets[64];
    int let_count;
};

/* Ends the program with file and line when the file cannot be read or makes no sense. */
void frames_open(struct frames_file *f, const char *name);
bool frames_next(struct frames_file *f, struct golden_case *out);       /* false at the end of the file */
void frames_close(struct frames_file *f);

#endif
