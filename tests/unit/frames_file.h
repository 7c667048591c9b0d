/* frames_file.h - reading the files in tests/frames: frames as hex, and what the normaliser must make of them. The
 * format is described in the README there. */
#ifndef IPFUNNEL_TESTS_FRAMES_FILE_H
#define IPFUNNEL_TESTS_FRAMES_FILE_H
#include "normalize.h"
#include <stdio.h>

/* What one call of the normaliser must give: a datagram, or the reason why not. */
struct golden_result {
    int counter;
    uint32_t from, to;                      /* of the frame: the datagram */
    uint32_t flags, original;
    uint16_t vlan[8];
    int vlan_count, version, direction, checksum;
};

struct golden_case {
    char title[160];
    const char *file;
    int line;
    struct ipfunnel__frame frame;           /* bytes point into `bytes` */
    struct ipfunnel__policy policy;
    uint8_t bytes[2048];

    struct golden_result results[4];
    int count;
    uint32_t fcs;                           /* so many bytes at the end are a frame check sequence that is cut off */
    bool cut_may_be_not_ip;                 /* for a frame whose first part is not IP */
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
