#include "verify_verdicts.h"

#define YES(text) (struct judgement) { VERDICT_YES, text }
#define NO(text) (struct judgement) { VERDICT_NO, text }
#define OPEN(text) (struct judgement) { VERDICT_INCONCLUSIVE, text }

static const char nothing_sent[] = "nothing could be sent";
static const char not_arrived[] = "not all that was sent arrived, so what was not seen says nothing";

void tally_add(struct tally *t, uint32_t number, uint32_t length, bool fragment, bool rebuilt)
{
    const uint32_t at = number - t->first;

    if (at >= t->count || at >= TALLY_MOST)
        return;
    t->out_of_order += t->seen && number < t->last;
    t->last = number;
    t->seen++;
    t->distinct += t->copies[at] == 0;
    if (t->copies[at] < UINT8_MAX)
        t->copies[at]++;
    if (fragment) {
        t->fragments++;
        t->distinct_fragments += !t->in_fragment[at];
        t->in_fragment[at] = true;
    }
    t->rebuilt += rebuilt;
    t->wrong_length += t->expected_length && length != t->expected_length;
}

struct judgement judge_once(const struct traffic_batch *b, const struct tally *t)
{
    if (b->count == 0)
        return OPEN(nothing_sent);
    if (b->arrived < b->count && t->distinct < b->count)
        return OPEN(not_arrived);
    if (t->seen == 0)
        return NO("none was seen");
    if (t->distinct < b->count)
        return NO("some were not seen");
    if (t->seen == b->count)
        return YES("each was seen once");
    return t->seen == 2 * b->count ? NO("each was seen twice") : NO("some were seen more than once");
}

struct judgement judge_shown(const struct traffic_batch *b, const struct tally *t)
{
    if (b->count == 0)
        return OPEN(nothing_sent);
    if (t->distinct == b->count)
        return YES("all were seen there");
    if (b->arrived < b->count)
        return OPEN(not_arrived);
    return t->distinct == 0 ? NO("none was seen there") : OPEN("some were seen there, some not");
}

struct judgement judge_fragments(const struct traffic_batch *b, const struct tally *t)
{
    if (b->count == 0)
        return OPEN("the system refused to send fragments");
    if (t->distinct_fragments == b->count)
        return YES("all fragments were seen");
    if (b->arrived == 0)
        return OPEN("the datagram did not arrive, so it is not known whether all fragments were on their way");
    return t->fragments == 0 ? NO("no fragment was seen") : OPEN("some fragments were seen, some not");
}

struct judgement judge_reassembled(const struct traffic_batch *b, const struct tally *t)
{
    if (b->count == 0)
        return OPEN("the system refused to send fragments");
    if (t->seen > t->fragments)
        return YES("the whole datagram was seen");
    if (b->arrived == 0)
        return OPEN("the datagram was not put together at all: it did not arrive");
    return t->seen == 0 ? OPEN("nothing of it was seen") : NO("it arrived whole, but only fragments were seen");
}

struct judgement judge_length(const struct tally *t)
{
    if (t->seen == 0)
        return OPEN("none was seen");
    return t->wrong_length == 0 ? YES("all had the length that was sent") : NO("some had another length");
}

struct judgement judge_header(uint32_t seen, uint32_t without)
{
    if (seen == 0)
        return OPEN("no datagram was received");
    if (without == 0)
        return YES("each began with its header");
    return without == seen ? NO("none had its header") : OPEN("some had their header, some not");
}

struct judgement judge_unread(const struct traffic_batch *b, const struct tally *t)
{
    if (b->count == 0)
        return OPEN(nothing_sent);
    if (t->distinct < b->count)
        return NO("some were lost");
    return t->out_of_order ? NO("all were kept, but not in their order") : YES("all were kept, in their order");
}

struct judgement judge_large(uint32_t seen, uint32_t longer, uint32_t without_length)
{
    if (seen == 0)
        return OPEN("nothing of the connection was seen");
    return longer || without_length ? YES("such datagrams were seen") : NO("none was in this transfer");
}

struct judgement judge_fast_path(uint32_t seen_without, uint32_t seen_with)
{
    if (seen_without == 0)
        return OPEN("a connection without the fast path was not seen either");
    return seen_with == 0 ? YES("only the connection without the fast path was seen") : NO("it was seen all the same");
}

enum { ENOUGH = 5 };

struct judgement judge_directions(uint32_t in, uint32_t out)
{
    if (in && out)
        return YES("both were seen");
    if (in + out < ENOUGH)
        return OPEN("too little traffic passed the interface meanwhile");
    return in ? NO("only received datagrams were seen") : NO("only sent datagrams were seen");
}

struct judgement judge_firewall(uint32_t in, uint32_t out)
{
    if (in)
        return NO("received datagrams were seen; whether all of them were is not known");
    return out < ENOUGH ? OPEN("too little traffic passed the interface meanwhile")
                        : YES("only sent datagrams were seen; if something answered them, its answers were hidden");
}

struct judgement judge_newest_win(uint32_t sent, uint32_t received, uint32_t first, uint32_t last)
{
    if (sent == 0)
        return OPEN(nothing_sent);
    if (received == 0)
        return OPEN("nothing was received");
    if (received >= sent)
        return OPEN("the buffer held all of them, so none had to give way");
    if (last == sent - 1 && first > 0)
        return YES("the oldest gave way");
    return first == 0 && last < sent - 1 ? NO("the newest gave way") : OPEN("neither the first nor the last tells");
}
