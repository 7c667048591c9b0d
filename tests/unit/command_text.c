/* command_text.c - losses are lines of their own, where the datagram says so and nowhere else. */
#include "../../examples/ipfunnel/text_output.h"
#include "check.h"

static const uint8_t bytes[28] = {
    0x45, 0, 0, 28, 0, 7, 0, 0, 64, 17, 0, 0, 10, 9, 0, 1, 10, 9, 0, 2, 0x0f, 0xa0, 0x13, 0x88, 0, 8, 0, 0,
};
static char text[512];

static void prints(uint64_t dropped_before, uint32_t flags, int verbose, const char *expected)
{
    const ipfunnel_datagram d = { .bytes = bytes, .length = 28, .original_length = 28, .version = 4, .flags = flags,
                                  .dropped_before = dropped_before, .interface_name = "va" };
    struct text_style style = { .out = tmpfile(), .name_width = 4, .verbose = verbose, .clock.form = TIME_NONE };
    size_t n;

    if (!style.out)
        SKIP("no temporary file");
    text_losses(&style, &d);
    text_datagram(&style, &d);
    rewind(style.out);
    n = fread(text, 1, sizeof text - 1, style.out);
    text[n] = 0;
    fclose(style.out);
    CHECK_STR(text, expected);
}

#define LINE "-- va   10.9.0.1:4000 > 10.9.0.2:5000 UDP 28\n"

static void losses_are_a_line(void)
{
    prints(850, 0, 0, "== va   850 frames lost before this\n" LINE);
    prints(1, 0, 0, "== va   1 frame lost before this\n" LINE);
    prints(3, IPFUNNEL_DROPPED_AT_LEAST, 0, "== va   at least 3 frames lost before this\n" LINE);
}

static void none_and_unknown_are_not(void)
{
    prints(0, 0, 0, LINE);
    prints(IPFUNNEL_DROPS_UNKNOWN, 0, 0, LINE);
}

static void the_facts_do_not_repeat_it(void)
{
    prints(2, 0, 1, "== va   2 frames lost before this\n" LINE "    ttl 64, id 7, checksum unknown\n");
    prints(IPFUNNEL_DROPS_UNKNOWN, 0, 1, LINE "    ttl 64, id 7, checksum unknown, drops unknown\n");
}

static void a_checksum_of_ours_is_not_unknown(void)
{
    prints(0, IPFUNNEL_CHECKSUM_FILLED, 1, LINE "    ttl 64, id 7, checksum filled in\n");
}

int main(void)
{
    RUN(losses_are_a_line);
    RUN(none_and_unknown_are_not);
    RUN(the_facts_do_not_repeat_it);
    RUN(a_checksum_of_ours_is_not_unknown);
    return 0;
}
