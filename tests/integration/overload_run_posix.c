#define _GNU_SOURCE
#include "overload_reader_posix.h"
#include "live_posix.h"
#include <string.h>
#include <time.h>

enum { FRAMES_EACH = 8000, CLOSING_TRIES = 50, WAIT_MS = 50, END_MS = 5000 };

uint32_t run_random(struct run *r, uint32_t bound)
{
    r->chance = r->chance * 1664525 + 1013904223;
    return (r->chance >> 8) % bound;
}

void run_open(struct run *r, int i)
{
    const struct run_kind *k = r->kind;
    r->of[i].capture = open_live(
        OPTIONS(.families = IPFUNNEL_IPV4, .ring_bytes = k->tiny ? 1 : 0, .filter = k->filtered ? unit_filter : NULL,
                .latency_us = k->immediate ? IPFUNNEL_LATENCY_LOWEST : 0,
                .flags = (k->kernel_filter ? 0 : IPFUNNEL_OPEN_COUNT_ALL) | (k->on_wire ? IPFUNNEL_OPEN_ON_WIRE : 0)
                         | (k->events ? IPFUNNEL_OPEN_EVENTS : 0),
                .fanout_group = k->fanout == NOT_SHARED ? 0 : 4711,
                .fanout_mode = k->fanout == NOT_SHARED ? 0 : (uint32_t)k->fanout),
        k->loopback ? "lo" : k->other_end ? "vd" : "vc", IPFUNNEL_MODE_OFF);
    CHECK_INT(tally_stats(&r->of[i].tally, r->of[i].capture).dropped, 0);
    CHECK_INT(ipfunnel_set_mode(r->of[i].capture, IPFUNNEL_MODE_ON), 0);
    ipfunnel_capture_info info = IPFUNNEL_CAPTURE_INFO_INIT;
    CHECK_INT(ipfunnel_info(r->of[i].capture, &info), 0);
    r->tells_each = strcmp(info.backend, "af_packet") == 0;
    CHECK_INT(info.filter_in_kernel, k->kernel_filter ? IPFUNNEL_YES : IPFUNNEL_NO);
}

int run_read(struct run *r, int i, int timeout_ms)
{
    const ipfunnel_datagram *d[128];
    ipfunnel_event event = IPFUNNEL_EVENT_INIT;
    int n;
    while ((n = ipfunnel_recv(r->of[i].capture, d, 1 + (int)run_random(r, 128), timeout_ms)) == IPFUNNEL_EVENT)
        for (; ipfunnel_next_event(r->of[i].capture, &event) == 1; r->events++)
            r->last_event = event.kind;
    CHECK(n <= 0 || !r->iplevel);
    r->read_since_pause += n > 0 ? (uint32_t)n : 0;
    for (int k = 0; k < n; k++)
        tally_datagram(&r->of[i].tally, d[k]);
    return n;
}

ipfunnel_statistics run_stats(struct run *r, int i)
{
    return tally_stats(&r->of[i].tally, r->of[i].capture);
}

void run_pause(uint32_t microseconds)
{
    const struct timespec pause = { .tv_nsec = (long)microseconds * 1000 };
    nanosleep(&pause, NULL);
}

void run_off(struct run *r, int i)
{
    CHECK_INT(ipfunnel_set_mode(r->of[i].capture, IPFUNNEL_MODE_OFF), 0);
    int n;
    while ((n = run_read(r, i, END_MS)) > 0)
        if (run_random(r, 4) == 0)
            run_stats(r, i);
    CHECK_INT(n, IPFUNNEL_END);
    tally_whole(&r->of[i].tally);
    ipfunnel_statistics end = run_stats(r, i);
    CHECK_INT(end.pending, 0);
    run_pause(1000);
    CHECK_INT(run_read(r, i, 0), IPFUNNEL_END);
    ipfunnel_statistics later = run_stats(r, i);
    CHECK(memcmp(&end, &later, sizeof end) == 0);
}

void run_add(struct run *r, int i)
{
    ipfunnel_statistics s = run_stats(r, i);
#define ADD(name) r->result->sums.name += s.name;
    IPFUNNEL_COUNTERS(ADD)
    r->result->sums.available = s.available;
}

static void read_under_load(struct run *r)
{
    uint32_t turn = 0, longest_pause = 200u << run_random(r, 6);       /* microseconds; others in each run */
    while (!senders_are_over(&r->senders)) {
        for (int i = 0; i < r->readers; i++) {
            CHECK(run_read(r, i, 1) >= 0);
            if (run_random(r, 4) == 0)
                run_stats(r, i);
            if (run_random(r, 16) == 0)
                ipfunnel_release(r->of[i].capture);
        }
        if (r->kind->slow && r->read_since_pause > run_random(r, 1000)) {
            run_pause(run_random(r, longest_pause));
            r->read_since_pause = 0;
        }
        if (++turn % 32 == 0)
            stir(r);
    }
    senders_end(&r->senders);
    stir_end(r);
}

static void read_all(struct run *r, int wait_ms)
{
    for (int i = 0; i < r->readers; i++)
        while (run_read(r, i, wait_ms) > 0)
            continue;
}

static bool came(const struct run *r, uint32_t number)
{
    for (int i = 0; i < r->readers; i++)
        if (r->of[i].tally.last[CLOSER].number == number)
            return true;
    return false;
}

/* When one more frame came after all others were read, there is no loss left to tell. */
static void tell_all(struct run *r)
{
    read_all(r, WAIT_MS);
    uint32_t number = senders_close(&r->senders);
    for (int i = 0; i < CLOSING_TRIES && !came(r, number); i++)
        read_all(r, WAIT_MS);
    CHECK(came(r, number));
    if (r->readers > 1)
        return;
    ipfunnel_statistics s = run_stats(r, 0);
    CHECK_INT(s.pending, 0);
    CHECK_INT(s.dropped, r->of[0].tally.told);
}

/* Whatever was lost, of each kind of frames no more came than was sent, and all that did not come was dropped. */
static void balance(struct run *r)
{
    const ipfunnel_statistics *s = &r->result->sums;
    const struct senders *from = &r->senders;
    uint64_t came_frames = 0, cuts = 0, left_out = 0, unwanted = 0, all = 0;
    for (int i = 0; i < r->readers; i++) {
        came_frames += r->of[i].tally.frames;
        cuts += r->of[i].tally.cuts;
        left_out += r->of[i].tally.left_out;
    }
    for (int kind = 0; kind < UNIT_KINDS; kind++)
        all += senders_sent(from, (enum unit_kind)kind);
    r->result->sent = all;
    if (r->kind->stir == OFF_AND_ON || r->kind->stir == REOPEN)
        return;
    if (r->kind->kernel_filter) {                 /* every filter here accepts what unit_filter does */
        uint64_t selected = r->of[0].tally.selected, selected_sent = senders_selected(from);
        CHECK(!(s->available >> IPFUNNEL_COUNTER_filtered & 1));
        CHECK(selected <= selected_sent && selected_sent - selected <= s->dropped);
        CHECK(r->kind->stir == FILTERS || selected_sent - selected == s->dropped);
        return;
    }
    if (r->kind->loopback) {                      /* libpcap shows one of the copies, uncounted */
        uint64_t lost_elsewhere = senders_backlog_losses() - r->backlog_losses;
        uint64_t passed = s->frames + s->dropped, most = all * (strcmp(live_backend, "pcap") == 0 ? 1 : 2);
        CHECK(passed <= most && most - passed <= lost_elsewhere);
        return;
    }
    CHECK_INT(s->frames + s->dropped, all);
    if (r->kind->stir == FILTERS)
        return;
    CHECK_INT(s->extra_from_cutting, cuts);
    unwanted = s->filtered - left_out + s->excluded_other_host;              /* frames that were left out whole */
    /* In IPLEVEL it is of no interest what else a frame for others is. */
    bool modes = r->kind->stir == MODES;
    uint64_t others = s->other_family + s->excluded_vlan;
    uint64_t others_sent = senders_sent(from, UNIT_IPV6) + senders_sent(from, UNIT_TAGGED);
    const struct {
        uint64_t came, sent;
    } rows[] = {
        { came_frames + unwanted + (modes ? others : 0),
          senders_sent(from, UNIT_PLAIN) + senders_sent(from, UNIT_SUPER) + (modes ? others_sent : 0) },
        { modes ? 0 : s->other_family, modes ? 0 : senders_sent(from, UNIT_IPV6) },
        { modes ? 0 : s->excluded_vlan, modes ? 0 : senders_sent(from, UNIT_TAGGED) },
        { s->not_ip, senders_sent(from, UNIT_NOT_IP) },
        { s->malformed, senders_sent(from, UNIT_MALFORMED) },
    };
    uint64_t missing = 0;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        CHECK(rows[i].came <= rows[i].sent);
        missing += rows[i].sent - rows[i].came;
    }
    CHECK_INT(missing, s->dropped);
}

void overload_run(const struct run_kind *kind, uint32_t seed, struct run_result *result)
{
    static struct run r;
    r = (struct run){ .kind = kind, .chance = seed, .result = result, .readers = 1,
                      .backlog_losses = senders_backlog_losses(),
                      .senders = { .interface_name = kind->loopback ? "lo" : "vc", .seen_there = !kind->other_end,
                                   .each = FRAMES_EACH } };
    unit_all_plain = kind->kernel_filter;
    if (kind->fanout != NOT_SHARED)
        r.readers = MOST_READERS;
    tally_begin(&r.of[0].tally, FRAMES_EACH);
    for (int i = 0; i < r.readers; i++) {
        struct tally *t = &r.of[i].tally;
        memcpy(t->seen, r.of[0].tally.seen, sizeof t->seen);
        memcpy(t->last, r.of[0].tally.last, sizeof t->last);
        t->cut = kind->on_wire;
        t->filtered = kind->filtered;
        t->uncounted = kind->kernel_filter || kind->loopback;
        run_open(&r, i);
    }
    senders_start(&r.senders);
    read_under_load(&r);
    if (kind->stir == GONE)
        stir_gone(&r);
    else
        tell_all(&r);
    if (kind->events) {
        CHECK(!r.tells_each || r.events >= r.changes);
        CHECK(r.events == 0 || r.last_event == IPFUNNEL_EVENT_UP);
    }
    for (int i = 0; i < r.readers; i++) {
        run_off(&r, i);
        run_add(&r, i);
        ipfunnel_close(r.of[i].capture);
    }
    balance(&r);
    tally_end(&r.of[0].tally);
}
