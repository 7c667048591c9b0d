#define _GNU_SOURCE
#include "on_wire_proof_posix.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <sys/types.h>
#include <unistd.h>

static struct shared *shared;
static struct fingerprints *behind;

static void take(const uint8_t *frame, uint32_t length)
{
    if (length < 14 + 20 || !((frame[12] == 0x08 && frame[13] == 0) || (frame[12] == 0x86 && frame[13] == 0xdd)))
        return;
    const uint8_t *p = frame + 14;
    uint32_t size = p[0] >> 4 == 4 ? (uint32_t)(p[2] << 8 | p[3]) : 40 + (uint32_t)(p[4] << 8 | p[5]);
    if (!is_ours(p, length - 14))
        return;
    CHECK(size <= length - 14);
    fingerprints_add(behind, p, size);
    atomic_store(&shared->seen, behind->count);
}

static int open_on(int version, int type)
{
    struct sockaddr_storage at;
    socklen_t size = receiver_address(&at, version);
    int window = 400000, fd = socket(at.ss_family, type, 0);
    CHECK_INT(bind(fd, (struct sockaddr *)&at, size), 0);
    if (type == SOCK_STREAM) {
        /* More on the way than the queue of a CPU holds (netdev_max_backlog) would be lost between the captures. */
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &window, sizeof window);
        CHECK_INT(listen(fd, 4), 0);
    }
    return fd;
}

/* Reads and forgets; false at the end of the stream. */
static bool swallow(int fd)
{
    static uint8_t buffer[1 << 18];
    ssize_t n;
    while ((n = recv(fd, buffer, sizeof buffer, MSG_DONTWAIT)) > 0)
        ;
    return n < 0 && errno == EAGAIN;
}

void receive_behind(const char *pid, struct shared *with, struct fingerprints *into)
{
    enum { UDP_4, UDP_6, TCP_4, TCP_6, RING, CONNECTION, ALL };
    char path[64];
    struct reference_ring ring;
    const pid_t parent = getppid();
    shared = with;
    behind = into;
    snprintf(path, sizeof path, "/proc/%s/ns/net", pid);
    int ns = open(path, O_RDONLY);
    CHECK(ns >= 0 && setns(ns, CLONE_NEWNET) == 0);
    reference_open(&ring, "b0");
    struct pollfd on[ALL] = {
        [UDP_4] = { .fd = open_on(4, SOCK_DGRAM) }, [UDP_6] = { .fd = open_on(6, SOCK_DGRAM) },
        [TCP_4] = { .fd = open_on(4, SOCK_STREAM) }, [TCP_6] = { .fd = open_on(6, SOCK_STREAM) },
        [RING] = { .fd = ring.fd }, [CONNECTION] = { .fd = -1 },
    };
    for (int i = 0; i < ALL; i++)
        on[i].events = POLLIN;
    atomic_store(&shared->ready, true);
    while (!atomic_load(&shared->over) && getppid() == parent) {          /* which may have failed */
        poll(on, ALL, 1);
        reference_drain(&ring, take);
        swallow(on[UDP_4].fd);
        swallow(on[UDP_6].fd);
        for (int i = TCP_4; i <= TCP_6; i++)
            if (on[i].revents)
                on[CONNECTION].fd = accept4(on[i].fd, NULL, NULL, SOCK_NONBLOCK);
        if (on[CONNECTION].fd >= 0 && on[CONNECTION].revents && !swallow(on[CONNECTION].fd)) {
            close(on[CONNECTION].fd);
            on[CONNECTION].fd = -1;
        }
    }
    shared->drops = reference_drops(&ring);
    _exit(0);
}
