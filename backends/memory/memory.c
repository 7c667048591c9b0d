/* memory.c - frames from the caller. The smallest complete backend, always built, and the template for others.
 *
 * ipfunnel_push copies each frame into a ring of fixed size, as a kernel would; a full ring drops, and counts it. One
 * thread pushes and receives, so the ring needs no locks. Records are contiguous: one that does not fit at the end
 * starts over at the beginning, and the gap is skipped. */
#include "backend.h"
#include "error.h"
#include "os.h"
#include <stdlib.h>
#include <string.h>

struct record {
    struct ipfunnel__frame frame;
    size_t size;                       /* of the whole record; 0 in `frame.bytes` marks a gap up to the ring's end */
};

struct memory {
    const struct ipfunnel__request *request;
    struct ipfunnel__signal wake;      /* interrupt, and whatever makes recv return at once */
    uint8_t *ring;
    size_t size, used;                 /* bytes; used includes gaps */
    size_t head, next, tail;           /* oldest record still held, first not returned yet, place for the next push */
    size_t returned;                   /* bytes from head to next */
    ipfunnel_mode mode;
    uint64_t pushed, dropped, drops_before_next;
};

static size_t record_size(size_t bytes)
{
    const size_t align = _Alignof(struct record);
    return (sizeof(struct record) + bytes + align - 1) / align * align;
}

static int probe(ipfunnel_error *error)
{
    (void)error;
    return IPFUNNEL_OK;
}

static int memory_open(void *state, const struct ipfunnel__request *request, struct ipfunnel__facts *facts,
                       ipfunnel_error *error)
{
    struct memory *m = state;
    m->request = request;
    m->size = request->ring_bytes > SIZE_MAX / 2 ? 0 : (size_t)request->ring_bytes / 4096 * 4096 + 4096;
    m->ring = m->size ? malloc(m->size) : NULL;
    if (!m->ring) {
        ipfunnel__fail(error, IPFUNNEL_ENOMEM, 0, "malloc", "a ring of %llu bytes does not fit into memory",
                       (unsigned long long)request->ring_bytes);
        return ipfunnel__remedy(error, "ask for a smaller ring");
    }
    *facts = (struct ipfunnel__facts){
        .promiscuous = IPFUNNEL_UNKNOWN,
        .link_type = IPFUNNEL_LINK_TYPE_MIXED,
        .clock_resolution_ns = 1,
        .buffer_bytes = m->size,
        .clock = "caller",
    };
    return ipfunnel__signal_make(&m->wake, error);
}

static int set_mode(void *state, ipfunnel_mode mode, ipfunnel_error *error)
{
    struct memory *m = state;
    (void)error;
    m->mode = mode;
    if (mode == IPFUNNEL_MODE_OFF)
        ipfunnel__signal_set(&m->wake);
    return IPFUNNEL_OK;
}

static int set_filter(void *state, const struct ipfunnel_filter *filter, ipfunnel_error *error)
{
    (void)state, (void)filter, (void)error;
    return IPFUNNEL_OK;
}

static struct record *record_at(const struct memory *m, size_t offset)
{
    return (struct record *)(void *)(m->ring + offset);
}

/* The record that starts at or, after a gap, follows *offset; adds the gap to *passed. */
static struct record *follow(const struct memory *m, size_t *offset, size_t *passed)
{
    if (m->size - *offset < sizeof(struct record) || !record_at(m, *offset)->frame.bytes) {
        *passed += m->size - *offset;
        *offset = 0;
    }
    return record_at(m, *offset);
}

static int memory_recv(void *state, struct ipfunnel__frame *frames, int max, int timeout_ms, ipfunnel_error *error)
{
    struct memory *m = state;
    uint64_t scratch[2];
    (void)error;
    if (m->returned == m->used) {
        if (m->mode == IPFUNNEL_MODE_OFF)
            return IPFUNNEL_END;
        /* Only here is the signal cleared: what was set for an interrupt must outlive the frames in front of it. */
        ipfunnel__os_wait(&m->wake.handle, 1, timeout_ms, scratch);
        ipfunnel__signal_clear(&m->wake);
        return 0;
    }
    int n = 0;
    while (n < max && m->returned < m->used) {
        struct record *r = follow(m, &m->next, &m->returned);
        frames[n++] = r->frame;
        m->next += r->size;
        m->returned += r->size;
    }
    return n;
}

static void memory_release(void *state)
{
    struct memory *m = state;
    m->used -= m->returned;
    m->returned = 0;
    m->head = m->next;
    if (!m->used)
        m->head = m->next = m->tail = 0;
}

static void memory_interrupt(void *state)
{
    ipfunnel__signal_set(&((struct memory *)state)->wake);
}

static int next_event(void *state, ipfunnel_event *event)
{
    (void)state;
    (void)event;
    return 0;
}

static void stats(void *state, struct ipfunnel__counters *counters)
{
    const struct memory *m = state;
    *counters = (struct ipfunnel__counters){ .frames = m->pushed, .dropped = m->dropped };
}

static intptr_t wait_handle(void *state)
{
    const struct memory *m = state;
    if (m->mode == IPFUNNEL_MODE_OFF)             /* also before the first start END waits to be returned */
        ipfunnel__signal_set(&m->wake);
    return m->wake.handle;
}

/* Room for a record of `size` bytes: its offset, with the gap in front of it accounted; SIZE_MAX when full. */
static size_t make_room(struct memory *m, size_t size)
{
    size_t to_end = m->size - m->tail;
    bool wrapped = m->used && m->tail <= m->head;
    if (wrapped)
        return m->head - m->tail >= size ? m->tail : SIZE_MAX;
    if (to_end >= size)
        return m->tail;
    if (m->head < size || !m->used)
        return SIZE_MAX;
    if (to_end >= sizeof(struct record))
        record_at(m, m->tail)->frame.bytes = NULL;
    m->used += to_end;
    return 0;
}

static int push(void *state, const ipfunnel_frame *given, ipfunnel_error *error)
{
    struct memory *m = state;
    if (m->mode == IPFUNNEL_MODE_OFF)
        return IPFUNNEL_OK;
    size_t size = record_size(given->captured_length), offset = make_room(m, size);
    if (offset == SIZE_MAX) {
        m->dropped++;
        m->drops_before_next++;
        ipfunnel__fail(error, IPFUNNEL_ENOBUFS, 0, "ipfunnel_push", "the ring of %zu bytes is full", m->size);
        return ipfunnel__remedy(error, "receive and release first, or open with a larger ring_bytes");
    }
    struct record *r = record_at(m, offset);
    uint8_t *bytes = (uint8_t *)(r + 1);
    if (given->captured_length)
        memcpy(bytes, given->bytes, given->captured_length);
    r->size = size;
    r->frame = (struct ipfunnel__frame){
        .bytes = bytes,
        .captured = given->captured_length,
        .original = given->original_length,
        .time_ns = given->time_ns,
        .dropped_before = m->drops_before_next,
        .link_type = given->link_type,
        .facts = given->facts,
        .vlan_tci = given->vlan_tci,
        .segment_size = (uint16_t)given->segment_size,
        .segmentation = (uint8_t)given->segmentation,
        .checksum_start = given->checksum_start,
        .checksum_offset = (uint16_t)given->checksum_offset,
        .direction_source = IPFUNNEL_SAYS_KERNEL,
        .interface_name = m->request->interface_name,
    };
    if (m->returned == m->used)
        ipfunnel__signal_set(&m->wake);
    m->drops_before_next = 0;
    m->tail = offset + size;
    m->used += size;
    m->pushed++;
    return IPFUNNEL_OK;
}

static void memory_close(void *state)
{
    struct memory *m = state;
    if (m->ring)
        ipfunnel__signal_close(&m->wake);
    free(m->ring);
}

const struct ipfunnel__backend ipfunnel__memory = {
    .info = {
        .name = "memory",
        .description = "frames from the program itself (ipfunnel_push)",
        .capabilities = IPFUNNEL_CAN_PUSH | IPFUNNEL_CAN_DIRECTION | IPFUNNEL_CAN_NO_OUTGOING | IPFUNNEL_CAN_CHECKSUM
                        | IPFUNNEL_CAN_SEGMENTATION | IPFUNNEL_CAN_VLAN | IPFUNNEL_CAN_COUNT_DROPS
                        | IPFUNNEL_CAN_ON_WIRE | IPFUNNEL__CORE_CAN,
        .built = 1,
    },
    .state_size = sizeof(struct memory),
    .probe = probe,
    .open = memory_open,
    .set_mode = set_mode,
    .set_filter = set_filter,
    .recv = memory_recv,
    .release = memory_release,
    .interrupt = memory_interrupt,
    .next_event = next_event,
    .stats = stats,
    .wait_handle = wait_handle,
    .push = push,
    .close = memory_close,
};
