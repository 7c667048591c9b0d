#define _DEFAULT_SOURCE
#include "pcap_source.h"
#include "error.h"
#include "os.h"
#include "pcap_causes.h"
#include "pcap_link.h"

/* libpcap's own largest: it takes a larger one for this. */
enum { SNAP_LENGTH = 262144 };

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
    s->link_type = ipfunnel__pcap_link_type(dlt);
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

int ipfunnel__pcap_next(const struct ipfunnel__pcap_source *s, struct ipfunnel__frame *frame)
{
    struct pcap_pkthdr *header = NULL;
    const u_char *bytes = NULL;
    int code = s->api->next_ex(s->pcap, &header, &bytes);
    if (code <= 0)
        return code;
    *frame = (struct ipfunnel__frame){
        .bytes = bytes,
        .captured = header->caplen,
        .original = header->len > header->caplen ? header->len : header->caplen,
        .time_ns = nanoseconds(header, s->fraction_ns),
        .link_type = s->link_type,
    };
    return 1;
}

void ipfunnel__pcap_source_close(struct ipfunnel__pcap_source *s)
{
    if (s->pcap)
        s->api->close(s->pcap);
    *s = (struct ipfunnel__pcap_source){ .pcap = NULL };
}
