/* pcap_source.h - one pcap_t, activated on an interface or opened on a file: its frames, and its errors in words. */
#ifndef IPFUNNEL_PCAP_PCAP_SOURCE_H
#define IPFUNNEL_PCAP_PCAP_SOURCE_H
#include "backend.h"
#include "frame_places.h"
#include "pcap_api.h"

struct ipfunnel__pcap_source {
    const struct ipfunnel__pcap_api *api;
    pcap_t *pcap;                 /* NULL: closed */
    uint32_t link_type;           /* LINKTYPE number; it has a rule */
    int64_t fraction_ns;          /* what the fraction of a time stamp counts */
    struct ipfunnel__frame_places places; /* `like` is what all its frames have in common; the owner may add to it
                                             before it reads, and write to facts and dropped_before of each */
    uint8_t *copies;              /* of the frames that were read last */
};

/* With on_wire the core fills in what was left to the hardware, which libpcap does not tell; the bytes are ours. */
static inline uint32_t ipfunnel__pcap_facts(const struct ipfunnel__request *request)
{
    return request->flags & IPFUNNEL_OPEN_ON_WIRE ? IPFUNNEL__FRAME_OFFLOADS_UNTOLD : 0;
}

/* How to activate. */
struct ipfunnel__pcap_wish {
    const char *device, *interface_name;      /* what libpcap calls it, and what people do */
    int buffer_bytes;
    uint32_t latency_us;
    bool promiscuous, no_outgoing;
    bool got_promiscuous, got_direction;      /* results: in force */
    uint32_t got_latency_us;                  /* result: 0 in immediate mode, else what libpcap was asked for */
};

/* Live, without ever blocking. Whatever passes from now on is captured. Errors: EACCES, ENODEV, ENETDOWN, ENOBUFS,
 * ENOMEM, EOPNOTSUPP (link type), EIO. Close it in any case. */
int ipfunnel__pcap_activate(struct ipfunnel__pcap_source *source, struct ipfunnel__pcap_wish *wish,
                            ipfunnel_error *error);

/* A file; regular ones only, libpcap would wait for others where no interrupt can reach it. EIO, EOPNOTSUPP. */
int ipfunnel__pcap_open_file(struct ipfunnel__pcap_source *source, const char *path, ipfunnel_error *error);

/* The next frames, into the same array each time, up to `max`, *got of them, with all that libpcap tells: bytes,
 * lengths, time, link type. The bytes are copies, since libpcap's own end with each frame; they stay until the next
 * call for this source. Returns 0, or PCAP_ERROR when something was wrong behind them. No frame and 0: there is none
 * now, or a file has ended. */
int ipfunnel__pcap_read(struct ipfunnel__pcap_source *source, struct ipfunnel__frame *frames, int max, int *got);

/* Says what libpcap says about `code`, a return value of it; returns the status. */
int ipfunnel__pcap_fail(const struct ipfunnel__pcap_source *source, ipfunnel_error *error, int code, const char *where,
                        const char *what, const char *name);

/* Of a file that libpcap cannot read, EIO, another remedy than for captures; returns the status. */
int ipfunnel__pcap_file_remedy(ipfunnel_error *error, int status);

void ipfunnel__pcap_source_close(struct ipfunnel__pcap_source *source);

#endif
