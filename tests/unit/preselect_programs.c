/* preselect_programs.c - how much of a filter the kernel is asked: by expression, and for programs as no compiler makes
 * them. Each must be one that Linux takes. */
#include "filter/filter_preselect.h"
#include "check.h"
#include "kernel_bpf.h"

enum { ACCEPTED = 1000 };

static struct ipfunnel__instruction program[IPFUNNEL__KERNEL_MOST];
static uint32_t length;

static uint32_t preselect(const ipfunnel_filter *filter, uint32_t link_type, bool on_wire)
{
    const struct ipfunnel__kernel_view view = {
        .link_type = link_type, .interface_index = 3, .tells_direction = true, .on_wire = on_wire,
    };
    program[0] = (struct ipfunnel__instruction){ .code = BPF_RET | BPF_K, .k = ACCEPTED };
    length = 1;
    uint32_t answer = ipfunnel__filter_preselect(filter, &view, program, &length);
    CHECK(kernel_takes(program, length));
    CHECK((answer == IPFUNNEL_NO) == (length == 1));
    return answer;
}

enum { NO = IPFUNNEL_NO, YES = IPFUNNEL_YES, PARTLY = IPFUNNEL_PARTLY };

static const struct {
    const char *expression;
    uint32_t as_seen, on_wire;
} expressions[] = {
    { "", NO, NO },
    { "ip or ip6", YES, YES },
    { "ip6", YES, YES },
    { "host 10.0.0.1", YES, YES },
    { "net 2001:db8::/32 or net 10.0.0.0/8", YES, YES },
    { "udp", YES, YES },
    { "ip proto 50", YES, YES },
    { "port 53", YES, YES },
    { "portrange 1000-2000", YES, YES },
    { "tcp[tcpflags] & tcp-syn != 0", YES, PARTLY },
    { "tcp[tcpflags] & tcp-syn != 0 or udp[8] = 1", YES, PARTLY },
    { "icmp[icmptype] = icmp-echo", YES, YES },
    { "greater 1000", YES, PARTLY },
    { "less 100", YES, NO },
    { "less 100 and udp", YES, PARTLY },
    { "len > 100 and len < 200", YES, PARTLY },
    { "outbound", YES, YES },
    { "ifindex 3", YES, YES },
    { "not tcp", YES, YES },
    { "ip[4:2] & 1 = 0", YES, PARTLY },
    { "ip[8] > 3 + ip[1] / 2", YES, YES },
    { "tcp[ip[8]] = 1", PARTLY, PARTLY },
    { "ip protochain 6", PARTLY, PARTLY },
    { "ip[0] << ip[1] = 4", PARTLY, PARTLY },
    { "ip multicast", YES, YES },
};

static void the_kernel_is_asked_what_it_can_know(void)
{
    for (size_t i = 0; i < sizeof expressions / sizeof *expressions; i++) {
        ipfunnel_filter *filter = NULL;
        CHECK_INT(ipfunnel_filter_compile(&filter, expressions[i].expression, NULL), 0);
        printf("  %s\n", expressions[i].expression);
        CHECK_INT(preselect(filter, IPFUNNEL__LINK_ETHERNET, false), expressions[i].as_seen);
        CHECK_INT(preselect(filter, IPFUNNEL__LINK_RAW, false), expressions[i].as_seen);
        CHECK_INT(preselect(filter, IPFUNNEL__LINK_NETWORK, true), expressions[i].on_wire);
        CHECK_INT(preselect(filter, 113, false), IPFUNNEL_NO);
        ipfunnel_filter_free(filter);
    }
}

/* What the kernel keeps of a frame of UDP over IPv4 with the payload "abcd", on Ethernet. */
static uint32_t kept(void)
{
    static const uint8_t frame[] = {
        2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 0x08, 0x00,
        0x45, 0, 0, 32, 0, 1, 0, 0, 64, 17, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2,
        0x0f, 0xa0, 0, 53, 0, 12, 0, 0, 'a', 'b', 'c', 'd',
    };
    const struct kernel_frame seen = { .bytes = frame, .length = sizeof frame, .packet_type = 4, .protocol = 0x0800 };
    return kernel_run(program, &seen);
}

#define PROGRAM(...) \
    (struct ipfunnel_filter){ .code = (struct ipfunnel__instruction[]){ __VA_ARGS__ }, \
                              .length = sizeof((struct ipfunnel__instruction[]){ __VA_ARGS__ }) \
                                        / sizeof(struct ipfunnel__instruction) }
#define OF(operation, operand) { .code = (operation), .k = (operand) }
#define TEST(operation, operand, if_true, if_false) \
    { .code = BPF_JMP | (operation), .k = (operand), .jt = (if_true), .jf = (if_false) }
#define YES_OR_NO OF(BPF_RET | BPF_K, 1), OF(BPF_RET | BPF_K, 0)

static void expect(const struct ipfunnel_filter *filter, uint32_t answer, uint32_t keeps)
{
    CHECK_INT(preselect(filter, IPFUNNEL__LINK_ETHERNET, false), answer);
    CHECK_INT(kept(), keeps);
}

static void an_answer_in_a_register_is_no_length(void)
{
    expect(&PROGRAM(OF(BPF_LD | BPF_B | BPF_ABS, 9), OF(BPF_RET | BPF_A, 0)), YES, ACCEPTED);
    expect(&PROGRAM(OF(BPF_LD | BPF_B | BPF_ABS, 6), OF(BPF_RET | BPF_A, 0)), YES, 0);
}

static void registers_and_memory_begin_as_0(void)
{
    expect(&PROGRAM(TEST(BPF_JEQ | BPF_K, 0, 0, 1), YES_OR_NO), YES, ACCEPTED);
    expect(&PROGRAM(OF(BPF_MISC | BPF_TXA, 0), TEST(BPF_JEQ | BPF_K, 0, 0, 1), YES_OR_NO), YES, ACCEPTED);
    expect(&PROGRAM(OF(BPF_LD | BPF_IMM, 7), OF(BPF_LD | BPF_MEM, 3), TEST(BPF_JEQ | BPF_K, 0, 0, 1), YES_OR_NO), YES,
           ACCEPTED);
    expect(&PROGRAM(OF(BPF_LDX | BPF_MEM, 15), OF(BPF_LD | BPF_B | BPF_IND, 9), TEST(BPF_JEQ | BPF_K, 17, 0, 1),
                    YES_OR_NO), YES, ACCEPTED);
}

static void the_length_is_that_of_the_header(void)
{
    expect(&PROGRAM(OF(BPF_LD | BPF_W | BPF_LEN, 0), TEST(BPF_JEQ | BPF_K, 32, 0, 1), YES_OR_NO), YES, ACCEPTED);
    expect(&PROGRAM(OF(BPF_LDX | BPF_W | BPF_LEN, 0), OF(BPF_MISC | BPF_TXA, 0), TEST(BPF_JEQ | BPF_K, 46, 0, 1),
                    YES_OR_NO), YES, 0);
}

static void without_a_free_cell_the_length_is_left_to_user_space(void)
{
    struct ipfunnel__instruction code[16 + 4];
    for (uint32_t cell = 0; cell < 16; cell++)
        code[cell] = (struct ipfunnel__instruction)OF(BPF_ST, cell);
    code[16] = (struct ipfunnel__instruction)OF(BPF_LD | BPF_W | BPF_LEN, 0);
    code[17] = (struct ipfunnel__instruction)TEST(BPF_JEQ | BPF_K, 32, 1, 0);
    code[18] = (struct ipfunnel__instruction)OF(BPF_RET | BPF_K, 0);
    code[19] = (struct ipfunnel__instruction)OF(BPF_RET | BPF_K, 1);
    expect(&(struct ipfunnel_filter){ .code = code, .length = 20 }, NO, ACCEPTED);
}

static void shifts_out_of_a_register_leave_nothing(void)
{
    expect(&PROGRAM(OF(BPF_LD | BPF_B | BPF_ABS, 9), OF(BPF_ALU | BPF_LSH | BPF_K, 32),
                    TEST(BPF_JEQ | BPF_K, 0, 0, 1), YES_OR_NO), YES, ACCEPTED);
}

static void places_that_no_datagram_has_are_no_facts_of_the_kernel(void)
{
    const uint32_t cpu = BPF_FACTS + 36, before = UINT32_C(0xffe00000), type = BPF_FACTS + BPF_FACT_PACKET_TYPE;
    expect(&PROGRAM(OF(BPF_LD | BPF_B | BPF_ABS, cpu), YES_OR_NO), YES, 0);
    expect(&PROGRAM(OF(BPF_LD | BPF_B | BPF_ABS, before), YES_OR_NO), YES, 0);
    expect(&PROGRAM(OF(BPF_LDX | BPF_B | BPF_MSH, before), YES_OR_NO), YES, 0);
    expect(&PROGRAM(OF(BPF_LD | BPF_B | BPF_IND, before), YES_OR_NO), YES, 0);
    /* The filter asks for the packet type, and accepts. */
    expect(&PROGRAM(OF(BPF_LDX | BPF_IMM, type), OF(BPF_LD | BPF_B | BPF_IND, 0), TEST(BPF_JEQ | BPF_K, 4, 0, 1),
                    YES_OR_NO), PARTLY, ACCEPTED);
    expect(&PROGRAM(TEST(BPF_JEQ | BPF_K, 1, 2, 0), OF(BPF_LD | BPF_B | BPF_IND, type),
                    TEST(BPF_JEQ | BPF_K, 4, 0, 1), YES_OR_NO), NO, ACCEPTED);
}

/* The kernel needs three instructions to ask for the packet type: over 250 of them no 8 bits reach. */
static void jumps_reach_far(void)
{
    enum { ASKED = 250, MOST = ASKED + 4 };
    static struct ipfunnel__instruction code[MOST];
    const struct ipfunnel_filter filter = { .code = code, .length = MOST };
    for (uint32_t i = 2; i < ASKED + 2; i++)
        code[i] = (struct ipfunnel__instruction)OF(BPF_LD | BPF_H | BPF_ABS, BPF_FACTS + BPF_FACT_PACKET_TYPE);
    code[0] = (struct ipfunnel__instruction)OF(BPF_LD | BPF_B | BPF_ABS, 9);
    for (uint32_t far_side = 0; far_side < 2; far_side++) {
        code[1] = (struct ipfunnel__instruction)TEST(BPF_JEQ | BPF_K, 17, far_side ? ASKED + 1 : 0, 0);
        if (!far_side)
            code[1].jf = ASKED + 1;
        for (uint32_t answer = 0; answer < 2; answer++) {
            code[MOST - 2] = (struct ipfunnel__instruction)OF(BPF_RET | BPF_K, answer ^ far_side);
            code[MOST - 1] = (struct ipfunnel__instruction)OF(BPF_RET | BPF_K, !(answer ^ far_side));
            CHECK_INT(preselect(&filter, IPFUNNEL__LINK_ETHERNET, false), YES);
            CHECK(length > ASKED * 3 || !code[MOST - 2].k);       /* a way to nothing but "no" is cut short */
            CHECK_INT(kept(), answer ? ACCEPTED : 0);
        }
    }
}

static void what_does_not_fit_is_left_to_user_space(void)
{
    static struct ipfunnel__instruction code[IPFUNNEL__KERNEL_MOST + 2];
    for (uint32_t size = IPFUNNEL__KERNEL_MOST - 100; size <= IPFUNNEL__KERNEL_MOST + 2; size++) {
        for (uint32_t i = 0; i < size; i++)
            code[i] = (struct ipfunnel__instruction)OF(BPF_LD | BPF_B | BPF_ABS, 9);
        code[size - 2] = (struct ipfunnel__instruction)OF(BPF_ALU | BPF_SUB | BPF_K, 17);
        code[size - 1] = (struct ipfunnel__instruction)OF(BPF_RET | BPF_A, 0);
        const struct ipfunnel_filter filter = { .code = code, .length = size };
        uint32_t answer = preselect(&filter, IPFUNNEL__LINK_RAW, false);
        CHECK_INT(answer, length == 1 ? NO : YES);
        CHECK(size < IPFUNNEL__KERNEL_MOST - 40 ? answer == YES : size < IPFUNNEL__KERNEL_MOST - 30 || answer == NO);
    }
}

int main(void)
{
    RUN(the_kernel_is_asked_what_it_can_know);
    RUN(an_answer_in_a_register_is_no_length);
    RUN(registers_and_memory_begin_as_0);
    RUN(the_length_is_that_of_the_header);
    RUN(without_a_free_cell_the_length_is_left_to_user_space);
    RUN(shifts_out_of_a_register_leave_nothing);
    RUN(places_that_no_datagram_has_are_no_facts_of_the_kernel);
    RUN(jumps_reach_far);
    RUN(what_does_not_fit_is_left_to_user_space);
    return 0;
}
