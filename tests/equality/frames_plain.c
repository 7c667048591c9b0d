#include "check.h"
#include "frame_builder.h"
#include "frames.h"

void marker(struct script *s, const char name[8])
{
    ethernet(s, TYPE_IPV4);
    IPV4(s, .protocol = 253, .payload = 8);
    put(s, name, 8);
    add_frame(s, name, DATAGRAM);
}

void ipv4_only(struct script *s)
{
    for (size_t i = 0; i < 20; i++)
        add_udp(s, "IPv4", 4, i * 70);
}

void ipv6_only(struct script *s)
{
    for (size_t i = 0; i < 20; i++)
        add_udp(s, "IPv6", 6, i * 68);
}

void both_versions(struct script *s)
{
    ipv4_only(s);
    ipv6_only(s);
}

/* Each with the source address of the side that sends it. */
void both_directions(struct script *s)
{
    for (size_t i = 0; i < 40; i++) {
        ethernet(s, TYPE_IPV4);
        IPV4(s, .protocol = UDP, .payload = 8 + i, .source = i % 2 ? target_4 : NULL,
             .destination = i % 2 ? source_4 : NULL);
        udp(s, i);
        add_frame(s, "there and back", DATAGRAM)->reply = (int)(i % 2);
    }
}

/* The source port tells the streams apart. */
void four_streams(struct script *s)
{
    for (unsigned number = 0; number < 250; number++)
        for (unsigned stream = 0; stream < 4; stream++) {
            struct step *step = add_udp(s, "a stream", number % 2 ? 6 : 4, 4 + number * 5);
            uint8_t *data = step->frame + step->datagram_at + (step->version == 4 ? 20 : 40);
            data[0] = (uint8_t)(0x90 + stream);
            data[8] = (uint8_t)number;
            step->stream = (int)stream;
        }
}

void super_udp(struct script *s)
{
    for (int version = 4; version <= 6; version += 2)
        add_udp(s, "UDP for the device to cut", version, 5000)->segment_size = 1440;
}

static void super_tcp(struct script *s, int version, unsigned flags)
{
    ethernet(s, version == 4 ? TYPE_IPV4 : TYPE_IPV6);
    if (version == 4)
        IPV4(s, .protocol = TCP, .payload = 20 + 30000, .fragment = 0x4000);
    else
        IPV6(s, .next = TCP, .payload = 20 + 30000);
    put16(s, 4000);
    put16(s, 4001);
    put32(s, s->identification * 30000u);
    put32(s, 2000);
    put8(s, 5 << 4);
    put8(s, flags);
    put16(s, 0xffff);
    /* What senders leave to the device: the sum of the pseudo-header. */
    const uint8_t *addresses = s->bytes + s->datagram_at + (version == 4 ? 12 : 8);
    put16(s, (uint16_t)~internet_checksum(addresses, version == 4 ? 8 : 32, TCP + 20 + 30000));
    put16(s, 0);
    put_pattern(s, 30000);
    struct step *step = add_frame(s, "TCP for the device to cut", DATAGRAM);
    step->segment_size = 1400;
    step->is_super_tcp = 1;
}

void super_tcp_ipv4(struct script *s)
{
    for (int i = 0; i < 4; i++)
        super_tcp(s, 4, 0x18);
}

void super_tcp_ipv6(struct script *s)
{
    for (int i = 0; i < 4; i++)
        super_tcp(s, 6, 0x18);
}
