/* Kills a process that writes a file, at 200 random moments, and looks at what it left behind: every complete record is
 * readable, nothing is missing between them, at most the last one is cut. With FLUSH_EACH every batch whose call had
 * returned is there; without, no more than the buffer is lost.
 *
 *   writer_kill [FOLDER]    keeps every tenth file in FOLDER, as kill-ROUND-RECORDS.pcapng or .pcap: for other tools */
#define _DEFAULT_SOURCE
#include "file_scan.h"
#include <ipfunnel_file.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { ROUNDS = 200, KEEP_EACH = 10, MOST_DATAGRAMS = 20000, MOST_BATCH = 40, BUFFER = 256 * 1024 };

static const uint32_t formats[] = { IPFUNNEL_FILE_PCAPNG, IPFUNNEL_FILE_PCAPNG, IPFUNNEL_FILE_PCAPNG,
                                    IPFUNNEL_FILE_PCAP_NS, IPFUNNEL_FILE_PCAP_US };

static uint64_t random_state = 88172645463325252u;

static uint64_t random_below(uint64_t n)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state % n;
}

static _Noreturn void write_until_killed(const char *path, uint32_t format, uint32_t flags,
                                         _Atomic uint64_t *acknowledged)
{
    static uint8_t bytes[MOST_BATCH][NUMBERED_MOST];
    ipfunnel_datagram d[MOST_BATCH];
    const ipfunnel_datagram *batch[MOST_BATCH];
    ipfunnel_writer_options o = IPFUNNEL_WRITER_OPTIONS_INIT;
    ipfunnel_writer_interface port = IPFUNNEL_WRITER_INTERFACE_INIT;
    ipfunnel_writer *w = NULL;
    o.path = path;
    o.format = format;
    o.flags = flags;
    port.name = "kill0";
    if (ipfunnel_writer_open(&w, &o, NULL) != 0 || ipfunnel_writer_add_interface(w, &port) != 0)
        _exit(2);
    for (uint64_t number = 0; number < MOST_DATAGRAMS;) {
        int n = 1 + (int)random_below(MOST_BATCH);
        for (int i = 0; i < n; i++) {
            d[i] = numbered_datagram(number + (uint64_t)i, bytes[i]);
            batch[i] = &d[i];
        }
        if (ipfunnel_writer_write(w, 0, batch, n) != 0)
            _exit(3);
        number += (uint64_t)n;
        atomic_store(acknowledged, number);
    }
    for (;;)
        pause();
}

/* Waits until so many datagrams were acknowledged, and then a random moment. */
static void kill_after(pid_t child, _Atomic uint64_t *acknowledged, uint64_t target)
{
    struct timespec moment = { .tv_nsec = (long)random_below(300000) };
    while (atomic_load(acknowledged) < target) {
        int status;
        CHECK_INT(waitpid(child, &status, WNOHANG), 0);   /* it does not end by itself */
        sched_yield();
    }
    nanosleep(&moment, NULL);
    CHECK_INT(kill(child, SIGKILL), 0);
    CHECK_INT(waitpid(child, NULL, 0), child);
}

static void check_lost(const struct scan *s, uint64_t acknowledged, uint32_t flags)
{
    uint64_t lost = 0;
    for (uint64_t number = s->count; number < acknowledged; number++)
        lost += numbered_length(number);
    CHECK(flags & IPFUNNEL_WRITER_FLUSH_EACH ? lost == 0 : lost < BUFFER);
}

int main(int argc, char **argv)
{
    bool keep = argc > 1;
    CHECK(!keep || chdir(argv[1]) == 0);
    _Atomic uint64_t *acknowledged = mmap(NULL, sizeof *acknowledged, PROT_READ | PROT_WRITE,
                                          MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    CHECK(acknowledged != MAP_FAILED);
    int cut = 0, lost = 0;
    random_state += (uint64_t)time(NULL);
    printf("seed %llu\n", (unsigned long long)random_state);
    fflush(stdout);

    for (int round = 0; round < ROUNDS; round++) {
        uint32_t format = formats[round % 5], flags = round % 2 ? IPFUNNEL_WRITER_FLUSH_EACH : 0;
        uint64_t target = 1 + random_below(UINT64_C(1) << random_below(14));
        atomic_store(acknowledged, 0);
        pid_t child = fork();
        CHECK(child >= 0);
        if (child == 0)
            write_until_killed("kill.tmp", format, flags, acknowledged);
        kill_after(child, acknowledged, target);

        struct scan s = scan_file("kill.tmp", 0);
        check_lost(&s, atomic_load(acknowledged), flags);
        cut += s.cut;
        lost += s.count < atomic_load(acknowledged);
        if (keep && round % KEEP_EACH == round / KEEP_EACH % KEEP_EACH) {
            char name[64];
            snprintf(name, sizeof name, "kill-%03d-%llu.%s", round, (unsigned long long)s.count,
                     format == IPFUNNEL_FILE_PCAPNG ? "pcapng" : "pcap");
            CHECK_INT(rename("kill.tmp", name), 0);
        }
    }
    remove("kill.tmp");
    printf("%d kills, %d files with a cut last record, %d that lost what was in the buffer\n", ROUNDS, cut, lost);
    return 0;
}
