/* reader_libpcap_posix.c - the same as reader_ipfunnel, with libpcap: finds the datagram in each frame, checks its
 * header and trims it, which libpcap leaves to its users.
 *   reader_libpcap [-B BUFFER_KIB] [-L TIMEOUT_MS] [-n] INTERFACE [FILTER]
 *     -n  pcap_next_ex in place of pcap_dispatch */
#define _POSIX_C_SOURCE 200809L
#define _DEFAULT_SOURCE
#include <pcap/pcap.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct sum {
    uint64_t datagrams, bytes, unusable;
};

static pcap_t *capture;
static volatile sig_atomic_t stopped;

static void on_signal(int number)
{
    (void)number;
    stopped = 1;
    pcap_breakloop(capture);
}

static uint32_t be16(const uint8_t *p) { return (uint32_t)p[0] << 8 | p[1]; }

/* Length of the datagram that starts at p, of which `have` bytes are there; -1: it is none. */
static int64_t measure(const uint8_t *p, uint32_t have)
{
    if (have >= 20 && p[0] >> 4 == 4) {
        uint32_t header = (p[0] & 15u) * 4, total = be16(p + 2);
        return header < 20 || total < header || total > have ? -1 : (int64_t)total;
    }
    if (have >= 40 && p[0] >> 4 == 6) {
        uint32_t total = 40 + be16(p + 4);
        return total > have ? -1 : (int64_t)total;
    }
    return -1;
}

static void take(u_char *user, const struct pcap_pkthdr *header, const u_char *frame)
{
    struct sum *sum = (void *)user;
    uint32_t offset = 14, length = header->caplen;
    uint32_t type = length >= offset ? be16(frame + 12) : 0;
    while ((type == 0x8100 || type == 0x88a8) && length >= offset + 4) {
        type = be16(frame + offset + 2);
        offset += 4;
    }
    int64_t datagram = type == 0x0800 || type == 0x86dd ? measure(frame + offset, length - offset) : -1;
    if (datagram < 0) {
        sum->unusable++;
        return;
    }
    sum->datagrams++;
    sum->bytes += (uint64_t)datagram;
}

static int fail(const char *what)
{
    fprintf(stderr, "%s: %s\n", what, capture ? pcap_geterr(capture) : "");
    return 1;
}

int main(int argc, char **argv)
{
    char text[PCAP_ERRBUF_SIZE];
    int buffer_kib = 16384, timeout_ms = 1;
    bool one_by_one = false;
    for (int letter; (letter = getopt(argc, argv, "B:L:n")) != -1;) {
        switch (letter) {
        case 'B': buffer_kib = atoi(optarg); break;
        case 'L': timeout_ms = atoi(optarg); break;
        case 'n': one_by_one = true; break;
        default: return 2;
        }
    }
    if (optind >= argc)
        return 2;
    capture = pcap_create(argv[optind], text);
    if (!capture)
        return fail(text);
    pcap_set_snaplen(capture, 262144);
    pcap_set_promisc(capture, 1);
    pcap_set_timeout(capture, timeout_ms);
    pcap_set_buffer_size(capture, buffer_kib * 1024);
    pcap_set_tstamp_precision(capture, PCAP_TSTAMP_PRECISION_NANO);
    if (pcap_activate(capture) < 0)
        return fail("pcap_activate");
    if (argv[optind + 1]) {
        struct bpf_program program;
        if (pcap_compile(capture, &program, argv[optind + 1], 1, PCAP_NETMASK_UNKNOWN)
            || pcap_setfilter(capture, &program))
            return fail("filter");
        pcap_freecode(&program);
    }
    struct sigaction action = { .sa_handler = on_signal };
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    printf("ready\n");
    fflush(stdout);

    struct sum sum = { .datagrams = 0 };
    int status = 0;
    while (!stopped && status >= 0) {
        struct pcap_pkthdr *header;
        const u_char *frame;
        if (!one_by_one)
            status = pcap_dispatch(capture, -1, take, (void *)&sum);
        else if ((status = pcap_next_ex(capture, &header, &frame)) > 0)
            take((void *)&sum, header, frame);
    }
    struct pcap_stat statistics = { 0 };
    pcap_stats(capture, &statistics);
    printf("received %llu bytes %llu unusable %llu dropped %u\n", (unsigned long long)sum.datagrams,
           (unsigned long long)sum.bytes, (unsigned long long)sum.unusable, statistics.ps_drop);
    pcap_close(capture);
    return 0;
}
