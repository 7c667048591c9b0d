/* pcap_writing.c - classic pcap files: bytes, lengths and times. */
#include "file_format.h"
#include "frame.h"

enum { RECORD = 16 };         /* header of each */

static void header(struct ipfunnel__block *b, uint32_t magic)
{
    ipfunnel__put32(b, magic);
    ipfunnel__put16(b, 2);
    ipfunnel__put16(b, 4);
    ipfunnel__put64(b, 0);
    ipfunnel__put32(b, IPFUNNEL__FILE_MOST_BYTES);
    ipfunnel__put32(b, IPFUNNEL__LINK_RAW);
}

static void record(struct ipfunnel__block *b, const struct ipfunnel__file_port *port, const ipfunnel_datagram *d,
                   uint32_t ns_per_unit)
{
    uint64_t t = d->time_ns > 0 ? (uint64_t)d->time_ns : 0, last = UINT64_C(1000000000) << 32;
    if (t >= last)
        t = last - 1;
    uint32_t captured = ipfunnel__file_captured(port, d);
    uint8_t *p = ipfunnel__put_datagram(b, RECORD, d->bytes, captured, 0);
    if (!p)
        return;
    ipfunnel__le32_at(p, (uint32_t)(t / 1000000000));
    ipfunnel__le32_at(p + 4, (uint32_t)(t % 1000000000) / ns_per_unit);
    ipfunnel__le32_at(p + 8, captured);
    ipfunnel__le32_at(p + 12, ipfunnel__file_original(d));
}

static void section_ns(struct ipfunnel__block *b, const char *application, const char *comment)
{
    (void)application, (void)comment;
    header(b, 0xa1b23c4d);
}

static void section_us(struct ipfunnel__block *b, const char *application, const char *comment)
{
    (void)application, (void)comment;
    header(b, 0xa1b2c3d4);
}

static void datagram_ns(struct ipfunnel__block *b, const struct ipfunnel__file_port *port, const ipfunnel_datagram *d)
{
    record(b, port, d, 1);
}

static void datagram_us(struct ipfunnel__block *b, const struct ipfunnel__file_port *port, const ipfunnel_datagram *d)
{
    record(b, port, d, 1000);
}

static void no_interface(struct ipfunnel__block *b, const struct ipfunnel__file_port *port,
                         const ipfunnel_writer_interface *description)
{
    (void)b, (void)port, (void)description;
}

static void no_statistics(struct ipfunnel__block *b, const struct ipfunnel__file_port *port,
                          const ipfunnel_statistics *s, int64_t start_ns, int64_t end_ns)
{
    (void)b, (void)port, (void)s, (void)start_ns, (void)end_ns;
}

const struct ipfunnel__file_format ipfunnel__file_pcap_ns = {
    .section = section_ns,
    .interface = no_interface,
    .datagram = datagram_ns,
    .statistics = no_statistics,
};

const struct ipfunnel__file_format ipfunnel__file_pcap_us = {
    .section = section_us,
    .interface = no_interface,
    .datagram = datagram_us,
    .statistics = no_statistics,
};
