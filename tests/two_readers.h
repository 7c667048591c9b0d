/* two_readers.h - a capture file read through savefile and through pcap, record by record. */
#ifndef IPFUNNEL_TESTS_TWO_READERS_H
#define IPFUNNEL_TESTS_TWO_READERS_H
#include "check.h"
#include <ipfunnel.h>
#include <stdbool.h>

struct reader {
    const char *backend;
    ipfunnel *capture;                      /* NULL: it cannot even be opened */
    int status;                             /* of the end, or why it cannot be opened */
    ipfunnel_error error;                   /* with a status that is not END, or with END where the file is cut */
    ipfunnel_statistics statistics;
};

/* What is compared: always the bytes, both lengths, version and time (where the file tells it); with TWO_ALL_FACTS also
 * flags but for segmentation, VLAN tags, and directions where both know them: what the link header says. */
enum two_facts { TWO_BYTES, TWO_ALL_FACTS };

static inline void reader_open(struct reader *r, const char *backend, const char *path)
{
    ipfunnel_options o = IPFUNNEL_OPTIONS_INIT;
    *r = (struct reader){ .backend = backend, .statistics = IPFUNNEL_STATISTICS_INIT };
    o.backend = backend;
    o.file = path;
    o.start = IPFUNNEL_MODE_ON;
    r->status = ipfunnel_open(&r->capture, &o, &r->error);
}

/* The next datagram, or NULL and the status. */
static inline const ipfunnel_datagram *reader_next(struct reader *r)
{
    const ipfunnel_datagram *d = NULL;
    int n = r->capture ? ipfunnel_recv(r->capture, &d, 1, -1) : r->status;
    if (n == 1)
        return d;
    r->status = n;
    if (r->capture && ipfunnel_last_error(r->capture)->status == n)
        r->error = *ipfunnel_last_error(r->capture);
    return NULL;
}

static inline void reader_close(struct reader *r)
{
    if (r->capture)
        ipfunnel_stats(r->capture, &r->statistics);
    ipfunnel_close(r->capture);
    r->capture = NULL;
}

static inline bool two_differ(const char *path, int number, const char *what)
{
    fprintf(stderr, "%s: datagram %d: %s differ\n", path, number, what);
    return false;
}

static inline bool two_same(const char *path, int number, const ipfunnel_datagram *a, const ipfunnel_datagram *b,
                            enum two_facts facts)
{
    if (a->length != b->length || memcmp(a->bytes, b->bytes, a->length) != 0)
        return two_differ(path, number, "the bytes");
    if (a->original_length != b->original_length)
        return two_differ(path, number, "the original lengths");
    if (a->version != b->version)
        return two_differ(path, number, "the versions");
    if (a->time_ns != b->time_ns && a->time_ns != IPFUNNEL_TIME_UNKNOWN)
        return two_differ(path, number, "the times");
    if (facts == TWO_BYTES)
        return true;
    if ((a->flags ^ b->flags) & ~(uint32_t)IPFUNNEL_SEGMENTATION)
        return two_differ(path, number, "the flags");
    if (a->vlan_count != b->vlan_count || a->vlan[0] != b->vlan[0] || a->vlan[1] != b->vlan[1])
        return two_differ(path, number, "the VLAN tags");
    if (a->direction && b->direction && a->direction != b->direction)
        return two_differ(path, number, "the directions");
    return true;
}

/* Reads both to their ends. Returns the number of datagrams that are the same in both, or -1 after it said what
 * differs. Where one ends before the other, that is a difference only if it says END without a warning. */
static inline int two_readers(const char *path, enum two_facts facts, struct reader *savefile, struct reader *pcap)
{
    int number = 0;
    bool same = true;
    reader_open(savefile, "savefile", path);
    reader_open(pcap, "pcap", path);
    for (; same; number++) {
        const ipfunnel_datagram *a = reader_next(savefile), *b = reader_next(pcap);
        if (!a || !b) {
            const struct reader *ended = a ? pcap : savefile;
            if (!a != !b && ended->status == IPFUNNEL_END && !ended->error.text[0])
                same = two_differ(path, number, "the numbers of datagrams");
            break;
        }
        same = two_same(path, number, a, b, facts);
    }
    while (reader_next(savefile) || reader_next(pcap))
        continue;
    reader_close(savefile);
    reader_close(pcap);
    const ipfunnel_statistics *s = &savefile->statistics, *p = &pcap->statistics;
    if (same && savefile->status == IPFUNNEL_END && pcap->status == IPFUNNEL_END && !savefile->error.text[0]
        && (s->frames != p->frames || s->not_ip != p->not_ip || s->malformed != p->malformed))
        same = two_differ(path, number, "the counters");
    return same ? number : -1;
}

#endif
