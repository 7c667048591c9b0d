/* equality_row.h - what a row of the table says. The table is equality_table.c; README.md explains both. */
#ifndef IPFUNNEL_TESTS_EQUALITY_ROW_H
#define IPFUNNEL_TESTS_EQUALITY_ROW_H
#include "frames.h"
#include <ipfunnel.h>
#include <stdbool.h>

enum stage_number {
    VETH_IN, VETH_OUT, VETH_BOTH, VETH_PEER, LOOPBACK, MACVLAN, MACVLAN_BELOW, BRIDGE, BRIDGE_PORT, VXLAN_INSIDE,
    IFB, TUN, TUN_PPP, TUN_SIT, TUN_GRE, TAP, FORWARD_IN, FORWARD_OUT, STAGES
};

/* Every frame in one of these, and every datagram that a frame carries in one of those from `delivered` on. */
struct counts {
    uint64_t delivered, not_ip, malformed, other_family, excluded_vlan, excluded_other_host, excluded_outgoing,
        excluded_loopback_copy;
};

enum { ROW_PARTS = 10, ROW_LINES = 8 };

struct row {
    const char *name;
    const char *sent, *normal_form;             /* for people */
    enum stage_number stage;                    /* where it is sent, and captured: equality_stage_posix.c */

    void (*frames[ROW_PARTS])(struct script *); /* frames that are known to the byte; or */
    void (*traffic)(void);                      /* what the kernel is made to send, seen in these lines: */
    const char *lines[ROW_LINES];               /* ipfunnel_summary of each datagram, in order; * is any number; or */
    uint32_t stream_bytes, supers;              /* TCP: so much data, in so many super-datagrams at least */

    uint32_t mode, vlan, families, flags;       /* of ipfunnel_options; 0: ON, OWN, both, none */
    const char *halfway;                        /* a command after half of the frames */
    const char *gone;                           /* one after all of them, with which the interface goes away */
    struct counts counts;                       /* what has to come; of TCP, at least */

    /* What cannot be known of these datagrams, or cannot come at all, by the letters of `reasons` in their order
     * (equality_compare.c): to libpcap, live and in the file that was written; to sio_rcvall over the double. Nothing
     * else may differ, and all of this has to. */
    const char *pcap, *pcap_file, *rcvall;
};

extern const struct row equality_rows[];
extern const int equality_row_count;

#endif
