/* kernel_program.c - see kernel_program.h. The packet type is no byte of the frame but an ancillary load, see
 * Documentation/networking/filter.rst ("SKF_AD_PKTTYPE"). */
#include "kernel_program.h"
#include <linux/if_packet.h>

enum {
    EVERYTHING = 262144,          /* a snap length from which on nothing real is cut */
    SNAP_MINIMUM = 256,           /* enough for any chain of headers that decides what a frame is */
    LINK_ROOM = 64                /* Ethernet, several tags, SNAP */
};

static void add(struct ipfunnel__kernel_program *program, struct sock_filter instruction)
{
    program->code[program->length++] = instruction;
}

/* If the packet type (in A) is `type`, the frame ends here. */
static void reject_type(struct ipfunnel__kernel_program *program, uint32_t type, int counter)
{
    add(program, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, type, 0, 1));
    add(program, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, 0));
    program->hidden |= UINT64_C(1) << counter;
}

void ipfunnel__kernel_program_build(struct ipfunnel__kernel_program *program, ipfunnel_mode mode, uint32_t open_flags,
                                    bool loopback, uint32_t keep)
{
    *program = (struct ipfunnel__kernel_program){ .length = 0 };
    if (mode == IPFUNNEL_MODE_OFF) {
        add(program, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, 0));
        return;
    }
    bool no_other_host = mode == IPFUNNEL_MODE_IPLEVEL;
    bool no_outgoing = loopback || open_flags & IPFUNNEL_OPEN_NO_OUTGOING;
    if (!(open_flags & IPFUNNEL_OPEN_COUNT_ALL) && (no_other_host || no_outgoing)) {
        add(program, (struct sock_filter)BPF_STMT(BPF_LD | BPF_B | BPF_ABS, (uint32_t)(SKF_AD_OFF + SKF_AD_PKTTYPE)));
        if (no_other_host)
            reject_type(program, PACKET_OTHERHOST, IPFUNNEL_COUNTER_excluded_other_host);
        if (loopback)
            reject_type(program, PACKET_OUTGOING, IPFUNNEL_COUNTER_excluded_loopback_copy);
        else if (no_outgoing)
            reject_type(program, PACKET_OUTGOING, IPFUNNEL_COUNTER_excluded_outgoing);
    }
    if (keep < SNAP_MINIMUM)
        keep = SNAP_MINIMUM;
    if (open_flags & IPFUNNEL_OPEN_ON_WIRE)
        keep = EVERYTHING;
    add(program, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, keep < EVERYTHING ? keep + LINK_ROOM : UINT32_MAX));
}
