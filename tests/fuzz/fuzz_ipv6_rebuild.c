/* fuzz_ipv6_rebuild.c - what came through an IPv6 raw socket, with or without its header: in both cases the normaliser
 * makes a datagram of it that says which, or calls it malformed. Byte 0: what the system told, and whether it was cut;
 * byte 1: the hop limit; then two addresses; then what came. */
#include "fuzz.h"
#include "normalize.h"
#include "sio_rcvall/rcvall_ipv6.h"

enum { HAS_SOURCE = 1, HAS_DESTINATION = 2, HAS_HOP_LIMIT = 4, CUT = 8 };

static void check_rebuilt(const struct ipfunnel__frame *frame, const struct ipfunnel__winsock_facts *facts, bool cut)
{
    static const uint8_t zeros[16];
    const uint8_t *h = frame->bytes;
    HOLDS(h[0] == 0x60 && h[6] == 59 && frame->unproven);
    HOLDS(memcmp(h + 8, facts->has_source ? facts->source : zeros, 16) == 0);
    HOLDS(memcmp(h + 24, facts->has_destination ? facts->destination : zeros, 16) == 0);
    HOLDS(h[7] == (facts->has_hop_limit ? facts->hop_limit : 0));
    HOLDS((frame->unproven >> IPFUNNEL_UNPROVEN_source & 1) == !facts->has_source);
    HOLDS((frame->unproven >> IPFUNNEL_UNPROVEN_destination & 1) == !facts->has_destination);
    HOLDS((frame->unproven >> IPFUNNEL_UNPROVEN_hop_limit & 1) == !facts->has_hop_limit);
    HOLDS(!cut || ipfunnel__be16(h + 4) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ipfunnel__cursor input = ipfunnel__cursor_over(data, size);
    uint32_t bits = input_byte(&input);
    struct ipfunnel__winsock_facts facts = {
        .has_source = bits & HAS_SOURCE,
        .has_destination = bits & HAS_DESTINATION,
        .has_hop_limit = bits & HAS_HOP_LIMIT,
        .hop_limit = (uint8_t)input_byte(&input),
    };
    for (int i = 0; i < 16; i++)
        facts.source[i] = (uint8_t)input_byte(&input);
    for (int i = 0; i < 16; i++)
        facts.destination[i] = (uint8_t)input_byte(&input);
    uint32_t length = (uint32_t)ipfunnel__left(&input);
    bool cut = bits & CUT;

    struct exact_bytes came = exact_bytes(input.at, length);
    bool real = ipfunnel__ipv6_header_is_real(came.bytes, length, cut, &facts);
    uint8_t *whole = malloc(IPFUNNEL__IPV6_HEADER + length);
    HOLDS(whole);
    memcpy(whole + IPFUNNEL__IPV6_HEADER, came.bytes, length);
    struct ipfunnel__frame frame = {
        .bytes = came.bytes,
        .captured = length,
        .time_ns = 1,
        .link_type = IPFUNNEL__LINK_RAW,
    };
    if (!real) {
        frame.unproven = ipfunnel__ipv6_rebuild(whole, length, cut, &facts);
        frame.bytes = whole;
        frame.captured += IPFUNNEL__IPV6_HEADER;
        check_rebuilt(&frame, &facts, cut);
    }
    frame.original = cut ? IPFUNNEL_LENGTH_UNKNOWN : frame.captured;

    struct ipfunnel__policy policy = {
        .snap_length = 262144, .families = IPFUNNEL_IPV4 | IPFUNNEL_IPV6, .vlan = IPFUNNEL_VLAN_ALL
    };
    ipfunnel_datagram d;
    uint32_t resume = 0;
    int counter = ipfunnel__normalize(&policy, &frame, &resume, &d);
    if (real && counter == IPFUNNEL_COUNTER_malformed)      /* a jumbo length beyond what there can be */
        goto done;
    HOLDS(counter == IPFUNNEL_COUNTER_delivered && resume == 0);
    HOLDS(d.version == 6 && (real ? d.length <= frame.captured : d.length == frame.captured));
    HOLDS(((d.flags & IPFUNNEL_HEADER_REBUILT) != 0) == !real);
    HOLDS(real ? cut || !(d.flags & IPFUNNEL_SNAPPED) : ((d.flags & IPFUNNEL_SNAPPED) != 0) == cut);
    check_datagram(&d);
done:
    free(came.block);
    free(whole);
    return 0;
}
