/* filter_interpreter.c - every instruction of a filter's program, one row each: what it leaves in A, or that it has no
 * answer. And the programs that must not run. */
#include "check.h"
#include "filter/filter_codes.h"
#include "filter/filter_program.h"

#define OP(code_, k_) { .code = (code_), .k = (k_) }
#define IF(code_, k_, jt_, jf_) { .code = BPF_JMP | (code_), .jt = (jt_), .jf = (jf_), .k = (k_) }
#define A_TO(k_) OP(BPF_LD | BPF_IMM, k_)
#define X_TO(k_) OP(BPF_LDX | BPF_IMM, k_)
#define RETURN_A OP(BPF_RET | BPF_A, 0)
#define RETURN(k_) OP(BPF_RET | BPF_K, k_)
#define FACT(number) (BPF_FACTS + (number))

static const uint8_t bytes[] = { 0x47, 0x11, 0x22, 0x33, 0x80, 0x00, 0xff, 0xfe };

static ipfunnel_datagram sample(void)
{
    return (ipfunnel_datagram){
        .bytes = bytes,
        .length = sizeof bytes,
        .original_length = 1500,
        .direction = IPFUNNEL_DIRECTION_OUT,
        .interface_index = 7,
    };
}

enum { MOST = 12 };
struct program {
    struct ipfunnel__instruction code[MOST];
    uint32_t result;
};

static uint32_t length_of(const struct ipfunnel__instruction *code)
{
    uint32_t length = MOST;
    while (length && !code[length - 1].code && !code[length - 1].k)
        length--;
    return length;
}

static void expect_results(const struct program *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        ipfunnel_datagram d = sample();
        const char *wrong = ipfunnel__program_check(rows[i].code, length_of(rows[i].code));
        uint32_t result = wrong ? 0xbad : ipfunnel__program_run(rows[i].code, &d);
        if (wrong || result != rows[i].result) {
            fprintf(stderr, "row %zu gives %#x, expected %#x; %s\n", i, result, rows[i].result, wrong ? wrong : "");
            exit(1);
        }
    }
}
#define EXPECT_RESULTS(rows) expect_results(rows, sizeof rows / sizeof *rows)

static void loads(void)
{
    static const struct program rows[] = {
        { { RETURN(0) }, 0 },
        { { RETURN(UINT32_MAX) }, UINT32_MAX },
        { { RETURN_A }, 0 },
        { { A_TO(5), RETURN_A }, 5 },
        { { OP(BPF_LD | BPF_W | BPF_ABS, 0), RETURN_A }, 0x47112233 },
        { { OP(BPF_LD | BPF_W | BPF_ABS, 4), RETURN_A }, 0x8000fffe },
        { { OP(BPF_LD | BPF_W | BPF_ABS, 5), RETURN(1) }, 0 },
        { { OP(BPF_LD | BPF_H | BPF_ABS, 1), RETURN_A }, 0x1122 },
        { { OP(BPF_LD | BPF_H | BPF_ABS, 6), RETURN_A }, 0xfffe },
        { { OP(BPF_LD | BPF_H | BPF_ABS, 7), RETURN(1) }, 0 },
        { { OP(BPF_LD | BPF_B | BPF_ABS, 7), RETURN_A }, 0xfe },
        { { OP(BPF_LD | BPF_B | BPF_ABS, 8), RETURN(1) }, 0 },
        { { OP(BPF_LD | BPF_B | BPF_ABS, UINT32_MAX), RETURN(1) }, 0 },
        { { X_TO(4), OP(BPF_LD | BPF_W | BPF_IND, 0), RETURN_A }, 0x8000fffe },
        { { X_TO(4), OP(BPF_LD | BPF_W | BPF_IND, 1), RETURN(1) }, 0 },
        { { X_TO(2), OP(BPF_LD | BPF_H | BPF_IND, 4), RETURN_A }, 0xfffe },
        { { X_TO(3), OP(BPF_LD | BPF_B | BPF_IND, 1), RETURN_A }, 0x80 },
        { { X_TO(8), OP(BPF_LD | BPF_B | BPF_IND, 0), RETURN(1) }, 0 },
        { { X_TO(UINT32_MAX), OP(BPF_LD | BPF_B | BPF_IND, 1), RETURN(1) }, 0 },    /* no way round 2^32 */
        { { X_TO(1), OP(BPF_LD | BPF_B | BPF_IND, UINT32_MAX), RETURN(1) }, 0 },
        { { OP(BPF_LDX | BPF_B | BPF_MSH, 0), OP(BPF_MISC | BPF_TXA, 0), RETURN_A }, 28 },
        { { OP(BPF_LDX | BPF_B | BPF_MSH, 8), RETURN(1) }, 0 },
        { { OP(BPF_LD | BPF_W | BPF_LEN, 0), RETURN_A }, 1500 },
        { { OP(BPF_LDX | BPF_W | BPF_LEN, 0), OP(BPF_MISC | BPF_TXA, 0), RETURN_A }, 1500 },
        { { A_TO(9), OP(BPF_ST, 15), A_TO(0), OP(BPF_LD | BPF_MEM, 15), RETURN_A }, 9 },
        { { X_TO(9), OP(BPF_STX, 0), OP(BPF_LD | BPF_MEM, 0), RETURN_A }, 9 },
        { { A_TO(9), OP(BPF_ST, 3), OP(BPF_LDX | BPF_MEM, 3), OP(BPF_MISC | BPF_TXA, 0), RETURN_A }, 9 },
        { { OP(BPF_LD | BPF_MEM, 5), RETURN_A }, 0 },
        { { A_TO(6), OP(BPF_MISC | BPF_TAX, 0), A_TO(0), OP(BPF_MISC | BPF_TXA, 0), RETURN_A }, 6 },
    };
    EXPECT_RESULTS(rows);
}

static void arithmetic(void)
{
#define WITH_K(op, a, k) { A_TO(a), OP(BPF_ALU | (op) | BPF_K, k), RETURN_A }
#define WITH_X(op, a, x) { A_TO(a), X_TO(x), OP(BPF_ALU | (op) | BPF_X, 0), RETURN_A }
#define BOTH(op, a, b, result) { WITH_K(op, a, b), result }, { WITH_X(op, a, b), result }
    static const struct program rows[] = {
        BOTH(BPF_ADD, 0xfffffffe, 3, 1),
        BOTH(BPF_SUB, 1, 3, 0xfffffffe),
        BOTH(BPF_MUL, 0x10001, 0x10001, 0x20001),
        BOTH(BPF_DIV, 0xffffffff, 16, 0x0fffffff),
        BOTH(BPF_MOD, 0xffffffff, 16, 15),
        BOTH(BPF_OR, 0xf0, 0x1f, 0xff),
        BOTH(BPF_AND, 0xf0, 0x1f, 0x10),
        BOTH(BPF_XOR, 0xf0, 0x1f, 0xef),
        BOTH(BPF_LSH, 0x80000001, 1, 2),
        BOTH(BPF_RSH, 0x80000001, 1, 0x40000000),
        BOTH(BPF_LSH, 3, 31, 0x80000000),
        BOTH(BPF_LSH, 3, 32, 0),
        BOTH(BPF_RSH, 3, 32, 0),
        BOTH(BPF_RSH, 3, 0xffffffff, 0),
        { WITH_X(BPF_DIV, 5, 0), 0 },
        { WITH_X(BPF_MOD, 5, 0), 0 },
        { { A_TO(5), X_TO(0), OP(BPF_ALU | BPF_DIV | BPF_X, 0), RETURN(1) }, 0 },
        { { A_TO(5), X_TO(0), OP(BPF_ALU | BPF_MOD | BPF_X, 0), RETURN(1) }, 0 },
        { { A_TO(1), OP(BPF_ALU | BPF_NEG, 0), RETURN_A }, UINT32_MAX },
    };
    EXPECT_RESULTS(rows);
}

static void jumps(void)
{
#define BRANCH_K(op, a, k) { A_TO(a), IF((op) | BPF_K, k, 1, 2), RETURN(9), RETURN(1), RETURN(2) }
#define BRANCH_X(op, a, x) { A_TO(a), X_TO(x), IF((op) | BPF_X, 0, 1, 2), RETURN(9), RETURN(1), RETURN(2) }
#define EITHER(op, a, b, result) { BRANCH_K(op, a, b), result }, { BRANCH_X(op, a, b), result }
    static const struct program rows[] = {
        EITHER(BPF_JEQ, 5, 5, 1), EITHER(BPF_JEQ, 5, 6, 2),
        EITHER(BPF_JGT, 6, 5, 1), EITHER(BPF_JGT, 5, 5, 2), EITHER(BPF_JGT, 0xffffffff, 1, 1),
        EITHER(BPF_JGE, 5, 5, 1), EITHER(BPF_JGE, 4, 5, 2), EITHER(BPF_JGE, 0x80000000, 0x7fffffff, 1),
        EITHER(BPF_JSET, 6, 2, 1), EITHER(BPF_JSET, 6, 9, 2),
        { { OP(BPF_JMP | BPF_JA, 1), RETURN(1), RETURN(2) }, 2 },
        /* Round and round until A is 4. */
        { { OP(BPF_ALU | BPF_ADD | BPF_K, 1), IF(BPF_JEQ | BPF_K, 4, 1, 0), OP(BPF_JMP | BPF_JA, UINT32_MAX - 2),
            RETURN_A }, 4 },
        /* More loops than the datagram has bytes are no answer. */
        { { OP(BPF_ALU | BPF_ADD | BPF_K, 1), IF(BPF_JEQ | BPF_K, 9, 1, 0), OP(BPF_JMP | BPF_JA, UINT32_MAX - 2),
            RETURN_A }, 9 },
        { { OP(BPF_ALU | BPF_ADD | BPF_K, 1), IF(BPF_JEQ | BPF_K, 10, 1, 0), OP(BPF_JMP | BPF_JA, UINT32_MAX - 2),
            RETURN_A }, 0 },
        { { OP(BPF_JMP | BPF_JA, UINT32_MAX), RETURN(1) }, 0 },
    };
    EXPECT_RESULTS(rows);
}

static uint32_t ask(unsigned size, uint32_t k, const ipfunnel_datagram *d)
{
    const struct ipfunnel__instruction code[] = { OP((uint16_t)(BPF_LD | size | BPF_ABS), k),
                                                  OP(BPF_ALU | BPF_ADD | BPF_K, 100), RETURN_A };
    CHECK(!ipfunnel__program_check(code, 3));
    return ipfunnel__program_run(code, d);
}

static void facts(void)
{
    static const unsigned sizes[] = { BPF_W, BPF_H, BPF_B };
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        ipfunnel_datagram d = sample();
        CHECK_INT(ask(sizes[i], FACT(BPF_FACT_PACKET_TYPE), &d), 104);
        CHECK_INT(ask(sizes[i], FACT(BPF_FACT_INTERFACE), &d), 107);
        d.direction = IPFUNNEL_DIRECTION_IN;
        CHECK_INT(ask(sizes[i], FACT(BPF_FACT_PACKET_TYPE), &d), 100);
        d.direction = IPFUNNEL_DIRECTION_UNKNOWN;
        CHECK_INT(ask(sizes[i], FACT(BPF_FACT_PACKET_TYPE), &d), 0);
        d.interface_index = 0;
        CHECK_INT(ask(sizes[i], FACT(BPF_FACT_INTERFACE), &d), 0);
        for (uint32_t other = 0; other <= 100; other += 4)
            CHECK_INT(ask(sizes[i], FACT(other), &d), 0);
    }
}

static void an_unknown_length_is_no_answer(void)
{
    static const struct ipfunnel__instruction a[] = { OP(BPF_LD | BPF_W | BPF_LEN, 0), RETURN(1) };
    static const struct ipfunnel__instruction x[] = { OP(BPF_LDX | BPF_W | BPF_LEN, 0), RETURN(1) };
    ipfunnel_datagram d = sample();
    d.original_length = IPFUNNEL_LENGTH_UNKNOWN;
    CHECK_INT(ipfunnel__program_run(a, &d), 0);
    CHECK_INT(ipfunnel__program_run(x, &d), 0);
}

static void an_empty_datagram_has_no_byte(void)
{
    ipfunnel_datagram d = sample();
    d.length = 0;
    CHECK_INT(ask(BPF_B, 0, &d), 0);
    CHECK_INT(ask(BPF_B, FACT(BPF_FACT_PACKET_TYPE), &d), 104);
}

static void bad_programs_are_refused(void)
{
    static const struct {
        struct ipfunnel__instruction code[MOST];
        const char *why;
    } rows[] = {
        { { { .code = 0, .k = 0 } }, "it is empty" },
        { { A_TO(1) }, "it does not end" },
        { { RETURN(1), A_TO(1) }, "it does not end" },
        { { OP(0x100, 0), RETURN(1) }, "an instruction is unknown" },
        { { OP(0xffff, 0), RETURN(1) }, "an instruction is unknown" },
        { { OP(BPF_LDX | BPF_B | BPF_ABS, 1), RETURN(1) }, "an instruction is unknown" },
        { { OP(BPF_RET | BPF_X, 0) }, "an instruction is unknown" },
        { { OP(BPF_ST, 16), RETURN(1) }, "it uses memory that a program does not have" },
        { { OP(BPF_STX, 16), RETURN(1) }, "it uses memory that a program does not have" },
        { { OP(BPF_LD | BPF_MEM, UINT32_MAX), RETURN(1) }, "it uses memory that a program does not have" },
        { { OP(BPF_LDX | BPF_MEM, 16), RETURN(1) }, "it uses memory that a program does not have" },
        { { OP(BPF_ALU | BPF_DIV | BPF_K, 0), RETURN(1) }, "it divides by zero" },
        { { OP(BPF_ALU | BPF_MOD | BPF_K, 0), RETURN(1) }, "it divides by zero" },
        { { IF(BPF_JEQ | BPF_K, 0, 1, 0), RETURN(1) }, "it jumps out of itself" },
        { { IF(BPF_JGT | BPF_X, 0, 0, 1), RETURN(1) }, "it jumps out of itself" },
        { { IF(BPF_JSET | BPF_K, 0, 255, 255), RETURN(1) }, "it jumps out of itself" },
        { { OP(BPF_JMP | BPF_JA, 1), RETURN(1) }, "it jumps out of itself" },
        { { OP(BPF_JMP | BPF_JA, 0x7fffffff), RETURN(1) }, "it jumps out of itself" },
        { { OP(BPF_JMP | BPF_JA, UINT32_MAX - 1), RETURN(1) }, "it jumps out of itself" },
        { { OP(BPF_JMP | BPF_JA, 0x80000000), RETURN(1) }, "it jumps out of itself" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *why = ipfunnel__program_check(rows[i].code, length_of(rows[i].code));
        printf("row %zu\n", i);
        CHECK_STR(why ? why : "fine", rows[i].why);
    }
}

static void reach_is_as_far_as_a_program_looks(void)
{
    static const struct program rows[] = {
        { { RETURN(1) }, 0 },
        { { OP(BPF_LD | BPF_W | BPF_LEN, 0), RETURN_A }, 0 },
        { { OP(BPF_LD | BPF_B | BPF_ABS, 9), RETURN_A }, 10 },
        { { OP(BPF_LD | BPF_B | BPF_ABS, 99), OP(BPF_LD | BPF_W | BPF_ABS, 12), RETURN_A }, 100 },
        { { OP(BPF_LD | BPF_H | BPF_ABS, FACT(BPF_FACT_PACKET_TYPE)), RETURN_A }, 0 },
        { { OP(BPF_LDX | BPF_B | BPF_MSH, 0), RETURN_A }, 1 },
        { { OP(BPF_LDX | BPF_B | BPF_MSH, 0), OP(BPF_LD | BPF_H | BPF_IND, 2), RETURN_A }, 64 },
        { { OP(BPF_LD | BPF_W | BPF_IND, 8), RETURN_A }, 12 },                        /* X is still 0 */
        { { X_TO(100), OP(BPF_LD | BPF_B | BPF_IND, 0), RETURN_A }, 101 },
        { { OP(BPF_MISC | BPF_TAX, 0), OP(BPF_LD | BPF_B | BPF_IND, 0), RETURN_A }, UINT32_MAX },
        { { OP(BPF_LDX | BPF_MEM, 0), OP(BPF_LD | BPF_B | BPF_IND, 0), RETURN_A }, UINT32_MAX },
        { { OP(BPF_LDX | BPF_W | BPF_LEN, 0), OP(BPF_LD | BPF_B | BPF_IND, 0), RETURN_A }, UINT32_MAX },
        { { OP(BPF_JMP | BPF_JA, 0), RETURN(1) }, 0 },
        { { IF(BPF_JEQ | BPF_K, 1, 1, 0), OP(BPF_JMP | BPF_JA, UINT32_MAX - 1), RETURN(1) }, UINT32_MAX },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        CHECK_INT(ipfunnel__program_reach(rows[i].code, length_of(rows[i].code)), rows[i].result);
}

int main(void)
{
    RUN(loads);
    RUN(arithmetic);
    RUN(jumps);
    RUN(facts);
    RUN(an_unknown_length_is_no_answer);
    RUN(an_empty_datagram_has_no_byte);
    RUN(bad_programs_are_refused);
    RUN(reach_is_as_far_as_a_program_looks);
    return 0;
}
