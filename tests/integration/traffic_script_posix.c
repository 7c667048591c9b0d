/* traffic_script_posix.c - sends the traffic script over a real device and compares what is delivered with what the
 * script says: every byte, the order, and the ledgers. Runs inside netns.sh.
 *
 *   traffic_script BACKEND DEVICE MODE FAMILIES VLAN [count_all]
 *     DEVICE   veth-in (capture on vb what va sends), veth-out (on va itself), lo, tun
 *     MODE     on, iplevel      FAMILIES 4, 6, both      VLAN own, all, or a VLAN id */
#include "check.h"
#include "traffic_path_posix.h"
#include <ipfunnel.h>
#include <unistd.h>

struct setting {
    const char *backend, *device;
    ipfunnel_mode mode;
    uint32_t families, vlan;
    int count_all;
    int tells_direction, shows_copies;          /* the backend; libpcap hides the second copy of a loopback frame */
};

/* What has to happen to a step in this setting: the counter it goes to. */
static int expected_counter(const struct setting *s, const struct path *path, const struct step *step)
{
    if (step->outcome == NOT_IP)
        return IPFUNNEL_COUNTER_not_ip;
    if (step->outcome == MALFORMED)
        return IPFUNNEL_COUNTER_malformed;
    if (step->other_host && path->sees_other_host && s->mode == IPFUNNEL_MODE_IPLEVEL)
        return IPFUNNEL_COUNTER_excluded_other_host;
    if (s->vlan != IPFUNNEL_VLAN_ALL && (uint32_t)step->vid != (s->vlan == IPFUNNEL_VLAN_OWN ? 0 : s->vlan))
        return IPFUNNEL_COUNTER_excluded_vlan;
    if (!(s->families & (step->version == 4 ? IPFUNNEL_IPV4 : IPFUNNEL_IPV6)))
        return IPFUNNEL_COUNTER_other_family;
    return IPFUNNEL_COUNTER_delivered;
}

static int is_delivered(const struct setting *s, const struct path *path, const struct step *step)
{
    return path_carries(path, step) && expected_counter(s, path, step) == IPFUNNEL_COUNTER_delivered;
}

static ipfunnel *open_capture(const struct setting *s, const struct path *path)
{
    ipfunnel_options o = IPFUNNEL_OPTIONS_INIT;
    ipfunnel_error e;
    ipfunnel *h = NULL;
    const char *latency_us = getenv("LIVE_LATENCY_US");
    o.interface_name = path->capture_on;
    o.backend = s->backend;
    o.start = (uint32_t)s->mode;
    o.families = s->families;
    o.vlan = s->vlan;
    o.flags = s->count_all ? IPFUNNEL_OPEN_COUNT_ALL : 0;
    o.latency_us = latency_us ? (uint32_t)atoi(latency_us) : 0;
    if (ipfunnel_open(&h, &o, &e)) {
        fprintf(stderr, "%s; %s\n", e.text, e.remedy);
        exit(1);
    }
    return h;
}

static void compare(const struct setting *s, const struct step *step, const struct path *path,
                    const ipfunnel_datagram *d)
{
    if (d->length != step->datagram_length
        || memcmp(d->bytes, step->frame + step->datagram_at, step->datagram_length) != 0) {
        char line[200];
        fprintf(stderr, "%s: expected %zu bytes, got %u: %s\n", step->name, step->datagram_length, d->length,
                ipfunnel_summary(d, line, sizeof line));
        exit(1);
    }
    CHECK_INT(d->version, step->version);
    if (d->direction_source == IPFUNNEL_SAYS_KERNEL || s->tells_direction)
        CHECK_INT(d->direction, path->direction);
    if (s->tells_direction)
        CHECK_INT(d->direction_source, IPFUNNEL_SAYS_KERNEL);
    CHECK_INT(d->vlan_count, step->tags);
    CHECK(d->time_ns != IPFUNNEL_TIME_UNKNOWN);
    CHECK_STR(d->interface_name, path->capture_on);
}

/* Receives until every step that is to be delivered was, in this order. */
static size_t receive_all(ipfunnel *h, const struct setting *s, const struct path *path, const struct script *script)
{
    const ipfunnel_datagram *d[64];
    size_t at = 0, delivered = 0;
    for (;;) {
        while (at < script->count && !is_delivered(s, path, &script->steps[at]))
            at++;
        int n = ipfunnel_recv(h, d, 64, at < script->count ? 2000 : 50);
        if (n == 0) {
            if (at < script->count)
                fprintf(stderr, "missing from %s on\n", script->steps[at].name);
            CHECK_INT(at, script->count);
            return delivered;
        }
        CHECK(n > 0);
        for (int i = 0; i < n; i++, delivered++) {
            while (at < script->count && !is_delivered(s, path, &script->steps[at]))
                at++;
            CHECK(at < script->count);
            compare(s, &script->steps[at++], path, d[i]);
        }
    }
}

static void check_ledger(ipfunnel *h, const struct setting *s, const struct path *path, const struct script *script)
{
    uint64_t expected[IPFUNNEL_COUNTER_COUNT] = { 0 };
    for (size_t i = 0; i < script->count; i++) {
        const struct step *step = &script->steps[i];
        if (!path_carries(path, step))
            continue;
        expected[expected_counter(s, path, step)]++;
        expected[IPFUNNEL_COUNTER_frames]++;
        if (path->copies == 2 && s->shows_copies) {
            /* The outgoing copy: IP is excluded as such; what is not IP is counted as what it is, twice. */
            expected[IPFUNNEL_COUNTER_frames]++;
            expected[step->outcome == NOT_IP ? IPFUNNEL_COUNTER_not_ip : step->outcome == MALFORMED
                     ? IPFUNNEL_COUNTER_malformed : IPFUNNEL_COUNTER_excluded_loopback_copy]++;
        }
    }
    for (int i = IPFUNNEL_COUNTER_delivered; i < IPFUNNEL_COUNTER_COUNT; i++)
        expected[IPFUNNEL_COUNTER_carrying_ip] += expected[i];

    ipfunnel_statistics st = IPFUNNEL_STATISTICS_INIT;
    CHECK_INT(ipfunnel_stats(h, &st), 0);
    CHECK_INT(st.frames, st.carrying_ip + st.not_ip + st.malformed + st.unknown_link + st.pending);
    CHECK_INT(st.carrying_ip + st.extra_from_cutting,
              st.delivered + st.filtered + st.other_family + st.excluded_vlan + st.excluded_other_host
              + st.excluded_outgoing + st.excluded_loopback_copy);
    uint64_t known = (UINT64_C(1) << IPFUNNEL_COUNTER_COUNT) - 1;
    if (path->copies == 2 && !s->shows_copies)
        known &= ~(UINT64_C(1) << IPFUNNEL_COUNTER_excluded_loopback_copy);
    if (s->count_all)
        CHECK(st.available == known);
#define COMPARE(name) \
    if (s->count_all) \
        CHECK_INT(st.name, expected[IPFUNNEL_COUNTER_##name]);
    IPFUNNEL_COUNTERS(COMPARE)
    CHECK_INT(st.delivered, expected[IPFUNNEL_COUNTER_delivered]);
    CHECK_INT(st.dropped, 0);
}

int main(int argc, char **argv)
{
    CHECK(argc >= 6);
    struct setting s = {
        .backend = argv[1], .device = argv[2],
        .mode = strcmp(argv[3], "on") == 0 ? IPFUNNEL_MODE_ON : IPFUNNEL_MODE_IPLEVEL,
        .families = strcmp(argv[4], "4") == 0 ? IPFUNNEL_IPV4 : strcmp(argv[4], "6") == 0 ? IPFUNNEL_IPV6
                                                              : IPFUNNEL_IPV4 | IPFUNNEL_IPV6,
        .vlan = strcmp(argv[5], "own") == 0 ? IPFUNNEL_VLAN_OWN : strcmp(argv[5], "all") == 0
                ? IPFUNNEL_VLAN_ALL : (uint32_t)strtoul(argv[5], NULL, 10),
        .count_all = argc > 6,
    };
    run_on_cpu(0);                  /* one CPU sends, so that the order is the script's */
    struct path path = path_open(s.device);
    struct script script;
    script_build(&script, path.mac);
    ipfunnel *h = open_capture(&s, &path);
    ipfunnel_capture_info info = IPFUNNEL_CAPTURE_INFO_INIT;
    CHECK_INT(ipfunnel_info(h, &info), 0);
    s.tells_direction = (info.capabilities & IPFUNNEL_CAN_DIRECTION) != 0;
    s.shows_copies = strcmp(info.backend, "pcap") != 0;
    size_t sent = 0;
    for (size_t i = 0; i < script.count; i++)
        if (path_carries(&path, &script.steps[i])) {
            path_send(&path, &script.steps[i]);
            sent++;
        }
    size_t delivered = receive_all(h, &s, &path, &script);
    check_ledger(h, &s, &path, &script);
    ipfunnel_close(h);
    close(path.fd);
    printf("%zu frames sent, %zu datagrams delivered, 0 differences\n", sent, delivered);
    script_free(&script);
    return 0;
}
