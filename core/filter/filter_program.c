/* filter_program.c - what can be known of a program before it runs, and its text; by one table of instructions. */
#include "filter_codes.h"
#include "filter_program.h"
#include <stdio.h>

enum kind {
    PLAIN,                                 /* nothing of k can be wrong */
    PLACE,                                 /* k is a place in the datagram, or asks for a fact */
    CELL,                                  /* k is a place in the memory */
    DIVISOR,                               /* k must not be 0 */
    BRANCH,                                /* to jt or jf */
    JUMP,                                  /* by k, which may be negative */
    RETURN
};

/* `operand` is a format for k. Codes are at most 0xff, and most numbers are none: kind and name tell. */
static const struct row {
    const char *name, *operand;
    enum kind kind;
} rows[256] = {
    [BPF_RET | BPF_K] = { "ret", "#%u", RETURN },
    [BPF_RET | BPF_A] = { "ret", "", RETURN },

    [BPF_LD | BPF_W | BPF_ABS] = { "ld", "[%d]", PLACE },
    [BPF_LD | BPF_H | BPF_ABS] = { "ldh", "[%d]", PLACE },
    [BPF_LD | BPF_B | BPF_ABS] = { "ldb", "[%d]", PLACE },
    [BPF_LD | BPF_W | BPF_IND] = { "ld", "[x + %d]", PLAIN },
    [BPF_LD | BPF_H | BPF_IND] = { "ldh", "[x + %d]", PLAIN },
    [BPF_LD | BPF_B | BPF_IND] = { "ldb", "[x + %d]", PLAIN },
    [BPF_LDX | BPF_B | BPF_MSH] = { "ldxb", "4*([%d]&0xf)", PLAIN },
    [BPF_LD | BPF_W | BPF_LEN] = { "ld", "#pktlen", PLAIN },
    [BPF_LDX | BPF_W | BPF_LEN] = { "ldx", "#pktlen", PLAIN },
    [BPF_LD | BPF_IMM] = { "ld", "#0x%x", PLAIN },
    [BPF_LDX | BPF_IMM] = { "ldx", "#0x%x", PLAIN },
    [BPF_LD | BPF_MEM] = { "ld", "M[%d]", CELL },
    [BPF_LDX | BPF_MEM] = { "ldx", "M[%d]", CELL },
    [BPF_ST] = { "st", "M[%d]", CELL },
    [BPF_STX] = { "stx", "M[%d]", CELL },

    [BPF_JMP | BPF_JA] = { "ja", "%d", JUMP },
    [BPF_JMP | BPF_JEQ | BPF_K] = { "jeq", "#0x%x", BRANCH },
    [BPF_JMP | BPF_JGT | BPF_K] = { "jgt", "#0x%x", BRANCH },
    [BPF_JMP | BPF_JGE | BPF_K] = { "jge", "#0x%x", BRANCH },
    [BPF_JMP | BPF_JSET | BPF_K] = { "jset", "#0x%x", BRANCH },
    [BPF_JMP | BPF_JEQ | BPF_X] = { "jeq", "x", BRANCH },
    [BPF_JMP | BPF_JGT | BPF_X] = { "jgt", "x", BRANCH },
    [BPF_JMP | BPF_JGE | BPF_X] = { "jge", "x", BRANCH },
    [BPF_JMP | BPF_JSET | BPF_X] = { "jset", "x", BRANCH },

    [BPF_ALU | BPF_ADD | BPF_K] = { "add", "#%d", PLAIN },
    [BPF_ALU | BPF_SUB | BPF_K] = { "sub", "#%d", PLAIN },
    [BPF_ALU | BPF_MUL | BPF_K] = { "mul", "#%d", PLAIN },
    [BPF_ALU | BPF_DIV | BPF_K] = { "div", "#%d", DIVISOR },
    [BPF_ALU | BPF_MOD | BPF_K] = { "mod", "#%d", DIVISOR },
    [BPF_ALU | BPF_OR | BPF_K] = { "or", "#0x%x", PLAIN },
    [BPF_ALU | BPF_AND | BPF_K] = { "and", "#0x%x", PLAIN },
    [BPF_ALU | BPF_XOR | BPF_K] = { "xor", "#0x%x", PLAIN },
    [BPF_ALU | BPF_LSH | BPF_K] = { "lsh", "#%d", PLAIN },
    [BPF_ALU | BPF_RSH | BPF_K] = { "rsh", "#%d", PLAIN },
    [BPF_ALU | BPF_ADD | BPF_X] = { "add", "x", PLAIN },
    [BPF_ALU | BPF_SUB | BPF_X] = { "sub", "x", PLAIN },
    [BPF_ALU | BPF_MUL | BPF_X] = { "mul", "x", PLAIN },
    [BPF_ALU | BPF_DIV | BPF_X] = { "div", "x", PLAIN },
    [BPF_ALU | BPF_MOD | BPF_X] = { "mod", "x", PLAIN },
    [BPF_ALU | BPF_OR | BPF_X] = { "or", "x", PLAIN },
    [BPF_ALU | BPF_AND | BPF_X] = { "and", "x", PLAIN },
    [BPF_ALU | BPF_XOR | BPF_X] = { "xor", "x", PLAIN },
    [BPF_ALU | BPF_LSH | BPF_X] = { "lsh", "x", PLAIN },
    [BPF_ALU | BPF_RSH | BPF_X] = { "rsh", "x", PLAIN },
    [BPF_ALU | BPF_NEG] = { "neg", "", PLAIN },

    [BPF_MISC | BPF_TAX] = { "tax", "", PLAIN },
    [BPF_MISC | BPF_TXA] = { "txa", "", PLAIN },
};

static const struct row *row_of(const struct ipfunnel__instruction *i)
{
    return i->code < sizeof rows / sizeof *rows && rows[i->code].name ? &rows[i->code] : NULL;
}

/* Where JA goes from instruction `at`, with the sign that k has as a 32-bit number. */
static int64_t jump_target(uint32_t at, uint32_t k)
{
    return (int64_t)at + 1 + k - (k & UINT32_C(0x80000000) ? INT64_C(0x100000000) : 0);
}

static const char *check_one(const struct ipfunnel__instruction *i, uint32_t at, uint32_t length)
{
    const struct row *row = row_of(i);
    if (!row)
        return "an instruction is unknown";
    switch (row->kind) {
    case CELL:
        return i->k < BPF_MEMORY_WORDS ? NULL : "it uses memory that a program does not have";
    case DIVISOR:
        return i->k ? NULL : "it divides by zero";
    case BRANCH:
        return (uint64_t)at + 1 + (i->jt > i->jf ? i->jt : i->jf) < length ? NULL : "it jumps out of itself";
    case JUMP: {
        int64_t target = jump_target(at, i->k);
        return target >= 0 && target < (int64_t)length ? NULL : "it jumps out of itself";
    }
    default:
        return NULL;
    }
}

const char *ipfunnel__program_check(const struct ipfunnel__instruction *code, uint32_t length)
{
    if (length == 0)
        return "it is empty";
    for (uint32_t at = 0; at < length; at++) {
        const char *wrong = check_one(&code[at], at, length);
        if (wrong)
            return wrong;
    }
    return rows[code[length - 1].code].kind == RETURN ? NULL : "it does not end";
}

/* X is the length of an IPv4 header wherever it is not calculated. */
static uint64_t largest_index(const struct ipfunnel__instruction *code, uint32_t length)
{
    uint64_t largest = 0;
    for (uint32_t at = 0; at < length; at++) {
        uint64_t value = 0;
        switch (code[at].code) {
        case BPF_LDX | BPF_B | BPF_MSH: value = 60; break;
        case BPF_LDX | BPF_IMM: value = code[at].k; break;
        case BPF_LDX | BPF_MEM:
        case BPF_LDX | BPF_W | BPF_LEN:
        case BPF_MISC | BPF_TAX: value = UINT32_MAX; break;
        default: break;
        }
        largest = value > largest ? value : largest;
    }
    return largest;
}

uint32_t ipfunnel__program_reach(const struct ipfunnel__instruction *code, uint32_t length)
{
    uint64_t index = largest_index(code, length), reach = 0;
    for (uint32_t at = 0; at < length; at++) {
        uint64_t end = code[at].k;
        switch (code[at].code) {
        case BPF_LD | BPF_W | BPF_ABS: end = end < BPF_FACTS ? end + 4 : 0; break;
        case BPF_LD | BPF_H | BPF_ABS: end = end < BPF_FACTS ? end + 2 : 0; break;
        case BPF_LD | BPF_B | BPF_ABS: end = end < BPF_FACTS ? end + 1 : 0; break;
        case BPF_LDX | BPF_B | BPF_MSH: end += 1; break;
        case BPF_LD | BPF_W | BPF_IND: end += index + 4; break;
        case BPF_LD | BPF_H | BPF_IND: end += index + 2; break;
        case BPF_LD | BPF_B | BPF_IND: end += index + 1; break;
        case BPF_JMP | BPF_JA: end = end < UINT32_C(0x80000000) ? 0 : UINT32_MAX; break;     /* bounded by length */
        default: end = 0; break;
        }
        reach = end > reach ? end : reach;
    }
    return reach < UINT32_MAX ? (uint32_t)reach : UINT32_MAX;
}

char *ipfunnel__instruction_text(const struct ipfunnel__instruction *i, uint32_t number, char *out, size_t size)
{
    const struct row *row = row_of(i);
    if (!row)
        return NULL;
    char operand[32];
    if (row->kind == JUMP)
        snprintf(operand, sizeof operand, "%lld", (long long)jump_target(number, i->k));
    else if (row->kind == PLACE && i->k == BPF_FACTS + BPF_FACT_PACKET_TYPE)
        snprintf(operand, sizeof operand, "[type]");
    else if (row->kind == PLACE && i->k == BPF_FACTS + BPF_FACT_INTERFACE)
        snprintf(operand, sizeof operand, "[ifidx]");
    else
        snprintf(operand, sizeof operand, row->operand, i->k);
    if (row->kind == BRANCH)
        snprintf(out, size, "(%03lu) %-8s %-16s jt %lu\tjf %lu", (unsigned long)number, row->name, operand,
                 (unsigned long)number + 1 + i->jt, (unsigned long)number + 1 + i->jf);
    else
        snprintf(out, size, "(%03lu) %-8s %s", (unsigned long)number, row->name, operand);
    return out;
}
