/* filter_run.c - the interpreter. Once per datagram and filter: what it needs of the program was proved before. */
#include "bytes.h"
#include "filter.h"
#include "filter_codes.h"
#include "filter_program.h"

/* The `size` bytes at base + offset as a number; false where the datagram does not have them. */
static inline bool load(struct ipfunnel__cursor c, uint32_t base, uint32_t offset, unsigned size, uint32_t *out)
{
    const uint8_t *p = NULL;
    if (ipfunnel__take(&c, base) && ipfunnel__take(&c, offset))
        p = ipfunnel__take(&c, size);
    if (!p)
        return false;
    *out = size == 1 ? *p : size == 2 ? ipfunnel__be16(p) : ipfunnel__be32(p);
    return true;
}

/* PACKET_HOST and PACKET_OUTGOING of Linux. */
static bool packet_type(const ipfunnel_datagram *d, uint32_t *out)
{
    *out = d->direction == IPFUNNEL_DIRECTION_OUT ? 4 : 0;
    return d->direction != IPFUNNEL_DIRECTION_UNKNOWN;
}

static bool fact(const ipfunnel_datagram *d, uint32_t k, uint32_t *out)
{
    if (k == BPF_FACTS + BPF_FACT_PACKET_TYPE)
        return packet_type(d, out);
    if (k == BPF_FACTS + BPF_FACT_INTERFACE && d->interface_index) {
        *out = d->interface_index;
        return true;
    }
    return false;
}

static inline bool load_or_fact(const ipfunnel_datagram *d, struct ipfunnel__cursor bytes, uint32_t base, uint32_t k,
                                unsigned size, uint32_t *out)
{
    uint32_t answer;                           /* a register whose address is handed out is none */
    if (load(bytes, base, k, size, out))
        return true;
    /* A place in X, too, may ask for a fact: in a program with loops libpcap does not optimise it into the load. */
    if ((base && k) || !fact(d, base + k, &answer))
        return false;
    *out = answer;
    return true;
}

/* Where a shift by 32 and more is not what the processor makes of it but nothing left. */
static inline uint32_t shift_left(uint32_t a, uint32_t by) { return by < 32 ? a << by : 0; }
static inline uint32_t shift_right(uint32_t a, uint32_t by) { return by < 32 ? a >> by : 0; }

uint32_t ipfunnel__program_run(const struct ipfunnel__instruction *pc, const ipfunnel_datagram *d)
{
    const struct ipfunnel__cursor bytes = ipfunnel__cursor_over(d->bytes, d->length);
    uint32_t a = 0, x = 0, memory[BPF_MEMORY_WORDS] = { 0 }, loops_left = d->length;
    for (;; pc++) {
        const uint32_t k = pc->k;
        switch (pc->code) {
        case BPF_RET | BPF_K: return k;
        case BPF_RET | BPF_A: return a;

        case BPF_LD | BPF_W | BPF_ABS:
            if (!load_or_fact(d, bytes, 0, k, 4, &a))
                return 0;
            break;
        case BPF_LD | BPF_H | BPF_ABS:
            if (!load_or_fact(d, bytes, 0, k, 2, &a))
                return 0;
            break;
        case BPF_LD | BPF_B | BPF_ABS:
            if (!load_or_fact(d, bytes, 0, k, 1, &a))
                return 0;
            break;
        case BPF_LD | BPF_W | BPF_IND:
            if (!load_or_fact(d, bytes, x, k, 4, &a))
                return 0;
            break;
        case BPF_LD | BPF_H | BPF_IND:
            if (!load_or_fact(d, bytes, x, k, 2, &a))
                return 0;
            break;
        case BPF_LD | BPF_B | BPF_IND:
            if (!load_or_fact(d, bytes, x, k, 1, &a))
                return 0;
            break;
        case BPF_LDX | BPF_B | BPF_MSH:
            if (!load(bytes, 0, k, 1, &x))
                return 0;
            x = (x & 0xf) << 2;
            break;
        case BPF_LD | BPF_W | BPF_LEN:
            a = d->original_length;
            if (a == IPFUNNEL_LENGTH_UNKNOWN)
                return 0;
            break;
        case BPF_LDX | BPF_W | BPF_LEN:
            x = d->original_length;
            if (x == IPFUNNEL_LENGTH_UNKNOWN)
                return 0;
            break;
        case BPF_LD | BPF_IMM: a = k; break;
        case BPF_LDX | BPF_IMM: x = k; break;
        case BPF_LD | BPF_MEM: a = memory[k]; break;
        case BPF_LDX | BPF_MEM: x = memory[k]; break;
        case BPF_ST: memory[k] = a; break;
        case BPF_STX: memory[k] = x; break;

        case BPF_JMP | BPF_JA:
            if (k < UINT32_C(0x80000000)) {
                pc += k;
            } else {
                if (loops_left-- == 0)
                    return 0;
                pc -= UINT32_C(0) - k;
            }
            break;
        case BPF_JMP | BPF_JEQ | BPF_K: pc += a == k ? pc->jt : pc->jf; break;
        case BPF_JMP | BPF_JGT | BPF_K: pc += a > k ? pc->jt : pc->jf; break;
        case BPF_JMP | BPF_JGE | BPF_K: pc += a >= k ? pc->jt : pc->jf; break;
        case BPF_JMP | BPF_JSET | BPF_K: pc += a & k ? pc->jt : pc->jf; break;
        case BPF_JMP | BPF_JEQ | BPF_X: pc += a == x ? pc->jt : pc->jf; break;
        case BPF_JMP | BPF_JGT | BPF_X: pc += a > x ? pc->jt : pc->jf; break;
        case BPF_JMP | BPF_JGE | BPF_X: pc += a >= x ? pc->jt : pc->jf; break;
        case BPF_JMP | BPF_JSET | BPF_X: pc += a & x ? pc->jt : pc->jf; break;

        case BPF_ALU | BPF_ADD | BPF_K: a += k; break;
        case BPF_ALU | BPF_SUB | BPF_K: a -= k; break;
        case BPF_ALU | BPF_MUL | BPF_K: a *= k; break;
        case BPF_ALU | BPF_DIV | BPF_K: a /= k; break;
        case BPF_ALU | BPF_MOD | BPF_K: a %= k; break;
        case BPF_ALU | BPF_OR | BPF_K: a |= k; break;
        case BPF_ALU | BPF_AND | BPF_K: a &= k; break;
        case BPF_ALU | BPF_XOR | BPF_K: a ^= k; break;
        case BPF_ALU | BPF_LSH | BPF_K: a = shift_left(a, k); break;
        case BPF_ALU | BPF_RSH | BPF_K: a = shift_right(a, k); break;
        case BPF_ALU | BPF_ADD | BPF_X: a += x; break;
        case BPF_ALU | BPF_SUB | BPF_X: a -= x; break;
        case BPF_ALU | BPF_MUL | BPF_X: a *= x; break;
        case BPF_ALU | BPF_DIV | BPF_X:
            if (x == 0)
                return 0;
            a /= x;
            break;
        case BPF_ALU | BPF_MOD | BPF_X:
            if (x == 0)
                return 0;
            a %= x;
            break;
        case BPF_ALU | BPF_OR | BPF_X: a |= x; break;
        case BPF_ALU | BPF_AND | BPF_X: a &= x; break;
        case BPF_ALU | BPF_XOR | BPF_X: a ^= x; break;
        case BPF_ALU | BPF_LSH | BPF_X: a = shift_left(a, x); break;
        case BPF_ALU | BPF_RSH | BPF_X: a = shift_right(a, x); break;
        case BPF_ALU | BPF_NEG: a = UINT32_C(0) - a; break;

        case BPF_MISC | BPF_TAX: x = a; break;
        case BPF_MISC | BPF_TXA: a = x; break;
        default: return 0;                        /* the check lets none pass */
        }
    }
}

bool ipfunnel__filter_accepts(const ipfunnel_filter *filter, const ipfunnel_datagram *datagram)
{
    return ipfunnel__program_run(filter->code, datagram) != 0;
}
