/* link_monitor.c - headers that drivers and capture programs put in front of 802.11 frames. A frame that its receiver
 * found damaged is malformed. */
#include "link_strip.h"

/* Moves past a header of `length` bytes, of which `read` are read already. */
static bool skip_rest(struct ipfunnel__packet *p, size_t length, size_t read)
{
    return length >= read && ipfunnel__take(&p->network, length - read);
}

/* ---- Prism and AVS ---- */

/* Cookie (or version), length of the header. */
int ipfunnel__strip_avs(struct ipfunnel__packet *p)
{
    const uint8_t *header = ipfunnel__take(&p->network, 8);
    return header && skip_rest(p, ipfunnel__be32(header + 4), 8) ? ipfunnel__strip_80211(p) : MALFORMED;
}

/* Code and length of the header, the device's name, and items, one of which says who sent the frame; all in the byte
 * order of the capturing machine. Drivers also put AVS headers here, which begin with a cookie. */
int ipfunnel__strip_prism(struct ipfunnel__packet *p)
{
    enum { ITEM = 12, SENT_BY_US = 0x9041, SENT_BY_US_TOO = 0x90044 };
    struct ipfunnel__cursor items = p->network;
    const uint8_t *header = ipfunnel__take(&items, 8), *item;
    if (!header)
        return MALFORMED;
    if ((ipfunnel__be32(header) & 0xfffff000) == 0x80211000)
        return ipfunnel__strip_avs(p);
    bool little = header[0] != 0;
    size_t length = little ? ipfunnel__le32(header + 4) : ipfunnel__be32(header + 4);
    if (!skip_rest(p, length, 0) || !ipfunnel__take(&items, 16) || items.at > p->network.at)
        return MALFORMED;
    items.end = p->network.at;
    while ((item = ipfunnel__take(&items, ITEM)) != NULL) {
        uint32_t name = little ? ipfunnel__le32(item) : ipfunnel__be32(item);
        bool supplied = item[4] == 0 && item[5] == 0, value = ipfunnel__be32(item + 8) != 0;
        if (supplied && (name == SENT_BY_US || name == SENT_BY_US_TOO))
            ipfunnel__link_says(p, value ? IPFUNNEL_FRAME_OUT : IPFUNNEL_FRAME_IN);
    }
    return ipfunnel__strip_80211(p);
}

/* ---- Radiotap: https://www.radiotap.org ---- */

/* The flags of a header whose first 8 bytes are these; `rest` is the rest of it. 0 when it has none. */
static uint8_t radiotap_flags(const uint8_t *start, struct ipfunnel__cursor rest)
{
    enum { HAS_TIME = 1, HAS_FLAGS = 2, HAS_MORE = 0x80 };
    const uint8_t *present = start + 4;
    bool time = present[0] & HAS_TIME, flags = present[0] & HAS_FLAGS;
    while (present && present[3] & HAS_MORE)
        present = ipfunnel__take(&rest, 4);
    if (!present || !flags)
        return 0;
    if (time && !ipfunnel__take(&rest, (8 - (size_t)(rest.at - start) % 8) % 8 + 8))
        return 0;
    const uint8_t *value = ipfunnel__take(&rest, 1);
    return value ? *value : 0;
}

/* Version, length, which fields there are, then the fields. Only frames that this host sent have transmit flags. */
int ipfunnel__strip_radiotap(struct ipfunnel__packet *p)
{
    enum { HAS_TRANSMIT_FLAGS = 0x80, CHECKSUM_AT_END = 0x10, PADDED = 0x20, DAMAGED = 0x40 };
    const uint8_t *header = ipfunnel__take(&p->network, 8);
    struct ipfunnel__cursor rest = p->network;
    if (!header || !skip_rest(p, ipfunnel__le16(header + 2), 8))
        return MALFORMED;
    rest.end = p->network.at;
    uint8_t flags = radiotap_flags(header, rest);
    if (flags & DAMAGED)
        return MALFORMED;
    if (header[5] & HAS_TRANSMIT_FLAGS)
        ipfunnel__link_says(p, IPFUNNEL_FRAME_OUT);
    if (flags & CHECKSUM_AT_END)
        ipfunnel__trim(p, 4);
    return ipfunnel__strip_80211_frame(p, flags & PADDED);
}

/* ---- PPI: a header of any capture, which names the link type of what follows ---- */

/* The flags of the field for 802.11; 0 when there is none. */
static uint32_t ppi_flags(struct ipfunnel__cursor fields, bool aligned)
{
    enum { FIELD_80211 = 2 };
    const uint8_t *field;
    while ((field = ipfunnel__take(&fields, 4)) != NULL) {
        size_t size = ipfunnel__le16(field + 2);
        if (ipfunnel__le16(field) == FIELD_80211 && size >= 10) {
            const uint8_t *value = ipfunnel__take(&fields, 10);             /* a time in 8 bytes, then the flags */
            return value ? ipfunnel__le16(value + 8) : 0;
        }
        if (!ipfunnel__take(&fields, aligned ? (size + 3) / 4 * 4 : size))
            return 0;
    }
    return 0;
}

int ipfunnel__strip_ppi(struct ipfunnel__packet *p)
{
    enum { ALIGNED = 1, CHECKSUM_AT_END = 1, DAMAGED = 4, LINK_80211 = 105 };
    const uint8_t *header = ipfunnel__take(&p->network, 8);
    struct ipfunnel__cursor fields = p->network;
    if (!header || !skip_rest(p, ipfunnel__le16(header + 2), 8))
        return MALFORMED;
    fields.end = p->network.at;
    uint32_t link_type = ipfunnel__le32(header + 4);
    uint32_t flags = link_type == LINK_80211 ? ppi_flags(fields, header[1] & ALIGNED) : 0;
    if (flags & DAMAGED)
        return MALFORMED;
    if (flags & CHECKSUM_AT_END)
        ipfunnel__trim(p, 4);
    return ipfunnel__strip_as(p, link_type);
}
