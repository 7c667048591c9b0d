/* traffic_sender_linux.c - sends the traffic script past va in both directions, again and again, for captures of
 * others. Runs inside netns.sh.
 *
 *   traffic_sender ROUNDS FRAMES_PER_SECOND      one round is the script sent on va, then on vb */
#define _GNU_SOURCE
#include "check.h"
#include "traffic_script.h"
#include <errno.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <sched.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { BURST = 32 };

static int packet_socket(const char *name)
{
    struct sockaddr_ll to = { .sll_family = AF_PACKET, .sll_ifindex = (int)if_nametoindex(name) };
    int fd = socket(AF_PACKET, SOCK_RAW, 0);
    if (fd < 0 || to.sll_ifindex == 0)
        SKIP("no packet socket on %s: %s", name, strerror(errno));
    CHECK_INT(bind(fd, (struct sockaddr *)&to, sizeof to), 0);
    return fd;
}

static void send_frame(int fd, const struct step *step)
{
    ssize_t n;
    do
        n = send(fd, step->frame, step->frame_length, 0);
    while (n < 0 && (errno == ENOBUFS || errno == EAGAIN || errno == EINTR));
    if (n < 0)
        fprintf(stderr, "%s: %s\n", step->name, strerror(errno));
    CHECK_INT(n, step->frame_length);
}

/* Waits until it is time for frame number `sent`. */
static void pace(const struct timespec *start, long sent, long per_second)
{
    struct timespec then = { .tv_sec = start->tv_sec + sent / per_second,
                             .tv_nsec = start->tv_nsec + sent % per_second * (1000000000 / per_second) };
    if (then.tv_nsec >= 1000000000) {
        then.tv_nsec -= 1000000000;
        then.tv_sec++;
    }
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &then, NULL);
}

int main(int argc, char **argv)
{
    static const uint8_t macs[2][6] = { { 2, 0, 0, 0, 0, 0x0b }, { 2, 0, 0, 0, 0, 0x0a } };     /* of vb, of va */
    CHECK(argc == 3);
    long rounds = strtol(argv[1], NULL, 10), per_second = strtol(argv[2], NULL, 10), sent = 0;
    CHECK(rounds > 0 && per_second > 0);
    int fds[2] = { packet_socket("va"), packet_socket("vb") };
    struct script scripts[2];
    for (int side = 0; side < 2; side++)
        script_build(&scripts[side], macs[side]);

    /* One CPU sends, so that everybody sees the same order. */
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(0, &one);
    sched_setaffinity(0, sizeof one, &one);

    struct timespec start;
    clock_gettime(CLOCK_MONOTONIC, &start);
    for (long round = 0; round < rounds; round++)
        for (int side = 0; side < 2; side++)
            for (size_t i = 0; i < scripts[side].count; i++, sent++) {
                if (sent % BURST == 0)
                    pace(&start, sent, per_second);
                send_frame(fds[side], &scripts[side].steps[i]);
            }
    for (int side = 0; side < 2; side++) {
        close(fds[side]);
        script_free(&scripts[side]);
    }
    printf("%ld frames sent\n", sent);
    return 0;
}
