/* pcap_kernel_linux.c - the packet socket under a pcap_t. The programs go straight to it: pcap_setfilter would run them
 * a second time on what is queued, in user space, where loads of the packet type are refused, and frames would be
 * lost. */
#define _GNU_SOURCE
#include "pcap_kernel.h"
#include "error.h"
#include "filter/filter_preselect.h"
#include "os.h"
#include <errno.h>
#include <netpacket/packet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

/* From Documentation/networking/filter.rst: loads from this offset on are of no byte of the frame. */
#define PACKET_TYPE_LOAD ((bpf_u_int32)(-0x1000 + 4))

enum {
    EVERYTHING = 262144,          /* a snap length from which on nothing real is cut */
    SNAP_MINIMUM = 256,           /* enough for any chain of headers that decides what a frame is */
    LINK_ROOM = 64                /* Ethernet, several tags, SNAP */
};

bool ipfunnel__pcap_kernel_switches(void)
{
    return true;
}

static int descriptor(const struct ipfunnel__pcap_source *s)
{
    return s->api->get_selectable_fd(s->pcap);
}

/* Only where little can stand before the one datagram of a frame: radiotap and 802.11 have no such bound, and frames of
 * several datagrams. */
static bpf_u_int32 bytes_of_frame(uint32_t link_type, uint32_t keep)
{
    if (keep >= EVERYTHING || (link_type != IPFUNNEL__LINK_ETHERNET && link_type != IPFUNNEL__LINK_RAW))
        return UINT32_MAX;
    return (keep < SNAP_MINIMUM ? SNAP_MINIMUM : keep) + LINK_ROOM;
}

/* The structure that SO_ATTACH_FILTER takes (socket(7)); its instructions are laid out as on all systems. */
struct program {
    unsigned short length;
    void *code;
};

/* An instruction as libpcap has it, and as core/filter does. */
union instruction {
    struct bpf_insn theirs;
    struct ipfunnel__instruction ours;
};

static uint32_t add(union instruction *at, struct bpf_insn instruction)
{
    at->theirs = instruction;
    return 1;
}

/* If the packet type (in A) is `type`, the frame ends here. */
static uint32_t reject_type(union instruction *at, bpf_u_int32 type, int counter, uint64_t *hidden)
{
    *hidden |= UINT64_C(1) << counter;
    add(at, (struct bpf_insn)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, type, 0, 1));
    add(at + 1, (struct bpf_insn)BPF_STMT(BPF_RET | BPF_K, 0));
    return 2;
}

static uint32_t build(union instruction *code, const struct ipfunnel__pcap_source *s,
                      const struct ipfunnel__request *request, const struct ipfunnel__pcap_program *wish,
                      uint64_t *hidden)
{
    bpf_u_int32 accept = wish->mode == IPFUNNEL_MODE_OFF ? 0 : bytes_of_frame(s->link_type, wish->keep);
    bool loopback = request->interface_flags & IPFUNNEL_INTERFACE_LOOPBACK;
    uint32_t n = add(code, (struct bpf_insn)BPF_STMT(BPF_LD | BPF_B | BPF_ABS, PACKET_TYPE_LOAD));
    if (wish->mode == IPFUNNEL_MODE_IPLEVEL && !(request->flags & IPFUNNEL_OPEN_COUNT_ALL))
        n += reject_type(code + n, PACKET_OTHERHOST, IPFUNNEL_COUNTER_excluded_other_host, hidden);
    /* libpcap leaves these out itself, so COUNT_ALL has nothing to count. */
    if (loopback)
        n += reject_type(code + n, PACKET_OUTGOING, IPFUNNEL_COUNTER_excluded_loopback_copy, hidden);
    else if (request->flags & IPFUNNEL_OPEN_NO_OUTGOING)
        n += reject_type(code + n, PACKET_OUTGOING, IPFUNNEL_COUNTER_excluded_outgoing, hidden);
    return n + add(code + n, (struct bpf_insn)BPF_STMT(BPF_RET | BPF_K, accept));
}

static int attach(const struct ipfunnel__pcap_source *s, void *code, uint32_t length)
{
    struct program program = { .length = (unsigned short)length, .code = code };
    return setsockopt(descriptor(s), SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program);
}

/* Attaches the program with the filter behind it. 0: that was not possible, and nothing has changed. libpcap gives the
 * bytes that the program sees, and then knows nothing of the direction. */
static uint32_t attach_filter(const struct ipfunnel__pcap_source *s, const struct ipfunnel__request *request,
                              const struct ipfunnel_filter *filter, const union instruction *program, uint32_t length)
{
    const struct ipfunnel__kernel_view view = {
        .link_type = s->link_type,
        .interface_index = request->interface_index,
        .on_wire = request->flags & IPFUNNEL_OPEN_ON_WIRE,
    };
    struct ipfunnel__instruction *code = malloc(IPFUNNEL__KERNEL_MOST * sizeof *code);
    uint32_t selects = IPFUNNEL_NO;
    if (code) {
        memcpy(code, program, length * sizeof *code);
        selects = ipfunnel__filter_preselect(filter, &view, code, &length);
    }
    if (selects != IPFUNNEL_NO && attach(s, code, length))
        selects = IPFUNNEL_NO;
    free(code);
    return selects == IPFUNNEL_NO ? 0 : selects;
}

int ipfunnel__pcap_kernel_program(const struct ipfunnel__pcap_source *s, const struct ipfunnel__request *request,
                                  const struct ipfunnel__pcap_program *wish, struct ipfunnel__facts *facts,
                                  ipfunnel_error *error)
{
    union instruction code[8];
    uint64_t hidden = 0;
    uint32_t length = build(code, s, request, wish, &hidden), selects = 0;
    if (wish->filter && wish->mode != IPFUNNEL_MODE_OFF && !(request->flags & IPFUNNEL_OPEN_COUNT_ALL))
        selects = attach_filter(s, request, wish->filter, code, length);
    if (selects || attach(s, code, length) == 0) {
        facts->hidden |= hidden;
        facts->preselects = selects;
        return IPFUNNEL_OK;
    }
    char why[96];
    int attach_code = errno;
    ipfunnel__fail(error, attach_code == ENOMEM ? IPFUNNEL_ENOMEM : IPFUNNEL_EIO, attach_code,
                   "setsockopt(SO_ATTACH_FILTER)", "cannot attach a program on %.100s: %s", request->interface_name,
                   ipfunnel__os_error_text(attach_code, why, sizeof why));
    return ipfunnel__remedy(error, "raise the memory for socket options: sysctl net.core.optmem_max");
}

bool ipfunnel__pcap_kernel_promiscuous(const struct ipfunnel__pcap_source *s, uint32_t interface_index, bool want)
{
    struct packet_mreq membership = { .mr_ifindex = (int)interface_index, .mr_type = PACKET_MR_PROMISC };
    int option = want ? PACKET_ADD_MEMBERSHIP : PACKET_DROP_MEMBERSHIP;
    return setsockopt(descriptor(s), SOL_PACKET, option, &membership, sizeof membership) == 0 && want;
}

/* The index of a socket whose interface is gone becomes -1: see backends/af_packet. */
bool ipfunnel__pcap_kernel_is_on(const struct ipfunnel__pcap_source *s, uint32_t interface_index)
{
    struct sockaddr_ll address = { .sll_ifindex = 0 };
    socklen_t size = sizeof address;
    return getsockname(descriptor(s), (struct sockaddr *)&address, &size) == 0
           && address.sll_ifindex == (int)interface_index;
}

/* On Linux ps_recv counts what the program accepted, also what was then lost for lack of room. */
bool ipfunnel__pcap_kernel_all_read(const struct pcap_stat *counters, uint32_t read)
{
    return counters->ps_recv - counters->ps_drop == read;
}

bool ipfunnel__pcap_kernel_rest(int64_t ns)
{
    nanosleep(&(struct timespec){ .tv_nsec = (long)ns }, NULL);
    return true;
}
