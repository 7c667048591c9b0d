/* random_frames.c - see random_frames.h. */
#include "random_frames.h"
#include "frames_file.h"

enum { OUTGOING = 4 };

static void put_16(uint8_t *at, uint32_t value)
{
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}

/* Most of what random_datagram makes has no length that fits. */
static void give_length(uint8_t *ip, uint32_t length)
{
    if (length >= 40 && chance(90))
        put_16(ip[0] >> 4 == 4 ? ip + 2 : ip + 4, ip[0] >> 4 == 4 ? length : length - 40);
}

static uint32_t put_link(struct random_frame *m, uint32_t link_type, uint16_t type)
{
    static const uint8_t snap[6] = { 0xaa, 0xaa, 0x03 };
    uint32_t n = 12;
    m->frame.protocol = type;
    m->seen.protocol = type;
    if (link_type != IPFUNNEL__LINK_ETHERNET)
        return 0;
    memset(m->bytes, 2, 12);
    while (chance(12) && n < 24) {
        static const uint16_t tags[] = { 0x8100, 0x88a8, 0x9100 };
        put_16(m->bytes + n, ONE_OF(tags));
        put_16(m->bytes + n + 2, draw(3));
        n += 4;
    }
    if (chance(5)) {
        put_16(m->bytes + n, 100);
        memcpy(m->bytes + n + 2, snap, 6);
        n += 8;
    }
    put_16(m->bytes + n, type);
    return n + 2;
}

/* What a super-datagram has, and often enough what none can have. */
static void put_offloads(struct random_frame *m, uint32_t link, uint8_t protocol)
{
    static const uint8_t kinds[] = { IPFUNNEL_SEGMENTS_TCP4, IPFUNNEL_SEGMENTS_TCP6, IPFUNNEL_SEGMENTS_UDP,
                                     IPFUNNEL_SEGMENTS_UNKNOWN, IPFUNNEL_SEGMENTS_TCP4 | IPFUNNEL_SEGMENTS_ECN };
    static const uint8_t offsets[] = { 16, 6, 0, 2, 4 };
    const uint8_t *ip = m->bytes + link;
    bool four = ip[0] >> 4 == 4;
    uint32_t header = four ? (ip[0] & 15u) * 4 : 40;
    if (chance(60)) {
        m->frame.facts |= IPFUNNEL_FRAME_SEGMENTATION;
        m->frame.segment_size = (uint16_t)(1 + draw(20));
        m->frame.segmentation = chance(20)       ? ONE_OF(kinds)
                                : protocol == 17 ? IPFUNNEL_SEGMENTS_UDP
                                : four           ? IPFUNNEL_SEGMENTS_TCP4
                                                 : IPFUNNEL_SEGMENTS_TCP6;
    }
    if (chance(10)) {
        m->frame.facts |= IPFUNNEL__FRAME_OFFLOADS_UNTOLD;
    } else if (chance(80)) {
        m->frame.facts |= IPFUNNEL_FRAME_CHECKSUM_NOT_READY;
        if (chance(80)) {
            m->frame.checksum_start = link + (chance(20) ? draw(60) : header);
            m->frame.checksum_offset = (uint16_t)(chance(20) ? ONE_OF(offsets) : protocol == 17 ? 6 : 16);
        }
    }
}

static void build_frame(struct random_frame *m, const struct ipfunnel__kernel_view *view)
{
    uint8_t ip[RANDOM_ROOM];
    uint32_t length = random_datagram(ip);
    give_length(ip, length);
    if (view->on_wire && length > 60 && chance(70)) {             /* a chance for a transport header */
        ip[ip[0] >> 4 == 4 ? 9 : 6] = chance(50) ? 6 : 17;
        ip[(ip[0] >> 4 == 4 ? (ip[0] & 15) * 4 : 40) + 12] = 0x50;
        if (ip[0] >> 4 == 4)
            ip[6] &= 0x40, ip[7] = 0;
    }
    uint16_t type = ip[0] >> 4 == 6 ? 0x86dd : 0x0800;
    if (chance(4))
        type = chance(50) ? 0x0806 : type ^ 0x8edd;
    uint32_t link = put_link(m, view->link_type, type), n = link + length;
    memcpy(m->bytes + link, ip, length);
    if (chance(20)) {
        uint32_t padding = draw(40);
        for (uint32_t i = 0; i < padding; i++)
            m->bytes[n++] = (uint8_t)draw(256);
    }
    m->seen.length = n;
    if (view->on_wire && length > 44)
        put_offloads(m, link, ip[ip[0] >> 4 == 4 ? 9 : 6]);
}

/* ---- Golden frames. */

static struct golden_case *golden;
static uint32_t golden_count;

static bool is_judged(uint32_t link_type)
{
    return link_type == IPFUNNEL__LINK_ETHERNET || link_type == IPFUNNEL__LINK_RAW
           || link_type == IPFUNNEL__LINK_NETWORK;
}

void random_frames_from(char **files, int count)
{
    static struct frames_file file;
    static struct golden_case next;
    for (int i = 0; i < count; i++) {
        frames_open(&file, files[i]);
        while (frames_next(&file, &next))
            if (is_judged(next.frame.link_type) && next.frame.original == next.frame.captured) {
                golden = realloc(golden, (golden_count + 1) * sizeof *golden);
                CHECK(golden);
                golden[golden_count++] = next;
            }
        frames_close(&file);
    }
    CHECK(golden_count > 100);
}

static bool take_golden(struct random_frame *m, const struct ipfunnel__kernel_view *view)
{
    const struct golden_case *g = golden_count ? &golden[draw(golden_count)] : NULL;
    if (!g || g->frame.link_type != view->link_type)
        return false;
    memcpy(m->bytes, g->bytes, g->frame.captured);
    m->frame.protocol = g->frame.protocol;
    m->seen.protocol = g->frame.protocol;
    m->seen.length = g->frame.captured;
    return true;
}

void random_frame(struct random_frame *m, const struct ipfunnel__kernel_view *view)
{
    *m = (struct random_frame){ .frame = { .bytes = m->bytes } };
    if (!chance(20) || !take_golden(m, view))
        build_frame(m, view);
    uint32_t packet_type = draw(5);
    m->seen.bytes = m->frame.bytes = m->bytes;
    m->frame.captured = m->frame.original = m->seen.length;
    m->seen.packet_type = packet_type;
    m->frame.link_type = view->link_type;
    m->frame.interface_index = RANDOM_INTERFACE;
    m->frame.direction_source = IPFUNNEL_SAYS_KERNEL;
    if (view->tells_direction)
        m->frame.facts |= packet_type == OUTGOING ? IPFUNNEL_FRAME_OUT : IPFUNNEL_FRAME_IN;
    else if (chance(70))
        m->frame.facts |= chance(50) ? IPFUNNEL_FRAME_OUT : IPFUNNEL_FRAME_IN;
    if (chance(10)) {
        m->frame.facts |= IPFUNNEL_FRAME_TAGGED;
        m->frame.vlan_tci = (uint16_t)draw(3);
    }
}
