#define _GNU_SOURCE
#include "overload_reader_posix.h"
#include "live_posix.h"
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

static void switch_filter(struct run *r)
{
    static const char *const filters[] = { unit_filter, "", "dst port 5000", unit_filter, "udp or tcp" };
    const char *filter = filters[run_random(r, sizeof filters / sizeof *filters)];
    CHECK_INT(ipfunnel_set_filter(r->of[0].capture, filter), 0);
    r->of[0].tally.filtered = filter == unit_filter;
    r->of[0].tally.partial = true;
}

/* What passed between ON and OFF is known but for the frames that were on their way meanwhile. */
static void off_and_on(struct run *r)
{
    static uint64_t surely_from, perhaps_from;
    static uint64_t counted;
    uint64_t surely = senders_done(&r->senders);
    run_off(r, 0);
    uint64_t perhaps = senders_begun(&r->senders);
    ipfunnel_statistics s = run_stats(r, 0);
    if (perhaps_from || surely_from) {
        CHECK(s.frames + s.dropped - counted <= perhaps - surely_from);
        CHECK(surely <= perhaps_from || s.frames + s.dropped - counted >= surely - perhaps_from);
    }
    counted = s.frames + s.dropped;
    surely_from = senders_done(&r->senders);
    if (r->kind->stir == REOPEN) {
        run_add(r, 0);
        ipfunnel_close(r->of[0].capture);
        tally_again(&r->of[0].tally);
        counted = 0;
        run_open(r, 0);
    } else {
        CHECK_INT(ipfunnel_set_mode(r->of[0].capture, IPFUNNEL_MODE_ON), 0);
    }
    perhaps_from = senders_begun(&r->senders);
}

/* The senders wait while the state changes: what they send in that moment may pass without anybody seeing it. */
static void change_state(struct run *r, bool up)
{
    struct ifreq request = { .ifr_name = "vc" };
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    senders_hold(&r->senders);
    CHECK_INT(ioctl(fd, SIOCGIFFLAGS, &request), 0);
    request.ifr_flags = (short)(up ? request.ifr_flags | IFF_UP : request.ifr_flags & ~IFF_UP);
    CHECK_INT(ioctl(fd, SIOCSIFFLAGS, &request), 0);
    senders_go_on(&r->senders);
    close(fd);
}

static void down_and_up(struct run *r)
{
    change_state(r, false);
    for (uint32_t n = run_random(r, 4); n > 0; n--)
        CHECK(run_read(r, 0, 1) >= 0);
    run_stats(r, 0);
    change_state(r, true);
    r->changes += 2;
}

static void set_mode(struct run *r, bool iplevel)
{
    CHECK_INT(ipfunnel_set_mode(r->of[0].capture, iplevel ? IPFUNNEL_MODE_IPLEVEL : IPFUNNEL_MODE_ON), 0);
    r->iplevel = iplevel;
}

void stir(struct run *r)
{
    switch (r->kind->stir) {
    case NOTHING:
    case GONE:
        break;
    case FILTERS:
        switch_filter(r);
        break;
    case OFF_AND_ON:
    case REOPEN:
        off_and_on(r);
        break;
    case DOWN_AND_UP:
        down_and_up(r);
        break;
    case MODES:
        set_mode(r, !r->iplevel);
        break;
    }
}

void stir_end(struct run *r)
{
    if (r->iplevel)
        set_mode(r, false);
}

void stir_gone(struct run *r)
{
    int n;
    run("ip link del vc");
    while ((n = run_read(r, 0, -1)) > 0)
        continue;
    CHECK_STR(ipfunnel_status_text(n), "ENODEV");
    CHECK_INT(run_stats(r, 0).pending, 0);
    a_fresh_pair();
}
