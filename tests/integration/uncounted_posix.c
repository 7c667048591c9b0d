/* uncounted_posix.c - the system does not tell its counters for a while: what was lost is unknown then, not 0, END
 * comes all the same, no counter goes backwards, and with the next answer everything is exact again. And it tells of
 * more than 32 bits can count. The linker puts the functions below in front of the real ones (--wrap). Runs inside
 * netns.sh.   uncounted BACKEND */
#define _GNU_SOURCE
#include "ledger.h"
#include "live_posix.h"
#include <errno.h>
#include <linux/if_packet.h>
#include <pcap.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <unistd.h>

static bool refuses;                           /* to tell */
static int refused;
static bool scripted;                          /* tells what is said here, not what was */
static uint32_t accepted_then, dropped_then;   /* since it was last asked */

int __real_getsockopt(int fd, int level, int name, void *value, socklen_t *size);
int __wrap_getsockopt(int fd, int level, int name, void *value, socklen_t *size);
int __wrap_getsockopt(int fd, int level, int name, void *value, socklen_t *size)
{
    if (!(refuses || scripted) || level != SOL_PACKET || name != PACKET_STATISTICS)
        return __real_getsockopt(fd, level, name, value, size);
    if (scripted) {
        struct tpacket_stats told = { .tp_packets = accepted_then + dropped_then, .tp_drops = dropped_then };
        memcpy(value, &told, sizeof told);
        return 0;
    }
    refused++;
    errno = EPERM;
    return -1;
}

int __real_pcap_stats(pcap_t *pcap, struct pcap_stat *counters);
int __wrap_pcap_stats(pcap_t *pcap, struct pcap_stat *counters);
int __wrap_pcap_stats(pcap_t *pcap, struct pcap_stat *counters)
{
    static uint32_t dropped;
    if (!refuses) {
        int status = __real_pcap_stats(pcap, counters);
        counters->ps_drop += dropped += scripted ? dropped_then : 0;
        return status;
    }
    refused++;
    return -1;
}

enum { FIRST = 6000, THEN = 9000, SIZE = 1400 };       /* more than the smallest ring of either backend holds */

static void send_all(int sender, uint32_t first, uint32_t end)
{
    for (uint32_t number = first; number < end; number++)
        CHECK_INT(send_number(sender, VB, number, SIZE), 0);
}

/* What was lost before them, by their numbers and as told; with `unknown` it must be told that nobody knows. */
struct losses {
    uint32_t next;
    uint64_t lost, told;
    bool unknown;
};

static int read_all(ipfunnel *capture, struct losses *l, int wait_ms)
{
    const ipfunnel_datagram *d[64];
    int n;
    while ((n = ipfunnel_recv(capture, d, 64, wait_ms)) > 0) {
        if (l->unknown)
            CHECK(d[0]->dropped_before == IPFUNNEL_DROPS_UNKNOWN);
        for (int i = 0; i < n; i++) {
            CHECK(number_of(d[i]) != UINT32_MAX && number_of(d[i]) >= l->next);
            l->lost += number_of(d[i]) - l->next;
            l->next = number_of(d[i]) + 1;
            if (d[i]->dropped_before != IPFUNNEL_DROPS_UNKNOWN)
                l->told += d[i]->dropped_before;
        }
    }
    return n;
}

static void unknown_while_nobody_tells_and_exact_again_after_it(void)
{
    ipfunnel *capture = open_live(OPTIONS(.ring_bytes = 1, .flags = IPFUNNEL_OPEN_COUNT_ALL), "va", IPFUNNEL_MODE_ON);
    int sender = sender_on("va");
    struct losses l = { .next = 0 };
    send_all(sender, 0, FIRST);
    CHECK_INT(read_all(capture, &l, 100), 0);
    ipfunnel_statistics before = balanced(capture);
    CHECK(AVAILABLE(before, dropped) && before.dropped > 0);

    refuses = l.unknown = true;
    ipfunnel_statistics during = balanced(capture);
    CHECK(!AVAILABLE(during, dropped));
    CHECK(during.frames == before.frames && during.dropped == before.dropped);
    send_all(sender, FIRST, THEN);
    CHECK_INT(read_all(capture, &l, 100), 0);
    CHECK_INT(ipfunnel_set_mode(capture, IPFUNNEL_MODE_OFF), 0);
    CHECK_INT(read_all(capture, &l, -1), IPFUNNEL_END);
    during = balanced(capture);
    CHECK(!AVAILABLE(during, dropped) && AVAILABLE(during, delivered));
    CHECK(during.frames > before.frames && during.dropped >= before.dropped);
    CHECK(refused > 3);

    refuses = l.unknown = false;
    CHECK_INT(ipfunnel_set_mode(capture, IPFUNNEL_MODE_ON), 0);
    ipfunnel_statistics after = balanced(capture);
    CHECK(AVAILABLE(after, dropped) && AVAILABLE(after, frames) && AVAILABLE(after, pending));
    CHECK_INT(after.frames + after.dropped, THEN);
    CHECK(after.frames >= during.frames && after.dropped >= during.dropped);
    send_all(sender, THEN, THEN + 1);
    CHECK_INT(read_all(capture, &l, 100), 0);
    CHECK_INT(l.next, THEN + 1);
    CHECK_INT(l.lost, after.dropped);
    CHECK_INT(l.told, after.dropped);
    CHECK_INT(balanced(capture).delivered + after.dropped, THEN + 1);
    printf("  %d readings refused; %llu dropped in the end, all of them told\n", refused,
           (unsigned long long)after.dropped);
    close(sender);
    ipfunnel_close(capture);
}

static void sums_go_on_beyond_32_bits(void)
{
    const uint32_t most = UINT32_MAX, steps[][2] = { { 1, most }, { most, 1 }, { most, most }, { 5, 0 }, { 0, 7 } };
    ipfunnel *capture = open_live(OPTIONS(.flags = IPFUNNEL_OPEN_COUNT_ALL), "va", IPFUNNEL_MODE_ON);
    uint64_t accepted = 0, dropped = 0;
    scripted = true;
    for (int i = 0; i < 50; i++) {
        accepted += accepted_then = steps[i % 5][0];
        dropped += dropped_then = steps[i % 5][1];
        ipfunnel_statistics s = balanced(capture);
        CHECK_INT(s.dropped, dropped);
        CHECK(strcmp(live_backend, "af_packet") != 0 || s.frames == accepted);
    }
    CHECK(dropped > UINT64_C(10) << 32);
    ipfunnel_close(capture);
    scripted = false;
}

int main(int argc, char **argv)
{
    CHECK(argc == 2);
    live_backend = argv[1];
    RUN(sums_go_on_beyond_32_bits);
    RUN(unknown_while_nobody_tells_and_exact_again_after_it);
    return 0;
}
