#include "equality_columns.h"
#include "check.h"
#include <ipfunnel_file.h>

enum { RING = 16 << 20, LINK_ETHERNET = 1, LINK_RAW = 101 };

const char *const column_names[COLUMNS] = {
    [AF_PACKET] = "af_packet", [PCAP] = "pcap", [RCVALL_DOUBLE] = "sio_rcvall-double",
    [MEMORY] = "memory", [SAVEFILE] = "savefile", [PCAP_FILE] = "pcap",
};

static ipfunnel_options options_of(const struct row *row)
{
    ipfunnel_options o = IPFUNNEL_OPTIONS_INIT;
    o.start = row->mode ? row->mode : IPFUNNEL_MODE_ON;
    o.vlan = row->vlan ? row->vlan : IPFUNNEL_VLAN_OWN;
    o.families = row->families;
    o.flags = row->flags;
    o.ring_bytes = RING;
    return o;
}

void column_open(struct view views[WAYS], enum column_number column, const struct expectation *e)
{
    const char *latency_us = getenv("LIVE_LATENCY_US");
    for (int way = 0; way < WAYS; way++) {
        ipfunnel_options o = options_of(e->row);
        o.interface_name = e->stage->capture_on;
        o.latency_us = latency_us && column == AF_PACKET ? (uint32_t)atoi(latency_us) : 10000;
        o.flags |= way == COUNTING ? IPFUNNEL_OPEN_COUNT_ALL : 0u;
        view_open(&views[way], column_names[column], o);
    }
}

void column_receive(struct view views[WAYS], enum column_number column, const struct expectation *e)
{
    /* Of TCP nobody knows how many, nor of what is not cut; but all that will come has been sent. */
    bool unknown = e->row->stream_bytes || (column == PCAP && e->row->flags & IPFUNNEL_OPEN_ON_WIRE);
    size_t count = e->row->gone ? SIZE_MAX : unknown ? 0 : e->row->counts.delivered;
    for (int way = 0; way < WAYS; way++)
        view_receive(&views[way], count, expect_wanted, e);
}

static void push(struct view *v, const struct step *step, const struct expectation *e, uint32_t facts)
{
    bool bare = e->stage->way == BY_TUN;
    ipfunnel_frame frame = IPFUNNEL_FRAME_INIT;
    frame.bytes = step->frame + (bare ? step->datagram_at : 0);
    frame.captured_length = (uint32_t)(step->frame_length - (bare ? step->datagram_at : 0));
    frame.link_type = bare ? LINK_RAW : LINK_ETHERNET;
    frame.facts = facts | (e->stage->checksum ? IPFUNNEL_FRAME_CHECKSUM_VALID : 0u)
                  | (step->segment_size ? IPFUNNEL_FRAME_CHECKSUM_NOT_READY : 0u)
                  | (step->is_super_tcp ? IPFUNNEL_FRAME_SEGMENTATION : 0u);
    if (e->row->flags & IPFUNNEL_OPEN_ON_WIRE && step->is_super_tcp) {
        frame.segmentation = step->version == 4 ? IPFUNNEL_SEGMENTS_TCP4 : IPFUNNEL_SEGMENTS_TCP6;
        frame.segment_size = step->segment_size;
        frame.checksum_start = (uint32_t)step->datagram_at + (step->version == 4 ? 20 : 40);
        frame.checksum_offset = 16;
    }
    CHECK_INT(ipfunnel_push(v->capture, &frame), 0);
}

void column_push(struct view *v, const struct expectation *e, const struct script *script)
{
    view_open(v, column_names[MEMORY], options_of(e->row));
    for (size_t i = 0; i < script->count; i++) {
        const struct step *step = &script->steps[i];
        bool out = (e->stage->direction == IPFUNNEL_DIRECTION_OUT) != (step->reply != 0);
        if (e->stage->copies)
            push(v, step, e, IPFUNNEL_FRAME_OUT | IPFUNNEL_FRAME_LOOPBACK_COPY);
        push(v, step, e, out ? IPFUNNEL_FRAME_OUT
                             : IPFUNNEL_FRAME_IN | (step->other_host ? IPFUNNEL_FRAME_OTHER_HOST : 0u));
    }
    view_receive(v, 0, expect_wanted, e);
}

void column_write(const struct view *captured, const char *path)
{
    ipfunnel_writer_options o = IPFUNNEL_WRITER_OPTIONS_INIT;
    ipfunnel_writer_interface port = IPFUNNEL_WRITER_INTERFACE_INIT;
    ipfunnel_writer *writer = NULL;
    ipfunnel_error error;
    o.path = path;
    if (ipfunnel_writer_open(&writer, &o, &error)) {
        fprintf(stderr, "%s; %s\n", error.text, error.remedy);
        exit(1);
    }
    int number = ipfunnel_writer_add_interface(writer, &port);
    CHECK_INT(number, 0);
    for (size_t i = 0; i < captured->count; i++) {
        const ipfunnel_datagram *d = &captured->records[i].d;
        CHECK_INT(ipfunnel_writer_write(writer, number, &d, 1), 0);
    }
    CHECK_INT(ipfunnel_writer_close(writer, &error), 0);
}

static bool every(const void *nothing, const ipfunnel_datagram *d)
{
    (void)nothing, (void)d;
    return true;
}

void column_read(struct view *v, enum column_number column, const char *path, const struct row *row)
{
    ipfunnel_options o = IPFUNNEL_OPTIONS_INIT;
    o.file = path;
    o.flags = row->flags & IPFUNNEL_OPEN_ON_WIRE;
    o.start = IPFUNNEL_MODE_ON;
    view_open(v, column_names[column], o);
    view_receive(v, SIZE_MAX, every, NULL);
}
