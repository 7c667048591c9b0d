/* watch_interfaces_posix.c - ipfunnel_watch tells what happens to real interfaces. Built a second time without what
 * tells of changes on Linux: as other systems have it, where the interfaces are looked at from time to time. */
#define _GNU_SOURCE
#include "live_posix.h"
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static bool polls;                             /* nothing tells it of changes */
static ipfunnel *watch;
static const ipfunnel_datagram *nothing[1];

static int64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void start(void)
{
    ipfunnel_error error = { .text = "" };
    ipfunnel_close(watch);
    if (ipfunnel_watch(&watch, &error))
        fprintf(stderr, "%s\n", error.text);
    CHECK(watch);
}

/* The next event, which must come within some seconds. */
static ipfunnel_event next(void)
{
    ipfunnel_event event = IPFUNNEL_EVENT_INIT;
    CHECK_STR(ipfunnel_status_text(ipfunnel_recv(watch, nothing, 1, 5000)), "EVENT");
    CHECK_INT(ipfunnel_recv(watch, nothing, 1, 0), IPFUNNEL_EVENT);           /* until it was taken */
    CHECK_INT(ipfunnel_next_event(watch, &event), 1);
    CHECK(event.time_ns > now_ns() - INT64_C(60000000000) && event.time_ns <= now_ns());
    CHECK(event.interface_index != 0);
    return event;
}

#define MAKE_VC "ip link add vc type veth peer name vd"

/* Events of other interfaces do not count, nor the addresses that the kernel gives by itself. */
static void tells(const char *name, uint32_t kind)
{
    ipfunnel_event event;
    do
        event = next();
    while (strcmp(event.interface_name, name) != 0 || (event.kind != kind && event.kind == IPFUNNEL_EVENT_ADDRESSES));
    CHECK_INT(event.kind, kind);
    CHECK_STR(event.former_name, "");
}

static void what_is_there_is_no_event(void)
{
    start();
    CHECK_INT(ipfunnel_recv(watch, nothing, 1, 700), 0);
}

static void appeared_up_down_addresses_gone(void)
{
    start();
    run(MAKE_VC);
    tells("vc", IPFUNNEL_EVENT_APPEARED);
    run("ip link set vc up && ip link set vd up");
    tells("vc", IPFUNNEL_EVENT_UP);
    run("ip addr add 10.8.0.1/24 dev vc");
    tells("vc", IPFUNNEL_EVENT_ADDRESSES);
    run("ip link set vc down");
    tells("vc", IPFUNNEL_EVENT_DOWN);
    run("ip link del vc");
    tells("vc", IPFUNNEL_EVENT_GONE);
}

static void renamed_is_the_same_interface(void)
{
    run(MAKE_VC);
    start();
    run("ip link set vc name vx");
    ipfunnel_event event = next();
    CHECK_INT(event.kind, IPFUNNEL_EVENT_RENAMED);
    CHECK_STR(event.interface_name, "vx");
    CHECK_STR(event.former_name, "vc");
    run("ip link del vx");
    tells("vx", IPFUNNEL_EVENT_GONE);
}

/* Another network namespace: the number of a process that lives in it until it is killed. */
static pid_t elsewhere(void)
{
    int ready[2];
    char byte = 0;
    CHECK_INT(pipe(ready), 0);
    pid_t child = fork();
    if (child == 0) {
        byte = (char)unshare(CLONE_NEWNET);
        if (write(ready[1], &byte, 1) == 1)
            sleep(30);
        _exit(0);
    }
    CHECK(child > 0 && read(ready[0], &byte, 1) == 1 && byte == 0);
    close(ready[0]);
    close(ready[1]);
    return child;
}

static void run_with(const char *format, int number)
{
    char command[256];
    snprintf(command, sizeof command, format, number, (int)getpid());
    run(command);
}

static void moved_away_is_gone_moved_back_has_appeared(void)
{
    pid_t peer = elsewhere();
    run(MAKE_VC);
    start();
    run_with("ip link set vc netns %d", peer);
    tells("vc", IPFUNNEL_EVENT_GONE);
    run_with("nsenter -t %d -n ip link set vc netns %d", peer);
    tells("vc", IPFUNNEL_EVENT_APPEARED);
    if (!polls) {                   /* nobody has looked in between */
        run_with("ip link set vc netns %d", peer);
        run_with("nsenter -t %d -n ip link set vc netns %d", peer);
        tells("vc", IPFUNNEL_EVENT_GONE);
        tells("vc", IPFUNNEL_EVENT_APPEARED);
    }
    run("ip link del vc");
    tells("vc", IPFUNNEL_EVENT_GONE);
    kill(peer, SIGKILL);
    waitpid(peer, NULL, 0);
}

static void events_that_are_not_taken_keep_the_handle_ready(void)
{
    ipfunnel_event event = IPFUNNEL_EVENT_INIT;
    start();
    struct pollfd handle = { .fd = (int)ipfunnel_wait_handle(watch), .events = POLLIN };
    run(MAKE_VC);
    CHECK_INT(ipfunnel_wait(&watch, 1, 5000), 1);
    CHECK_INT(ipfunnel_recv(watch, nothing, 1, 5000), IPFUNNEL_EVENT);
    CHECK_INT(poll(&handle, 1, 0), 1);
    int told = 0;
    while (told < 2) {
        CHECK_INT(ipfunnel_recv(watch, nothing, 1, 5000), IPFUNNEL_EVENT);
        while (ipfunnel_next_event(watch, &event) == 1)
            told += event.kind == IPFUNNEL_EVENT_APPEARED;
    }
    while (ipfunnel_recv(watch, nothing, 1, 700) == IPFUNNEL_EVENT)
        while (ipfunnel_next_event(watch, &event) == 1)
            continue;
    run("ip link del vc");
    CHECK_INT(poll(&handle, 1, 5000), 1);
    tells("vc", IPFUNNEL_EVENT_GONE);
}

static void *interrupt_soon(void *unused)
{
    const struct timespec soon = { .tv_nsec = 50000000 };
    (void)unused;
    nanosleep(&soon, NULL);
    ipfunnel_interrupt(watch);
    return NULL;
}

static void it_is_interrupted_switched_off_and_on(void)
{
    pthread_t thread;
    start();
    ipfunnel_interrupt(watch);
    CHECK_INT(ipfunnel_recv(watch, nothing, 1, 5000), IPFUNNEL_INTERRUPTED);
    CHECK_INT(pthread_create(&thread, NULL, interrupt_soon, NULL), 0);
    CHECK_INT(ipfunnel_recv(watch, nothing, 1, -1), IPFUNNEL_INTERRUPTED);
    pthread_join(thread, NULL);
    CHECK_INT(ipfunnel_set_mode(watch, IPFUNNEL_MODE_OFF), 0);
    CHECK_INT(ipfunnel_wait(&watch, 1, 5000), 1);
    CHECK_INT(ipfunnel_recv(watch, nothing, 1, 5000), IPFUNNEL_END);
    run(MAKE_VC);
    CHECK_INT(ipfunnel_set_mode(watch, IPFUNNEL_MODE_ON), 0);
    CHECK_INT(ipfunnel_recv(watch, nothing, 1, 700), 0);
    run("ip link del vc");
    tells("vc", IPFUNNEL_EVENT_GONE);
}

static void it_is_a_capture_without_datagrams(void)
{
    ipfunnel_capture_info info = IPFUNNEL_CAPTURE_INFO_INIT;
    ipfunnel_frame frame = IPFUNNEL_FRAME_INIT;
    ipfunnel_event event = IPFUNNEL_EVENT_INIT;
    start();
    ipfunnel_statistics statistics = stats_of(watch);
    CHECK_INT(statistics.frames + statistics.delivered, 0);
    CHECK_INT(ipfunnel_info(watch, &info), 0);
    CHECK_STR(info.backend, "watch");
    CHECK_INT(info.capabilities & IPFUNNEL_CAN_LIVE, 0);
    CHECK_INT(ipfunnel_push(watch, &frame), IPFUNNEL_EOPNOTSUPP);
    CHECK_INT(ipfunnel_next_event(watch, &event), 0);
    CHECK_INT(ipfunnel_watch(NULL, NULL), IPFUNNEL_EINVAL);
    for (int i = 0; ipfunnel_backend_at(i); i++)
        CHECK(strcmp(ipfunnel_backend_at(i)->name, "watch") != 0);
}

/* Whoever follows the events knows at the end what is there, however fast it came and went. */
static void nothing_is_left_over_after_a_storm(void)
{
    ipfunnel_event event = IPFUNNEL_EVENT_INIT;
    int there = 0, told = 0;
    start();
    run("i=0; while [ $i -lt 40 ]; do echo link add s$i type veth peer name t$i; "
        "[ $((i % 4)) -eq 0 ] || echo link del s$i; i=$((i + 1)); done | ip -batch - && "
        "ip link add last type veth peer name least");
    for (bool last = false; !last;) {
        CHECK_INT(ipfunnel_recv(watch, nothing, 1, 5000), IPFUNNEL_EVENT);
        while (ipfunnel_next_event(watch, &event) == 1) {
            there += event.kind == IPFUNNEL_EVENT_APPEARED;
            there -= event.kind == IPFUNNEL_EVENT_GONE;
            last = last || (event.kind == IPFUNNEL_EVENT_APPEARED && strcmp(event.interface_name, "last") == 0);
            told++;
        }
    }
    CHECK_INT(there, 22);
    CHECK(told >= 22);
}

int main(int argc, char **argv)
{
    polls = argc > 1 && strcmp(argv[1], "polling") == 0;
    RUN(what_is_there_is_no_event);
    RUN(appeared_up_down_addresses_gone);
    RUN(renamed_is_the_same_interface);
    RUN(moved_away_is_gone_moved_back_has_appeared);
    RUN(events_that_are_not_taken_keep_the_handle_ready);
    RUN(it_is_interrupted_switched_off_and_on);
    RUN(it_is_a_capture_without_datagrams);
    RUN(nothing_is_left_over_after_a_storm);
    ipfunnel_close(watch);
    return 0;
}
