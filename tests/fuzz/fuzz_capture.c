/* A capture of the memory backend, driven by steps from the input. After every step both ledgers balance, the counters
 * agree with what was pushed, and the datagrams in hand are what they were. */
#include "frame_input.h"
#include "fuzz.h"

enum { MOST_AT_ONCE = 140 };

struct run {
    ipfunnel *capture;
    struct ipfunnel__cursor input;
    const ipfunnel_datagram *held[MOST_AT_ONCE];
    uint64_t held_sum;
    int held_count;
    uint64_t pushed, dropped, delivered;            /* by our own count */
    ipfunnel_mode mode;
    bool interrupted, on_wire;
};

static uint64_t sum_of_held(const struct run *r)
{
    uint64_t sum = 0;
    for (int i = 0; i < r->held_count; i++) {
        const ipfunnel_datagram *d = r->held[i];
        sum = sum * 31 + d->length + d->flags + d->version;
        for (uint32_t b = 0; b < d->length; b++)
            sum = sum * 31 + d->bytes[b];
    }
    return sum;
}

static void step_push(struct run *r)
{
    ipfunnel_frame frame = IPFUNNEL_FRAME_INIT;
    if (r->on_wire) {
        frame.segmentation = input_byte(&r->input);
        frame.segment_size = input_16(&r->input);
        frame.checksum_start = input_16(&r->input);
        frame.checksum_offset = input_16(&r->input);
    }
    frame.link_type = frame_input_links[input_byte(&r->input) % FRAME_INPUT_LINKS];
    frame.facts = input_byte(&r->input);
    uint32_t more = input_16(&r->input);
    frame.vlan_tci = (uint16_t)input_16(&r->input);
    input_16(&r->input);
    uint32_t length = input_16(&r->input);
    if (length > ipfunnel__left(&r->input))
        length = (uint32_t)ipfunnel__left(&r->input);
    struct exact_bytes bytes = exact_bytes(ipfunnel__take(&r->input, length), length);
    frame.bytes = bytes.bytes;
    frame.captured_length = length;
    frame.original_length = more == UINT16_MAX ? IPFUNNEL_LENGTH_UNKNOWN : length + more;
    int status = ipfunnel_push(r->capture, &frame);
    free(bytes.block);
    HOLDS(status == 0 || status == IPFUNNEL_EINVAL || status == IPFUNNEL_ENOBUFS);
    if (status)
        check_error(ipfunnel_last_error(r->capture), status);
    r->pushed += status == 0 && r->mode != IPFUNNEL_MODE_OFF;
    r->dropped += status == IPFUNNEL_ENOBUFS;
}

static void step_recv(struct run *r)
{
    int max = (int)(input_byte(&r->input) % (MOST_AT_ONCE + 2)) - 1;
    ipfunnel_statistics s = IPFUNNEL_STATISTICS_INIT;
    HOLDS(ipfunnel_stats(r->capture, &s) == 0);
    int n = ipfunnel_recv(r->capture, r->held, max, 0);
    HOLDS((n == IPFUNNEL_EINVAL) == (max < 1));
    if (n == IPFUNNEL_EINVAL) {
        check_error(ipfunnel_last_error(r->capture), n);
        return;
    }
    HOLDS(n <= max);
    HOLDS((n == IPFUNNEL_INTERRUPTED) == r->interrupted);
    r->interrupted = false;
    if (n == IPFUNNEL_END)
        HOLDS(r->mode == IPFUNNEL_MODE_OFF);
    else
        HOLDS(n >= 0 || n == IPFUNNEL_INTERRUPTED);
    r->held_count = n > 0 ? n : 0;
    r->delivered += (uint64_t)r->held_count;
    for (int i = 0; i < r->held_count; i++)
        check_datagram(r->held[i]);
    r->held_sum = sum_of_held(r);
}

static void step_set_mode(struct run *r)
{
    int mode = (int)(input_byte(&r->input) % 6) - 1;
    int status = ipfunnel_set_mode(r->capture, (ipfunnel_mode)mode);
    HOLDS(status == (mode < 0 || mode > IPFUNNEL_MODE_IPLEVEL ? IPFUNNEL_EINVAL : 0));
    if (status)
        check_error(ipfunnel_last_error(r->capture), status);
    else if (mode != IPFUNNEL_MODE_SOCKETLEVELONLY)
        r->mode = (ipfunnel_mode)mode;
}

static void step_set_filter(struct run *r)
{
    static const char *const filters[] = { "", "udp", "ip6 or tcp", "len > 40 and ip[40] != 0", "outbound", "or or" };
    uint32_t which = input_byte(&r->input) % (sizeof filters / sizeof *filters);
    int status = ipfunnel_set_filter(r->capture, filters[which]);
    HOLDS(status == 0 || status == IPFUNNEL_EINVAL || status == IPFUNNEL_EOPNOTSUPP);
    HOLDS(which > 0 || status == 0);
    if (status)
        check_error(ipfunnel_last_error(r->capture), status);
}

static void step_info(struct run *r)
{
    ipfunnel_capture_info info = IPFUNNEL_CAPTURE_INFO_INIT;
    HOLDS(ipfunnel_info(r->capture, &info) == 0);
    HOLDS(info.mode == (uint32_t)r->mode);
}

static void step(struct run *r)
{
    ipfunnel_event event = IPFUNNEL_EVENT_INIT;
    switch (input_byte(&r->input) % STEPS) {
    case STEP_PUSH: step_push(r); break;
    case STEP_RECV: step_recv(r); break;
    case STEP_RELEASE: ipfunnel_release(r->capture); r->held_count = 0; r->held_sum = 0; break;
    case STEP_SET_MODE: step_set_mode(r); break;
    case STEP_INTERRUPT: HOLDS(ipfunnel_interrupt(r->capture) == 0); r->interrupted = true; break;
    case STEP_WAIT: {
        int ready = ipfunnel_wait(&r->capture, 1, 0);
        HOLDS(ready == 1 || (ready == 0 && !r->interrupted && r->mode != IPFUNNEL_MODE_OFF));
        break;
    }
    case STEP_SET_FILTER: step_set_filter(r); break;
    case STEP_INFO: step_info(r); break;
    case STEP_NEXT_EVENT: HOLDS(ipfunnel_next_event(r->capture, &event) == 0); break;
    default: break;
    }
}

static void check_ledgers(const struct run *r)
{
    ipfunnel_statistics s = IPFUNNEL_STATISTICS_INIT;
    HOLDS(ipfunnel_stats(r->capture, &s) == 0);
    HOLDS(s.frames == s.carrying_ip + s.not_ip + s.malformed + s.unknown_link + s.pending);
    HOLDS(s.carrying_ip + s.extra_from_cutting == s.delivered + s.filtered + s.other_family + s.excluded_vlan
          + s.excluded_other_host + s.excluded_outgoing + s.excluded_loopback_copy);
    HOLDS(s.frames == r->pushed && s.dropped == r->dropped && s.delivered == r->delivered);
    HOLDS(sum_of_held(r) == r->held_sum);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct run r = { .input = ipfunnel__cursor_over(data, size) };
    ipfunnel_options o = IPFUNNEL_OPTIONS_INIT;
    ipfunnel_error error;
    o.backend = "memory";
    uint32_t vlan = input_16(&r.input);
    o.vlan = vlan == UINT16_MAX ? IPFUNNEL_VLAN_ALL : vlan;
    o.snap_length = input_16(&r.input);
    uint32_t bits = input_byte(&r.input);
    o.families = bits & (INPUT_IPV4 | INPUT_IPV6);
    o.start = bits & INPUT_IPLEVEL ? IPFUNNEL_MODE_IPLEVEL : IPFUNNEL_MODE_ON;
    r.on_wire = bits & INPUT_ON_WIRE;
    o.flags = (bits & INPUT_NO_OUTGOING ? IPFUNNEL_OPEN_NO_OUTGOING : 0u) | (r.on_wire ? IPFUNNEL_OPEN_ON_WIRE : 0u);
    o.interface_name = bits & INPUT_OWN_ADDRESSES ? "10.0.0.1/24,fd00::1/64" : NULL;
    o.ring_bytes = 1;
    int status = ipfunnel_open(&r.capture, &o, &error);
    if (status) {
        HOLDS(status == IPFUNNEL_EINVAL);
        check_error(&error, status);
        return 0;
    }
    r.mode = (ipfunnel_mode)o.start;
    while (ipfunnel__left(&r.input)) {
        step(&r);
        check_ledgers(&r);
    }
    ipfunnel_close(r.capture);
    return 0;
}
