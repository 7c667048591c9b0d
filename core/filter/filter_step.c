/* filter_step.c - see filter_step.h. */
#include "filter_step.h"

enum { LARGEST_PLACE = 0x7fffff00 };              /* beyond it no datagram has bytes, and the kernel has facts */

/* ---- What on_wire changes: cutting the lengths, the identification, all from the transport header on but the ports;
 * filling in a checksum that of IPv4, and two bytes somewhere behind the ports (normalize/offload.c). */

static bool overlaps(uint64_t from, uint64_t to, uint64_t low, uint64_t high) { return from < high && low < to; }

static bool may_change(const struct ipfunnel__pass *p, const struct ipfunnel__known *s, uint64_t from, uint64_t size)
{
    uint64_t to = from + size;
    if (!p->view->on_wire)
        return false;
    if (s->versions & IPFUNNEL__MAY_BE_4 && (overlaps(from, to, 2, 6) || overlaps(from, to, 10, 12) || to > 20))
        return true;
    return s->versions & IPFUNNEL__MAY_BE_6 && (overlaps(from, to, 4, 6) || to > 44);
}

static bool may_change_behind(const struct ipfunnel__pass *p, const struct ipfunnel__known *s, uint64_t from,
                              uint64_t size)
{
    bool ports = s->x_is_header && s->versions == IPFUNNEL__MAY_BE_4 && from + size <= 4;
    return p->view->on_wire && !ports;
}

/* ---- One instruction each: its fate, and what is known behind it. */

static enum ipfunnel__fate load_a(struct ipfunnel__known *s, bool sure)
{
    s->a = sure ? IPFUNNEL__EQUAL : IPFUNNEL__UNSURE;
    s->a_is = IPFUNNEL__ANYTHING;
    return sure ? IPFUNNEL__SAME : IPFUNNEL__LEFT_OUT;
}

static enum ipfunnel__fate fact(const struct ipfunnel__pass *p, struct ipfunnel__known *s, uint32_t k)
{
    enum ipfunnel__fate fate = IPFUNNEL__REJECT;                  /* user space has no answer */
    bool sure = false;
    if (k == BPF_FACTS + BPF_FACT_PACKET_TYPE) {
        sure = p->view->tells_direction;
        fate = IPFUNNEL__PACKET_TYPE;
    } else if (k == BPF_FACTS + BPF_FACT_INTERFACE) {
        sure = p->view->interface_index != 0;
        fate = IPFUNNEL__INTERFACE;
    }
    if (fate == IPFUNNEL__REJECT)
        return fate;
    return load_a(s, sure) == IPFUNNEL__SAME ? fate : IPFUNNEL__LEFT_OUT;
}

static enum ipfunnel__fate absolute(const struct ipfunnel__pass *p, struct ipfunnel__known *s, uint32_t k,
                                    uint32_t size)
{
    if (k >= BPF_FACTS)
        return fact(p, s, k);
    if (k > LARGEST_PLACE)
        return IPFUNNEL__REJECT;
    enum ipfunnel__fate fate = load_a(s, !may_change(p, s, k, size));
    if (k == 0 && size == 1)
        s->a_is = IPFUNNEL__FIRST_BYTE;
    return fate;
}

/* An unsure place may lie outside of the frame, and would end the run. */
static enum ipfunnel__fate indirect(const struct ipfunnel__pass *p, struct ipfunnel__known *s, uint32_t k,
                                    uint32_t size)
{
    if (s->x != IPFUNNEL__EQUAL || k >= BPF_FACTS)
        return IPFUNNEL__ACCEPT;
    if (k > LARGEST_PLACE)
        return IPFUNNEL__REJECT;
    bool may_be_fact = k == 0 && !s->x_is_small;
    enum ipfunnel__fate fate = load_a(s, !may_change_behind(p, s, k, size));
    if (fate == IPFUNNEL__LEFT_OUT || !may_be_fact)
        return fate;
    p->plan->exact = false;
    return IPFUNNEL__GUARDED;
}

static void set_x(struct ipfunnel__known *s, uint8_t surety)
{
    s->x = surety;
    s->x_is_header = s->x_is_small = false;
}

static enum ipfunnel__fate header_length(const struct ipfunnel__pass *p, struct ipfunnel__known *s, uint32_t k)
{
    if (k > LARGEST_PLACE)
        return IPFUNNEL__REJECT;
    bool sure = !may_change(p, s, k, 1);
    set_x(s, sure ? IPFUNNEL__EQUAL : IPFUNNEL__UNSURE);
    s->x_is_header = k == 0;
    s->x_is_small = true;
    return sure ? IPFUNNEL__SAME : IPFUNNEL__LEFT_OUT;
}

/* A segment is no longer than its super-datagram. */
static uint8_t length_surety(const struct ipfunnel__pass *p)
{
    if (p->plan->length_cell == IPFUNNEL__NO_CELL)
        return IPFUNNEL__UNSURE;
    return p->view->on_wire ? IPFUNNEL__AT_MOST : IPFUNNEL__EQUAL;
}

static enum ipfunnel__fate calculate(struct ipfunnel__known *s, const struct ipfunnel__instruction *i)
{
    uint32_t operation = i->code & 0xf0;
    bool by_x = i->code & BPF_X && operation != BPF_NEG, shift = operation == BPF_LSH || operation == BPF_RSH;
    bool keeps_version = i->code == (BPF_ALU | BPF_AND | BPF_K) && i->k == 0xf0 && s->a_is != IPFUNNEL__ANYTHING;
    s->a_is = keeps_version ? IPFUNNEL__VERSION : IPFUNNEL__ANYTHING;
    if (shift && !by_x && i->k >= 32) {           /* the kernel takes no such shift */
        s->a = IPFUNNEL__EQUAL;
        return IPFUNNEL__ZERO;
    }
    if (s->a == IPFUNNEL__EQUAL && (!by_x || (s->x == IPFUNNEL__EQUAL && !shift)))
        return IPFUNNEL__SAME;
    s->a = IPFUNNEL__UNSURE;
    return IPFUNNEL__LEFT_OUT;
}

static enum ipfunnel__fate jump(const struct ipfunnel__pass *p, const struct ipfunnel__known *s, uint32_t at)
{
    const struct ipfunnel__instruction *i = &p->filter->code[at];
    bool if_true = p->accepts[at + 1 + i->jt], if_false = p->accepts[at + 1 + i->jf];
    uint32_t test = i->code & 0xf0;
    bool operand = !(i->code & BPF_X) || s->x == IPFUNNEL__EQUAL;
    if (s->a == IPFUNNEL__EQUAL && operand)
        return IPFUNNEL__SAME;
    p->plan->exact = false;
    if (!if_true)
        return IPFUNNEL__GO_FALSE;
    bool false_is_sure = s->a == IPFUNNEL__AT_MOST && operand && (test == BPF_JGT || test == BPF_JGE);
    if (!if_false)
        return false_is_sure ? IPFUNNEL__SAME : IPFUNNEL__GO_TRUE;
    return false_is_sure ? IPFUNNEL__TRUE_ACCEPTS : IPFUNNEL__ACCEPT;
}

enum ipfunnel__fate ipfunnel__filter_step(const struct ipfunnel__pass *p, struct ipfunnel__known *s, uint32_t at)
{
    const struct ipfunnel__instruction *i = &p->filter->code[at];
    switch (i->code) {
    case BPF_RET | BPF_K: return i->k ? IPFUNNEL__ACCEPT : IPFUNNEL__REJECT;
    case BPF_RET | BPF_A: return s->a == IPFUNNEL__EQUAL ? IPFUNNEL__SAME : IPFUNNEL__ACCEPT;
    case BPF_LD | BPF_W | BPF_ABS: return absolute(p, s, i->k, 4);
    case BPF_LD | BPF_H | BPF_ABS: return absolute(p, s, i->k, 2);
    case BPF_LD | BPF_B | BPF_ABS: return absolute(p, s, i->k, 1);
    case BPF_LD | BPF_W | BPF_IND: return indirect(p, s, i->k, 4);
    case BPF_LD | BPF_H | BPF_IND: return indirect(p, s, i->k, 2);
    case BPF_LD | BPF_B | BPF_IND: return indirect(p, s, i->k, 1);
    case BPF_LDX | BPF_B | BPF_MSH: return header_length(p, s, i->k);
    case BPF_LD | BPF_W | BPF_LEN:
        load_a(s, true);
        s->a = length_surety(p);
        return s->a == IPFUNNEL__UNSURE ? IPFUNNEL__LEFT_OUT : IPFUNNEL__LENGTH;
    case BPF_LDX | BPF_W | BPF_LEN:
        set_x(s, length_surety(p));
        return s->x == IPFUNNEL__UNSURE ? IPFUNNEL__LEFT_OUT : IPFUNNEL__LENGTH;
    case BPF_LD | BPF_IMM: return load_a(s, true);
    case BPF_LDX | BPF_IMM:
        set_x(s, IPFUNNEL__EQUAL);
        s->x_is_small = i->k < BPF_FACTS;
        return IPFUNNEL__SAME;
    case BPF_LD | BPF_MEM:
        load_a(s, true);
        s->a = s->memory[i->k];
        return IPFUNNEL__SAME;
    case BPF_LDX | BPF_MEM: set_x(s, s->memory[i->k]); return IPFUNNEL__SAME;
    case BPF_ST: s->memory[i->k] = s->a; return IPFUNNEL__SAME;
    case BPF_STX: s->memory[i->k] = s->x; return IPFUNNEL__SAME;
    case BPF_MISC | BPF_TAX: set_x(s, s->a); return IPFUNNEL__SAME;
    case BPF_MISC | BPF_TXA:
        load_a(s, true);
        s->a = s->x;
        return IPFUNNEL__SAME;
    case BPF_JMP | BPF_JA: return ipfunnel__jumps_back(i) ? IPFUNNEL__ACCEPT : IPFUNNEL__SAME;
    default: return ipfunnel__jumps_by_test(i->code) ? jump(p, s, at) : calculate(s, i);
    }
}
