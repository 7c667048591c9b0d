/* traffic_script.h - scripted frames, each with the datagram that has to come out of it. Builds bytes only. */
#ifndef IPFUNNEL_TESTS_TRAFFIC_SCRIPT_H
#define IPFUNNEL_TESTS_TRAFFIC_SCRIPT_H
#include <stddef.h>
#include <stdint.h>

enum outcome { DATAGRAM, NOT_IP, MALFORMED };

struct step {
    const char *name;
    uint8_t *frame;             /* Ethernet, ready to send */
    size_t frame_length;
    size_t datagram_at;         /* where the expected datagram starts in the frame */
    size_t datagram_length;     /* bytes that have to be delivered */
    enum outcome outcome;
    int version;                /* 4 or 6, for outcome DATAGRAM */
    int vid;                    /* VLAN id the datagram belongs to; 0 = the interface's own */
    int other_host;             /* sent to a link address that is nobody's */
    int tags;                   /* VLAN tags in the frame */
};

struct script {
    struct step *steps;
    size_t count, room;
};

/* Builds the whole script for frames to `mac`. Everything is freed by script_free. */
void script_build(struct script *script, const uint8_t mac[6]);
void script_free(struct script *script);

/* The Internet checksum of n bytes, continued from `sum`. */
uint16_t internet_checksum(const uint8_t *bytes, size_t n, uint32_t sum);

#endif
