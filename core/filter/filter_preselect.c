/* filter_preselect.c - the plan of a filter as instructions for the kernel, behind those that find the datagram. */
#include "filter_preselect.h"
#include "filter_codes.h"
#include "filter_plan.h"
#include <stdlib.h>
#include <string.h>

enum { ETHERNET_HEADER = 14, ETHERTYPE_AT = 12, IPV4 = 0x0800, IPV6 = 0x86dd };
enum { IPV4_HEADER = 20, IPV6_HEADER = 40, IPV4_LENGTH_AT = 2, IPV6_LENGTH_AT = 4 };
enum { SENT = 4, NEAR = 255, MOST_FOR_ONE = 4 };

/* Instructions that are written one after the other. What does not fit is counted, not written. */
struct writing {
    struct ipfunnel__instruction *code;
    uint32_t length, room;
    uint32_t link;                /* bytes in front of the datagram */
    uint32_t accept;              /* what accepting returns */
};

static void put_jump(struct writing *w, uint32_t code, uint32_t k, uint32_t if_true, uint32_t if_false)
{
    if (w->length < w->room)
        w->code[w->length] = (struct ipfunnel__instruction){ .code = (uint16_t)code, .jt = (uint8_t)if_true,
                                                             .jf = (uint8_t)if_false, .k = k };
    w->length++;
}

static void put(struct writing *w, uint32_t code, uint32_t k) { put_jump(w, code, k, 0, 0); }

/* Goes on when the test, of K or of X, is true: else the frame is accepted. */
static void need(struct writing *w, uint32_t test, uint32_t k)
{
    put_jump(w, BPF_JMP | test, k, 1, 0);
    put(w, BPF_RET | BPF_K, w->accept);
}

/* ---- Where the datagram is. */

static void need_version(struct writing *w, uint32_t version)
{
    put(w, BPF_LD | BPF_B | BPF_ABS, w->link);
    put(w, BPF_ALU | BPF_AND | BPF_K, 0xf0);
    need(w, BPF_JEQ | BPF_K, version << 4);
}

/* Its length ends up in A. As normalize/ip.c has it: the header is whole, no longer than the total length, and that is
 * not open. */
static void need_ipv4(struct writing *w)
{
    need_version(w, 4);
    put(w, BPF_LDX | BPF_B | BPF_MSH, w->link);
    put(w, BPF_MISC | BPF_TXA, 0);
    need(w, BPF_JGE | BPF_K, IPV4_HEADER);
    put(w, BPF_LD | BPF_W | BPF_LEN, 0);
    put(w, BPF_ALU | BPF_SUB | BPF_K, w->link);
    need(w, BPF_JGE | BPF_X, 0);
    put(w, BPF_LD | BPF_H | BPF_ABS, w->link + IPV4_LENGTH_AT);
    need(w, BPF_JGE | BPF_X, 0);
}

static void need_ipv6(struct writing *w)
{
    put(w, BPF_LD | BPF_W | BPF_LEN, 0);
    need(w, BPF_JGE | BPF_K, w->link + IPV6_HEADER);
    need_version(w, 6);
    put(w, BPF_LD | BPF_H | BPF_ABS, w->link + IPV6_LENGTH_AT);
    need(w, BPF_JGT | BPF_K, 0);
    put(w, BPF_ALU | BPF_ADD | BPF_K, IPV6_HEADER);
}

/* Says in A by which protocol to go: an EtherType, or the first byte. */
static void put_protocol(struct writing *w, uint32_t link_type)
{
    if (link_type == IPFUNNEL__LINK_ETHERNET)
        put(w, BPF_LD | BPF_H | BPF_ABS, ETHERTYPE_AT);
    else if (link_type == IPFUNNEL__LINK_NETWORK)
        put(w, BPF_LD | BPF_H | BPF_ABS, BPF_FACTS + BPF_FACT_PROTOCOL);
    else
        put(w, BPF_LD | BPF_B | BPF_ABS, 0);
    if (link_type == IPFUNNEL__LINK_RAW)
        put(w, BPF_ALU | BPF_AND | BPF_K, 0xf0);
}

/* Then A, X and the memory are as a filter finds them. */
static void find_datagram(struct writing *w, uint32_t link_type, const struct ipfunnel__plan *plan)
{
    bool by_type = link_type != IPFUNNEL__LINK_RAW;
    put(w, BPF_LD | BPF_W | BPF_LEN, 0);
    need(w, BPF_JGE | BPF_K, w->link + IPV4_HEADER);
    put_protocol(w, link_type);
    uint32_t to_ipv6 = w->length;
    put_jump(w, BPF_JMP | BPF_JEQ | BPF_K, by_type ? IPV6 : 0x60, 0, 0);
    need(w, BPF_JEQ | BPF_K, by_type ? IPV4 : 0x40);
    need_ipv4(w);
    uint32_t over_ipv6 = w->length;
    put(w, BPF_JMP | BPF_JA, 0);
    uint32_t ipv6 = w->length;
    need_ipv6(w);
    if (w->length > w->room)
        return;
    w->code[to_ipv6].jt = (uint8_t)(ipv6 - to_ipv6 - 1);
    w->code[over_ipv6].k = w->length - over_ipv6 - 1;
    if (plan->length_cell != IPFUNNEL__NO_CELL)
        put(w, BPF_ST, plan->length_cell);
    put(w, BPF_LD | BPF_IMM, 0);
    put(w, BPF_LDX | BPF_IMM, 0);
    for (uint32_t cell = 0; cell < BPF_MEMORY_WORDS; cell++)
        if (plan->cells_read >> cell & 1)
            put(w, BPF_ST, cell);
}

/* ---- The filter's own instructions. */

/* `place` says where each instruction of the filter ends up; of those that jumped too far `far` is set. */
struct layout {
    uint32_t *place;
    bool *far;
};

static bool is_load(uint16_t code)
{
    switch (code) {
    case BPF_LD | BPF_W | BPF_ABS: case BPF_LD | BPF_H | BPF_ABS: case BPF_LD | BPF_B | BPF_ABS:
    case BPF_LD | BPF_W | BPF_IND: case BPF_LD | BPF_H | BPF_IND: case BPF_LD | BPF_B | BPF_IND:
    case BPF_LDX | BPF_B | BPF_MSH:
        return true;
    default:
        return false;
    }
}

static void go(struct writing *w, uint32_t to) { put(w, BPF_JMP | BPF_JA, to - w->length - 1); }

static void write_jump(struct writing *w, const struct ipfunnel__instruction *i, uint32_t if_true, uint32_t if_false,
                       bool far)
{
    uint32_t next = w->length + 1;
    put_jump(w, i->code, i->k, far ? 0 : if_true - next, far ? 1 : if_false - next);
    if (far) {
        go(w, if_true);
        go(w, if_false);
    }
}

static void write_half_jump(struct writing *w, const struct ipfunnel__instruction *i, uint32_t if_false, bool far)
{
    uint32_t next = w->length + 1;
    put_jump(w, i->code, i->k, 0, far ? 1 : if_false - next);
    put(w, BPF_RET | BPF_K, w->accept);
    if (far)
        go(w, if_false);
}

static void write_same(struct writing *w, const struct ipfunnel__instruction *i, uint32_t if_true, uint32_t if_false,
                       bool far)
{
    if (i->code == (BPF_JMP | BPF_JA)) {
        go(w, if_true);
    } else if ((i->code & 7) == BPF_JMP) {
        write_jump(w, i, if_true, if_false, far);
    } else if (i->code == (BPF_RET | BPF_A)) {
        put_jump(w, BPF_JMP | BPF_JEQ | BPF_K, 0, 0, 1);
        put(w, BPF_RET | BPF_K, 0);
        put(w, BPF_RET | BPF_K, w->accept);
    } else {
        put(w, i->code, is_load(i->code) ? i->k + w->link : i->k);
    }
}

static void write_one(struct writing *w, const struct ipfunnel_filter *filter, const struct ipfunnel__plan *plan,
                      const struct ipfunnel__kernel_view *view, const struct layout *l, uint32_t at)
{
    const struct ipfunnel__instruction *i = &filter->code[at];
    uint32_t if_true = 0, if_false = 0;
    if (i->code == (BPF_JMP | BPF_JA)) {
        if_true = plan->fates[at] == IPFUNNEL__SAME ? l->place[at + 1 + i->k] : 0;
    } else if ((i->code & 7) == BPF_JMP) {
        if_true = l->place[at + 1 + i->jt];
        if_false = l->place[at + 1 + i->jf];
    }
    switch ((enum ipfunnel__fate)plan->fates[at]) {
    case IPFUNNEL__UNREACHED:
    case IPFUNNEL__LEFT_OUT: break;
    case IPFUNNEL__SAME: write_same(w, i, if_true, if_false, l->far[at]); break;
    case IPFUNNEL__GUARDED:
        put(w, BPF_MISC | BPF_TXA, 0);
        put_jump(w, BPF_JMP | BPF_JGE | BPF_K, BPF_FACTS, 0, 1);
        put(w, BPF_RET | BPF_K, w->accept);
        put(w, i->code, i->k + w->link);
        break;
    case IPFUNNEL__ZERO: put(w, BPF_LD | BPF_IMM, 0); break;
    case IPFUNNEL__PACKET_TYPE:
        put(w, BPF_LD | BPF_B | BPF_ABS, BPF_FACTS + BPF_FACT_PACKET_TYPE);
        put_jump(w, BPF_JMP | BPF_JEQ | BPF_K, SENT, 1, 0);
        put(w, BPF_LD | BPF_IMM, 0);
        break;
    case IPFUNNEL__INTERFACE: put(w, BPF_LD | BPF_IMM, view->interface_index); break;
    case IPFUNNEL__LENGTH: put(w, (i->code & 7) | BPF_MEM, plan->length_cell); break;
    case IPFUNNEL__ACCEPT: put(w, BPF_RET | BPF_K, w->accept); break;
    case IPFUNNEL__REJECT: put(w, BPF_RET | BPF_K, 0); break;
    case IPFUNNEL__GO_TRUE: go(w, if_true); break;
    case IPFUNNEL__GO_FALSE: go(w, if_false); break;
    case IPFUNNEL__TRUE_ACCEPTS: write_half_jump(w, i, if_false, l->far[at]); break;
    }
}

static bool jumps_conditionally(const struct ipfunnel__plan *plan, const struct ipfunnel__instruction *i, uint32_t at)
{
    return (i->code & 7) == BPF_JMP && i->code != (BPF_JMP | BPF_JA)
           && (plan->fates[at] == IPFUNNEL__SAME || plan->fates[at] == IPFUNNEL__TRUE_ACCEPTS);
}

/* A jump that needs more room makes others longer, until none is left. */
static bool lay_out(struct writing *w, const struct ipfunnel_filter *f, const struct ipfunnel__plan *plan,
                    const struct ipfunnel__kernel_view *view, struct layout *l)
{
    bool again = true;
    uint32_t begin = w->length;
    while (again) {
        again = false;
        w->length = begin;
        for (uint32_t at = 0; at < f->length; at++) {
            l->place[at] = w->length;
            write_one(w, f, plan, view, l, at);
        }
        for (uint32_t at = 0; at < f->length; at++) {
            const struct ipfunnel__instruction *i = &f->code[at];
            if (l->far[at] || !jumps_conditionally(plan, i, at))
                continue;
            uint32_t farthest = l->place[at + 1 + (i->jt > i->jf ? i->jt : i->jf)];
            l->far[at] = farthest - l->place[at] - 1 > NEAR;
            again |= l->far[at];
        }
    }
    bool fits = w->length <= w->room;
    w->length = begin;
    for (uint32_t at = 0; fits && at < f->length; at++)
        write_one(w, f, plan, view, l, at);
    return fits;
}

uint32_t ipfunnel__filter_preselect(const struct ipfunnel_filter *filter, const struct ipfunnel__kernel_view *view,
                                    struct ipfunnel__instruction *program, uint32_t *length)
{
    bool ethernet = view->link_type == IPFUNNEL__LINK_ETHERNET;
    if (filter->length > IPFUNNEL__KERNEL_MOST
        || (!ethernet && view->link_type != IPFUNNEL__LINK_RAW && view->link_type != IPFUNNEL__LINK_NETWORK))
        return IPFUNNEL_NO;
    struct ipfunnel__plan plan = { .fates = malloc(filter->length) };
    struct layout l = {
        .place = calloc(filter->length, sizeof *l.place),
        .far = calloc(filter->length, sizeof *l.far),
    };
    struct ipfunnel__instruction *code = malloc(IPFUNNEL__KERNEL_MOST * sizeof *code);
    struct writing w = {
        .code = code,
        .length = *length - 1,
        .room = IPFUNNEL__KERNEL_MOST,
        .link = ethernet ? ETHERNET_HEADER : 0,
        .accept = program[*length - 1].k,
    };
    uint32_t answer = IPFUNNEL_NO;
    if (!plan.fates || !l.place || !l.far || !code || !ipfunnel__filter_plan(&plan, filter, view) || !plan.rejects)
        goto done;
    memcpy(code, program, w.length * sizeof *code);
    find_datagram(&w, view->link_type, &plan);
    if (!lay_out(&w, filter, &plan, view, &l))
        goto done;
    memcpy(program, code, w.length * sizeof *code);
    *length = w.length;
    answer = plan.exact ? IPFUNNEL_YES : IPFUNNEL_PARTLY;
done:
    free(code);
    free(l.far);
    free(l.place);
    free(plan.fates);
    return answer;
}
