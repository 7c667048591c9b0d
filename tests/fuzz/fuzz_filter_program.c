/* Any bytes as a filter's program, on any bytes as a datagram: it is refused, or it runs, comes to an end, and looks no
 * further than its reach. Input: number of instructions, direction, 16 bits of extra length, the instructions, 8 bytes
 * each (code, jt, jf, k, most significant byte first), the datagram. */
#include "filter/filter_program.h"
#include "fuzz.h"

enum { MOST = 255 };

static uint32_t take_program(struct ipfunnel__cursor *input, uint32_t count, struct ipfunnel__instruction *out)
{
    uint32_t length = 0;
    for (const uint8_t *p; length < count && (p = ipfunnel__take(input, 8)) != NULL; length++)
        out[length] = (struct ipfunnel__instruction){
            .code = ipfunnel__be16(p), .jt = p[2], .jf = p[3], .k = ipfunnel__be32(p + 4),
        };
    return length;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ipfunnel__cursor input = ipfunnel__cursor_over(data, size);
    struct ipfunnel__instruction *code = malloc(MOST * sizeof *code);
    HOLDS(code);
    uint32_t count = input_byte(&input), direction = input_byte(&input) % 3, more = input_16(&input);
    uint32_t length = take_program(&input, count, code);

    char line[80];
    for (uint32_t i = 0; i < length; i++)
        if (ipfunnel__instruction_text(&code[i], i, line, sizeof line))
            HOLDS(strlen(line) < sizeof line - 1);

    const char *wrong = ipfunnel__program_check(code, length);
    if (!wrong) {
        uint32_t left = (uint32_t)ipfunnel__left(&input), reach = ipfunnel__program_reach(code, length);
        struct exact_bytes bytes = exact_bytes(input.at, left);
        ipfunnel_datagram d = {
            .bytes = bytes.bytes,
            .length = left,
            .original_length = more == UINT16_MAX ? IPFUNNEL_LENGTH_UNKNOWN : left + more,
            .direction = (uint8_t)direction,
            .interface_index = direction,
        };
        uint32_t result = ipfunnel__program_run(code, &d);
        free(bytes.block);
        bytes = exact_bytes(input.at, reach < left ? reach : left);
        d.bytes = bytes.bytes;
        d.length = reach < left ? reach : left;
        HOLDS(ipfunnel__program_run(code, &d) == result);
        free(bytes.block);
    }
    free(code);
    return 0;
}
