/* side_by_side_posix.c - one interface captured at once by af_packet and pcap, while every CPU sends: what the two
 * deliver is the same set of datagrams, and what one CPU sent comes in the same order. Runs inside netns.sh.
 *
 *   side_by_side DEVICE MODE VLAN       as in traffic_script_posix.c */
#define _GNU_SOURCE
#include "check.h"
#include "traffic_path_posix.h"
#include <ipfunnel.h>
#include <pthread.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <unistd.h>

enum { NUMBERED = 2000, MOST_CPUS = 8, PORT = 40000, ROOM = 2000, SCRIPT_ROUNDS = 5 };
enum { SCRIPTED = -1, STRANGE = -2 };       /* in place of a CPU: of the script, which CPU 0 sends; the kernel's own */

struct record {
    uint8_t *bytes;
    ipfunnel_datagram d;               /* its own fields; `bytes` are those above */
    int cpu;                           /* that sent it, or SCRIPTED or STRANGE */
    uint32_t number;
};

struct view {
    const char *backend;
    ipfunnel *capture;
    struct record *records;
    size_t count, room;
};

/* ---- Sending: each CPU its own numbered datagrams, of both versions; the first one the script as well. */

struct sender {
    unsigned cpu;
    const struct path *path;
    const struct script *script;
    int fd;
    pthread_t thread;
};

static void put16(uint8_t *at, uint32_t value)
{
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}

/* UDP from port PORT + cpu; the payload begins with the number. */
static size_t numbered_frame(uint8_t *frame, const struct path *path, unsigned cpu, uint32_t number)
{
    int version = number % 2 ? 6 : 4;
    size_t header = version == 4 ? 20 : 40, payload = 4 + number * 37 % 1400, at = 14;
    memset(frame, (int)number, ROOM);
    memcpy(frame, path->mac, 6);
    memcpy(frame + 6, (const uint8_t[6]){ 2, 0, 0, 0, 0, 0x0a }, 6);
    put16(frame + 12, version == 4 ? 0x0800 : 0x86dd);
    memset(frame + at, 0, header);
    frame[at] = (uint8_t)(version << 4 | (version == 4 ? 5 : 0));
    if (version == 4) {
        put16(frame + at + 2, (uint32_t)(28 + payload));
        frame[at + 8] = 64;
        frame[at + 9] = 17;
        memcpy(frame + at + 12, (const uint8_t[8]){ 10, 77, 0, 1, 10, 77, 0, 2 }, 8);
        put16(frame + at + 10, internet_checksum(frame + at, 20, 0));
    } else {
        put16(frame + at + 4, (uint32_t)(8 + payload));
        frame[at + 6] = 17;
        frame[at + 7] = 64;
        frame[at + 8] = frame[at + 24] = 0xfd;
        frame[at + 9] = frame[at + 25] = 0x77;
        frame[at + 23] = 1;
        frame[at + 39] = 2;
    }
    at += header;
    put16(frame + at, PORT + cpu);
    put16(frame + at + 2, 9);
    put16(frame + at + 4, (uint32_t)(8 + payload));
    put16(frame + at + 6, 0);
    put16(frame + at + 8, number >> 16);
    put16(frame + at + 10, number & 0xffff);
    return at + 8 + payload;
}

static void *send_all(void *argument)
{
    const struct sender *s = argument;
    struct path path = *s->path;
    uint8_t frame[ROOM];
    run_on_cpu(s->cpu);
    if (path.whole_frames)
        path.fd = s->fd;
    for (uint32_t i = 0; i < NUMBERED; i++) {
        struct step step = { .name = "numbered", .frame = frame, .datagram_at = 14 };
        step.frame_length = numbered_frame(frame, &path, s->cpu, i);
        path_send(&path, &step);
        for (size_t n = 0; s->cpu == 0 && i % (NUMBERED / SCRIPT_ROUNDS) == 0 && n < s->script->count; n++)
            if (path_carries(&path, &s->script->steps[n]))
                path_send(&path, &s->script->steps[n]);
    }
    return NULL;
}

/* ---- Receiving. */

static void open_view(struct view *v, const char *backend, const struct path *path, ipfunnel_mode mode, uint32_t vlan)
{
    ipfunnel_options o = IPFUNNEL_OPTIONS_INIT;
    ipfunnel_error e;
    *v = (struct view){ .backend = backend };
    o.backend = backend;
    o.interface_name = path->capture_on;
    o.start = (uint32_t)mode;
    o.vlan = vlan;
    o.ring_bytes = 32u << 20;
    o.latency_us = 500000;             /* a block handed over early is used up: all must be sent within 16 of them */
    if (ipfunnel_open(&v->capture, &o, &e)) {
        fprintf(stderr, "%s: %s; %s\n", backend, e.text, e.remedy);
        exit(1);
    }
}

static int sender_of(const ipfunnel_datagram *d)
{
    static const uint8_t source_4[4] = { 10, 77, 0, 1 }, source_6[16] = { 0xfd, 0x77, [15] = 1 };
    ipfunnel_headers h = IPFUNNEL_HEADERS_INIT;
    bool ours = ipfunnel_read_headers(d, &h) == 0
                && memcmp(h.source, h.version == 4 ? source_4 : source_6, h.version == 4 ? 4 : 16) == 0;
    if (!ours)
        return STRANGE;
    bool numbered = h.protocol == 17 && !(h.flags & IPFUNNEL_IS_FRAGMENT) && h.flags & IPFUNNEL_HAS_PORTS
                    && h.source_port >= PORT && h.source_port < PORT + MOST_CPUS;
    return numbered ? h.source_port - PORT : SCRIPTED;
}

static uint32_t number_of(const ipfunnel_datagram *d)
{
    const uint8_t *payload = d->bytes + (d->version == 4 ? 28 : 48);
    return (uint32_t)payload[0] << 24 | (uint32_t)payload[1] << 16 | (uint32_t)payload[2] << 8 | payload[3];
}

static void keep(struct view *v, const ipfunnel_datagram *d)
{
    int cpu = sender_of(d);
    if (cpu == STRANGE)
        return;
    if (v->count == v->room) {
        v->room = v->room ? v->room * 2 : 4096;
        v->records = realloc(v->records, v->room * sizeof *v->records);
        CHECK(v->records);
    }
    struct record *r = &v->records[v->count++];
    *r = (struct record){ .bytes = malloc(d->length), .d = *d, .cpu = cpu, .number = cpu >= 0 ? number_of(d) : 0 };
    CHECK(r->bytes);
    memcpy(r->bytes, d->bytes, d->length);
    r->d.bytes = r->bytes;
}

/* Up to the last number of each CPU; then OFF, and the rest up to END. */
static void receive_all(struct view *v, int cpus)
{
    const ipfunnel_datagram *d[64];
    int last_ones = 0, n;
    size_t before;
    while ((n = ipfunnel_recv(v->capture, d, 64, 5000)) > 0) {
        before = v->count;
        for (int i = 0; i < n; i++)
            keep(v, d[i]);
        for (; before < v->count; before++)
            last_ones += v->records[before].cpu >= 0 && v->records[before].number == NUMBERED - 1;
        if (last_ones == cpus)
            CHECK_INT(ipfunnel_set_mode(v->capture, IPFUNNEL_MODE_OFF), 0);
    }
    ipfunnel_statistics st = IPFUNNEL_STATISTICS_INIT;
    CHECK_INT(ipfunnel_stats(v->capture, &st), 0);
    if (n != IPFUNNEL_END || st.dropped)
        fprintf(stderr, "%s: %s after %zu datagrams, %llu dropped\n", v->backend, ipfunnel_status_text(n), v->count,
                (unsigned long long)st.dropped);
    CHECK_INT(n, IPFUNNEL_END);
    CHECK_INT(st.dropped, 0);
}

/* ---- Comparing. */

#define SIGN(x, y) ((x) < (y) ? -1 : (x) > (y))

/* What both know of a datagram. */
static int by_facts(const void *a, const void *b)
{
    const struct record *x = a, *y = b;
    const uint32_t flags = ~(uint32_t)IPFUNNEL_SEGMENTATION;         /* libpcap does not tell */
    int order = SIGN(x->d.length, y->d.length);
    order = order ? order : memcmp(x->bytes, y->bytes, x->d.length);
    order = order ? order : SIGN(x->d.original_length, y->d.original_length);
    order = order ? order : SIGN(x->d.flags & flags, y->d.flags & flags);
    order = order ? order : SIGN(x->d.version, y->d.version);
    order = order ? order : SIGN(x->d.vlan_count, y->d.vlan_count);
    order = order ? order : SIGN(x->d.vlan[0], y->d.vlan[0]);
    order = order ? order : SIGN(x->d.vlan[1], y->d.vlan[1]);
    order = order ? order : SIGN(x->d.interface_index, y->d.interface_index);
    return order ? order : strcmp(x->d.interface_name, y->d.interface_name);
}

static void show(const char *backend, const struct record *r)
{
    char line[200];
    fprintf(stderr, "  %s: %s\n", backend, ipfunnel_summary(&r->d, line, sizeof line));
}

static void same_order(const struct view *a, const struct view *b, int cpu)
{
    size_t i = 0, j = 0, count = 0;
    for (;;) {
        while (i < a->count && a->records[i].cpu != cpu)
            i++;
        while (j < b->count && b->records[j].cpu != cpu)
            j++;
        if (i == a->count || j == b->count)
            break;
        if (by_facts(&a->records[i], &b->records[j])) {
            fprintf(stderr, "CPU %d, number %zu of it differs\n", cpu, count);
            show(a->backend, &a->records[i]);
            show(b->backend, &b->records[j]);
            exit(1);
        }
        /* Two sockets, two looks at one clock. */
        int64_t apart = a->records[i].d.time_ns - b->records[j].d.time_ns;
        CHECK(apart > -1000000000 && apart < 1000000000);
        if (cpu >= 0)
            CHECK_INT(a->records[i].number, count);
        /* Where both know the direction they agree. */
        if (a->records[i].d.direction && b->records[j].d.direction)
            CHECK_INT(a->records[i].d.direction, b->records[j].d.direction);
        i++, j++, count++;
    }
    CHECK(i == a->count && j == b->count);
    if (cpu >= 0)
        CHECK_INT(count, NUMBERED);
    else
        CHECK(count > 0);
}

static void same_set(struct view *a, struct view *b)
{
    CHECK_INT(a->count, b->count);
    qsort(a->records, a->count, sizeof *a->records, by_facts);
    qsort(b->records, b->count, sizeof *b->records, by_facts);
    for (size_t i = 0; i < a->count; i++)
        if (by_facts(&a->records[i], &b->records[i])) {
            fprintf(stderr, "the sets differ\n");
            show(a->backend, &a->records[i]);
            show(b->backend, &b->records[i]);
            exit(1);
        }
}

static void close_view(struct view *v)
{
    for (size_t i = 0; i < v->count; i++)
        free(v->records[i].bytes);
    free(v->records);
    ipfunnel_close(v->capture);
}

int main(int argc, char **argv)
{
    CHECK(argc == 4);
    ipfunnel_mode mode = strcmp(argv[2], "on") == 0 ? IPFUNNEL_MODE_ON : IPFUNNEL_MODE_IPLEVEL;
    uint32_t vlan = strcmp(argv[3], "own") == 0 ? IPFUNNEL_VLAN_OWN : IPFUNNEL_VLAN_ALL;
    long online = sysconf(_SC_NPROCESSORS_ONLN);
    int cpus = online < MOST_CPUS ? (int)online : MOST_CPUS;
    struct path path = path_open(argv[1]);
    struct script script;
    struct view views[2];
    struct sender senders[MOST_CPUS];
    script_build(&script, path.mac);
    open_view(&views[0], "af_packet", &path, mode, vlan);
    open_view(&views[1], "pcap", &path, mode, vlan);
    for (int i = 0; i < cpus; i++) {
        senders[i] = (struct sender){ .cpu = (unsigned)i, .path = &path, .script = &script,
                                      .fd = path.whole_frames ? path_socket(path.send_on) : -1 };
        CHECK_INT(pthread_create(&senders[i].thread, NULL, send_all, &senders[i]), 0);
    }
    for (int i = 0; i < cpus; i++)
        CHECK_INT(pthread_join(senders[i].thread, NULL), 0);
    for (int i = 0; i < 2; i++)
        receive_all(&views[i], cpus);
    for (int cpu = SCRIPTED; cpu < cpus; cpu++)
        same_order(&views[0], &views[1], cpu);
    same_set(&views[0], &views[1]);
    printf("%zu datagrams from %d CPUs: the same in both, in the same order for each CPU\n", views[0].count, cpus);
    printf("compared: bytes, length, original length, flags but for segmentation, version, VLAN tags, interface; times "
           "within a second, directions where both know them\n");
    for (int i = 0; i < 2; i++)
        close_view(&views[i]);
    for (int i = 0; i < cpus; i++)
        if (senders[i].fd >= 0)
            close(senders[i].fd);
    close(path.fd);
    script_free(&script);
    return 0;
}
