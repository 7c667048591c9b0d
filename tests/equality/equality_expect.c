#include "equality_expect.h"
#include "check.h"
#include "equality_compare.h"
#include "equality_wire.h"
#include "tcp_stream.h"

/* The counter that a frame goes to, by the rules of the normal form. */
static uint64_t *counter_of(const struct expectation *e, struct counts *counts, const struct step *step)
{
    const struct row *row = e->row;
    uint32_t vlan = row->vlan ? row->vlan : IPFUNNEL_VLAN_OWN;
    bool out = (e->stage->direction == IPFUNNEL_DIRECTION_OUT) != (step->reply != 0);
    if (step->outcome != DATAGRAM)
        return step->outcome == NOT_IP ? &counts->not_ip : &counts->malformed;
    if (step->other_host && !e->stage->hides_other_hosts && row->mode == IPFUNNEL_MODE_IPLEVEL)
        return &counts->excluded_other_host;
    if (row->flags & IPFUNNEL_OPEN_NO_OUTGOING && out)
        return &counts->excluded_outgoing;
    if (vlan != IPFUNNEL_VLAN_ALL && (uint32_t)step->vid != (vlan == IPFUNNEL_VLAN_OWN ? 0 : vlan))
        return &counts->excluded_vlan;
    if (row->families && !(row->families & (step->version == 4 ? IPFUNNEL_IPV4 : IPFUNNEL_IPV6)))
        return &counts->other_family;
    return &counts->delivered;
}

static ipfunnel_datagram datagram_of(const struct stage *stage, const struct step *step)
{
    ipfunnel_datagram d = {
        .bytes = step->frame + step->datagram_at,
        .length = (uint32_t)step->datagram_length,
        .original_length = step->claims ? step->claims : (uint32_t)step->datagram_length,
        .flags = step->flags | (step->is_super_tcp ? IPFUNNEL_SEGMENTATION : 0u),
        .version = (uint8_t)step->version,
        .direction = step->reply == (stage->direction == IPFUNNEL_DIRECTION_OUT) ? IPFUNNEL_DIRECTION_IN
                                                                                 : IPFUNNEL_DIRECTION_OUT,
        .direction_source = IPFUNNEL_SAYS_KERNEL,
        .checksum = step->segment_size ? IPFUNNEL_CHECKSUM_NOT_READY : stage->checksum,
        .vlan_count = (uint8_t)step->tags,
    };
    for (int i = 0; i < step->tags && i < 2; i++)
        d.vlan[i] = (uint16_t)(step->frame[14 + 4 * i] << 8 | step->frame[15 + 4 * i]);
    return d;
}

/* Which reasons keep it from a raw socket's user, or, where it has to be left out, do not keep it. */
static uint32_t double_differs(const struct step *step, bool outgoing)
{
    return (step->vid ? 1u << REASON_VLANS : 0u) | (step->version == 6 && step->claims ? 1u << REASON_BROKEN : 0u)
           | (outgoing ? 1u << REASON_SENDER : 0u);
}

/* Order is kept by each socket, and there is one for each version: a stream of its own. */
static void double_gives(struct expectation *e, const ipfunnel_datagram *d, int stream)
{
    view_add(&e->of_double, d, 2 * stream + (d->version == 6));
}

void expect_double(struct expectation *e, const struct script *script)
{
    struct counts counts = { 0 };
    if (e->row->traffic)
        for (size_t i = 0; i < e->view.count; i++)
            double_gives(e, &e->view.records[i].d, 0);
    for (size_t i = 0; !e->row->traffic && i < script->count; i++) {
        const struct step *step = &script->steps[i];
        const uint64_t *counter = counter_of(e, &counts, step);
        bool outgoing = counter == &counts.excluded_outgoing;
        uint32_t why = double_differs(step, outgoing);
        e->of_double_other_vlan += counter == &counts.excluded_vlan && !why;
        if (counter != &counts.delivered && !outgoing)
            continue;
        e->of_double_why |= why;
        if (why & ~(1u << REASON_SENDER))
            continue;
        ipfunnel_datagram d = datagram_of(e->stage, step);
        double_gives(e, &d, step->stream);
    }
}

void expect_frames(struct expectation *e, const struct script *script)
{
    struct counts counts = { 0 };
    for (size_t i = 0; i < script->count; i++) {
        const struct step *step = &script->steps[i];
        uint64_t *counter = counter_of(e, &counts, step);
        ++*counter;
        counts.excluded_loopback_copy += e->stage->copies;
        if (counter == &counts.delivered) {
            ipfunnel_datagram d = datagram_of(e->stage, step);
            if (e->row->flags & IPFUNNEL_OPEN_ON_WIRE && step->is_super_tcp)
                wire_cut(&e->view, &d, step->segment_size, step->stream);
            else
                view_add(&e->view, &d, step->stream);
        }
    }
    counts.delivered = e->view.count;
#define AS_THE_TABLE_SAYS(name) CHECK_INT(e->row->counts.name, counts.name)
    AS_THE_TABLE_SAYS(delivered);
    AS_THE_TABLE_SAYS(not_ip);
    AS_THE_TABLE_SAYS(malformed);
    AS_THE_TABLE_SAYS(other_family);
    AS_THE_TABLE_SAYS(excluded_vlan);
    AS_THE_TABLE_SAYS(excluded_other_host);
    AS_THE_TABLE_SAYS(excluded_outgoing);
    AS_THE_TABLE_SAYS(excluded_loopback_copy);
}

/* * is any number. */
static bool is_line(const ipfunnel_datagram *d, const char *pattern)
{
    char line[200];
    const char *at = ipfunnel_summary(d, line, sizeof line);
    for (; *pattern; pattern++) {
        if (*pattern != '*') {
            if (*at++ != *pattern)
                return false;
            continue;
        }
        while (*at >= '0' && *at <= '9')
            at++;
    }
    return *at == '\0';
}

static const char *lines_wrong(const struct row *row, const struct view *seen)
{
    static char message[400];
    char line[200];
    for (size_t i = 0; i < ROW_LINES && (row->lines[i] || i < seen->count); i++) {
        if (i < seen->count && row->lines[i] && is_line(&seen->records[i].d, row->lines[i]))
            continue;
        snprintf(message, sizeof message, "expected \"%s\", got \"%s\"", row->lines[i] ? row->lines[i] : "nothing",
                 i < seen->count ? ipfunnel_summary(&seen->records[i].d, line, sizeof line) : "nothing");
        return message;
    }
    return seen->count == row->counts.delivered ? NULL : "another number of datagrams than the table says";
}

const char *expect_traffic(struct expectation *e, const struct view *seen)
{
    for (size_t i = 0; i < seen->count; i++)
        view_add(&e->view, &seen->records[i].d, 0);
    const char *wrong = e->row->flags & IPFUNNEL_OPEN_ON_WIRE ? wire_wrong(seen) : NULL;
    if (wrong)
        return wrong;
    if (!e->row->stream_bytes)
        return lines_wrong(e->row, seen);
    if (seen->count < e->row->counts.delivered)
        return "fewer datagrams than the table says";
    return tcp_stream_wrong(seen, e->row->stream_bytes, e->row->supers);
}

bool expect_wanted(const void *expectation, const ipfunnel_datagram *d)
{
    static const uint8_t of_frames[] = { 10, 77, 0xfd, 0x77 }, of_netns[] = { 10, 9, 0xfd, 0x09 };
    const struct expectation *e = expectation;
    const uint8_t *source = d->bytes + (d->version == 4 ? 12 : 8);
    const uint8_t *network = (e->row->traffic ? of_netns : of_frames) + (d->version == 4 ? 0 : 2);
    if (memcmp(source, network, 2) == 0)
        return true;
    if (e->row->traffic && e->stage->copies)            /* all that there is on lo is ours */
        return true;
    for (int i = 0; i < ROW_LINES && e->row->lines[i]; i++)
        if (is_line(d, e->row->lines[i]))
            return true;
    for (size_t i = 0; i < e->view.count; i++)
        if (e->view.records[i].d.length == d->length && memcmp(e->view.records[i].d.bytes, d->bytes, d->length) == 0)
            return true;
    return false;
}
