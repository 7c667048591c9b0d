#define _DEFAULT_SOURCE
#include "pcap_file.h"
#include "error.h"
#include "pcap_path.h"

/* Asking for the position is a system call. */
enum { READS_PER_LOOK = 4 };

static int no_direction(const char *path, ipfunnel_error *error)
{
    ipfunnel__fail(error, IPFUNNEL_EOPNOTSUPP, 0, "pcap",
                   "libpcap does not say which frames of %.160s were sent, so they cannot be left out", path);
    return ipfunnel__remedy(error, "read it without no_outgoing, or with the backend savefile");
}

static int no_events(const char *path, ipfunnel_error *error)
{
    ipfunnel__fail(error, IPFUNNEL_EOPNOTSUPP, 0, "pcap", "%.160s is a file: it has no interface events", path);
    return ipfunnel__remedy(error, "read it without events (IPFUNNEL_OPEN_EVENTS)");
}

int ipfunnel__pcap_file_open(struct ipfunnel__pcap_file *f, const struct ipfunnel__request *request,
                             struct ipfunnel__facts *facts, ipfunnel_error *error)
{
    uint64_t size = 0;
    f->facts = facts;
    f->path = request->interface_name;
    if (request->flags & IPFUNNEL_OPEN_EVENTS)
        return no_events(request->interface_name, error);
    int status = ipfunnel__pcap_path_check(request->interface_name, &size, error);
    if (!status)
        status = ipfunnel__pcap_open_file(&f->source, request->interface_name, error);
    if (status)
        return status;
    bool direction = ipfunnel__link_tells_direction(f->source.link_type);
    if (!direction && request->flags & IPFUNNEL_OPEN_NO_OUTGOING)
        return no_direction(request->interface_name, error);
    f->source.places.like.dropped_before = IPFUNNEL_DROPS_UNKNOWN;
    f->source.places.like.direction_source = IPFUNNEL_SAYS_FILE;
    f->source.places.like.interface_name = "";
    f->source.places.like.facts = ipfunnel__pcap_facts(request);
    facts->cannot = IPFUNNEL_CAN_LIVE | IPFUNNEL_CAN_NAME | IPFUNNEL_CAN_PROMISCUOUS | IPFUNNEL_CAN_COUNT_DROPS
                    | IPFUNNEL_CAN_EVENTS | (direction ? 0u : IPFUNNEL_CAN_NO_OUTGOING);
    facts->promiscuous = IPFUNNEL_UNKNOWN;
    facts->link_type = f->source.link_type;
    facts->buffer_bytes = (uint64_t)f->source.api->snapshot(f->source.pcap);
    facts->file_size = size;
    facts->clock = "file";
    return IPFUNNEL_OK;
}

static void look_at_position(struct ipfunnel__pcap_file *f)
{
    if (f->source.api->file)
        f->facts->file_position = ipfunnel__pcap_path_position(f->source.api->file(f->source.pcap));
}

int ipfunnel__pcap_file_read(struct ipfunnel__pcap_file *f, struct ipfunnel__frame *frames, int max,
                             ipfunnel_error *error)
{
    int got = 0, code = f->status ? 0 : ipfunnel__pcap_read(&f->source, frames, max, &got);
    if (!f->status && code)
        f->status = ipfunnel__pcap_file_remedy(&f->error, ipfunnel__pcap_fail(&f->source, &f->error, code,
                                                                              "pcap_dispatch", "go on reading",
                                                                              f->path));
    else if (!f->status && got == 0)
        f->status = IPFUNNEL_END;
    if (f->status || f->reads++ % READS_PER_LOOK == 0)
        look_at_position(f);
    f->facts->alike = got;
    if (got > 0)
        return got;
    if (f->status != IPFUNNEL_END)
        *error = f->error;
    return f->status;
}

void ipfunnel__pcap_file_close(struct ipfunnel__pcap_file *f)
{
    ipfunnel__pcap_source_close(&f->source);
}
