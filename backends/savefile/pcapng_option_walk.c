#include "pcapng_option_walk.h"

enum { END = 0, COMMENT = 1 };
enum { IF_NAME = 2, IF_TSRESOL = 9, IF_FCSLEN = 13, IF_TSOFFSET = 14 };
enum { EPB_FLAGS = 2, EPB_DROPCOUNT = 4 };
enum { ISB_IFDROP = 5, ISB_OSDROP = 7 };
enum { MICROSECONDS = 6, MOST_FCS = 16 };

struct option {
    uint16_t code, length;
    const uint8_t *value;
};

enum next { BROKEN = -1, LAST, OPTION };

/* The padding of the last option may be missing: some writers leave it out together with the end mark. */
static enum next next_option(struct ipfunnel__cursor *c, bool big_endian, struct option *out)
{
    const uint8_t *head = ipfunnel__take(c, 4);
    if (!head)
        return ipfunnel__left(c) == 0 ? LAST : BROKEN;
    *out = (struct option){ .code = ipfunnel__file16(big_endian, head),
                            .length = ipfunnel__file16(big_endian, head + 2) };
    if (out->code == END)
        return LAST;
    out->value = ipfunnel__take(c, out->length);
    if (!out->value)
        return BROKEN;
    size_t padding = (4u - out->length % 4u) % 4u, left = ipfunnel__left(c);
    ipfunnel__take(c, padding < left ? padding : left);
    return OPTION;
}

bool ipfunnel__interface_options_read(struct ipfunnel__interface_options *out, struct ipfunnel__cursor options,
                                      bool big_endian)
{
    struct option o;
    enum next next;
    *out = (struct ipfunnel__interface_options){ .scale = ipfunnel__time_scale_of(MICROSECONDS) };
    while ((next = next_option(&options, big_endian, &o)) == OPTION) {
        if ((o.code == IF_TSRESOL && o.length != 1) || (o.code == IF_TSOFFSET && o.length != 8))
            return false;
        if (o.code == COMMENT) {
            ipfunnel__fact_items_read(&out->items, o.value, o.length);
        } else if (o.code == IF_NAME) {
            out->name = o.value;
            out->name_length = o.length;
        } else if (o.code == IF_TSRESOL) {
            int64_t offset = out->scale.offset;
            out->scale = ipfunnel__time_scale_of(o.value[0]);
            out->scale.offset = offset;
        } else if (o.code == IF_TSOFFSET) {
            uint64_t offset = ipfunnel__file64(big_endian, o.value);
            out->scale.offset = offset <= INT64_MAX ? (int64_t)offset : -(int64_t)(UINT64_MAX - offset) - 1;
        } else if (o.code == IF_FCSLEN && o.length == 1) {
            /* In bits; a value that is a size in bytes is one of the writers that took it so. */
            out->fcs_bytes = o.value[0] < 8 ? o.value[0] : o.value[0] / 8u;
            if (out->fcs_bytes > MOST_FCS)
                out->fcs_bytes = 0;
        }
    }
    return next == LAST;
}

void ipfunnel__packet_options_read(struct ipfunnel__packet_options *out, struct ipfunnel__cursor options,
                                   bool big_endian)
{
    struct option o;
    *out = (struct ipfunnel__packet_options){ .dropped = IPFUNNEL_DROPS_UNKNOWN };
    while (next_option(&options, big_endian, &o) == OPTION) {
        if (o.code == COMMENT)
            ipfunnel__fact_items_read(&out->items, o.value, o.length);
        else if (o.code == EPB_FLAGS && o.length == 4)
            out->flags = ipfunnel__file32(big_endian, o.value);
        else if (o.code == EPB_DROPCOUNT && o.length == 8)
            out->dropped = ipfunnel__file64(big_endian, o.value);
    }
}

uint64_t ipfunnel__statistics_options_dropped(struct ipfunnel__cursor options, bool big_endian)
{
    uint64_t interface = UINT64_MAX, system = UINT64_MAX;
    struct option o;
    while (next_option(&options, big_endian, &o) == OPTION) {
        if (o.code == ISB_IFDROP && o.length == 8)
            interface = ipfunnel__file64(big_endian, o.value);
        else if (o.code == ISB_OSDROP && o.length == 8)
            system = ipfunnel__file64(big_endian, o.value);
    }
    if (interface == UINT64_MAX || system == UINT64_MAX)
        return interface == UINT64_MAX ? system : interface;
    return interface + system < interface ? UINT64_MAX - 1 : interface + system;
}
