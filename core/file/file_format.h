/* file_format.h - what the writer asks of a file format. Each function writes one record into the block; a format
 * without such a record writes nothing. None of them can fail but by overflow of the block. */
#ifndef IPFUNNEL_CORE_FILE_FORMAT_H
#define IPFUNNEL_CORE_FILE_FORMAT_H
#include "file_block.h"
#include <ipfunnel_file.h>

enum { IPFUNNEL__FILE_MOST_BYTES = 262144 };      /* of one datagram; readers refuse longer records */

/* What the records of an interface need to know of it. */
struct ipfunnel__file_port {
    uint32_t number;
    uint32_t snap_length;                         /* 1 .. IPFUNNEL__FILE_MOST_BYTES */
    bool dropped_unknown;
};

struct ipfunnel__file_format {
    void (*section)(struct ipfunnel__block *, const char *application, const char *comment);
    void (*interface)(struct ipfunnel__block *, const struct ipfunnel__file_port *, const ipfunnel_writer_interface *);
    void (*datagram)(struct ipfunnel__block *, const struct ipfunnel__file_port *, const ipfunnel_datagram *);
    void (*statistics)(struct ipfunnel__block *, const struct ipfunnel__file_port *, const ipfunnel_statistics *,
                       int64_t start_ns, int64_t end_ns);
};

extern const struct ipfunnel__file_format ipfunnel__file_pcapng;
extern const struct ipfunnel__file_format ipfunnel__file_pcap_ns;
extern const struct ipfunnel__file_format ipfunnel__file_pcap_us;

/* Bytes of the datagram that are written, and the length that is recorded as the original one. */
static inline uint32_t ipfunnel__file_captured(const struct ipfunnel__file_port *port, const ipfunnel_datagram *d)
{
    return d->length < port->snap_length ? d->length : port->snap_length;
}

static inline uint32_t ipfunnel__file_original(const ipfunnel_datagram *d)
{
    bool usable = d->original_length != IPFUNNEL_LENGTH_UNKNOWN && d->original_length > d->length;
    return usable ? d->original_length : d->length;
}

#endif
