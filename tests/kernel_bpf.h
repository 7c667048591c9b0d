/* kernel_bpf.h - what Linux does with a classic BPF program, for tests that have no Linux: what it takes
 * (bpf_check_classic and check_load_and_stores in net/core/filter.c), and what it makes of a frame. Written from the
 * kernel's rules, with nothing of the library's interpreter, and with the answer that accepts least where there is a
 * choice. */
#ifndef IPFUNNEL_TESTS_KERNEL_BPF_H
#define IPFUNNEL_TESTS_KERNEL_BPF_H
#include "filter/filter.h"
#include "filter/filter_codes.h"
#include <string.h>

struct kernel_frame {
    const uint8_t *bytes;
    uint32_t length;                          /* all of it is there: the program comes before the cut */
    uint32_t packet_type, protocol;
};

enum { KERNEL_MOST = 4096, KERNEL_TYPE_AT = 4, KERNEL_PROTOCOL_AT = 0 };

static inline bool kernel_knows(const struct ipfunnel__instruction *i, uint32_t at, uint32_t length)
{
    switch (i->code) {
    case BPF_LD | BPF_W | BPF_ABS: case BPF_LD | BPF_H | BPF_ABS: case BPF_LD | BPF_B | BPF_ABS:
        return i->k < BPF_FACTS || i->k - BPF_FACTS == KERNEL_TYPE_AT || i->k - BPF_FACTS == KERNEL_PROTOCOL_AT;
    case BPF_LD | BPF_W | BPF_IND: case BPF_LD | BPF_H | BPF_IND: case BPF_LD | BPF_B | BPF_IND:
    case BPF_LDX | BPF_B | BPF_MSH: case BPF_LD | BPF_W | BPF_LEN: case BPF_LDX | BPF_W | BPF_LEN:
    case BPF_LD | BPF_IMM: case BPF_LDX | BPF_IMM: case BPF_MISC | BPF_TAX: case BPF_MISC | BPF_TXA:
    case BPF_RET | BPF_K: case BPF_RET | BPF_A: case BPF_ALU | BPF_NEG:
        return true;
    case BPF_LD | BPF_MEM: case BPF_LDX | BPF_MEM: case BPF_ST: case BPF_STX:
        return i->k < BPF_MEMORY_WORDS;
    case BPF_JMP | BPF_JA:
        return i->k < length - at - 1;
    case BPF_ALU | BPF_DIV | BPF_K: case BPF_ALU | BPF_MOD | BPF_K:
        return i->k != 0;
    case BPF_ALU | BPF_LSH | BPF_K: case BPF_ALU | BPF_RSH | BPF_K:
        return i->k < 32;
    default:
        break;
    }
    if ((i->code & ~0xf8u) == BPF_JMP)
        return (i->code & 0xf0) >= BPF_JEQ && (i->code & 0xf0) <= BPF_JSET && at + 1u + i->jt < length
               && at + 1u + i->jf < length;
    return (i->code & ~0xf8u) == BPF_ALU && (i->code & 0xf0) != BPF_NEG && (i->code & 0xf0) <= BPF_XOR;
}

/* Each cell of the memory is stored before it is loaded, on every way. */
static inline bool kernel_memory_is_set(const struct ipfunnel__instruction *code, uint32_t length)
{
    static uint16_t set[KERNEL_MOST];
    uint16_t now = 0;
    memset(set, 0xff, sizeof set);
    for (uint32_t at = 0; at < length; at++) {
        const struct ipfunnel__instruction *i = &code[at];
        now &= set[at];
        switch (i->code) {
        case BPF_ST: case BPF_STX: now |= (uint16_t)(1u << i->k); break;
        case BPF_LD | BPF_MEM: case BPF_LDX | BPF_MEM:
            if (!(now >> i->k & 1))
                return false;
            break;
        case BPF_JMP | BPF_JA:
            set[at + 1 + i->k] &= now;
            now = 0xffff;
            break;
        default:
            if ((i->code & 7) == BPF_JMP) {
                set[at + 1 + i->jt] &= now;
                set[at + 1 + i->jf] &= now;
                now = 0xffff;
            }
            break;
        }
    }
    return true;
}

static inline bool kernel_takes(const struct ipfunnel__instruction *code, uint32_t length)
{
    if (length == 0 || length > KERNEL_MOST)
        return false;
    for (uint32_t at = 0; at < length; at++)
        if (!kernel_knows(&code[at], at, length))
            return false;
    return (code[length - 1].code & 7) == BPF_RET && kernel_memory_is_set(code, length);
}

/* Places are signed; those below 0 are of another part of the packet, which here has no bytes. */
static inline bool kernel_load(const struct kernel_frame *f, uint32_t place, uint32_t size, uint32_t *out)
{
    if ((int32_t)place < 0 || place > f->length || f->length - place < size)
        return false;
    *out = 0;
    for (uint32_t i = 0; i < size; i++)
        *out = *out << 8 | f->bytes[place + i];
    return true;
}

static inline uint32_t kernel_calculate(uint32_t operation, uint32_t a, uint32_t b)
{
    switch (operation) {
    case BPF_ADD: return a + b;
    case BPF_SUB: return a - b;
    case BPF_MUL: return a * b;
    case BPF_DIV: return a / b;
    case BPF_MOD: return a % b;
    case BPF_OR: return a | b;
    case BPF_AND: return a & b;
    case BPF_XOR: return a ^ b;
    case BPF_LSH: return a << (b & 31);
    case BPF_RSH: return a >> (b & 31);
    default: return 0 - a;
    }
}

static inline bool kernel_compare(uint32_t test, uint32_t a, uint32_t b)
{
    return test == BPF_JEQ ? a == b : test == BPF_JGT ? a > b : test == BPF_JGE ? a >= b : (a & b) != 0;
}

/* What a program that kernel_takes returns. */
static inline uint32_t kernel_run(const struct ipfunnel__instruction *code, const struct kernel_frame *f)
{
    uint32_t a = 0, x = 0, memory[BPF_MEMORY_WORDS];
    for (const struct ipfunnel__instruction *i = code;; i++) {
        uint32_t size = (i->code & 0x18) == BPF_W ? 4 : (i->code & 0x18) == BPF_H ? 2 : 1, operand;
        switch (i->code & 7) {
        case BPF_LD:
        case BPF_LDX: {
            uint32_t *to = (i->code & 7) == BPF_LD ? &a : &x;
            switch (i->code & 0xe0) {
            case BPF_IMM: *to = i->k; break;
            case BPF_MEM: *to = memory[i->k]; break;
            case BPF_LEN: *to = f->length; break;
            case BPF_ABS:
                if (i->k >= BPF_FACTS)
                    a = i->k - BPF_FACTS == KERNEL_TYPE_AT ? f->packet_type : f->protocol;
                else if (!kernel_load(f, i->k, size, &a))
                    return 0;
                break;
            case BPF_IND:
                if (!kernel_load(f, x + i->k, size, &a))
                    return 0;
                break;
            default:
                if (!kernel_load(f, i->k, 1, &x))
                    return 0;
                x = (x & 15) * 4;
                break;
            }
            break;
        }
        case BPF_ST: memory[i->k] = a; break;
        case BPF_STX: memory[i->k] = x; break;
        case BPF_ALU:
            operand = i->code & BPF_X ? x : i->k;
            if (operand == 0 && ((i->code & 0xf0) == BPF_DIV || (i->code & 0xf0) == BPF_MOD))
                return 0;
            a = kernel_calculate(i->code & 0xf0, a, operand);
            break;
        case BPF_JMP:
            operand = i->code & BPF_X ? x : i->k;
            if ((i->code & 0xf0) == BPF_JA)
                i += i->k;
            else
                i += kernel_compare(i->code & 0xf0, a, operand) ? i->jt : i->jf;
            break;
        case BPF_RET: return i->code & BPF_A ? a : i->k;
        default:
            if (i->code & BPF_TXA)
                a = x;
            else
                x = a;
            break;
        }
    }
}

#endif
