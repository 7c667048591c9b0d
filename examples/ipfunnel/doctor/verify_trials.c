#include "../host.h"
#include "verify.h"

enum { COPIES = 5, MARKED_V4 = 28 + MARK_SIZE, QUIET_MS = 250, MOST_MS = 3000 };

#define COUNT_OF(array) ((int)(sizeof (array) / sizeof (array)[0]))

ipfunnel *verify_open(struct bench *b, const struct place *place, const enum point *points, int point_count)
{
    ipfunnel_options options = IPFUNNEL_OPTIONS_INIT;
    ipfunnel_capture_info info = IPFUNNEL_CAPTURE_INFO_INIT;
    ipfunnel_error error = { .status = 0 };
    ipfunnel *capture = NULL;

    options.interface_name = place->text;
    options.backend = b->backend;
    options.start = IPFUNNEL_MODE_ON;
    if (place->there && ipfunnel_open(&capture, &options, &error) >= 0) {
        ipfunnel_info(capture, &info);
        snprintf(b->report->backend, sizeof b->report->backend, "%s", info.backend);
        return capture;
    }
    for (int i = 0; i < point_count; i++)
        if (place->there)
            answer_end(answer_begin(b->report, points[i], "opened a capture"), VERDICT_INCONCLUSIVE, "%s", error.text);
        else
            answer_end(&b->report->answers[points[i]], VERDICT_NOT_APPLICABLE, "this host has no such address here");
    return NULL;
}

static void tally_datagram(struct tally *t, const ipfunnel_datagram *d)
{
    ipfunnel_headers h = IPFUNNEL_HEADERS_INIT;
    uint32_t number = 0;

    if (mark_find(d->bytes, d->length, t->run, &number))
        tally_add(t, number, d->length, ipfunnel_read_headers(d, &h) >= 0 && (h.flags & IPFUNNEL_IS_FRAGMENT),
                  (d->flags & IPFUNNEL_HEADER_REBUILT) != 0);
}

void verify_collect(ipfunnel *capture, struct tally *t, uint32_t run, const struct traffic_batch *batch)
{
    const ipfunnel_datagram *d[64];
    const int64_t end_ms = host_milliseconds() + MOST_MS;
    int64_t last_ms = host_milliseconds();
    uint32_t before = 0;

    t->run = run;
    t->first = batch->first;
    t->count = batch->count;
    while (host_milliseconds() < end_ms && host_milliseconds() - last_ms < QUIET_MS) {
        int n = ipfunnel_recv(capture, d, 64, QUIET_MS / 5);
        if (n < 0)
            break;
        for (int i = 0; i < n; i++)
            tally_datagram(t, d[i]);
        if (t->seen != before)
            last_ms = host_milliseconds();
        before = t->seen;
    }
}

static void number_batch(struct answer *a, const struct traffic_batch *batch)
{
    answer_number(a, "sent", batch->count);
    answer_number(a, "arrived", batch->arrived);
}

static void number_tally(struct answer *a, const struct tally *t)
{
    answer_number(a, "seen", t->seen);
    answer_number(a, "distinct", t->distinct);
}

static void judge(struct answer *a, struct judgement j)
{
    answer_end(a, j.verdict, "%s", j.why);
}

static void on_loopback(struct bench *b, int index)
{
    const enum point points[] = { index ? POINT_loopback_v6 : POINT_loopback_v4,
                                  index ? POINT_ipv6_header : POINT_short_datagram };
    ipfunnel *capture = verify_open(b, &b->loopback[index], points, COUNT_OF(points));
    static struct tally tally;
    struct traffic_batch batch;
    struct answer *a;

    if (!capture)
        return;
    tally = (struct tally){ .expected_length = index ? 0 : MARKED_V4 };
    traffic_udp(b->traffic, &batch, &b->loopback[index].at, COPIES, MARK_SIZE, false);
    verify_collect(capture, &tally, b->traffic->run, &batch);
    a = answer_begin(b->report, points[0], "captured on %s and sent UDP datagrams from it to itself",
                     b->loopback[index].text);
    number_batch(a, &batch);
    number_tally(a, &tally);
    judge(a, judge_once(&batch, &tally));
    a = answer_begin(b->report, points[1], "looked at the same datagrams");
    number_tally(a, &tally);
    if (index) {
        answer_number(a, "header_withheld", tally.rebuilt);
        judge(a, judge_header(tally.seen, tally.rebuilt));
    } else {
        answer_number(a, "length_sent", MARKED_V4);
        answer_number(a, "wrong_length", tally.wrong_length);
        judge(a, judge_length(&tally));
    }
    ipfunnel_close(capture);
}

static void on_own_address(struct bench *b, int index)
{
    const enum point point = index ? POINT_own_address_v6 : POINT_own_address_v4;
    ipfunnel *here = verify_open(b, &b->own[index], &point, 1), *loopback = NULL;
    static struct tally on_interface, on_loopback;
    struct traffic_batch batch;
    struct answer *a;

    if (!here)
        return;
    loopback = verify_open(b, &b->loopback[index], NULL, 0);
    on_interface = on_loopback = (struct tally){ .run = 0 };
    traffic_udp(b->traffic, &batch, &b->own[index].at, COPIES, MARK_SIZE, false);
    verify_collect(here, &on_interface, b->traffic->run, &batch);
    if (loopback)
        verify_collect(loopback, &on_loopback, b->traffic->run, &batch);
    a = answer_begin(b->report, point, "captured on the interface%s and sent UDP datagrams from its address to itself",
                     loopback ? " and on loopback" : "");
    number_batch(a, &batch);
    answer_number(a, "seen_on_interface", on_interface.seen);
    if (loopback)
        answer_number(a, "seen_on_loopback", on_loopback.seen);
    judge(a, judge_shown(&batch, &on_interface));
    ipfunnel_close(here);
    ipfunnel_close(loopback);
}

static void of_fragments(struct bench *b, int index)
{
    const enum point points[] = { index ? POINT_fragments_v6 : POINT_fragments_v4,
                                  index ? POINT_reassembled_v6 : POINT_reassembled_v4 };
    ipfunnel *capture = verify_open(b, &b->loopback[index], points, COUNT_OF(points));
    static struct tally tally;
    struct traffic_batch batch;

    if (!capture)
        return;
    tally = (struct tally){ .run = 0 };
    traffic_fragments(b->traffic, &batch, &b->loopback[index].at);
    verify_collect(capture, &tally, b->traffic->run, &batch);
    for (int i = 0; i < COUNT_OF(points); i++) {
        struct answer *a = answer_begin(b->report, points[i], "captured on %s and sent a datagram in fragments to it",
                                        b->loopback[index].text);
        number_batch(a, &batch);
        number_tally(a, &tally);
        answer_number(a, "fragments", tally.fragments);
        answer_number(a, "whole", tally.seen - tally.fragments);
        judge(a, i == 0 ? judge_fragments(&batch, &tally) : judge_reassembled(&batch, &tally));
    }
    ipfunnel_close(capture);
}

static void of_any_address(struct bench *b)
{
    struct answer *a = answer_begin(b->report, POINT_any_refused, "asked for a capture on 0.0.0.0");
    ipfunnel_options options = IPFUNNEL_OPTIONS_INIT;
    ipfunnel *capture = NULL;
    int status;

    options.interface_name = "0.0.0.0";
    options.backend = b->backend;
    status = ipfunnel_open(&capture, &options, NULL);
    answer_number(a, "status", status);
    answer_end(a, status == IPFUNNEL_EINVAL ? VERDICT_YES : VERDICT_NO, "the answer is %s",
               status < 0 ? ipfunnel_status_text(status) : "a capture");
    ipfunnel_close(capture);
}

void verify_copies(struct bench *b)
{
    for (int index = 0; index < 2; index++) {
        on_loopback(b, index);
        on_own_address(b, index);
        of_fragments(b, index);
    }
    of_any_address(b);
}
