/* reader_ipfunnel_linux.c - receives until SIGINT or SIGTERM and sums up lengths: what ipfunnel itself costs.
 *   reader_ipfunnel [-b BACKEND] [-B RING_KIB] [-L LATENCY_MS] [-c CAPTURES] [-F] INTERFACE [FILTER]
 *     -c  so many captures, read in turn by one thread        -F  they share the traffic, each with a thread */
#define _POSIX_C_SOURCE 200809L
#include <ipfunnel.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

enum { MOST = 64 };

static ipfunnel *captures[MOST];
static int count = 1;

struct sum {
    uint64_t datagrams, bytes;
};

static struct sum sums[MOST];

static void on_signal(int number)
{
    (void)number;
    for (int i = 0; i < count; i++)
        ipfunnel_interrupt(captures[i]);
}

static void add(struct sum *sum, const ipfunnel_datagram *const *d, int n)
{
    for (int i = 0; i < n; i++)
        sum->bytes += d[i]->length;
    sum->datagrams += (uint64_t)n;
}

static void *read_one(void *argument)
{
    const ipfunnel_datagram *d[128];
    int i = *(const int *)argument, n;
    while ((n = ipfunnel_recv(captures[i], d, 128, -1)) > 0)
        add(&sums[i], d, n);
    return NULL;
}

/* One thread for all: waits for any, then takes what is there of those that have something. */
static void read_all(void)
{
    const ipfunnel_datagram *d[128];
    struct epoll_event ready[MOST];
    int all = epoll_create1(0);
    for (int i = 0; i < count; i++)
        epoll_ctl(all, EPOLL_CTL_ADD, (int)ipfunnel_wait_handle(captures[i]),
                  &(struct epoll_event){ .events = EPOLLIN, .data.fd = i });
    for (int n = 0; n >= 0;) {
        int some = epoll_wait(all, ready, MOST, -1);
        for (int i = 0; i < some && n >= 0; i++) {
            int which = ready[i].data.fd;
            do {
                n = ipfunnel_recv(captures[which], d, 128, 0);
                if (n > 0)
                    add(&sums[which], d, n);
            } while (n == 128);
            ipfunnel_release(captures[which]);
        }
    }
    close(all);
}

static void read_shared(void)
{
    pthread_t threads[MOST];
    int numbers[MOST];
    for (int i = 0; i < count; i++) {
        numbers[i] = i;
        pthread_create(&threads[i], NULL, read_one, &numbers[i]);
    }
    for (int i = 0; i < count; i++)
        pthread_join(threads[i], NULL);
}

int main(int argc, char **argv)
{
    ipfunnel_options options = IPFUNNEL_OPTIONS_INIT;
    ipfunnel_error error;
    bool shared = false;
    options.backend = "af_packet";
    for (int letter; (letter = getopt(argc, argv, "b:B:L:c:F")) != -1;) {
        switch (letter) {
        case 'b': options.backend = optarg; break;
        case 'B': options.ring_bytes = strtoull(optarg, NULL, 10) * 1024; break;
        case 'L': options.latency_us = (uint32_t)strtoul(optarg, NULL, 10) * 1000; break;
        case 'c': count = atoi(optarg); break;
        case 'F': shared = true; break;
        default: return 2;
        }
    }
    if (optind >= argc || count < 1 || count > MOST)
        return 2;
    options.interface_name = argv[optind];
    options.filter = argv[optind + 1];
    options.start = IPFUNNEL_MODE_ON;
    if (shared) {
        options.fanout_group = (uint32_t)getpid() % 65535 + 1;
        options.fanout_mode = IPFUNNEL_FANOUT_CPU;
    }
    for (int i = 0; i < count; i++)
        if (ipfunnel_open(&captures[i], &options, &error)) {
            fprintf(stderr, "%s\n%s\n", error.text, error.remedy);
            return 1;
        }
    struct sigaction action = { .sa_handler = on_signal };
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    printf("ready\n");
    fflush(stdout);

    if (shared)
        read_shared();
    else if (count > 1)
        read_all();
    else
        read_one(&(int){ 0 });

    struct sum all = { .datagrams = 0 };
    uint64_t dropped = 0;
    for (int i = 0; i < count; i++) {
        ipfunnel_statistics statistics = IPFUNNEL_STATISTICS_INIT;
        all.datagrams += sums[i].datagrams;
        all.bytes += sums[i].bytes;
        if (ipfunnel_stats(captures[i], &statistics) == 0)
            dropped += statistics.dropped;
        ipfunnel_close(captures[i]);
    }
    printf("received %llu bytes %llu dropped %llu\n", (unsigned long long)all.datagrams,
           (unsigned long long)all.bytes, (unsigned long long)dropped);
    return 0;
}
