/* equality_stage_posix.h - the devices of a row, made inside netns.sh, and what is sent through them. */
#ifndef IPFUNNEL_TESTS_EQUALITY_STAGE_POSIX_H
#define IPFUNNEL_TESTS_EQUALITY_STAGE_POSIX_H
#include "equality_row.h"

struct stage {
    const char *netns;              /* options of netns.sh, or "" */
    const char *set_up;             /* shell commands; `add` makes a device, `quiet DEVICE` keeps IPv6
                                       off it, `give DEVICE` gives it an address of each version */
    const char *send_on, *capture_on;
    const char *reply_on;           /* where the steps that are replies are sent; NULL: there are none */
    enum { BY_PACKET_SOCKET, BY_TUN, BY_TAP, BY_VXLAN } way;
    int link_type;                  /* ARPHRD_ number that a tun device is given; 0: its own */
    uint8_t receiver;               /* the frames are for 02:00:00:00:00:xx */
    uint8_t direction;              /* what the kernel says of them; of replies the other one */
    uint8_t checksum;               /* and of checksums: IPFUNNEL_CHECKSUM_* */
    uint8_t hops;                   /* routers between sending and capturing */
    bool copies;                    /* each frame passes twice */
    bool hides_other_hosts;         /* frames for others are not told apart: we are the sender */
};

extern const struct stage equality_stages[STAGES];

/* Makes the devices; ends the program with SKIP where this kernel or user has none. */
void stage_open(const struct stage *stage);

/* The link address of the receiver. */
void stage_mac(const struct stage *stage, uint8_t mac[6]);

/* Sends the steps first .. end - 1: each stream by a CPU of its own, in order. */
void stage_send(const struct stage *stage, const struct script *script, size_t first, size_t end);
void stage_close(void);

/* The calling thread, and what it starts from now on, runs on this CPU: what it sends keeps its order. */
void stage_run_on_cpu(int cpu);

/* Runs shell commands; ends the program when one fails, with SKIP when this kernel has no such device. */
void stage_run(const char *commands);

#endif
