#define _DEFAULT_SOURCE
#include "pcap_source.h"
#include "error.h"
#include "os.h"
#include "pcap_causes.h"
#include "pcap_link.h"
#include <stdlib.h>
#include <string.h>

/* libpcap's own largest: it takes a larger one for this. */
enum { SNAP_LENGTH = 262144 };

/* What is read at once. All of them could be of the largest size; memory that is never written to costs nothing. */
enum { MOST_FRAMES = 32, COPIES_SIZE = MOST_FRAMES * SNAP_LENGTH };

static int fail(ipfunnel_error *error, int code, const char *text, const char *where, const char *what,
                const char *name)
{
    struct ipfunnel__pcap_cause cause = ipfunnel__pcap_cause(code, text);
    ipfunnel__fail(error, cause.status, cause.os_code, where, "cannot %s %.100s: %.180s", what, name, text);
    return cause.remedy ? ipfunnel__remedy(error, "%s", cause.remedy) : ipfunnel__os_permission_remedy(error);
}

int ipfunnel__pcap_fail(const struct ipfunnel__pcap_source *source, ipfunnel_error *error, int code, const char *where,
                        const char *what, const char *name)
{
    const char *text = source->api->geterr(source->pcap);
    return fail(error, code, *text ? text : source->api->statustostr(code), where, what, name);
}

int ipfunnel__pcap_file_remedy(ipfunnel_error *error, int status)
{
    if (status == IPFUNNEL_EIO)
        ipfunnel__remedy(error, "this is what libpcap says; the backend savefile reads more, and says at which byte a "
                                "file is damaged");
    return status;
}

/* The link type, and what its time stamps count. */
static int look_at(struct ipfunnel__pcap_source *s, const char *name, ipfunnel_error *error)
{
    int dlt = s->api->datalink(s->pcap);
    const char *dlt_name = s->api->datalink_val_to_name(dlt);
    bool nanoseconds = s->api->get_tstamp_precision
                       && s->api->get_tstamp_precision(s->pcap) == PCAP_TSTAMP_PRECISION_NANO;
    s->fraction_ns = nanoseconds ? 1 : 1000;
    s->copies = malloc(COPIES_SIZE);
    if (!s->copies)
        return ipfunnel__no_memory(error, "malloc");
    s->link_type = ipfunnel__pcap_link_type(dlt);
    s->places.like.link_type = s->link_type;
    if (ipfunnel__link_known(s->link_type))
        return IPFUNNEL_OK;
    ipfunnel__fail(error, IPFUNNEL_EOPNOTSUPP, 0, "pcap_datalink",
                   "nothing of %.160s can be read: its link type %u (%s) has no rule here", name, s->link_type,
                   dlt_name ? dlt_name : "without a name");
    return ipfunnel__remedy(error, "https://www.tcpdump.org/linktypes.html describes it; capture where there is IP");
}

int ipfunnel__pcap_activate(struct ipfunnel__pcap_source *s, struct ipfunnel__pcap_wish *w, ipfunnel_error *error)
{
    char text[PCAP_ERRBUF_SIZE] = "";
    *s = (struct ipfunnel__pcap_source){ .api = ipfunnel__pcap_api(error) };
    if (!s->api)
        return error->status;
    s->pcap = s->api->create(w->device, text);
    if (!s->pcap)
        return fail(error, PCAP_ERROR, text, "pcap_create", "capture on", w->interface_name);
    s->api->set_snaplen(s->pcap, SNAP_LENGTH);
    s->api->set_promisc(s->pcap, w->promiscuous);
    uint32_t timeout_ms = w->latency_us < 1000 ? 1 : w->latency_us / 1000;
    s->api->set_timeout(s->pcap, (int)timeout_ms);
    s->api->set_buffer_size(s->pcap, w->buffer_bytes);
    if (s->api->set_tstamp_precision)
        s->api->set_tstamp_precision(s->pcap, PCAP_TSTAMP_PRECISION_NANO);    /* where not: microseconds */
    if (s->api->set_tstamp_type)
        s->api->set_tstamp_type(s->pcap, PCAP_TSTAMP_HOST_HIPREC);
    bool immediate = (s->api->getevent || w->latency_us < 1000) && s->api->set_immediate_mode
                     && s->api->set_immediate_mode(s->pcap, 1) == 0;
    w->got_latency_us = immediate ? 0 : timeout_ms * 1000;
    int code = s->api->activate(s->pcap);
    if (code < 0)
        return ipfunnel__pcap_fail(s, error, code, "pcap_activate", "capture on", w->interface_name);
    w->got_promiscuous = w->promiscuous && code != PCAP_WARNING_PROMISC_NOTSUP;
    if (s->api->setnonblock(s->pcap, 1, text) < 0)
        return ipfunnel__pcap_fail(s, error, PCAP_ERROR, "pcap_setnonblock", "capture on", w->interface_name);
    w->got_direction = w->no_outgoing && s->api->setdirection && s->api->setdirection(s->pcap, PCAP_D_IN) == 0;
    return look_at(s, w->interface_name, error);
}

int ipfunnel__pcap_open_file(struct ipfunnel__pcap_source *s, const char *path, ipfunnel_error *error)
{
    char text[PCAP_ERRBUF_SIZE] = "";
    *s = (struct ipfunnel__pcap_source){ .api = ipfunnel__pcap_api(error) };
    if (!s->api)
        return error->status;
    s->pcap = s->api->open_offline_with_tstamp_precision
              ? s->api->open_offline_with_tstamp_precision(path, PCAP_TSTAMP_PRECISION_NANO, text)
              : s->api->open_offline(path, text);
    if (s->pcap)
        return look_at(s, path, error);
    return ipfunnel__pcap_file_remedy(error, fail(error, PCAP_ERROR, text, "pcap_open_offline", "read", path));
}

static int64_t nanoseconds(const struct pcap_pkthdr *header, int64_t fraction_ns)
{
    int64_t seconds = header->ts.tv_sec, most = INT64_MAX / 1000000000;
    if (seconds >= most || seconds <= -most)
        return IPFUNNEL_TIME_UNKNOWN;
    return seconds * 1000000000 + (int64_t)header->ts.tv_usec * fraction_ns;
}

struct reading {
    const struct ipfunnel__pcap_source *source;
    struct ipfunnel__frame *next, *unready;   /* from there on places are not */
    uint8_t *copy;
    size_t room;                  /* from there on; never too little, unless libpcap were wrong */
};

static void take(u_char *user, const struct pcap_pkthdr *header, const u_char *bytes)
{
    struct reading *r = (struct reading *)(void *)user;
    struct ipfunnel__frame *frame = r->next++;
    if (frame >= r->unready)
        *frame = r->source->places.like;
    frame->facts = r->source->places.like.facts;
    frame->dropped_before = r->source->places.like.dropped_before;
    frame->bytes = r->copy;
    frame->captured = header->caplen < r->room ? header->caplen : (uint32_t)r->room;
    frame->original = header->len > header->caplen ? header->len : header->caplen;
    frame->time_ns = nanoseconds(header, r->source->fraction_ns);
    memcpy(r->copy, bytes, frame->captured);
    r->copy += frame->captured;
    r->room -= frame->captured;
}

int ipfunnel__pcap_read(struct ipfunnel__pcap_source *s, struct ipfunnel__frame *frames, int max, int *got)
{
    struct ipfunnel__frame *unready = frames + ipfunnel__places_ready(&s->places, frames);
    struct reading r = { .source = s, .next = frames, .unready = unready, .copy = s->copies, .room = COPIES_SIZE };
    int code = s->api->dispatch(s->pcap, max < MOST_FRAMES ? max : MOST_FRAMES, take, (u_char *)&r);
    *got = (int)(r.next - frames);
    ipfunnel__places_add(&s->places, frames, *got);
    return code < 0 ? code : 0;
}

void ipfunnel__pcap_source_close(struct ipfunnel__pcap_source *s)
{
    if (s->pcap)
        s->api->close(s->pcap);
    free(s->copies);
    *s = (struct ipfunnel__pcap_source){ .pcap = NULL };
}
