#include "../host.h"
#include "verify.h"
#include <ipfunnel_ioctl.h>
#include <string.h>

enum { FLOOD = 2000, FLOOD_PAYLOAD = 1000, TRANSFER = 1 << 20, SMALL_TRANSFER = 1 << 16, FLOW_QUIET_MS = 250,
       FLOW_MOST_MS = 3000, LISTEN_MS = 3000, LISTEN_ENOUGH = 10, SHORTEST_UNPADDED = 46 };

static void of_a_flood(struct bench *b)
{
    const enum point point = POINT_unread;
    ipfunnel *capture = verify_open(b, &b->loopback[0], &point, 1);
    ipfunnel_statistics statistics = IPFUNNEL_STATISTICS_INIT;
    static struct tally tally;
    struct traffic_batch batch;
    struct judgement j;
    struct answer *a;

    if (!capture)
        return;
    tally = (struct tally){ .run = 0 };
    traffic_udp(b->traffic, &batch, &b->loopback[0].at, FLOOD, FLOOD_PAYLOAD, true);
    verify_collect(capture, &tally, b->traffic->run, &batch);
    a = answer_begin(b->report, point, "captured on %s, sent UDP datagrams to it, and only then began to read",
                     b->loopback[0].text);
    answer_number(a, "sent", batch.count);
    answer_number(a, "seen", tally.seen);
    answer_number(a, "distinct", tally.distinct);
    answer_number(a, "out_of_order", tally.out_of_order);
    if (ipfunnel_stats(capture, &statistics) >= 0 && (statistics.available >> IPFUNNEL_COUNTER_dropped & 1))
        answer_number(a, "dropped", (int64_t)statistics.dropped);
    j = judge_unread(&batch, &tally);
    answer_end(a, j.verdict, "%s", j.why);
    ipfunnel_close(capture);
}

/* Datagrams of one connection. */
struct flow {
    uint32_t seen, longer, without_length, marked, longest;
};

static void flow_add(struct flow *f, const struct traffic_batch *batch, const ipfunnel_datagram *d)
{
    ipfunnel_headers h = IPFUNNEL_HEADERS_INIT;

    if (ipfunnel_read_headers(d, &h) < 0 || !(h.flags & IPFUNNEL_HAS_PORTS) ||
        !((h.source_port == batch->from_port && h.destination_port == batch->to_port) ||
          (h.source_port == batch->to_port && h.destination_port == batch->from_port)))
        return;
    f->seen++;
    f->longer += d->length > 65535;
    f->without_length += (d->flags & IPFUNNEL_LENGTH_ASSUMED) != 0;
    f->marked += (d->flags & IPFUNNEL_SEGMENTATION) != 0;
    f->longest = d->length > f->longest ? d->length : f->longest;
}

static void collect_flow(ipfunnel *capture, struct flow *f, const struct traffic_batch *batch)
{
    const int64_t end_ms = host_milliseconds() + FLOW_MOST_MS;
    int64_t last_ms = host_milliseconds();
    const ipfunnel_datagram *d[64];
    uint32_t before = 0;

    while (host_milliseconds() < end_ms && host_milliseconds() - last_ms < FLOW_QUIET_MS) {
        int n = ipfunnel_recv(capture, d, 64, FLOW_QUIET_MS / 5);
        if (n < 0)
            break;
        for (int i = 0; i < n; i++)
            flow_add(f, batch, d[i]);
        if (f->seen != before)
            last_ms = host_milliseconds();
        before = f->seen;
    }
}

static bool switch_fast_path_on(intptr_t socket)
{
    return ipfunnel_loopback_fast_path((uintptr_t)socket, 1, NULL) >= 0;
}

/* Does the system have it? Tried on a socket that is not used. */
static bool has_fast_path(ipfunnel_error *error)
{
    intptr_t s = own_socket_tcp(4);
    int status = ipfunnel_loopback_fast_path((uintptr_t)s, 1, error);

    own_socket_close(s);
    return status >= 0;
}

static void of_tcp(struct bench *b)
{
    const enum point points[] = { POINT_large_send, POINT_fast_path };
    ipfunnel *capture = verify_open(b, &b->loopback[0], points, 2);
    struct traffic_batch plain, fast;
    struct flow without = { 0 }, with = { 0 };
    ipfunnel_error error = { .status = 0 };
    struct judgement j;
    struct answer *a;

    if (!capture)
        return;
    traffic_tcp(b->traffic, &plain, &b->loopback[0].at, TRANSFER, NULL);
    collect_flow(capture, &without, &plain);
    a = answer_begin(b->report, POINT_large_send, "captured on %s and sent 1 MiB over one TCP connection to it",
                     b->loopback[0].text);
    answer_number(a, "kib_received", plain.count);
    answer_number(a, "seen", without.seen);
    answer_number(a, "longest", without.longest);
    answer_number(a, "longer_than_65535", without.longer);
    answer_number(a, "without_length", without.without_length);
    answer_number(a, "marked_as_super_datagram", without.marked);
    j = judge_large(without.seen, without.longer, without.without_length);
    answer_end(a, j.verdict, "%s", j.why);

    if (has_fast_path(&error)) {
        traffic_tcp(b->traffic, &fast, &b->loopback[0].at, SMALL_TRANSFER, switch_fast_path_on);
        collect_flow(capture, &with, &fast);
        a = answer_begin(b->report, POINT_fast_path, "sent 64 KiB over a TCP connection that has the fast path at both "
                         "ends, and compared with the one before");
        answer_number(a, "kib_received", fast.count);
        answer_number(a, "seen", with.seen);
        answer_number(a, "seen_without_fast_path", without.seen);
        j = judge_fast_path(without.seen, with.seen);
        answer_end(a, fast.count ? j.verdict : VERDICT_INCONCLUSIVE, "%s", fast.count ? j.why : "nothing was received");
    } else {
        answer_end(&b->report->answers[POINT_fast_path], VERDICT_NOT_APPLICABLE, "%s", error.text);
    }
    ipfunnel_close(capture);
}

/* What passes the interface while nothing is sent on purpose. Only counted. */
struct passing {
    uint32_t in, out, unknown, shorter;
};

static void listen_to(ipfunnel *capture, struct passing *p)
{
    const int64_t end_ms = host_milliseconds() + LISTEN_MS;
    const ipfunnel_datagram *d[64];
    int n = 0;

    while (n >= 0 && host_milliseconds() < end_ms && (p->in < LISTEN_ENOUGH || p->out < LISTEN_ENOUGH)) {
        n = ipfunnel_recv(capture, d, 64, 100);
        for (int i = 0; i < n; i++) {
            p->in += d[i]->direction == IPFUNNEL_DIRECTION_IN;
            p->out += d[i]->direction == IPFUNNEL_DIRECTION_OUT;
            p->unknown += d[i]->direction == IPFUNNEL_DIRECTION_UNKNOWN;
            p->shorter += d[i]->direction == IPFUNNEL_DIRECTION_IN && d[i]->length < SHORTEST_UNPADDED;
        }
    }
}

static struct answer *passing_answer(struct bench *b, enum point point, const struct passing *p)
{
    struct answer *a = answer_begin(b->report, point, "counted for up to 3 s what passed the interface by itself");

    answer_number(a, "in", p->in);
    answer_number(a, "out", p->out);
    answer_number(a, "unknown", p->unknown);
    answer_number(a, "in_shorter_than_46", p->shorter);
    return a;
}

static void of_what_passes(struct bench *b)
{
    const enum point points[] = { POINT_both_directions, POINT_firewall_inbound, POINT_malformed_inbound };
    ipfunnel *capture = verify_open(b, &b->own[!b->own[0].there], points, 3);
    ipfunnel_statistics statistics = IPFUNNEL_STATISTICS_INIT;
    ipfunnel_capture_info info = IPFUNNEL_CAPTURE_INFO_INIT;
    struct passing p = { 0 };
    struct judgement j;
    struct answer *a;

    if (!capture)
        return;
    listen_to(capture, &p);
    ipfunnel_info(capture, &info);
    ipfunnel_stats(capture, &statistics);
    j = judge_directions(p.in, p.out);
    answer_end(passing_answer(b, POINT_both_directions, &p), j.verdict, "%s", j.why);
    j = judge_firewall(p.in, p.out);
    if (strcmp(info.backend, "sio_rcvall") == 0)
        answer_end(passing_answer(b, POINT_firewall_inbound, &p), j.verdict, "%s", j.why);
    else
        answer_end(&b->report->answers[POINT_firewall_inbound], VERDICT_NOT_APPLICABLE,
                   "%s captures below the firewall", info.backend);
    a = passing_answer(b, POINT_malformed_inbound, &p);
    answer_number(a, "malformed", (int64_t)statistics.malformed);
    answer_end(a, statistics.malformed ? VERDICT_YES : VERDICT_INCONCLUSIVE, "%s", statistics.malformed
               ? "some were" : "none passed, or none is handed over");
    ipfunnel_close(capture);
}

void verify_flows(struct bench *b)
{
    of_a_flood(b);
    of_tcp(b);
    of_what_passes(b);
}
