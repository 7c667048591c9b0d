/* kernel_program.h - the classic BPF program that the kernel runs on every frame before it enters the ring. Pure. */
#ifndef IPFUNNEL_AF_PACKET_KERNEL_PROGRAM_H
#define IPFUNNEL_AF_PACKET_KERNEL_PROGRAM_H
#include <ipfunnel.h>
#include <linux/filter.h>
#include <stdbool.h>

struct ipfunnel__kernel_program {
    struct sock_filter code[8];
    unsigned short length;
    uint64_t hidden;              /* bits of the counters whose frames it rejects before anybody could count them */
};

/* What mode and options allow to be rejected by the packet type alone: frames for other hosts in IPLEVEL, the second
 * copy on a loopback interface, outgoing frames with NO_OUTGOING. With COUNT_ALL nothing is rejected, in OFF
 * everything. What is accepted is cut to `keep` bytes of datagram plus room for link headers; with ON_WIRE it is not
 * cut, as checksums cover all. */
void ipfunnel__kernel_program_build(struct ipfunnel__kernel_program *program, ipfunnel_mode mode, uint32_t open_flags,
                                    bool loopback, uint32_t keep);

#endif
