/* One frame through the normaliser: whatever it is made of, each result is a counter, or a datagram inside the frame,
 * they come to an end, and what the short way takes, it takes as the long one does. */
#include "frame_input.h"
#include "fuzz.h"
#include "normalize.h"
#include "same_datagram.h"

static void check_result(const struct ipfunnel__policy *policy, const struct ipfunnel__frame *frame,
                         const ipfunnel_datagram *d)
{
    HOLDS(d->bytes >= frame->bytes && d->bytes + d->length <= frame->bytes + frame->captured);
    HOLDS(d->length <= policy->snap_length);
    HOLDS(policy->families & (d->version == 4 ? IPFUNNEL_IPV4 : IPFUNNEL_IPV6));
    HOLDS(!(policy->no_outgoing && d->direction == IPFUNNEL_DIRECTION_OUT));
    HOLDS(!(policy->no_other_host && frame->facts & IPFUNNEL_FRAME_OTHER_HOST));
    HOLDS(!(frame->facts & IPFUNNEL_FRAME_LOOPBACK_COPY));
    HOLDS(d->time_ns == frame->time_ns && d->interface_index == frame->interface_index);
    check_datagram(d);
}

static void check_counter(int counter)
{
    switch (counter) {
    case IPFUNNEL_COUNTER_delivered:
    case IPFUNNEL_COUNTER_not_ip:
    case IPFUNNEL_COUNTER_malformed:
    case IPFUNNEL_COUNTER_unknown_link:
    case IPFUNNEL_COUNTER_other_family:
    case IPFUNNEL_COUNTER_excluded_vlan:
    case IPFUNNEL_COUNTER_excluded_other_host:
    case IPFUNNEL_COUNTER_excluded_outgoing:
    case IPFUNNEL_COUNTER_excluded_loopback_copy:
        break;
    default:
        HOLDS(0 && "a counter of the ledger");
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const ipfunnel_address own[] = {
        { .version = 4, .prefix_length = 24, .bytes = { 10, 0, 0, 1 } },
        { .version = 4, .prefix_length = 0, .bytes = { 10, 0, 0, 3 } },
        { .version = 6, .prefix_length = 64, .bytes = { 0xfd, [15] = 1 } },
    };
    struct ipfunnel__cursor input = ipfunnel__cursor_over(data, size);
    uint32_t vlan = input_16(&input), snap = input_16(&input), bits = input_byte(&input);
    struct ipfunnel__policy policy = {
        .snap_length = snap ? snap : 262144,
        .families = bits & (INPUT_IPV4 | INPUT_IPV6),
        .vlan = vlan == 0 ? IPFUNNEL_VLAN_OWN : vlan == UINT16_MAX ? IPFUNNEL_VLAN_ALL : vlan,
        .no_other_host = bits & INPUT_IPLEVEL,
        .no_outgoing = bits & INPUT_NO_OUTGOING,
        .own_addresses = own,
        .own_address_count = bits & INPUT_OWN_ADDRESSES ? sizeof own / sizeof *own : 0,
    };
    struct ipfunnel__frame frame = {
        .link_type = frame_input_links[input_byte(&input) % FRAME_INPUT_LINKS],
        .facts = input_byte(&input),
        .time_ns = INT64_MAX,
        .interface_index = 7,
        .interface_name = "eth0",
    };
    uint32_t more = input_16(&input);
    frame.vlan_tci = (uint16_t)input_16(&input);
    frame.protocol = (uint16_t)input_16(&input);
    frame.direction_source = IPFUNNEL_SAYS_KERNEL;
    input_16(&input);                   /* all that is left is the frame, whatever the length says */
    frame.captured = (uint32_t)ipfunnel__left(&input);
    frame.original = more == UINT16_MAX ? IPFUNNEL_LENGTH_UNKNOWN : frame.captured + more;
    struct exact_bytes bytes = exact_bytes(input.at, frame.captured);
    frame.bytes = bytes.bytes;

    static struct ipfunnel__views views;
    const ipfunnel_datagram *out;
    bool short_way = ipfunnel__normalize_plain(&policy, &frame, 1, 0, &views, 0, &out) == 1;
    uint32_t resume = 0, before;
    const uint8_t *end = frame.bytes;
    do {
        ipfunnel_datagram d;
        before = resume;
        int counter = ipfunnel__normalize(&policy, &frame, &resume, &d);
        HOLDS(!resume || (resume > before && resume < frame.captured));
        check_counter(counter);
        HOLDS(!short_way || (counter == IPFUNNEL_COUNTER_delivered && !resume && !differing_field(out, &d)));
        if (counter == IPFUNNEL_COUNTER_delivered) {
            check_result(&policy, &frame, &d);
            HOLDS(d.bytes >= end);                     /* datagrams of one frame do not overlap */
            end = d.bytes + d.length;
        }
    } while (resume);
    free(bytes.block);
    return 0;
}
