/* live_round_linux.c - one receiver, one load: starts the receiver, sends it frames, and prints what each cost.
 *   live_round -s LENGTH [-n FRAMES] [-r RATE] [-2] [-R READY] [-A AFTER | -B BEFORE] [-w MS] COMMAND...
 *     -s  bytes of a frame     -n  how many, 2000000 when not said     -r  so many per second; as fast as possible
 *     -2  two senders, each with half of them: on both cores, which the receiver then shares with them
 *     -R  the receiver is ready when it printed this text: "ready"
 *     -A  the number after this text in its output is what it received: "received "
 *     -B  the number before this text is
 *     -w  so long it may be silent before it has read all: its own timeout and then some; 50 ms
 * Runs inside netns.sh: frames go into vb. The receiver has core 0, the sender core 1. Output: lines of a suite.
 *   reader_cpu   CPU time of all threads of the receiver, user and system, per datagram it received
 *   kernel_cpu   what delivering to it costs the sender, per frame: with it less without it, before and after
 *   total_cpu    the sum
 *   delivered    datagrams that it received in each second of sending */
#define _GNU_SOURCE
#include "live_traffic_linux.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { RECEIVER_CORE = 0, SENDER_CORE = 1, OUTPUT_BYTES = 16384, PATIENCE_S = 20 };

struct round {
    uint32_t length;
    uint64_t frames;
    int senders;                  /* 1 or 2 */
    double per_second;
    const char *ready, *after, *before;
    int silence_ms;
    char **command;
    pid_t receiver;               /* 0: none runs */
    char output[OUTPUT_BYTES];    /* what it printed so far */
};

struct usage {
    double cpu_ns;
    uint64_t switches;
};

static void pause_ms(int ms)
{
    struct timespec pause = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L };
    nanosleep(&pause, NULL);
}

static bool read_file(const char *path, char *text, size_t size)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t length = fd < 0 ? -1 : read(fd, text, size - 1);
    if (fd >= 0)
        close(fd);
    text[length > 0 ? length : 0] = 0;
    return length >= 0;
}

/* Sums over the threads: /proc/PID/task/TID/schedstat begins with nanoseconds on a CPU. */
static struct usage usage_of(pid_t pid)
{
    char path[300], text[4096];
    struct usage sum = { .cpu_ns = 0 };
    snprintf(path, sizeof path, "/proc/%d/task", (int)pid);
    DIR *tasks = opendir(path);
    for (struct dirent *task; tasks && (task = readdir(tasks)) != NULL;) {
        if (task->d_name[0] == '.')
            continue;
        snprintf(path, sizeof path, "/proc/%d/task/%s/schedstat", (int)pid, task->d_name);
        if (read_file(path, text, sizeof text))
            sum.cpu_ns += strtod(text, NULL);
        snprintf(path, sizeof path, "/proc/%d/task/%s/status", (int)pid, task->d_name);
        const char *line = read_file(path, text, sizeof text) ? strstr(text, "\nvoluntary_ctxt_switches:") : NULL;
        if (line)
            sum.switches += strtoull(line + sizeof "\nvoluntary_ctxt_switches:" - 1, NULL, 10);
    }
    if (tasks)
        closedir(tasks);
    return sum;
}

static double resident_mib(pid_t pid)
{
    char path[64], text[4096];
    snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
    const char *line = read_file(path, text, sizeof text) ? strstr(text, "\nVmRSS:") : NULL;
    return line ? strtod(line + sizeof "\nVmRSS:" - 1, NULL) / 1024 : -1;
}

/* Receiver and sender go before all that runs beside them, the receiver first; where that is not allowed, neither. */
static void before_all(int priority)
{
    sched_setscheduler(0, SCHED_RR, &(struct sched_param){ .sched_priority = priority });
}

static bool start(struct round *r, int file)
{
    r->receiver = fork();
    if (r->receiver != 0)
        return r->receiver > 0;
    if (r->senders == 1)
        live_pin(RECEIVER_CORE);
    before_all(2);
    int nothing = open("/dev/null", O_RDONLY);
    dup2(nothing, STDIN_FILENO);
    dup2(file, STDOUT_FILENO);
    dup2(file, STDERR_FILENO);
    execvp(r->command[0], r->command);
    perror(r->command[0]);
    _exit(127);
}

static bool wait_until_ready(struct round *r, const char *path)
{
    for (double end = live_seconds() + PATIENCE_S; live_seconds() < end; pause_ms(10)) {
        if (waitpid(r->receiver, NULL, WNOHANG) != 0) {
            r->receiver = 0;
            return false;
        }
        if (read_file(path, r->output, sizeof r->output) && strstr(r->output, r->ready)) {
            pause_ms(200);                        /* some print it a little before */
            return true;
        }
    }
    return false;
}

/* Everything was read when the receiver has done nothing for a while. */
static struct usage usage_when_silent(const struct round *r)
{
    struct usage now = usage_of(r->receiver), before;
    double end = live_seconds() + PATIENCE_S;
    do {
        before = now;
        pause_ms(r->silence_ms);
        now = usage_of(r->receiver);
    } while (now.cpu_ns - before.cpu_ns > 0.02e6 * r->silence_ms && live_seconds() < end);
    return now;
}

static void stop(struct round *r)
{
    if (r->receiver == 0)
        return;
    kill(r->receiver, SIGINT);
    for (double end = live_seconds() + PATIENCE_S; live_seconds() < end; pause_ms(5))
        if (waitpid(r->receiver, NULL, WNOHANG) != 0) {
            r->receiver = 0;
            return;
        }
    kill(r->receiver, SIGKILL);
    waitpid(r->receiver, NULL, 0);
    r->receiver = 0;
}

static bool received(const struct round *r, double *out)
{
    if (r->before) {
        const char *end = strstr(r->output, r->before);
        while (end && end > r->output && end[-1] == ' ')
            end--;
        const char *at = end;
        while (at && at > r->output && at[-1] >= '0' && at[-1] <= '9')
            at--;
        *out = at ? strtod(at, NULL) : 0;
        return at && at < end;
    }
    const char *at = strstr(r->output, r->after);
    *out = at ? strtod(at + strlen(r->after), NULL) : 0;
    return at != NULL;
}

static void print(const char *metric, const char *unit, double value) { printf("%s %s %.6g\n", metric, unit, value); }

struct sender {
    pthread_t thread;
    struct live_traffic traffic;
    int core;
    uint64_t frames;
    double per_second;
    struct live_sent sent;
    bool good;
};

static void *send_share(void *argument)
{
    struct sender *s = argument;
    live_pin(s->core);
    before_all(1);
    s->good = live_traffic_send(&s->traffic, s->frames, s->per_second, &s->sent);
    return NULL;
}

/* All senders at once; the sum of what they sent, in the time of the slowest. */
static bool send_frames(const struct round *r, struct sender *senders, uint64_t frames, struct live_sent *sum)
{
    bool good = true;
    *sum = (struct live_sent){ .frames = 0 };
    for (int i = 0; i < r->senders; i++) {
        senders[i].frames = frames / (uint64_t)r->senders;
        senders[i].per_second = r->per_second / r->senders;
        good = pthread_create(&senders[i].thread, NULL, send_share, &senders[i]) == 0 && good;
    }
    for (int i = 0; i < r->senders && good; i++) {
        pthread_join(senders[i].thread, NULL);
        good = senders[i].good;
        sum->frames += senders[i].sent.frames;
        sum->cpu_seconds += senders[i].sent.cpu_seconds;
        if (senders[i].sent.seconds > sum->seconds)
            sum->seconds = senders[i].sent.seconds;
    }
    return good;
}

static bool run(struct round *r, struct sender *senders, int file, const char *path)
{
    struct live_sent first, last, sent;
    double count;
    if (!send_frames(r, senders, r->frames / 4, &first))
        return false;
    if (!start(r, file) || !wait_until_ready(r, path)) {
        fprintf(stderr, "the receiver did not get ready:\n%s\n", r->output);
        return false;
    }
    struct usage before = usage_of(r->receiver);
    if (!send_frames(r, senders, r->frames, &sent))
        return false;
    struct usage after = usage_when_silent(r);
    double resident = resident_mib(r->receiver);
    stop(r);
    if (!read_file(path, r->output, sizeof r->output) || !received(r, &count)) {
        fprintf(stderr, "the receiver does not say how much it received:\n%s\n", r->output);
        return false;
    }
    if (!send_frames(r, senders, r->frames / 4, &last))
        return false;
    double alone = (first.cpu_seconds + last.cpu_seconds) / (double)(first.frames + last.frames);
    double frames = (double)sent.frames, datagrams = count > 0 ? count : frames;
    double reader = (after.cpu_ns - before.cpu_ns) / datagrams;
    double kernel = (sent.cpu_seconds / frames - alone) * 1e9;
    print("reader_cpu", "ns/datagram", reader);
    if (r->per_second <= 0) {                     /* else the sender's time is its waiting */
        print("kernel_cpu", "ns/datagram", kernel);
        print("total_cpu", "ns/datagram", reader + kernel);
    }
    print("lost", "%", count < frames ? 100 * (1 - count / frames) : 0);
    print("rate", "Mpps", frames / sent.seconds * 1e-6);
    print("delivered", "Mpps", count / sent.seconds * 1e-6);
    print("switches", "per_1000_datagrams", (double)(after.switches - before.switches) * 1000 / datagrams);
    print("resident", "MiB", resident);
    return true;
}

int main(int argc, char **argv)
{
    static struct round r = { .frames = 2000000, .senders = 1, .ready = "ready", .after = "received ",
                              .silence_ms = 50 };
    static struct sender senders[2] = { { .core = SENDER_CORE }, { .core = RECEIVER_CORE } };
    char path[] = "/tmp/live_round_XXXXXX";
    for (int option; (option = getopt(argc, argv, "+s:n:r:2R:A:B:w:")) != -1;) {
        switch (option) {
        case 's': r.length = (uint32_t)strtoul(optarg, NULL, 10); break;
        case 'n': r.frames = strtoull(optarg, NULL, 10); break;
        case 'r': r.per_second = strtod(optarg, NULL); break;
        case '2': r.senders = 2; break;
        case 'R': r.ready = optarg; break;
        case 'A': r.after = optarg; break;
        case 'B': r.before = optarg; break;
        case 'w': r.silence_ms = atoi(optarg); break;
        default: return 2;
        }
    }
    r.command = argv + optind;
    for (int i = 0; i < r.senders; i++)
        if (!*r.command || !live_traffic_open(&senders[i].traffic, "vb", "va", r.length))
            return 2;
    int file = mkostemp(path, O_CLOEXEC);
    if (file < 0) {
        perror(path);
        return 1;
    }
    bool good = run(&r, senders, file, path);
    stop(&r);
    for (int i = 0; i < r.senders; i++)
        live_traffic_close(&senders[i].traffic);
    close(file);
    unlink(path);
    return !good;
}
