/* packets.h - building the Ethernet frames that the tests send. The addresses are from the documentation ranges, so
 * that no system under test answers. Every datagram carries a number where the smallest snap length still shows it. */
#ifndef IPFUNNEL_TESTS_PACKETS_H
#define IPFUNNEL_TESTS_PACKETS_H
#include <stdint.h>

enum { LINK_HEADER = 14, PACKET_ROOM = 1600 };

struct packet {
    uint8_t bytes[PACKET_ROOM];         /* from the link header on; the link addresses are filled in when it is sent */
    uint32_t length;
};

/* A UDP datagram of version 4 or 6 with `payload` bytes; the number is in the identification or the flow label. */
struct packet packet_udp(int version, uint16_t number, uint32_t payload);
uint32_t packet_udp_size(int version, uint32_t payload);        /* of the datagram */

/* One fragment: offset in bytes, a multiple of 8. */
struct packet packet_fragment(int version, uint16_t number, uint32_t payload, uint32_t offset, int more);

struct packet packet_arp(void);
struct packet packet_llc(void);         /* a spanning tree message */
struct packet packet_malformed(void);   /* EtherType IPv4, version 5 */

/* Puts a VLAN tag in front of what is there. */
void packet_tag(struct packet *packet, uint16_t type, uint16_t tci);
void packet_pad(struct packet *packet, uint32_t bytes);

/* The number of a datagram; -1 when there are too few bytes. */
int number_of(const uint8_t *datagram, uint32_t length);

#endif
