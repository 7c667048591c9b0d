#include "traffic_script.h"
#include "check.h"

/* Addresses without a route on either side, so that no kernel answers. */
static const uint8_t SOURCE_4[4] = { 10, 77, 0, 1 }, TARGET_4[4] = { 10, 77, 0, 2 };
static const uint8_t SOURCE_6[16] = { 0xfd, 0x77, [15] = 1 }, TARGET_6[16] = { 0xfd, 0x77, [15] = 2 };
static const uint8_t NOBODY[6] = { 2, 0, 0, 0, 0, 0x99 }, BROADCAST[6] = { 255, 255, 255, 255, 255, 255 };
static const uint8_t STP_GROUP[6] = { 1, 0x80, 0xc2, 0, 0, 0 }, GROUP_4[6] = { 1, 0, 0x5e, 0, 0, 1 };
static const uint8_t GROUP_6[6] = { 0x33, 0x33, 0, 0, 0, 1 };

/* A frame under construction. */
struct build {
    uint8_t bytes[70000];
    size_t length, datagram_at;
};
static struct build b;
static const uint8_t *to_mac;

static void put(const void *bytes, size_t n)
{
    memcpy(b.bytes + b.length, bytes, n);
    b.length += n;
}
static void put8(unsigned v) { b.bytes[b.length++] = (uint8_t)v; }
static void put16(unsigned v) { put8(v >> 8); put8(v); }
static void put32(uint32_t v) { put16(v >> 16); put16(v & 0xffff); }
static void pattern(size_t n)
{
    for (size_t i = 0; i < n; i++)
        put8((unsigned)(i * 7 + n));
}

uint16_t internet_checksum(const uint8_t *p, size_t n, uint32_t sum)
{
    for (; n > 1; n -= 2, p += 2)
        sum += (uint32_t)(p[0] << 8 | p[1]);
    if (n)
        sum += (uint32_t)p[0] << 8;
    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
    return (uint16_t)~sum;
}

static void ethernet_to(const uint8_t mac[6])
{
    static const uint8_t from[6] = { 2, 0, 0, 0, 0, 0x0a };
    b.length = 0;
    put(mac, 6);
    put(from, 6);
}
static void ethernet(void) { ethernet_to(to_mac); }

/* An IPv4 header with `options` bytes of options (a multiple of 4) for `payload` bytes. */
static void ipv4(unsigned protocol, size_t payload, size_t options, unsigned fragment)
{
    static uint16_t identification = 1;
    size_t at = b.length;
    b.datagram_at = at;
    put8(0x45 + (unsigned)options / 4);
    put8(0);
    put16((unsigned)(20 + options + payload));
    put16(identification++);
    put16(fragment);
    put8(64);
    put8(protocol);
    put16(0);
    put(SOURCE_4, 4);
    put(TARGET_4, 4);
    for (size_t i = 0; i < options; i++)
        put8(1);
    uint16_t sum = internet_checksum(b.bytes + at, 20 + options, 0);
    b.bytes[at + 10] = (uint8_t)(sum >> 8);
    b.bytes[at + 11] = (uint8_t)sum;
}

static void ipv6(unsigned next_header, size_t payload)
{
    b.datagram_at = b.length;
    put32(0x60000000);
    put16((unsigned)payload);
    put8(next_header);
    put8(64);
    put(SOURCE_6, 16);
    put(TARGET_6, 16);
}

static void udp(size_t data)
{
    put16(4000);
    put16(4001);
    put16((unsigned)(8 + data));
    put16(0);
    pattern(data);
}

static struct step *add(struct script *s, const char *name, enum outcome outcome)
{
    if (s->count == s->room) {
        s->room = s->room ? s->room * 2 : 64;
        s->steps = realloc(s->steps, s->room * sizeof *s->steps);
        CHECK(s->steps);
    }
    struct step *step = &s->steps[s->count++];
    *step = (struct step){ .name = name, .frame_length = b.length, .outcome = outcome };
    step->frame = malloc(b.length);
    CHECK(step->frame);
    memcpy(step->frame, b.bytes, b.length);
    if (outcome == DATAGRAM) {
        step->datagram_at = b.datagram_at;
        step->datagram_length = b.length - b.datagram_at;
        step->version = b.bytes[b.datagram_at] >> 4;
    }
    return step;
}

static void marker(struct script *s, const char *name)
{
    ethernet();
    put16(0x0800);
    ipv4(253, 8, 0, 0);
    put(name, 8);
    add(s, name, DATAGRAM);
}

static void ipv4_forms(struct script *s)
{
    for (size_t options = 0; options <= 40; options += 4) {
        ethernet();
        put16(0x0800);
        ipv4(17, 8 + 40, options, 0x4000);
        udp(40);
        add(s, "IPv4 with options", DATAGRAM);
    }
    for (unsigned at = 0; at < 3; at++) {
        ethernet();
        put16(0x0800);
        ipv4(17, 64, 0, at * 8 | (at < 2 ? 0x2000 : 0));
        pattern(64);
        add(s, "IPv4 fragment", DATAGRAM);
    }
    ethernet();
    put16(0x0800);
    ipv4(17, 65535 - 20, 0, 0x4000);
    udp(65535 - 28);
    add(s, "IPv4 of 65535 bytes", DATAGRAM);
    static const unsigned protocols[] = { 0, 1, 2, 4, 6, 41, 47, 50, 51, 132, 255 };
    for (size_t i = 0; i < sizeof protocols / sizeof *protocols; i++) {
        ethernet();
        put16(0x0800);
        ipv4(protocols[i], 32, 0, 0x4000);
        pattern(32);
        add(s, "IPv4 of some protocol", DATAGRAM);
    }
}

/* One 8-byte extension header of each kind (AH has 16), then UDP. */
static void ipv6_forms(struct script *s)
{
    static const unsigned kinds[] = { 0, 43, 44, 51, 60, 135, 139, 140 };
    enum { KINDS = sizeof kinds / sizeof *kinds };
    for (size_t first = 0; first < KINDS; first++) {
        size_t last = first ? first : KINDS - 1;       /* the first round chains them all */
        size_t from = first ? first : 0, size = 0;
        for (size_t k = from; k <= last; k++)
            size += kinds[k] == 51 ? 16 : 8;
        ethernet();
        put16(0x86dd);
        ipv6(kinds[from], size + 8 + 20);
        for (size_t k = from; k <= last; k++) {
            put8(k < last ? kinds[k + 1] : 17);
            put8(kinds[k] == 51 ? 2 : 0);
            if (kinds[k] == 0 || kinds[k] == 60)
                put(&(uint8_t[6]){ 1, 4 }, 6);
            else
                put(&(uint8_t[6]){ 0 }, 6);
            if (kinds[k] == 51)
                pattern(8);
        }
        udp(20);
        add(s, "IPv6 extension headers", DATAGRAM);
    }
    for (unsigned at = 0; at < 3; at++) {
        ethernet();
        put16(0x86dd);
        ipv6(44, 8 + 64);
        put8(17);
        put8(0);
        put16(at * 64 | (at < 2));
        put32(77);
        pattern(64);
        add(s, "IPv6 fragment", DATAGRAM);
    }
    ethernet();
    put16(0x86dd);
    ipv6(50, 64);
    pattern(64);
    add(s, "IPv6 with encrypted payload", DATAGRAM);
    ethernet();
    put16(0x86dd);
    ipv6(59, 0);
    add(s, "IPv6 with nothing in it", DATAGRAM);
    ethernet();
    put16(0x86dd);
    ipv6(17, 65535 - 40);
    udp(65535 - 48);
    add(s, "IPv6 of 65535 bytes", DATAGRAM);
}

static void padded_frames(struct script *s)
{
    for (size_t padding = 0; padding <= 46; padding++) {
        for (int version = 4; version <= 6; version += 2) {
            ethernet();
            put16(version == 4 ? 0x0800 : 0x86dd);
            if (version == 4)
                ipv4(17, 8, 0, 0);
            else
                ipv6(17, 8);
            udp(0);
            size_t end = b.length;
            memset(b.bytes + b.length, 0xee, padding);
            b.length += padding;
            struct step *step = add(s, "padded frame", DATAGRAM);
            step->datagram_length = end - step->datagram_at;
        }
    }
}

static void tagged_frames(struct script *s)
{
    static const struct {
        const char *name;
        uint16_t tags[6];
        int vid;
    } cases[] = {
        { "802.1Q", { 0x8100, 5 }, 5 },
        { "802.1ad", { 0x88a8, 7 }, 7 },
        { "9100", { 0x9100, 8 }, 8 },
        { "priority tag", { 0x8100, 0xa000 }, 0 },
        { "802.1ad over 802.1Q", { 0x88a8, 7, 0x8100, 5 }, 7 },
        { "priority tag over 802.1Q", { 0x8100, 0xa000, 0x8100, 6 }, 6 },
        { "three tags", { 0x88a8, 7, 0x8100, 5, 0x8100, 3 }, 7 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ethernet();
        for (size_t t = 0; t < 6 && cases[i].tags[t]; t++)
            put16(cases[i].tags[t]);
        put16(0x0800);
        ipv4(17, 8 + 16, 0, 0);
        udp(16);
        struct step *step = add(s, cases[i].name, DATAGRAM);
        step->vid = cases[i].vid;
        step->tags = (int)(step->datagram_at - 14) / 4;
    }
}

static void other_frames(struct script *s)
{
    ethernet_to(BROADCAST);
    put16(0x0806);
    put(&(uint8_t[8]){ 0, 1, 8, 0, 6, 4, 0, 1 }, 8);
    pattern(20);
    add(s, "ARP", NOT_IP);
    ethernet_to(STP_GROUP);
    put16(38);
    put(&(uint8_t[3]){ 0x42, 0x42, 3 }, 3);
    pattern(35);
    add(s, "spanning tree", NOT_IP);
    ethernet();
    put16(8 + 28);
    put(&(uint8_t[8]){ 0xaa, 0xaa, 3, 0, 0, 0, 8, 0 }, 8);
    ipv4(17, 8, 0, 0);
    udp(0);
    add(s, "IPv4 in SNAP", DATAGRAM);
    ethernet();
    put16(8 + 20);
    put(&(uint8_t[8]){ 0xaa, 0xaa, 3, 0, 0, 0x0c, 0x20, 0 }, 8);
    pattern(20);
    add(s, "SNAP of another organisation", NOT_IP);
    ethernet();
    put16(3 + 28);
    put(&(uint8_t[3]){ 6, 6, 3 }, 3);
    ipv4(17, 8, 0, 0);
    udp(0);
    add(s, "LLC with the IP access point", NOT_IP);
    ethernet();
    put16(0x8847);
    put32(0x00001140);
    ipv4(17, 8, 0, 0);
    udp(0);
    add(s, "MPLS", NOT_IP);
    ethernet();
    put16(0x8864);
    put(&(uint8_t[8]){ 0x11, 0, 0, 1, 0, 30, 0, 0x21 }, 8);
    ipv4(17, 8, 0, 0);
    udp(0);
    add(s, "PPPoE", NOT_IP);
}

static void addressed_frames(struct script *s)
{
    static const struct {
        const char *name;
        const uint8_t *mac;
        int version, other_host;
    } cases[] = {
        { "broadcast", BROADCAST, 4, 0 },
        { "IPv4 multicast", GROUP_4, 4, 0 },
        { "IPv6 multicast", GROUP_6, 6, 0 },
        { "for another host, IPv4", NOBODY, 4, 1 },
        { "for another host, IPv6", NOBODY, 6, 1 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ethernet_to(cases[i].mac);
        put16(cases[i].version == 4 ? 0x0800 : 0x86dd);
        if (cases[i].version == 4)
            ipv4(17, 8 + 30, 0, 0);
        else
            ipv6(17, 8 + 30);
        udp(30);
        add(s, cases[i].name, DATAGRAM)->other_host = cases[i].other_host;
    }
}

static void unusable_headers(struct script *s)
{
    static const struct {
        const char *name;
        uint16_t ethertype;
        uint8_t first;
        uint16_t total;
    } cases[] = {
        { "IPv4 header of 16 bytes", 0x0800, 0x44, 28 },
        { "IPv4 length shorter than its header", 0x0800, 0x45, 19 },
        { "IPv4 says version 6", 0x0800, 0x65, 28 },
        { "IPv6 says version 4", 0x86dd, 0x45, 28 },
        { "version 5", 0x0800, 0x55, 28 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ethernet();
        put16(cases[i].ethertype);
        ipv4(17, 28, 0, 0);
        udp(20);
        b.bytes[b.datagram_at] = cases[i].first;
        b.bytes[b.datagram_at + 2] = (uint8_t)(cases[i].total >> 8);
        b.bytes[b.datagram_at + 3] = (uint8_t)cases[i].total;
        add(s, cases[i].name, MALFORMED);
    }
    ethernet();
    put16(0x0800);
    ipv4(17, 28, 0, 0);
    udp(20);
    b.bytes[b.datagram_at + 2] = 0xff;
    add(s, "IPv4 claims more than the frame has", DATAGRAM);
    ethernet();
    put16(0x0800);
    ipv4(17, 28, 0, 0);
    udp(20);
    b.bytes[b.datagram_at + 2] = b.bytes[b.datagram_at + 3] = 0;
    add(s, "IPv4 with length 0", DATAGRAM);
}

void script_build(struct script *s, const uint8_t mac[6])
{
    *s = (struct script){ .steps = NULL };
    to_mac = mac;
    marker(s, "begin   ");
    ipv4_forms(s);
    ipv6_forms(s);
    padded_frames(s);
    tagged_frames(s);
    other_frames(s);
    addressed_frames(s);
    unusable_headers(s);
    marker(s, "end     ");
}

void script_free(struct script *s)
{
    for (size_t i = 0; i < s->count; i++)
        free(s->steps[i].frame);
    free(s->steps);
}
