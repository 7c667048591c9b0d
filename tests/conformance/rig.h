/* rig.h - what the conformance suite needs to know about one backend, and how frames reach it. The tests ask the rig
 * what it can do and are skipped with a reason when it cannot, so that a new backend needs a rig and no new test. */
#ifndef IPFUNNEL_TESTS_RIG_H
#define IPFUNNEL_TESTS_RIG_H
#include <ipfunnel.h>
#include <stdbool.h>

/* How a frame passes the interface under test, as its own host sees it. Bit numbers in rig.sides. */
enum rig_side {
    RIG_IN,                 /* received, for this host's link address */
    RIG_BROADCAST,          /* received, for everybody */
    RIG_OTHER_HOST,         /* received, for another host's link address */
    RIG_OUT,                /* sent by this host */
    RIG_LOOPBACK,           /* through a loopback interface, which shows each frame twice; needs loopback_options */
    RIG_UNSAID              /* passing, and the system does not say which way */
};

enum {                                  /* rig.abilities */
    RIG_THREADED = 1 << 0,              /* send may run in one thread while another waits in ipfunnel_recv */
    RIG_INTERFACE = 1 << 1,             /* captures a real interface: names, addresses and indexes mean something */
    RIG_SETS_TIME = 1 << 2,             /* rig_frame.time_ns is the arrival time */
    RIG_LIVE = 1 << 3,                  /* frames pass by: they wait in a ring that may overflow, and are gone when
                                           nobody captures. Else they wait where they were recorded */
    RIG_COUNTS_QUEUED = 1 << 4,         /* they count when they pass, not only when they are received */
    RIG_BATCHES = 1 << 5,               /* one ipfunnel_recv gives all that is there, not only one datagram */
    RIG_SHOWS_COPIES = 1 << 6,          /* of a loopback frame both are captured, and one is excluded and counted */
    RIG_SHOWS_LINK = 1 << 7,            /* frames come with their link header: what is no IP, tagged, for others or of
                                           the other family is handed over, too, and counted */
    RIG_ONE_QUEUE = 1 << 8,             /* both IP versions come in one order of arrival, not each in its own */
    RIG_OFFLOADS = 1 << 9,              /* sends frames with work left to the interface hardware */
    RIG_ANNOUNCES = 1 << 10             /* the system announces frames; else the wait handle is ready from time to time,
                                           so that somebody looks */
};

struct rig_frame {
    const uint8_t *bytes;               /* Ethernet; the link addresses fit the side */
    uint32_t length;
    enum rig_side side;
    int64_t time_ns;
    const ipfunnel_frame *left;         /* NULL, or what is left to the hardware: facts, segmentation, segment_size,
                                           checksum_start and checksum_offset count */
};

struct rig {
    const char *name;                   /* of the backend under test */
    const char *variant;                /* what a second rig of the same backend goes by; NULL */
    uint32_t sides;                     /* 1 << RIG_IN ... : what send can do */
    uint32_t abilities;                 /* RIG_* */
    uint8_t station[6], peer[6];        /* link addresses of the interface under test and of who sends to it */
    const char *own_addresses[2];       /* IPv4 and IPv6 of the interface under test; NULL where it has none */

    /* Makes what the tests need, or ends the program with SKIP. Nothing but the tests' frames passes afterwards. */
    void (*set_up)(void);

    /* Fills in what opens the interface under test; everything else is left as it is. */
    void (*options)(ipfunnel_options *options);
    void (*loopback_options)(ipfunnel_options *options);

    /* Sends one frame past the interface; `captures` are all that are open, for rigs that must tell each of them. */
    void (*send)(ipfunnel *const captures[], int count, const struct rig_frame *frame);

    void (*clean_up)(void);
};

extern const struct rig rig_memory;
extern const struct rig rig_af_packet;
extern const struct rig rig_af_packet_slots;
extern const struct rig rig_pcap;
extern const struct rig rig_savefile;
extern const struct rig rig_sio_rcvall;

#endif
