/* af_packet_off_posix.c - nothing before the first start, what arrived stays readable after OFF, then END, and nothing
 * more until the next start; while frames pass all the time. */
#define _GNU_SOURCE
#include "live_posix.h"
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void nothing_before_the_first_start(void)
{
    const ipfunnel_datagram *datagrams[8];
    ipfunnel *capture = open_live(DEFAULTS, "va", IPFUNNEL_MODE_OFF);
    int sender = sender_on("va");
    send_numbers(sender, VB, 0, 99);
    CHECK_INT(ipfunnel_recv(capture, datagrams, 8, -1), IPFUNNEL_END);
    CHECK_INT(ipfunnel_set_mode(capture, IPFUNNEL_MODE_ON), 0);
    CHECK_INT(ipfunnel_recv(capture, datagrams, 8, 50), 0);
    CHECK_INT(stats_of(capture).frames, 0);
    close(sender);
    ipfunnel_close(capture);
}

static void what_arrived_before_off_is_read_then_end(void)
{
    const ipfunnel_datagram *datagrams[8];
    ipfunnel *capture = open_live(DEFAULTS, "va", IPFUNNEL_MODE_ON);
    int sender = sender_on("va");
    uint32_t next = 0;
    send_numbers(sender, VB, 0, 999);
    CHECK_INT(ipfunnel_set_mode(capture, IPFUNNEL_MODE_OFF), 0);
    send_numbers(sender, VB, 1000, 1099);
    CHECK_INT(expect_numbers(capture, &next, -1), IPFUNNEL_END);
    CHECK_INT(next, 1000);
    CHECK_INT(ipfunnel_recv(capture, datagrams, 8, 0), IPFUNNEL_END);
    CHECK_INT(ipfunnel_recv(capture, datagrams, 8, -1), IPFUNNEL_END);
    next = 1100;
    CHECK_INT(ipfunnel_set_mode(capture, IPFUNNEL_MODE_IPLEVEL), 0);
    send_numbers(sender, VB, 1100, 1199);
    CHECK_INT(expect_numbers(capture, &next, 100), 0);
    CHECK_INT(next, 1200);
    close(sender);
    ipfunnel_close(capture);
}

/* END is never early: after it the counters agree and no frame shows up, although another process sends throughout. */
static void end_is_the_end_under_load(void)
{
    ipfunnel *capture = open_live(DEFAULTS, "va", IPFUNNEL_MODE_OFF);
    pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        int sender = sender_on("va");
        alarm(20);
        for (uint32_t number = 0;; number++)
            send_number(sender, VB, number, SMALLEST);
    }
    const ipfunnel_datagram *datagrams[128];
    uint64_t total = 0;
    for (int round = 0; round < 20; round++) {
        CHECK_INT(ipfunnel_set_mode(capture, IPFUNNEL_MODE_ON), 0);
        int count = ipfunnel_recv(capture, datagrams, 128, 5000);
        CHECK(count > 0);
        total += (uint64_t)count;
        CHECK_INT(ipfunnel_set_mode(capture, IPFUNNEL_MODE_OFF), 0);
        uint64_t accepted = stats_of(capture).frames;
        while ((count = ipfunnel_recv(capture, datagrams, 128, -1)) > 0)
            total += (uint64_t)count;
        CHECK_INT(count, IPFUNNEL_END);
        ipfunnel_statistics s = stats_of(capture);
        CHECK_INT(s.frames, accepted);
        CHECK_INT(s.frames, total);
        const struct timespec pause = { .tv_nsec = 3000000 };
        nanosleep(&pause, NULL);
        CHECK_INT(ipfunnel_recv(capture, datagrams, 128, 0), IPFUNNEL_END);
        CHECK_INT(stats_of(capture).frames, total);
    }
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    ipfunnel_close(capture);
}

static void ignore(int signal)
{
    (void)signal;
}

/* Where membarrier(2) is refused, OFF waits by the clock instead, and signals do not shorten that. */
static void off_waits_also_without_membarrier(void)
{
    pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        struct sock_filter code[] = {
            BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
            BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_membarrier, 0, 1),
            BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | 1),
            BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
        };
        struct sock_fprog program = { .len = sizeof code / sizeof *code, .filter = code };
        ipfunnel *capture = open_live(DEFAULTS, "va", IPFUNNEL_MODE_ON);
        CHECK(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
        if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program))
            exit(77);
        struct sigaction action = { .sa_handler = ignore };
        struct itimerval often = { .it_interval.tv_usec = 1000, .it_value.tv_usec = 1000 };
        CHECK(sigaction(SIGALRM, &action, NULL) == 0 && setitimer(ITIMER_REAL, &often, NULL) == 0);
        struct timespec start, end;
        clock_gettime(CLOCK_MONOTONIC, &start);
        CHECK_INT(ipfunnel_set_mode(capture, IPFUNNEL_MODE_OFF), 0);
        clock_gettime(CLOCK_MONOTONIC, &end);
        CHECK((end.tv_sec - start.tv_sec) * 1000000000LL + end.tv_nsec - start.tv_nsec >= 10000000);
        exit(0);
    }
    int status;
    CHECK(waitpid(child, &status, 0) == child && WIFEXITED(status));
    if (WEXITSTATUS(status) == 77)
        printf("  no seccomp filters here\n");
    else
        CHECK_INT(WEXITSTATUS(status), 0);
}

int main(void)
{
    RUN(nothing_before_the_first_start);
    RUN(what_arrived_before_off_is_read_then_end);
    RUN(end_is_the_end_under_load);
    RUN(off_waits_also_without_membarrier);
    return 0;
}
