/* live_traffic_linux.c - see live_traffic_linux.h, and Documentation/bpf/bpf_prog_run.rst for live frames. */
#define _GNU_SOURCE
#include "live_traffic_linux.h"
#include <errno.h>
#include <linux/bpf.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

enum { BATCH = 64, ETHERNET = 14, MAP_BYTES = 4096 };
enum { NEXT_AT, INTERVAL, PASSED, WANTED, FIRST_AT, LAST_AT, WORDS };      /* of the map */

void live_pin(int core)
{
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET((size_t)core, &set);
    sched_setaffinity(0, sizeof set, &set);
}

static double clock_seconds(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

double live_seconds(void) { return clock_seconds(CLOCK_MONOTONIC); }

static long bpf(int command, union bpf_attr *attributes)
{
    return syscall(SYS_bpf, command, attributes, sizeof *attributes);
}

static void put16(uint8_t *at, uint32_t value)
{
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}

static void build_frame(struct live_traffic *t)
{
    static const uint8_t link[ETHERNET] = { 2, 0, 0, 0, 0, 0x99, 2, 0, 0, 0, 0, 0x0a, 8, 0 };
    static const uint8_t ip[20] = { 0x45, 0, 0, 0, 0, 0, 0x40, 0, 64, 17, 0, 0, 10, 9, 0, 1, 10, 9, 0, 2 };
    memset(t->frame, 0, sizeof t->frame);
    memcpy(t->frame, link, sizeof link);
    uint8_t *h = t->frame + ETHERNET, *udp = h + sizeof ip;
    memcpy(h, ip, sizeof ip);
    put16(h + 2, t->length - ETHERNET);
    uint32_t sum = 0;
    for (int i = 0; i < 20; i += 2)
        sum += (uint32_t)h[i] << 8 | h[i + 1];
    put16(h + 10, ~(sum % 0xffff) & 0xffff);
    put16(udp, 4000);
    put16(udp + 2, 12345);
    put16(udp + 4, t->length - ETHERNET - 20);
}

/* Counts the frames it passes, drops those beyond the wanted number, and those that are not due yet: their memory is
 * used again at once, and the next turn tries anew. It says when it passed the first and the last: to set up and take
 * down such a run takes some 40 ms. */
#define LOAD(to, word) { .code = BPF_LDX | BPF_MEM | BPF_DW, .dst_reg = (to), .src_reg = 6, .off = (word) * 8 }
#define STORE(word, from) { .code = BPF_STX | BPF_MEM | BPF_DW, .dst_reg = 6, .src_reg = (from), .off = (word) * 8 }
#define ADD(to, from) { .code = BPF_ALU64 | BPF_ADD | BPF_X, .dst_reg = (to), .src_reg = (from) }
#define RETURN(value) { .code = BPF_ALU64 | BPF_MOV | BPF_K, .imm = (value) }, { .code = BPF_JMP | BPF_EXIT }
static int load_program(int map)
{
    const struct bpf_insn code[] = {
        { .code = BPF_LD | BPF_IMM | BPF_DW, .dst_reg = 6, .src_reg = BPF_PSEUDO_MAP_VALUE, .imm = map }, { .imm = 0 },
        LOAD(2, INTERVAL),
        { .code = BPF_JMP | BPF_JEQ | BPF_K, .dst_reg = 2, .off = 6 },
        { .code = BPF_JMP | BPF_CALL, .imm = BPF_FUNC_ktime_get_ns },
        LOAD(1, NEXT_AT),
        { .code = BPF_JMP | BPF_JLT | BPF_X, .dst_reg = 0, .src_reg = 1, .off = 18 },
        LOAD(2, INTERVAL),
        ADD(1, 2),
        STORE(NEXT_AT, 1),
        LOAD(3, PASSED),
        LOAD(4, WANTED),
        { .code = BPF_JMP | BPF_JGE | BPF_X, .dst_reg = 3, .src_reg = 4, .off = 12 },
        { .code = BPF_ALU64 | BPF_ADD | BPF_K, .dst_reg = 3, .imm = 1 },
        STORE(PASSED, 3),
        { .code = BPF_JMP | BPF_JEQ | BPF_K, .dst_reg = 3, .imm = 1, .off = 5 },
        { .code = BPF_JMP | BPF_JLT | BPF_X, .dst_reg = 3, .src_reg = 4, .off = 2 },
        { .code = BPF_JMP | BPF_CALL, .imm = BPF_FUNC_ktime_get_ns },
        STORE(LAST_AT, 0),
        RETURN(XDP_PASS),
        { .code = BPF_JMP | BPF_CALL, .imm = BPF_FUNC_ktime_get_ns },
        STORE(FIRST_AT, 0),
        RETURN(XDP_PASS),
        RETURN(XDP_DROP),
    };
    static const char license[] = "BSD";
    union bpf_attr attributes;
    memset(&attributes, 0, sizeof attributes);
    attributes.prog_type = BPF_PROG_TYPE_XDP;
    attributes.insns = (uint64_t)(uintptr_t)code;
    attributes.insn_cnt = sizeof code / sizeof *code;
    attributes.license = (uint64_t)(uintptr_t)license;
    return (int)bpf(BPF_PROG_LOAD, &attributes);
}

static bool open_xdp(struct live_traffic *t)
{
    union bpf_attr attributes;
    memset(&attributes, 0, sizeof attributes);
    attributes.map_type = BPF_MAP_TYPE_ARRAY;
    attributes.key_size = 4;
    attributes.value_size = WORDS * sizeof *t->shared;
    attributes.max_entries = 1;
    attributes.map_flags = BPF_F_MMAPABLE;
    t->counters = (int)bpf(BPF_MAP_CREATE, &attributes);
    if (t->counters < 0)
        return false;
    void *map = mmap(NULL, MAP_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, t->counters, 0);
    if (map == MAP_FAILED)
        return false;
    t->shared = map;
    t->program = load_program(t->counters);
    return t->program >= 0;
}

static bool open_socket(struct live_traffic *t, const char *peer)
{
    int yes = 1;
    struct sockaddr_ll address = { .sll_family = AF_PACKET, .sll_ifindex = (int)if_nametoindex(peer) };
    t->sender = socket(AF_PACKET, SOCK_RAW, 0);
    return t->sender >= 0 && bind(t->sender, (const struct sockaddr *)&address, sizeof address) == 0
           && setsockopt(t->sender, SOL_PACKET, PACKET_QDISC_BYPASS, &yes, sizeof yes) == 0;
}

bool live_traffic_open(struct live_traffic *traffic, const char *interface, const char *peer, uint32_t length)
{
    *traffic = (struct live_traffic){ .program = -1, .counters = -1, .sender = -1, .length = length };
    traffic->interface_index = if_nametoindex(interface);
    if (traffic->interface_index == 0 || length < 60 || length > 1514) {
        fprintf(stderr, "no frames of %u bytes on %s\n", length, interface);
        return false;
    }
    build_frame(traffic);
    if (open_xdp(traffic))
        return true;
    if (open_socket(traffic, peer))
        return true;
    perror("neither XDP nor a packet socket sends frames");
    return false;
}

void live_traffic_close(struct live_traffic *traffic)
{
    if (traffic->shared)
        munmap(traffic->shared, MAP_BYTES);
    if (traffic->program >= 0)
        close(traffic->program);
    if (traffic->counters >= 0)
        close(traffic->counters);
    if (traffic->sender >= 0)
        close(traffic->sender);
    *traffic = (struct live_traffic){ .program = -1, .counters = -1, .sender = -1 };
}

static void on_alarm(int number) { (void)number; }

/* A signal that ends this thread's system call after so many seconds, and from then on every millisecond. */
static bool ring_after(double seconds, timer_t *timer)
{
    struct sigaction action = { .sa_handler = on_alarm };
    struct sigevent event = { .sigev_notify = SIGEV_THREAD_ID, .sigev_signo = SIGALRM };
    struct itimerspec when = { .it_interval = { .tv_nsec = 1000000 } };
    event._sigev_un._tid = gettid();
    when.it_value.tv_sec = (time_t)seconds;
    when.it_value.tv_nsec = (long)((seconds - (double)when.it_value.tv_sec) * 1e9) + 1;
    return sigaction(SIGALRM, &action, NULL) == 0 && timer_create(CLOCK_MONOTONIC, &event, timer) == 0
           && timer_settime(*timer, 0, &when, NULL) == 0;
}

static bool run_xdp(struct live_traffic *t, uint64_t frames, double per_second)
{
    struct xdp_md context;
    union bpf_attr attributes;
    memset(&context, 0, sizeof context);
    context.data_end = t->length;
    context.ingress_ifindex = t->interface_index;
    memset(&attributes, 0, sizeof attributes);
    attributes.test.prog_fd = (uint32_t)t->program;
    attributes.test.data_in = (uint64_t)(uintptr_t)t->frame;
    attributes.test.data_size_in = t->length;
    attributes.test.ctx_in = (uint64_t)(uintptr_t)&context;
    attributes.test.ctx_size_in = sizeof context;
    attributes.test.flags = BPF_F_TEST_XDP_LIVE_FRAMES;
    attributes.test.batch_size = BATCH;
    t->shared[NEXT_AT] = (uint64_t)(live_seconds() * 1e9);
    t->shared[INTERVAL] = per_second > 0 ? (uint64_t)(1e9 / per_second) : 0;
    t->shared[PASSED] = 0;
    t->shared[WANTED] = frames;
    /* At a rate most turns pass nothing: as many of them as it takes, until a signal after the time that it takes. */
    timer_t timer;
    if (per_second > 0 && !ring_after((double)frames / per_second, &timer))
        return false;
    bool good = true;
    while (good && t->shared[PASSED] < frames) {
        uint64_t left = frames - t->shared[PASSED];
        attributes.test.repeat = per_second > 0 || left > INT32_MAX ? INT32_MAX : (uint32_t)left;
        good = bpf(BPF_PROG_TEST_RUN, &attributes) == 0 || errno == EINTR;
    }
    if (per_second > 0)
        timer_delete(timer);
    return good;
}

static bool run_socket(struct live_traffic *t, uint64_t frames, double per_second)
{
    struct iovec bytes = { .iov_base = t->frame, .iov_len = t->length };
    struct mmsghdr messages[BATCH];
    memset(messages, 0, sizeof messages);
    for (int i = 0; i < BATCH; i++) {
        messages[i].msg_hdr.msg_iov = &bytes;
        messages[i].msg_hdr.msg_iovlen = 1;
    }
    double start = live_seconds();
    for (uint64_t sent = 0; sent < frames;) {
        while (per_second > 0 && live_seconds() < start + (double)sent / per_second)
            continue;
        uint64_t most = per_second > 0 ? (uint64_t)(per_second / 2000) + 1 : BATCH;
        most = most < frames - sent ? most : frames - sent;
        int n = sendmmsg(t->sender, messages, (unsigned)(most < BATCH ? most : BATCH), 0);
        if (n < 0 && errno != ENOBUFS && errno != EAGAIN && errno != EINTR)
            return false;
        sent += n > 0 ? (uint64_t)n : 0;
    }
    return true;
}

bool live_traffic_send(struct live_traffic *traffic, uint64_t frames, double per_second, struct live_sent *out)
{
    double wall = live_seconds(), cpu = clock_seconds(CLOCK_THREAD_CPUTIME_ID);
    if (!(traffic->program >= 0 ? run_xdp(traffic, frames, per_second) : run_socket(traffic, frames, per_second))) {
        perror("frames could not be sent");
        return false;
    }
    bool timed = traffic->program >= 0 && frames > 1;
    *out = (struct live_sent){
        .frames = frames,
        .seconds = timed ? (double)(traffic->shared[LAST_AT] - traffic->shared[FIRST_AT]) * 1e-9
                         : live_seconds() - wall,
        .cpu_seconds = clock_seconds(CLOCK_THREAD_CPUTIME_ID) - cpu,
    };
    return true;
}
