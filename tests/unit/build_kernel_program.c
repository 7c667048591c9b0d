/* build_kernel_program.c - which packet types the program in the kernel lets pass, how much of a frame it keeps, and
 * that it says what it hides. Run by a small interpreter of the few instructions it is made of. */
#include "af_packet/kernel_program.h"
#include "check.h"
#include <linux/if_packet.h>

static uint32_t run_program(const struct ipfunnel__kernel_program *program, uint32_t packet_type)
{
    uint32_t a = 0;
    for (unsigned i = 0; i < program->length; i++) {
        const struct sock_filter *in = &program->code[i];
        switch (in->code) {
        case BPF_LD | BPF_B | BPF_ABS:
            CHECK_INT(in->k, (uint32_t)(SKF_AD_OFF + SKF_AD_PKTTYPE));
            a = packet_type;
            break;
        case BPF_JMP | BPF_JEQ | BPF_K:
            i += a == in->k ? in->jt : in->jf;
            break;
        case BPF_RET | BPF_K:
            return in->k;
        default:
            CHECK(false && "an instruction the program is made of");
        }
    }
    CHECK(false && "the program returns");
    return 0;
}

#define BIT(name) (UINT64_C(1) << IPFUNNEL_COUNTER_##name)

static void accepts_by_mode_options_and_device(void)
{
    enum { HOST = 1 << PACKET_HOST, OTHER = 1 << PACKET_OTHERHOST, OUT = 1 << PACKET_OUTGOING };
    enum { ALL = HOST | OTHER | OUT };
    const struct {
        ipfunnel_mode mode;
        uint32_t flags;
        bool loopback;
        int accepted;
        uint64_t hidden;
    } rows[] = {
        { IPFUNNEL_MODE_OFF, 0, false, 0, 0 },
        { IPFUNNEL_MODE_OFF, IPFUNNEL_OPEN_COUNT_ALL, false, 0, 0 },
        { IPFUNNEL_MODE_ON, 0, false, ALL, 0 },
        { IPFUNNEL_MODE_IPLEVEL, 0, false, HOST | OUT, BIT(excluded_other_host) },
        { IPFUNNEL_MODE_ON, IPFUNNEL_OPEN_NO_OUTGOING, false, HOST | OTHER, BIT(excluded_outgoing) },
        { IPFUNNEL_MODE_IPLEVEL, IPFUNNEL_OPEN_NO_OUTGOING, false, HOST,
          BIT(excluded_other_host) | BIT(excluded_outgoing) },
        { IPFUNNEL_MODE_ON, 0, true, HOST | OTHER, BIT(excluded_loopback_copy) },
        { IPFUNNEL_MODE_ON, IPFUNNEL_OPEN_NO_OUTGOING, true, HOST | OTHER, BIT(excluded_loopback_copy) },
        { IPFUNNEL_MODE_IPLEVEL, 0, true, HOST, BIT(excluded_loopback_copy) | BIT(excluded_other_host) },
        { IPFUNNEL_MODE_IPLEVEL, IPFUNNEL_OPEN_COUNT_ALL | IPFUNNEL_OPEN_NO_OUTGOING, true, ALL, 0 },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct ipfunnel__kernel_program program;
        ipfunnel__kernel_program_build(&program, rows[i].mode, rows[i].flags, rows[i].loopback, 262144);
        CHECK(program.length <= sizeof program.code / sizeof *program.code);
        CHECK_INT(program.hidden, rows[i].hidden);
        for (uint32_t type = PACKET_HOST; type <= PACKET_OUTGOING; type++) {
            bool like_host = type == PACKET_BROADCAST || type == PACKET_MULTICAST;
            bool accepted = rows[i].accepted >> (like_host ? PACKET_HOST : type) & 1;
            CHECK_INT(run_program(&program, type), accepted ? UINT32_MAX : 0);
        }
    }
}

static void keeps_the_snap_length_and_room_for_link_headers(void)
{
    const struct { uint32_t snap, kept; } rows[] = {
        { 1, 320 }, { 256, 320 }, { 257, 321 }, { 1500, 1564 }, { 262143, 262207 },
        { 262144, UINT32_MAX }, { UINT32_MAX, UINT32_MAX },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct ipfunnel__kernel_program program;
        ipfunnel__kernel_program_build(&program, IPFUNNEL_MODE_IPLEVEL, 0, true, rows[i].snap);
        CHECK_INT(run_program(&program, PACKET_HOST), rows[i].kept);
        CHECK_INT(run_program(&program, PACKET_OUTGOING), 0);
    }
}

static void on_wire_keeps_all_of_it(void)
{
    struct ipfunnel__kernel_program program;
    ipfunnel__kernel_program_build(&program, IPFUNNEL_MODE_ON, IPFUNNEL_OPEN_ON_WIRE, false, 100);
    CHECK_INT(run_program(&program, PACKET_HOST), UINT32_MAX);
}

int main(void)
{
    RUN(accepts_by_mode_options_and_device);
    RUN(keeps_the_snap_length_and_room_for_link_headers);
    RUN(on_wire_keeps_all_of_it);
    return 0;
}
