/* udp_burst_posix.c - sends numbered UDP datagrams, so that a test can tell which of them were captured.
 *   udp_burst ADDRESS PORT COUNT SIZE [PAUSE_US [FROM_PORT]]
 * Payload: the number from 0 in 8 decimal digits, then dots up to SIZE (8..65000). PAUSE_US is slept after each. */
#define _POSIX_C_SOURCE 200809L
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

union address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
};

static socklen_t make_address(const char *text, int port, union address *out)
{
    memset(out, 0, sizeof *out);
    if (inet_pton(AF_INET, text, &out->v4.sin_addr) == 1) {
        out->v4.sin_family = AF_INET;
        out->v4.sin_port = htons((uint16_t)port);
        return sizeof out->v4;
    }
    out->v6.sin6_family = AF_INET6;
    out->v6.sin6_port = htons((uint16_t)port);
    return inet_pton(AF_INET6, text, &out->v6.sin6_addr) == 1 ? sizeof out->v6 : 0;
}

int main(int argc, char **argv)
{
    static char payload[65001];
    union address to, from;
    socklen_t length;
    long count, size, pause;
    int s;

    if (argc < 5)
        return fprintf(stderr, "usage: udp_burst ADDRESS PORT COUNT SIZE [PAUSE_US [FROM_PORT]]\n"), 2;
    count = strtol(argv[3], NULL, 10);
    size = strtol(argv[4], NULL, 10);
    pause = argc > 5 ? strtol(argv[5], NULL, 10) : 0;
    length = make_address(argv[1], atoi(argv[2]), &to);
    if (!length || count < 1 || size < 8 || size > 65000 || pause < 0 || pause >= 1000000)
        return fprintf(stderr, "udp_burst: bad arguments\n"), 2;
    s = socket(to.any.sa_family, SOCK_DGRAM, 0);
    if (s < 0)
        return perror("socket"), 1;
    if (argc > 6) {
        memset(&from, 0, sizeof from);
        from.any.sa_family = to.any.sa_family;
        from.v4.sin_port = htons((uint16_t)atoi(argv[6]));      /* at the same place in both families */
        if (bind(s, &from.any, length) < 0)
            return perror("bind"), 1;
    }
    memset(payload, '.', (size_t)size);
    for (long i = 0; i < count; i++) {
        char number[24];
        struct timespec t = { .tv_sec = 0, .tv_nsec = pause * 1000 };
        snprintf(number, sizeof number, "%08ld", i);
        memcpy(payload, number, 8);
        /* ECONNREFUSED and the like tell of an earlier datagram: this one still goes. */
        if (sendto(s, payload, (size_t)size, 0, &to.any, length) < 0 &&
            sendto(s, payload, (size_t)size, 0, &to.any, length) < 0)
            return perror("sendto"), 1;
        if (pause)
            nanosleep(&t, NULL);
    }
    close(s);
    return 0;
}
