/* command_options.c - the option parser of the command: every way to write an option, and what is wrong with it. */
#include "../../examples/ipfunnel/option_parser.h"
#include "check.h"

enum { INTERFACE = 1, NAMES, VERBOSE, COUNT, JSON };
static const struct option_row table[] = {
    { .letter = 'i', .name = "interface", .value = "NAME", .id = INTERFACE },
    { .letter = 'n', .id = NAMES },
    { .letter = 'v', .name = "verbose", .id = VERBOSE },
    { .letter = 'c', .value = "N", .id = COUNT },
    { .name = "json", .id = JSON },
    { .id = 0 },
};

static struct option_reader reader;

static void read_from(int argc, char *const argv[])
{
    reader = (struct option_reader){ .argc = argc, .argv = argv, .table = table };
}
#define READ(...) \
    do { \
        static char *const words[] = { __VA_ARGS__, NULL }; \
        read_from((int)(sizeof words / sizeof words[0]) - 1, words); \
    } while (0)

static void next_is(int id, const char *value)
{
    CHECK_INT(option_next(&reader), id);
    CHECK((value == NULL) == (reader.value == NULL));
    if (value)
        CHECK_STR(reader.value, value);
}

static void is_bad(const char *message)
{
    CHECK_INT(option_next(&reader), OPTION_BAD);
    CHECK_STR(reader.message, message);
}

static void values_beside_and_attached(void)
{
    READ("-i", "eth0", "-ieth1", "--interface", "eth2", "--interface=eth3", "--interface=", "-c", "-5");
    next_is(INTERFACE, "eth0");
    next_is(INTERFACE, "eth1");
    next_is(INTERFACE, "eth2");
    next_is(INTERFACE, "eth3");
    next_is(INTERFACE, "");
    next_is(COUNT, "-5");
    next_is(OPTION_DONE, NULL);
    next_is(OPTION_DONE, NULL);
}

static void letters_together(void)
{
    READ("-nvi", "eth0", "-vvc5", "-n");
    next_is(NAMES, NULL);
    next_is(VERBOSE, NULL);
    next_is(INTERFACE, "eth0");
    next_is(VERBOSE, NULL);
    next_is(VERBOSE, NULL);
    next_is(COUNT, "5");
    next_is(NAMES, NULL);
    next_is(OPTION_DONE, NULL);
}

static void operands_between_options(void)
{
    READ("tcp", "-v", "and", "-", "--", "-n", "--json");
    next_is(OPTION_OPERAND, "tcp");
    next_is(VERBOSE, NULL);
    next_is(OPTION_OPERAND, "and");
    next_is(OPTION_OPERAND, "-");
    next_is(OPTION_OPERAND, "-n");
    next_is(OPTION_OPERAND, "--json");
    next_is(OPTION_DONE, NULL);
}

static void what_is_wrong(void)
{
    READ("-y");
    is_bad("-y is not an option");
    READ("-ny");
    next_is(NAMES, NULL);
    is_bad("-y is not an option");
    READ("--jso");
    is_bad("--jso is not an option");
    READ("--json=1");
    is_bad("--json takes no value");
    READ("-nc");
    next_is(NAMES, NULL);
    is_bad("-c needs a value (N)");
    READ("--interface");
    is_bad("--interface needs a value (NAME)");
    READ("--a-name-that-is-much-longer-than-any-option-could-ever-be=7");
    CHECK_INT(option_next(&reader), OPTION_BAD);
}

static void numbers(void)
{
    uint64_t n = 77;

    CHECK(parse_number("0", 0, 9, &n) && n == 0);
    CHECK(parse_number("18446744073709551615", 0, UINT64_MAX, &n) && n == UINT64_MAX);
    n = 77;
    CHECK(!parse_number("18446744073709551616", 0, UINT64_MAX, &n));
    CHECK(!parse_number("99999999999999999999999", 0, UINT64_MAX, &n));
    CHECK(!parse_number("", 0, 9, &n));
    CHECK(!parse_number("-1", 0, 9, &n));
    CHECK(!parse_number("+1", 0, 9, &n));
    CHECK(!parse_number("1x", 0, 9, &n));
    CHECK(!parse_number(" 1", 0, 9, &n));
    CHECK(!parse_number("10", 0, 9, &n));
    CHECK(!parse_number("1", 2, 9, &n));
    CHECK_INT(n, 77);
}

static void seconds(void)
{
    uint64_t ms = 77;

    CHECK(parse_seconds("2", &ms) && ms == 2000);
    CHECK(parse_seconds("0.25", &ms) && ms == 250);
    CHECK(parse_seconds("1.5", &ms) && ms == 1500);
    CHECK(parse_seconds(".001", &ms) && ms == 1);
    ms = 77;
    CHECK(!parse_seconds("0", &ms));
    CHECK(!parse_seconds("0.0001", &ms));
    CHECK(!parse_seconds("1.", &ms));
    CHECK(!parse_seconds("1.x", &ms));
    CHECK(!parse_seconds("-1", &ms));
    CHECK(!parse_seconds("", &ms));
    CHECK(!parse_seconds("99999999999999999999", &ms));
    CHECK_INT(ms, 77);
}

int main(void)
{
    RUN(values_beside_and_attached);
    RUN(letters_together);
    RUN(operands_between_options);
    RUN(what_is_wrong);
    RUN(numbers);
    RUN(seconds);
    return 0;
}
