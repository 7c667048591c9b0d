#define _GNU_SOURCE
#include "peer_posix.h"
#include "check.h"
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

static int ready[2];

pid_t peer_start(void (*work)(int version), int version, int here)
{
    char path[64], byte;
    CHECK_INT(pipe(ready), 0);
    pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        if (!here) {
            snprintf(path, sizeof path, "/proc/%s/ns/net", getenv("NETNS_PEER_PID"));
            int ns = open(path, O_RDONLY | O_CLOEXEC);
            CHECK(ns >= 0);
            CHECK_INT(setns(ns, CLONE_NEWNET), 0);
            close(ns);
        }
        work(version);
        _exit(0);
    }
    close(ready[1]);
    CHECK_INT(read(ready[0], &byte, 1), 1);
    close(ready[0]);
    return child;
}

void peer_is_ready(void)
{
    CHECK_INT(write(ready[1], "", 1), 1);
}

void peer_end(pid_t child)
{
    int status = -1;
    CHECK_INT(waitpid(child, &status, 0), child);
    CHECK_INT(status, 0);
}

socklen_t address_of(struct sockaddr_storage *out, const char *text, unsigned port)
{
    struct sockaddr_in *v4 = (struct sockaddr_in *)out;
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)out;
    memset(out, 0, sizeof *out);
    if (inet_pton(AF_INET, text, &v4->sin_addr) == 1) {
        v4->sin_family = AF_INET;
        v4->sin_port = htons((uint16_t)port);
        return sizeof *v4;
    }
    CHECK_INT(inet_pton(AF_INET6, text, &v6->sin6_addr), 1);
    v6->sin6_family = AF_INET6;
    v6->sin6_port = htons((uint16_t)port);
    return sizeof *v6;
}

int socket_at(int type, const char *text, unsigned port)
{
    struct sockaddr_storage at;
    const struct timeval patience = { .tv_sec = 3 };
    socklen_t size = address_of(&at, text, port);
    int fd = socket(at.ss_family, type, 0), yes = 1;
    CHECK(fd >= 0);
    CHECK_INT(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience), 0);
    CHECK_INT(setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes), 0);
    CHECK_INT(bind(fd, (struct sockaddr *)&at, size), 0);
    return fd;
}

void set_offload(const char *device, unsigned command, unsigned value)
{
    struct ethtool_value what = { .cmd = command, .data = value };
    struct ifreq r = { .ifr_data = (void *)&what };
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    strcpy(r.ifr_name, device);
    CHECK_INT(ioctl(fd, SIOCETHTOOL, &r), 0);
    close(fd);
}
