/* capture_settings.h - what the command line of "ipfunnel capture" asks for. */
#ifndef CAPTURE_SETTINGS_H
#define CAPTURE_SETTINGS_H
#include "line_time.h"
#include <ipfunnel.h>
#include <ipfunnel_file.h>
#include <stdbool.h>

enum dump_form { DUMP_NONE, DUMP_HEX, DUMP_HEX_AND_TEXT };
enum file_form { FILE_BY_NAME, FILE_PCAP, FILE_PCAPNG };

struct capture_settings {
    ipfunnel_options options;           /* start is OFF here; the mode is below */
    ipfunnel_mode mode;
    char *filter;                       /* owned; options.filter points to it */
    const char *filter_file;            /* of -F; what it holds is in filter */
    bool print_program;                 /* -d */
    bool any;                           /* one capture for each interface that is up */
    bool follow;                        /* --follow: wait for an interface that is gone */
    const char *write_name;             /* NULL: no file; "-": standard output */
    enum file_form form;                /* of --format */
    bool precision_given;
    uint32_t format;                    /* IPFUNNEL_FILE_* */
    bool print;                         /* a line for each datagram */
    bool json, hide_all_but_totals, line_buffered, packet_buffered, exclude_self;
    int verbose;
    enum dump_form dump;
    enum time_form time_form;           /* of -t, -tt, ... */
    uint64_t count;                     /* 0: no limit, here and below */
    uint64_t duration_ms;
    uint64_t rotate_ms;                 /* -G */
    uint64_t rotate_bytes;              /* -C */
    uint64_t file_limit;                /* -W */
};

enum { SETTINGS_OK = 0, SETTINGS_LEAVE = 1 };

/* Reads and checks the arguments. SETTINGS_LEAVE: there is nothing more to do but to exit with *exit_status, because
 * help was asked for or an error has been printed. Free with free(settings->filter) in either case. */
int capture_settings_read(struct capture_settings *settings, int argc, char *const argv[], int *exit_status);

#endif
