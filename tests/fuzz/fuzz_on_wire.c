/* One frame through the normaliser with on_wire: whatever its bytes and facts are, every result lies inside the frame,
 * what was cut is as long as the super-datagram was, its checksums are right, and it comes to an end. */
#include "frame_input.h"
#include "fuzz.h"
#include "normalize.h"

static uint16_t sum_of(const uint8_t *bytes, size_t n, uint64_t sum)
{
    for (size_t i = 0; i < n; i++)
        sum += (uint64_t)bytes[i] << (i % 2 ? 0 : 8);
    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
    return (uint16_t)sum;
}

static void check_segment(const ipfunnel_datagram *d, bool known_place)
{
    ipfunnel_headers h = IPFUNNEL_HEADERS_INIT;
    HOLDS(d->length == d->original_length);
    HOLDS(!(d->flags & (IPFUNNEL_SEGMENTATION | IPFUNNEL_NOT_CUT | IPFUNNEL_LENGTH_ASSUMED | IPFUNNEL_SNAPPED)));
    HOLDS(d->flags & IPFUNNEL_CHECKSUM_FILLED && d->checksum == IPFUNNEL_CHECKSUM_UNKNOWN);
    HOLDS(ipfunnel_read_headers(d, &h) == 0);
    HOLDS(h.protocol == 6 || h.protocol == 17);
    uint32_t length = d->length - h.transport_offset, address = d->version == 4 ? 4 : 16;
    if (d->version == 4) {
        HOLDS(ipfunnel__be16(d->bytes + 2) == d->length);
        HOLDS(sum_of(d->bytes, (d->bytes[0] & 15u) * 4, 0) == 0xffff);
    } else {
        HOLDS(ipfunnel__be16(d->bytes + 4) == d->length - 40);
    }
    if (h.protocol == 17)
        HOLDS(ipfunnel__be16(d->bytes + h.transport_offset + 4) == length);
    if (known_place)                    /* then it may be that of another destination: a routing header */
        return;
    uint64_t pseudo = sum_of(h.source, address, sum_of(h.destination, address, length + h.protocol));
    HOLDS(sum_of(d->bytes + h.transport_offset, length, pseudo) == 0xffff);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ipfunnel__cursor input = ipfunnel__cursor_over(data, size);
    const struct ipfunnel__policy policy = {
        .snap_length = 262144, .families = IPFUNNEL_IPV4 | IPFUNNEL_IPV6, .vlan = IPFUNNEL_VLAN_ALL,
    };
    struct ipfunnel__cut cut = { .sum = ipfunnel__sum_fastest() };
    struct ipfunnel__frame frame = {
        .link_type = frame_input_links[input_byte(&input) % FRAME_INPUT_LINKS],
        .facts = input_byte(&input),
        .direction_source = IPFUNNEL_SAYS_KERNEL,
    };
    frame.segmentation = (uint8_t)input_byte(&input);
    if (frame.segmentation & 0x40) {                        /* a bit that has no meaning there */
        frame.facts |= IPFUNNEL__FRAME_OFFLOADS_UNTOLD;
        cut.mtu = 1500;
    }
    frame.segment_size = (uint16_t)input_16(&input);
    frame.checksum_start = input_16(&input);
    if (frame.checksum_start == UINT16_MAX)
        frame.checksum_start = UINT32_MAX;
    frame.checksum_offset = (uint16_t)input_16(&input);
    frame.protocol = (uint16_t)input_16(&input);
    uint32_t more = input_16(&input);
    frame.captured = (uint32_t)ipfunnel__left(&input);
    frame.original = more == UINT16_MAX ? IPFUNNEL_LENGTH_UNKNOWN : frame.captured + more;
    struct exact_bytes bytes = exact_bytes(input.at, frame.captured);
    frame.bytes = bytes.bytes;

    uint32_t resume = 0, results = 0;
    const uint8_t *before = frame.bytes;
    bool cutting = false;
    do {
        ipfunnel_datagram d;
        int counter = ipfunnel__normalize_on_wire(&policy, &frame, &cut, &resume, &d);
        HOLDS(results++ <= frame.captured);
        cutting = cutting || resume == IPFUNNEL__CUTTING;
        if (counter != IPFUNNEL_COUNTER_delivered)
            continue;
        HOLDS(d.bytes >= frame.bytes && d.bytes + d.length <= frame.bytes + frame.captured);
        HOLDS(d.bytes + d.length > before);
        before = d.bytes + d.length;
        check_datagram(&d);
        if (cutting)
            check_segment(&d, frame.checksum_start != 0);
        if (cutting && !resume)
            HOLDS(cut.left == 0 && d.bytes + d.length == cut.payload);
    } while (resume);
    free(bytes.block);
    return 0;
}
