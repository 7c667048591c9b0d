/* Any bytes as a filter's program, on any bytes as a frame: the program that is made of it for the kernel is one that
 * the kernel takes, and it accepts every frame of which user space delivers something. Input: number of instructions,
 * link type, what the view has (bits), packet type, facts of the frame, segmentation, then 2 bytes each segment size,
 * checksum start and offset, protocol; the instructions, 8 bytes each as in fuzz_filter_program; the frame. */
#include "filter/filter_program.h"
#include "filter/filter_preselect.h"
#include "fuzz.h"
#include "kernel_bpf.h"
#include "normalize.h"

enum { MOST = 255, INTERFACE = 5, SENT = 4, ACCEPTED = 77777 };
enum { VIEW_ON_WIRE = 1, VIEW_TELLS_DIRECTION = 2, VIEW_INTERFACE = 4 };

static uint32_t take_program(struct ipfunnel__cursor *input, uint32_t count, struct ipfunnel__instruction *out)
{
    uint32_t length = 0;
    for (const uint8_t *p; length < count && (p = ipfunnel__take(input, 8)) != NULL; length++)
        out[length] = (struct ipfunnel__instruction){
            .code = ipfunnel__be16(p), .jt = p[2], .jf = p[3], .k = ipfunnel__be32(p + 4),
        };
    return length;
}

static bool delivers(const struct ipfunnel_filter *filter, struct ipfunnel__frame *frame, bool on_wire)
{
    const struct ipfunnel__policy policy = {
        .snap_length = 262144, .families = IPFUNNEL_IPV4 | IPFUNNEL_IPV6, .vlan = IPFUNNEL_VLAN_ALL, .filter = filter,
    };
    struct ipfunnel__cut cut = { .sum = ipfunnel__sum_fastest() };
    uint32_t resume = 0;
    bool any = false;
    do {
        ipfunnel_datagram d;
        int counter = on_wire ? ipfunnel__normalize_on_wire(&policy, frame, &cut, &resume, &d)
                              : ipfunnel__normalize(&policy, frame, &resume, &d);
        any |= counter == IPFUNNEL_COUNTER_delivered;
    } while (resume);
    return any;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint32_t links[] = { IPFUNNEL__LINK_ETHERNET, IPFUNNEL__LINK_RAW, IPFUNNEL__LINK_NETWORK };
    static struct ipfunnel__instruction code[MOST], program[IPFUNNEL__KERNEL_MOST];
    struct ipfunnel__cursor input = ipfunnel__cursor_over(data, size);
    uint32_t count = input_byte(&input), link_type = links[input_byte(&input) % 3], bits = input_byte(&input);
    struct ipfunnel__frame frame = {
        .link_type = link_type, .interface_index = INTERFACE, .direction_source = IPFUNNEL_SAYS_KERNEL,
    };
    struct kernel_frame seen = { .packet_type = input_byte(&input) % 5 };
    frame.facts = input_byte(&input) & (IPFUNNEL_FRAME_SEGMENTATION | IPFUNNEL_FRAME_CHECKSUM_NOT_READY);
    frame.facts |= seen.packet_type == SENT ? IPFUNNEL_FRAME_OUT : IPFUNNEL_FRAME_IN;
    frame.segmentation = (uint8_t)input_byte(&input);
    frame.segment_size = (uint16_t)input_16(&input);
    frame.checksum_start = input_16(&input);
    frame.checksum_offset = (uint16_t)input_16(&input);
    frame.protocol = (uint16_t)input_16(&input);
    seen.protocol = frame.protocol;
    struct ipfunnel_filter filter = { .code = code, .length = take_program(&input, count, code) };
    if (ipfunnel__program_check(code, filter.length))
        return 0;

    const struct ipfunnel__kernel_view view = {
        .link_type = link_type,
        .interface_index = bits & VIEW_INTERFACE ? INTERFACE : 0,
        .tells_direction = bits & VIEW_TELLS_DIRECTION,
        .on_wire = bits & VIEW_ON_WIRE,
    };
    uint32_t length = 1;
    program[0] = (struct ipfunnel__instruction){ .code = BPF_RET | BPF_K, .k = ACCEPTED };
    uint32_t answer = ipfunnel__filter_preselect(&filter, &view, program, &length);
    HOLDS(kernel_takes(program, length));
    HOLDS((answer == IPFUNNEL_NO) == (length == 1));

    frame.captured = frame.original = seen.length = (uint32_t)ipfunnel__left(&input);
    struct exact_bytes bytes = exact_bytes(input.at, frame.captured);
    frame.bytes = seen.bytes = bytes.bytes;
    uint32_t kept = kernel_run(program, &seen);
    HOLDS(kept == 0 || kept == ACCEPTED);
    HOLDS(kept || !delivers(&filter, &frame, view.on_wire));
    free(bytes.block);
    return 0;
}
