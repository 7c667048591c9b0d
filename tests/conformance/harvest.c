/* Collecting what a capture delivers, as copies that outlive the next ipfunnel_recv. */
#include "fixture.h"

enum { MARKER = 0xfffe, MOST_AT_ONCE = 1000 };

enum rig_side marker_side = RIG_IN;
int marker_version = 4;

static void count_drops(struct harvest *h, const ipfunnel_datagram *d)
{
    if (d->dropped_before == IPFUNNEL_DROPS_UNKNOWN || d->flags & IPFUNNEL_DROPPED_AT_LEAST)
        h->dropped_unsure++;
    if (d->dropped_before != IPFUNNEL_DROPS_UNKNOWN)
        h->dropped += d->dropped_before;
}

static void keep(struct harvest *h, const ipfunnel_datagram *d)
{
    if (h->count == h->room) {
        h->room = h->room ? h->room * 2 : 64;
        h->records = realloc(h->records, (size_t)h->room * sizeof *h->records);
        CHECK(h->records);
    }
    struct record *r = &h->records[h->count++];
    *r = (struct record){
        .bytes = malloc(d->length ? d->length : 1),
        .length = d->length,
        .original_length = d->original_length,
        .flags = d->flags,
        .interface_index = d->interface_index,
        .time_ns = d->time_ns,
        .dropped_before = d->dropped_before,
        .vlan = { d->vlan[0], d->vlan[1] },
        .vlan_count = d->vlan_count,
        .version = d->version,
        .direction = d->direction,
        .direction_source = d->direction_source,
        .checksum = d->checksum,
        .number = number_of(d->bytes, d->length),
    };
    CHECK(r->bytes);
    memcpy(r->bytes, d->bytes, d->length);
}

/* Returns what ipfunnel_recv did; 1 with *marked when the batch held the marker. */
static int one_batch(ipfunnel *capture, struct harvest *h, int timeout_ms, bool *marked)
{
    const ipfunnel_datagram *out[MOST_AT_ONCE];
    int max = h->batch ? h->batch : 64, n = ipfunnel_recv(capture, out, max, timeout_ms);
    CHECK(n <= max);
    for (int i = 0; i < n; i++) {
        CHECK(out[i]->bytes);
        CHECK(out[i]->length <= out[i]->original_length);
        CHECK(out[i]->version == 4 || out[i]->version == 6);
        count_drops(h, out[i]);
        if (number_of(out[i]->bytes, out[i]->length) == MARKER)
            *marked = true;
        else
            keep(h, out[i]);
    }
    return n;
}

void send_marker(void)
{
    struct packet packet = packet_udp(marker_version, MARKER, 0);
    send_on(&packet, marker_side);
}

/* Where each IP version has a queue of its own: in the order in which they were sent, as far as each queue kept it. */
static void merge_queues(struct harvest *h)
{
    struct record *merged = malloc((size_t)(h->count ? h->count : 1) * sizeof *merged);
    int at[2] = { 0, 0 };
    CHECK(merged);
    for (int i = 0; i < h->count; i++) {
        for (int queue = 0; queue < 2; queue++)
            while (at[queue] < h->count && h->records[at[queue]].version != (queue ? 6 : 4))
                at[queue]++;
        bool six = at[0] == h->count
                   || (at[1] < h->count && h->records[at[1]].number < h->records[at[0]].number);
        merged[i] = h->records[at[six]++];
    }
    free(h->records);
    h->records = merged;
    h->room = h->count;
}

void harvest_marker(ipfunnel *capture, struct harvest *h)
{
    bool marked = false;
    while (!marked) {
        int n = one_batch(capture, h, PATIENCE_MS, &marked);
        if (n <= 0)
            fprintf(stderr, "while waiting for the last datagram, after %d: %s\n", h->count, ipfunnel_status_text(n));
        CHECK(n > 0);
    }
    if (!(rig->abilities & RIG_ONE_QUEUE)) {
        int n;
        while ((n = one_batch(capture, h, SOON_MS, &marked)) > 0)      /* the marker is one of only one version */
            ;
        CHECK(n == 0 || n == IPFUNNEL_END);
        merge_queues(h);
    }
}

void harvest_all(ipfunnel *capture, struct harvest *h)
{
    send_marker();
    harvest_marker(capture, h);
}

void harvest_to_end(ipfunnel *capture, struct harvest *h)
{
    bool marked = false;
    int n;
    while ((n = one_batch(capture, h, PATIENCE_MS, &marked)) > 0)
        ;
    CHECK_INT(n, IPFUNNEL_END);
}

void harvest_for(ipfunnel *capture, struct harvest *h, int quiet_ms)
{
    bool marked = false;
    int n;
    while ((n = one_batch(capture, h, quiet_ms, &marked)) > 0)
        ;
    CHECK_INT(n, 0);
}

void harvest_free(struct harvest *h)
{
    for (int i = 0; i < h->count; i++)
        free(h->records[i].bytes);
    free(h->records);
    *h = (struct harvest){ 0 };
}

void expect_numbers(const struct harvest *h, int first, int count)
{
    for (int i = 0; i < h->count && i < count; i++)
        CHECK_INT(h->records[i].number, first + i);
    CHECK_INT(h->count, count);
}

void expect_bytes(const struct record *r, const struct packet *packet)
{
    CHECK_INT(r->length, packet->length - LINK_HEADER);
    CHECK_BYTES(r->bytes, packet->bytes + LINK_HEADER, r->length);
    CHECK_INT(r->original_length, r->length);
    CHECK_INT(r->flags & (IPFUNNEL_SNAPPED | IPFUNNEL_SHORT | IPFUNNEL_LENGTH_ASSUMED), 0);
}
