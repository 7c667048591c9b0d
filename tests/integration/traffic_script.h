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
    uint32_t flags;             /* IPFUNNEL_SHORT, IPFUNNEL_LENGTH_ASSUMED, or none */
    uint32_t claims;            /* its length by its header where that is more than there is; else 0 */
    int reply;                  /* sent by the other side */
    int stream;                 /* frames of one stream are sent by one CPU, in order */
    uint16_t segment_size;      /* not 0: the device is told that this is a super-datagram with such segments */
    int is_super_tcp;
};

enum { FRAME_ROOM = 140000 };

struct script {
    struct step *steps;
    size_t count, room;
    uint8_t mac[6];             /* of the receiver */
    uint8_t hop_limit;          /* of datagrams that ask for no other */
    uint16_t identification;    /* of the next IPv4 datagram */
    size_t length, datagram_at; /* of the frame under construction */
    uint8_t bytes[FRAME_ROOM];
};

/* An empty script for frames to `mac`. Everything is freed by script_free. */
void script_begin(struct script *script, const uint8_t mac[6]);
void script_free(struct script *script);

/* The same, and builds the whole script of 162 frames. */
void script_build(struct script *script, const uint8_t mac[6]);

/* The Internet checksum of n bytes, continued from `sum`. */
uint16_t internet_checksum(const uint8_t *bytes, size_t n, uint32_t sum);

#endif
