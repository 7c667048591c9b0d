/* overload_runs_posix.c - captures that get more than they can take, many times in many ways, and a line for each way.
 * Several CPUs send numbered frames; what came of them, and every counter, must add up in each run, to one frame.
 * Runs inside netns.sh.
 *
 *   overload_runs BACKEND [RUNS [KIND]]    RUNS of each kind, or of those whose name contains KIND; 1 unless told */
#define _GNU_SOURCE
#include "live_posix.h"
#include "overload_run_posix.h"
#include <sys/wait.h>
#include <unistd.h>

#define QUIET .fanout = NOT_SHARED
static const struct run_kind kinds[] = {
    { "slow reader", .slow = true, QUIET },
    { "slow reader, filter", .slow = true, .filtered = true, QUIET },
    { "slow reader, on_wire", .slow = true, .on_wire = true, QUIET },
    { "slow reader, on_wire, filter", .slow = true, .on_wire = true, .filtered = true, QUIET },
    { "tiny ring", .tiny = true, QUIET },
    { "tiny ring, filter", .tiny = true, .filtered = true, QUIET },
    { "tiny ring, on_wire", .tiny = true, .on_wire = true, QUIET },
    { "tiny ring, on_wire, filter", .tiny = true, .on_wire = true, .filtered = true, QUIET },
    { "both", .slow = true, .tiny = true, QUIET },
    { "both, filter", .slow = true, .tiny = true, .filtered = true, QUIET },
    { "both, on_wire", .slow = true, .tiny = true, .on_wire = true, QUIET },
    { "both, on_wire, filter", .slow = true, .tiny = true, .on_wire = true, .filtered = true, QUIET },
    { "slow reader, immediate", .slow = true, .immediate = true, QUIET },
    { "tiny ring, immediate", .tiny = true, .immediate = true, QUIET },
    { "both, immediate", .slow = true, .tiny = true, .immediate = true, QUIET },
    { "both, immediate, filter", .slow = true, .tiny = true, .immediate = true, .filtered = true, QUIET },
    { "both, immediate, at the other end", .slow = true, .tiny = true, .immediate = true, .other_end = true, QUIET },
    { "both, immediate, off and on", .slow = true, .tiny = true, .immediate = true, .stir = OFF_AND_ON, QUIET },
    { "both, immediate, close and open", .slow = true, .tiny = true, .immediate = true, .stir = REOPEN, QUIET },
    { "both, immediate, down and up", .slow = true, .tiny = true, .immediate = true, .stir = DOWN_AND_UP, QUIET },
    { "both, immediate, fanout in turn", .slow = true, .tiny = true, .immediate = true,
      .fanout = IPFUNNEL_FANOUT_ROUND_ROBIN },
    { "both, filter in the kernel", .slow = true, .tiny = true, .filtered = true, .kernel_filter = true, QUIET },
    { "tiny ring, filter in the kernel, immediate", .tiny = true, .filtered = true, .kernel_filter = true,
      .immediate = true, QUIET },
    { "both, in the kernel, set_filter", .slow = true, .tiny = true, .filtered = true, .kernel_filter = true,
      .stir = FILTERS, QUIET },
    { "both, at the other end", .slow = true, .tiny = true, .other_end = true, QUIET },
    { "both, at the other end, on_wire", .slow = true, .tiny = true, .other_end = true, .on_wire = true, QUIET },
    { "both, at the other end, modes", .slow = true, .tiny = true, .other_end = true, .stir = MODES, QUIET },
    { "both, set_filter", .slow = true, .tiny = true, .stir = FILTERS, QUIET },
    { "both, on_wire, set_filter", .slow = true, .tiny = true, .on_wire = true, .stir = FILTERS, QUIET },
    { "both, off and on", .slow = true, .tiny = true, .stir = OFF_AND_ON, QUIET },
    { "both, on_wire, off and on", .slow = true, .tiny = true, .on_wire = true, .stir = OFF_AND_ON, QUIET },
    { "both, close and open", .slow = true, .tiny = true, .stir = REOPEN, QUIET },
    { "both, down and up", .slow = true, .tiny = true, .stir = DOWN_AND_UP, QUIET },
    { "both, down and up, events", .slow = true, .tiny = true, .events = true, .stir = DOWN_AND_UP, QUIET },
    { "both, loopback", .slow = true, .tiny = true, .loopback = true, QUIET },
    { "both, gone", .slow = true, .tiny = true, .stir = GONE, QUIET },
    { "both, on_wire, gone", .slow = true, .tiny = true, .on_wire = true, .stir = GONE, QUIET },
    { "both, immediate, gone", .slow = true, .tiny = true, .immediate = true, .stir = GONE, QUIET },
    { "both, fanout by flow", .slow = true, .tiny = true, .fanout = IPFUNNEL_FANOUT_FLOW },
    { "both, fanout in turn", .slow = true, .tiny = true, .fanout = IPFUNNEL_FANOUT_ROUND_ROBIN },
    { "both, fanout by CPU", .slow = true, .tiny = true, .fanout = IPFUNNEL_FANOUT_CPU },
    { "both, on_wire, fanout by rollover", .slow = true, .tiny = true, .on_wire = true,
      .fanout = IPFUNNEL_FANOUT_ROLLOVER },
};
enum { KINDS = sizeof kinds / sizeof *kinds };

static bool can(const struct run_kind *kind, uint32_t capabilities)
{
    return (!kind->on_wire || capabilities & IPFUNNEL_CAN_ON_WIRE)
           && (!kind->events || capabilities & IPFUNNEL_CAN_EVENTS)
           && (kind->fanout == NOT_SHARED || capabilities & IPFUNNEL_CAN_FANOUT)
           && ((!kind->filtered && kind->stir != FILTERS) || capabilities & IPFUNNEL_CAN_FILTER);
}

/* In a process of its own, so that a run that fails is one line of the table. Returns its exit status. */
static int run_once(const struct run_kind *kind, uint32_t seed, struct run_result *result)
{
    int ends[2], status;
    *result = (struct run_result){ .sent = 0 };
    CHECK_INT(pipe(ends), 0);
    fflush(NULL);
    pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        close(ends[0]);
        alarm(60);
        overload_run(kind, seed, result);
        exit(write(ends[1], result, sizeof *result) != sizeof *result);
    }
    close(ends[1]);
    bool told = read(ends[0], result, sizeof *result) == sizeof *result;
    close(ends[0]);
    CHECK(waitpid(child, &status, 0) == child);
    return WIFEXITED(status) ? WEXITSTATUS(status) | (!told && WEXITSTATUS(status) == 0) : 128 + WTERMSIG(status);
}

static void head(void)
{
    printf("%-43s %9s %10s %10s %9s %8s %8s %8s %8s %10s\n", "", "ledger ok", "sent", "delivered", "filtered",
           "excluded", "not_ip", "malform.", "cut", "dropped");
}

static void line(const char *name, int good, int runs, const struct run_result *sum)
{
    const ipfunnel_statistics *s = &sum->sums;
    printf("%-43s %4d/%-4d %10llu %10llu %9llu %8llu %8llu %8llu %8llu %10llu\n", name, good, runs,
           (unsigned long long)sum->sent, (unsigned long long)s->delivered, (unsigned long long)s->filtered,
           (unsigned long long)(s->excluded_vlan + s->other_family + s->excluded_other_host),
           (unsigned long long)s->not_ip, (unsigned long long)s->malformed,
           (unsigned long long)s->extra_from_cutting, (unsigned long long)s->dropped);
}

static void add(struct run_result *sum, const struct run_result *more)
{
    sum->sent += more->sent;
#define ADD(name) sum->sums.name += more->sums.name;
    IPFUNNEL_COUNTERS(ADD)
}

int main(int argc, char **argv)
{
    CHECK(argc >= 2 && argc <= 4);
    live_backend = argv[1];
    int runs = argc > 2 ? atoi(argv[2]) : 1, good_in_all = 0, made = 0, idle = 0;
    uint32_t capabilities = 0;
    for (int i = 0; ipfunnel_backend_at(i); i++)
        if (strcmp(ipfunnel_backend_at(i)->name, live_backend) == 0)
            capabilities = ipfunnel_backend_at(i)->capabilities;
    a_fresh_pair();
    unit_no_udp_supers = !senders_know_udp_supers("vc");
    head();
    for (int k = 0; k < KINDS; k++) {
        struct run_result sum = { .sent = 0 }, one;
        int good = 0;
        if (!can(&kinds[k], capabilities) || (argc > 3 && !strstr(kinds[k].name, argv[3])))
            continue;
        for (int n = 0; n < runs; n++) {
            uint32_t seed = (uint32_t)(k * 1000003 + n);
            int status = run_once(&kinds[k], seed, &one);
            if (status == 77)
                return 77;
            if (status)
                fprintf(stderr, "%s, run %d: exit status %d\n", kinds[k].name, n, status);
            good += status == 0;
            idle += status == 0 && one.sums.dropped == 0;
            add(&sum, &one);
        }
        line(kinds[k].name, good, runs, &sum);
        good_in_all += good;
        made += runs;
    }
    printf("%s: ledgers exact in %d of %d runs; in %d of them nothing was dropped\n", live_backend, good_in_all, made,
           idle);
    return good_in_all == made && idle < made ? 0 : 1;
}
