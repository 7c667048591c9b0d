/* pcapng_writing.c - the four pcapng blocks that a capture needs. Which fact goes where is in ipfunnel_file.h; numbers
 * are those of draft-ietf-opsawg-pcapng. */
#include "fact_comment.h"
#include "frame.h"
#include "os.h"
#include "pcapng_option.h"

enum { SECTION = 0x0a0d0d0a, INTERFACE = 1, STATISTICS = 5, DATAGRAM = 6 };      /* block types */
enum { SHB_OS = 3, SHB_USERAPPL = 4 };
enum { IF_NAME = 2, IF_DESCRIPTION = 3, IF_IPV4 = 4, IF_IPV6 = 5, IF_MAC = 6, IF_EUI = 7, IF_TSRESOL = 9,
       IF_FILTER = 11, IF_OS = 12 };
enum { EPB_FLAGS = 2, EPB_DROPCOUNT = 4 };
enum { EPB_CHECKSUM_NOT_READY = 1 << 9, EPB_CHECKSUM_VALID = 1 << 10, EPB_SEGMENTATION = 1 << 11 };
enum { ISB_STARTTIME = 2, ISB_ENDTIME = 3, ISB_IFRECV = 4, ISB_FILTERACCEPT = 6, ISB_OSDROP = 7, ISB_USRDELIV = 8 };

static void begin(struct ipfunnel__block *b, uint32_t type)
{
    ipfunnel__put32(b, type);
    ipfunnel__put32(b, 0);
}

/* Ends the options, if there are any from `options` on, and the block: its length stands at both ends. */
static void end(struct ipfunnel__block *b, size_t options)
{
    if (b->length > options)
        ipfunnel__put32(b, IPFUNNEL__OPT_END);
    uint32_t length = (uint32_t)ipfunnel__block_length(b) + 4;
    ipfunnel__put32(b, length);
    if (!b->overflow)
        ipfunnel__le32_at(b->bytes + 4, length);
}

/* Upper half first, as the format wants it. */
static void put_time(struct ipfunnel__block *b, int64_t time_ns)
{
    uint64_t t = time_ns > 0 ? (uint64_t)time_ns : 0;
    ipfunnel__put32(b, (uint32_t)(t >> 32));
    ipfunnel__put32(b, (uint32_t)t);
}

static void section(struct ipfunnel__block *b, const char *application, const char *comment)
{
    char os[256];
    begin(b, SECTION);
    ipfunnel__put32(b, 0x1a2b3c4d);
    ipfunnel__put16(b, 1);
    ipfunnel__put16(b, 0);
    ipfunnel__put64(b, UINT64_MAX);                       /* length of the section: not known */
    size_t options = b->length;
    ipfunnel__option_text(b, SHB_OS, ipfunnel__os_name(os, sizeof os));
    ipfunnel__option_text(b, SHB_USERAPPL, application);
    ipfunnel__option_text(b, IPFUNNEL__OPT_COMMENT, comment);
    end(b, options);
}

static void put_mask(struct ipfunnel__block *b, int prefix_length)
{
    for (int i = 0; i < 4; i++, prefix_length -= 8) {
        int bits = prefix_length < 0 ? 0 : prefix_length > 8 ? 8 : prefix_length;
        uint8_t byte = (uint8_t)(0xff00 >> bits);
        ipfunnel__put_bytes(b, &byte, 1);
    }
}

static void put_address(struct ipfunnel__block *b, const ipfunnel_address *a)
{
    size_t option = ipfunnel__option_begin(b, a->version == 4 ? IF_IPV4 : IF_IPV6);
    if (a->version == 4) {
        ipfunnel__put_bytes(b, a->bytes, 4);
        put_mask(b, a->prefix_length);
    } else {
        ipfunnel__put_bytes(b, a->bytes, 16);
        ipfunnel__put_bytes(b, &a->prefix_length, 1);
    }
    ipfunnel__option_end(b, option);
}

static void interface(struct ipfunnel__block *b, const struct ipfunnel__file_port *port,
                      const ipfunnel_writer_interface *description)
{
    static const uint8_t nanoseconds = 9, filter_is_text = 0;
    char os[256];

    begin(b, INTERFACE);
    ipfunnel__put16(b, IPFUNNEL__LINK_RAW);
    ipfunnel__put16(b, 0);
    ipfunnel__put32(b, port->snap_length);
    size_t options = b->length;
    ipfunnel__option_text(b, IF_NAME, description->name);
    ipfunnel__option_text(b, IF_DESCRIPTION, description->description);
    for (uint32_t i = 0; i < description->address_count; i++)
        put_address(b, &description->addresses[i]);
    if (description->hardware_address_length == 6 || description->hardware_address_length == 8)
        ipfunnel__option(b, description->hardware_address_length == 6 ? IF_MAC : IF_EUI, description->hardware_address,
                         description->hardware_address_length);
    ipfunnel__option(b, IF_TSRESOL, &nanoseconds, 1);
    if (description->filter && *description->filter) {
        size_t option = ipfunnel__option_begin(b, IF_FILTER);
        ipfunnel__put_bytes(b, &filter_is_text, 1);
        ipfunnel__put_bytes(b, description->filter, strlen(description->filter));
        ipfunnel__option_end(b, option);
    }
    ipfunnel__option_text(b, IF_OS, description->os ? description->os : ipfunnel__os_name(os, sizeof os));
    ipfunnel__comment_interface(b, port, description);
    end(b, options);
}

static uint32_t flags_word(const ipfunnel_datagram *d)
{
    static const uint16_t checksum[] = {
        [IPFUNNEL_CHECKSUM_UNKNOWN] = 0,
        [IPFUNNEL_CHECKSUM_VALID] = EPB_CHECKSUM_VALID,
        [IPFUNNEL_CHECKSUM_NOT_READY] = EPB_CHECKSUM_NOT_READY,
    };
    uint32_t word = d->direction & 3u;                    /* our numbers are those of the format */
    if (d->checksum < sizeof checksum / sizeof *checksum)
        word |= checksum[d->checksum];
    if (d->flags & IPFUNNEL_SEGMENTATION)
        word |= EPB_SEGMENTATION;
    return word;
}

/* Is there something to tell of it that has no place in epb_flags? */
static bool is_particular(const struct ipfunnel__file_port *port, const ipfunnel_datagram *d)
{
    uint64_t usual_drops = port->dropped_unknown ? IPFUNNEL_DROPS_UNKNOWN : 0;
    return d->dropped_before != usual_drops || d->time_ns < 0 || d->flags & ~(uint32_t)IPFUNNEL_SEGMENTATION
           || d->segment_size > 0 || d->vlan_count > 0 || d->direction_source == IPFUNNEL_SAYS_ADDRESSES
           || d->original_length == IPFUNNEL_LENGTH_UNKNOWN;
}

static void particulars(struct ipfunnel__block *b, const struct ipfunnel__file_port *port, const ipfunnel_datagram *d)
{
    if (d->dropped_before != IPFUNNEL_DROPS_UNKNOWN && (d->dropped_before > 0 || port->dropped_unknown))
        ipfunnel__option64(b, EPB_DROPCOUNT, d->dropped_before);
    ipfunnel__comment_datagram(b, port, d);
}

static void datagram(struct ipfunnel__block *b, const struct ipfunnel__file_port *port, const ipfunnel_datagram *d)
{
    enum { HEADER = 28 };
    uint32_t captured = ipfunnel__file_captured(port, d), flags = flags_word(d);
    uint64_t t = d->time_ns > 0 ? (uint64_t)d->time_ns : 0;
    uint8_t *p = ipfunnel__put_datagram(b, HEADER, d->bytes, captured, (4 - captured % 4) % 4);
    if (!p)
        return;
    ipfunnel__le32_at(p, DATAGRAM);
    ipfunnel__le32_at(p + 8, port->number);
    ipfunnel__le32_at(p + 12, (uint32_t)(t >> 32));
    ipfunnel__le32_at(p + 16, (uint32_t)t);
    ipfunnel__le32_at(p + 20, captured);
    ipfunnel__le32_at(p + 24, ipfunnel__file_original(d));
    size_t options = b->length;
    if (flags != 0)
        ipfunnel__option32(b, EPB_FLAGS, flags);
    if (is_particular(port, d))
        particulars(b, port, d);
    end(b, options);
}

static void put_time_option(struct ipfunnel__block *b, uint16_t code, int64_t time_ns)
{
    if (time_ns < 0)                                      /* unknown, or not to be said */
        return;
    size_t option = ipfunnel__option_begin(b, code);
    put_time(b, time_ns);
    ipfunnel__option_end(b, option);
}

#define BIT(name) (UINT64_C(1) << IPFUNNEL_COUNTER_##name)

static void statistics(struct ipfunnel__block *b, const struct ipfunnel__file_port *port, const ipfunnel_statistics *s,
                       int64_t start_ns, int64_t end_ns)
{
    static const uint64_t received = BIT(frames) | BIT(dropped) | BIT(not_ip) | BIT(filtered) | BIT(excluded_vlan) |
                                     BIT(excluded_other_host) | BIT(excluded_outgoing) | BIT(excluded_loopback_copy);
    static const uint64_t verdicts = BIT(delivered) | BIT(dropped);

    begin(b, STATISTICS);
    ipfunnel__put32(b, port->number);
    put_time(b, end_ns);
    size_t options = b->length;
    put_time_option(b, ISB_STARTTIME, start_ns);
    put_time_option(b, ISB_ENDTIME, end_ns);
    if ((s->available & received) == received)
        ipfunnel__option64(b, ISB_IFRECV, s->frames + s->dropped);
    if ((s->available & verdicts) == verdicts && s->dropped == 0)
        ipfunnel__option64(b, ISB_FILTERACCEPT, s->delivered);
    if (s->available & BIT(dropped))
        ipfunnel__option64(b, ISB_OSDROP, s->dropped);
    if (s->available & BIT(delivered))
        ipfunnel__option64(b, ISB_USRDELIV, s->delivered);
    ipfunnel__comment_statistics(b, s);
    end(b, options);
}

const struct ipfunnel__file_format ipfunnel__file_pcapng = {
    .section = section,
    .interface = interface,
    .datagram = datagram,
    .statistics = statistics,
};
