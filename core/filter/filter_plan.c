/* filter_plan.c - one pass over the filter's program in the order of its instructions, which is that of every run: what
 * jumps back is accepted. For each it is known how sure A, X and the memory are then, compared to user space.
 *
 * Why the plan accepts enough. Take a datagram that the filter accepts. Each load of its run lay inside the datagram,
 * so the frame has the same bytes there, unless on_wire changes them. As long as nothing unsure is jumped by, the
 * kernel's run takes the same way. Where a jump is unsure, and one of its sides accepts nothing, the filter's run took
 * the other one; where both may, the frame is accepted. And nothing ends the kernel's run that did not end the
 * filter's. */
#include "filter_plan.h"
#include "filter_codes.h"
#include "filter_step.h"
#include <stdlib.h>

static uint16_t cells_used(const struct ipfunnel_filter *f, bool only_read)
{
    uint32_t cells = 0;
    for (uint32_t at = 0; at < f->length; at++)
        switch (f->code[at].code) {
        case BPF_LD | BPF_MEM:
        case BPF_LDX | BPF_MEM: cells |= 1u << f->code[at].k; break;
        case BPF_ST:
        case BPF_STX: cells |= only_read ? 0 : 1u << f->code[at].k; break;
        default: break;
        }
    return (uint16_t)cells;
}

static bool asks_length(const struct ipfunnel_filter *f)
{
    for (uint32_t at = 0; at < f->length; at++)
        if (f->code[at].code == (BPF_LD | BPF_W | BPF_LEN) || f->code[at].code == (BPF_LDX | BPF_W | BPF_LEN))
            return true;
    return false;
}

static uint8_t choose_cell(const struct ipfunnel_filter *f)
{
    uint16_t used = cells_used(f, false);
    for (uint8_t cell = asks_length(f) ? BPF_MEMORY_WORDS : 0; cell-- > 0;)
        if (!(used >> cell & 1))
            return cell;
    return IPFUNNEL__NO_CELL;
}

static void find_accepting(const struct ipfunnel__pass *p)
{
    for (uint32_t at = p->filter->length; at-- > 0;) {
        const struct ipfunnel__instruction *i = &p->filter->code[at];
        if ((i->code & 7) == BPF_RET)
            p->accepts[at] = i->code != (BPF_RET | BPF_K) || i->k;
        else if (ipfunnel__jumps_back(i))
            p->accepts[at] = true;
        else if (i->code == (BPF_JMP | BPF_JA))
            p->accepts[at] = p->accepts[at + 1 + i->k];
        else if (ipfunnel__jumps_by_test(i->code))
            p->accepts[at] = p->accepts[at + 1 + i->jt] || p->accepts[at + 1 + i->jf];
        else
            p->accepts[at] = p->accepts[at + 1];
    }
}

/* ---- The whole program. */

static void bring(struct ipfunnel__known *to, const struct ipfunnel__known *s)
{
    if (!to->reached) {
        *to = *s;
        return;
    }
    to->a = to->a > s->a ? to->a : s->a;
    to->x = to->x > s->x ? to->x : s->x;
    for (int cell = 0; cell < BPF_MEMORY_WORDS; cell++)
        to->memory[cell] = to->memory[cell] > s->memory[cell] ? to->memory[cell] : s->memory[cell];
    to->a_is = to->a_is == s->a_is ? to->a_is : IPFUNNEL__ANYTHING;
    to->versions |= s->versions;
    to->x_is_header = to->x_is_header && s->x_is_header;
    to->x_is_small = to->x_is_small && s->x_is_small;
}

static void bring_to_sides(const struct ipfunnel__pass *p, const struct ipfunnel__known *s, uint32_t at,
                           enum ipfunnel__fate fate)
{
    const struct ipfunnel__instruction *i = &p->filter->code[at];
    struct ipfunnel__known when_true = *s, when_false = *s;
    uint8_t version = i->k == 0x40 ? IPFUNNEL__MAY_BE_4 : i->k == 0x60 ? IPFUNNEL__MAY_BE_6 : 0;
    if (fate == IPFUNNEL__SAME && i->code == (BPF_JMP | BPF_JEQ | BPF_K) && s->a_is == IPFUNNEL__VERSION && version) {
        when_true.versions &= version;
        when_false.versions &= (uint8_t)~version;
    }
    if (fate != IPFUNNEL__GO_FALSE && fate != IPFUNNEL__TRUE_ACCEPTS)
        bring(&p->before[at + 1 + i->jt], &when_true);
    if (fate != IPFUNNEL__GO_TRUE)
        bring(&p->before[at + 1 + i->jf], &when_false);
}

static void walk(const struct ipfunnel__pass *p)
{
    p->before[0] = (struct ipfunnel__known){
        .reached = true,
        .versions = IPFUNNEL__MAY_BE_4 | IPFUNNEL__MAY_BE_6,
        .x_is_small = true,
    };
    for (uint32_t at = 0; at < p->filter->length; at++) {
        const struct ipfunnel__instruction *i = &p->filter->code[at];
        struct ipfunnel__known s = p->before[at];
        enum ipfunnel__fate fate = IPFUNNEL__UNREACHED;
        if (s.reached)
            fate = p->accepts[at] ? ipfunnel__filter_step(p, &s, at) : IPFUNNEL__REJECT;
        p->plan->fates[at] = (uint8_t)fate;
        bool ends = fate == IPFUNNEL__ACCEPT || fate == IPFUNNEL__REJECT || (i->code & 7) == BPF_RET;
        p->plan->rejects |= fate == IPFUNNEL__REJECT || (fate == IPFUNNEL__SAME && i->code == (BPF_RET | BPF_A));
        if (fate == IPFUNNEL__LEFT_OUT || (fate == IPFUNNEL__ACCEPT && i->code != (BPF_RET | BPF_K)))
            p->plan->exact = false;
        if (fate == IPFUNNEL__UNREACHED || ends)
            continue;
        if (ipfunnel__jumps_by_test(i->code))
            bring_to_sides(p, &s, at, fate);
        else
            bring(&p->before[at + 1 + (i->code == (BPF_JMP | BPF_JA) ? i->k : 0)], &s);
    }
}

bool ipfunnel__filter_plan(struct ipfunnel__plan *plan, const struct ipfunnel_filter *filter,
                           const struct ipfunnel__kernel_view *view)
{
    struct ipfunnel__pass p = {
        .filter = filter,
        .view = view,
        .plan = plan,
        .before = calloc(filter->length, sizeof *p.before),
        .accepts = calloc(filter->length, sizeof *p.accepts),
    };
    bool enough = p.before && p.accepts;
    plan->cells_read = cells_used(filter, true);
    plan->length_cell = choose_cell(filter);
    plan->rejects = false;
    plan->exact = true;
    if (enough) {
        find_accepting(&p);
        walk(&p);
    }
    free(p.before);
    free(p.accepts);
    return enough;
}
