/* wire_reference_posix.h - what another capture sees, for comparison: a plain packet ring that shares no code with the
 * library, and multisets of datagrams. */
#ifndef IPFUNNEL_TESTS_WIRE_REFERENCE_POSIX_H
#define IPFUNNEL_TESTS_WIRE_REFERENCE_POSIX_H
#include <stddef.h>
#include <stdint.h>

enum { FINGERPRINT_HEAD = 64 };

/* A datagram as two hashes of all its bytes; its beginning is kept to show what differs. */
struct fingerprint {
    uint64_t hash[2];
    uint32_t length;
    uint8_t head[FINGERPRINT_HEAD];
};

/* In memory that processes may share. */
struct fingerprints {
    size_t count, room;
    struct fingerprint items[];
};
struct fingerprints *fingerprints_make(size_t room);
void fingerprints_add(struct fingerprints *set, const uint8_t *bytes, uint32_t length);

/* Sorts both and returns how many datagrams are in only one of them; prints some. */
size_t fingerprints_differ(struct fingerprints *a, const char *name_a, struct fingerprints *b, const char *name_b);

/* Frames of an Ethernet device. */
struct reference_ring {
    int fd;
    uint8_t *map;
    uint32_t block;
};
void reference_open(struct reference_ring *ring, const char *device);

/* Hands over every frame that is there, without waiting: from the link header on. */
void reference_drain(struct reference_ring *ring, void (*frame)(const uint8_t *bytes, uint32_t length));
uint32_t reference_drops(struct reference_ring *ring);

#endif
