/* frame_builder.h - frames put together byte by byte, each with the datagram that has to come out of it. What a frame
 * is made of is appended to script->bytes; add_frame makes a step of it. */
#ifndef IPFUNNEL_TESTS_FRAME_BUILDER_H
#define IPFUNNEL_TESTS_FRAME_BUILDER_H
#include "traffic_script.h"

/* Addresses without a route on either side, so that no kernel answers: 10.77.0.1, 10.77.0.2, fd77::1, fd77::2. */
extern const uint8_t source_4[4], target_4[4], source_6[16], target_6[16];
extern const uint8_t broadcast_mac[6], nobodys_mac[6];
enum { ETHERNET = 14, TYPE_IPV4 = 0x0800, TYPE_IPV6 = 0x86dd };
enum { ICMP = 1, IGMP = 2, IN_IPV4 = 4, TCP = 6, UDP = 17, IN_IPV6 = 41, ROUTING = 43, FRAGMENT = 44, GRE = 47,
       ESP = 50, AH = 51, ICMPV6 = 58, NOTHING = 59, DESTINATION = 60, SCTP = 132, UDP_LITE = 136 };

void put(struct script *s, const void *bytes, size_t n);
void put8(struct script *s, unsigned v);
void put16(struct script *s, unsigned v);
void put32(struct script *s, uint32_t v);
void put_pattern(struct script *s, size_t n);
void set16(struct script *s, size_t at, unsigned v);

/* A new frame, up to the two link addresses; with ethernet() up to the EtherType, for the receiver of the script. */
void link_addresses(struct script *s, const uint8_t destination[6]);
void ethernet(struct script *s, unsigned type);

/* Headers; zero in a field is the default. Where one begins is where the datagram of the frame begins, unless it is
 * made with `inner`: one inside a tunnel. */
struct ipv4 {
    unsigned protocol, fragment, tos, ttl;      /* ttl 0: the script's; fragment: the 16 bits of flags and offset */
    size_t payload, options;                    /* bytes behind the header, and of options, a multiple of 4 */
    const uint8_t *option_bytes;                /* NULL: no-operation */
    const uint8_t *source, *destination;
    int inner, zero_ttl;
};
struct ipv6 {
    unsigned next, traffic_class, hop_limit;
    uint32_t flow_label;
    size_t payload;
    const uint8_t *source, *destination;
    int inner, zero_hop_limit;
};
void ipv4(struct script *s, struct ipv4 h);
void ipv6(struct script *s, struct ipv6 h);
void udp(struct script *s, size_t data);
#define IPV4(s, ...) ipv4(s, (struct ipv4){ __VA_ARGS__ })
#define IPV6(s, ...) ipv6(s, (struct ipv6){ __VA_ARGS__ })

/* The frame is complete. The datagram is all from its header on; the caller changes what is otherwise. */
struct step *add_frame(struct script *s, const char *name, enum outcome outcome);

/* The last n bytes of the frame are not part of the datagram. */
struct step *add_padded(struct script *s, const char *name, size_t padding);

/* Whole frames: of one protocol number with a pattern in it, of UDP with a pattern. */
struct step *add_ipv4(struct script *s, const char *name, unsigned protocol, size_t payload);
struct step *add_ipv6(struct script *s, const char *name, unsigned next, size_t payload);
struct step *add_udp(struct script *s, const char *name, int version, size_t data);

#endif
