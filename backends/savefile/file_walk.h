/* file_walk.h - from the bytes of a capture file to frames, step by step. Pure: the caller gives the bytes that are
 * next and passes as many as a step says. Nothing is allocated but one small block for each interface in the file.
 *
 *   file_walk.c       which format, the interfaces
 *   pcap_steps.c      pcap and its relatives
 *   pcapng_steps.c    pcapng blocks; pcapng_option_walk.c, fact_items.c, time_scale.c for what is in them */
#ifndef IPFUNNEL_SAVEFILE_FILE_WALK_H
#define IPFUNNEL_SAVEFILE_FILE_WALK_H
#include "frame_places.h"
#include "time_scale.h"

enum {
    IPFUNNEL__MOST_INTERFACES = 65536,        /* in all sections of a file */
    IPFUNNEL__MOST_NAME = 255                 /* bytes of an interface name; the rest is cut */
};

enum ipfunnel__step {
    IPFUNNEL__STEP_BAD = -1,    /* *error says what, and at which byte */
    IPFUNNEL__STEP_MORE,        /* walk->size bytes from here on are needed */
    IPFUNNEL__STEP_PASS,        /* no frame in the next walk->size bytes, which may be more than were given */
    IPFUNNEL__STEP_FRAME        /* *frame, in the next walk->size bytes; walk->interface is where it comes from */
};

/* One interface of the file; a pcap file is one. Lives until ipfunnel__walk_close. */
struct ipfunnel__file_interface {
    struct ipfunnel__frame frame;             /* what all its frames have in common */
    uint32_t number;                          /* in the file, from 1; 0: the format has none */
    uint32_t link_type;
    bool link_known;                          /* it has a rule */
    uint32_t snap_length;                     /* 0: no limit */
    uint32_t fcs_bytes;                       /* at the end of each frame, part of both its lengths */
    struct ipfunnel__time_scale scale;
    uint32_t clock_resolution_ns;             /* 0: unknown */
    bool drops_counted;                       /* a frame without a count had none before it */
    uint64_t dropped;                         /* by the statistics blocks; UINT64_MAX: none told */
    uint64_t frames_dropped;                  /* by the frames so far; UINT64_MAX: one did not tell */
    uint64_t frames;                          /* so far */
    char name[];
};

struct ipfunnel__file_walk {
    const char *path;                         /* for errors; lives as long as the walk */
    uint64_t offset;                          /* of the next byte */
    uint64_t largest;                         /* record that is accepted */
    uint64_t size;                            /* of the step just made */
    struct ipfunnel__file_interface *interface;
    bool big_endian;
    struct ipfunnel__frame_places places;     /* for the frames of runs, */
    const struct ipfunnel__file_interface *places_of;     /* of this interface */

    /* Chosen by the first bytes. */
    enum ipfunnel__step (*step)(struct ipfunnel__file_walk *, const uint8_t *, size_t, struct ipfunnel__frame *,
                                ipfunnel_error *);
    int (*run)(struct ipfunnel__file_walk *, const uint8_t *, size_t, struct ipfunnel__frame *, int); /* may be NULL */
    /* pcap */
    struct ipfunnel__file_interface *only;    /* its interface; NULL: it is not a pcap file, or not yet known to be */
    uint32_t record_header, ns_per_fraction;
    uint8_t lengths;                          /* order of the two lengths */
    bool says_packet_type;

    struct ipfunnel__file_interface **interfaces;
    uint32_t interface_count, interface_room;
    uint32_t section_first;                   /* number 0 of the current section */
    uint32_t link_type;                       /* of all interfaces so far; IPFUNNEL_LENGTH_UNKNOWN: none, or mixed */
    uint32_t clock_resolution_ns;             /* the same; 0: unknown or mixed */
};

/* Looks at what is at walk->offset. The same bytes give the same result again: a step changes nothing that a second
 * look would see, but that interfaces are added by the step that passes their block. */
enum ipfunnel__step ipfunnel__walk_step(struct ipfunnel__file_walk *walk, const uint8_t *bytes, size_t available,
                                        struct ipfunnel__frame *frame, ipfunnel_error *error);

/* Many steps at once, where all that is next are whole records of one interface without anything particular to them:
 * their frames, at most `max`, exactly as steps would give them, in the next walk->size bytes. Returns how many; 0 says
 * nothing of what comes next but that it takes a step. They are alike in the sense of struct ipfunnel__facts. Places
 * that runs were given keep what was written there: a step that writes to one of them has to be told of
 * (ipfunnel__places_forget). */
int ipfunnel__walk_run(struct ipfunnel__file_walk *walk, const uint8_t *bytes, size_t available,
                       struct ipfunnel__frame *frames, int max);

/* What all interfaces lost so far; UINT64_MAX where one that has frames does not tell. */
uint64_t ipfunnel__walk_dropped(const struct ipfunnel__file_walk *walk);

void ipfunnel__walk_close(struct ipfunnel__file_walk *walk);

/* ---- For the formats. */

/* Of these frames of a run, how many from the first one on hold what those of the interface have in common. */
int ipfunnel__walk_ready(struct ipfunnel__file_walk *walk, const struct ipfunnel__file_interface *from,
                         const struct ipfunnel__frame *frames);

enum ipfunnel__step ipfunnel__pcap_header(struct ipfunnel__file_walk *, const uint8_t *, size_t, ipfunnel_error *);
enum ipfunnel__step ipfunnel__pcapng_step(struct ipfunnel__file_walk *, const uint8_t *, size_t,
                                          struct ipfunnel__frame *, ipfunnel_error *);
bool ipfunnel__pcap_magic(const uint8_t magic[4]);

/* The record at walk->offset is damaged. Returns STEP_BAD. */
enum ipfunnel__step ipfunnel__walk_bad(const struct ipfunnel__file_walk *walk, ipfunnel_error *error,
                                       const char *format, ...);

/* The record at walk->offset is larger than the memory for it. */
enum ipfunnel__step ipfunnel__walk_too_large(const struct ipfunnel__file_walk *walk, ipfunnel_error *error,
                                             uint64_t bytes);

/* Adds a copy with this name (not zero-terminated). STEP_PASS, or STEP_BAD. */
enum ipfunnel__step ipfunnel__walk_add(struct ipfunnel__file_walk *walk, const struct ipfunnel__file_interface *like,
                                       const uint8_t *name, size_t length, ipfunnel_error *error);

/* Captured and original length of a frame as `interface` means them, into the frame: without the FCS, captured <=
 * original. The bytes are set already. */
void ipfunnel__walk_lengths(struct ipfunnel__frame *frame, const struct ipfunnel__file_interface *interface,
                            uint32_t captured, uint32_t original);

/* Numbers in the byte order of the file, at bytes that are known to be there. */
static inline uint16_t ipfunnel__file16(bool big_endian, const uint8_t *p)
{
    return (uint16_t)(big_endian ? p[0] << 8 | p[1] : p[1] << 8 | p[0]);
}
static inline uint32_t ipfunnel__file32(bool big_endian, const uint8_t *p)
{
    return big_endian ? (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3]
                      : (uint32_t)p[3] << 24 | (uint32_t)p[2] << 16 | (uint32_t)p[1] << 8 | p[0];
}
static inline uint64_t ipfunnel__file64(bool big_endian, const uint8_t *p)
{
    uint64_t first = ipfunnel__file32(big_endian, p), second = ipfunnel__file32(big_endian, p + 4);
    return big_endian ? first << 32 | second : second << 32 | first;
}

#endif
