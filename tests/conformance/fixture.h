/* fixture.h - what most tests do: open the interface under test, send, collect. A failure ends the program. */
#ifndef IPFUNNEL_TESTS_FIXTURE_H
#define IPFUNNEL_TESTS_FIXTURE_H
#include "check.h"
#include "ledger.h"
#include "packets.h"
#include "platform.h"
#include "rig.h"

extern const struct rig *rig;           /* the backend under test */

enum { PATIENCE_MS = 10000, SOON_MS = 100 };    /* for what must come; for what must not */

bool backend_can(uint32_t capability);

/* Each ends the program with SKIP and the reason. */
void need_capability(uint32_t capability, const char *what);
void need_side(enum rig_side side, const char *what);
void need_ability(uint32_t ability, const char *what);

/* ---- Captures: the fixture remembers what is open, and closes what a test leaves open. */

ipfunnel_options options_here(void);
ipfunnel *open_with(const ipfunnel_options *options);
ipfunnel *open_in(ipfunnel_mode mode);
void close_capture(ipfunnel *capture);
void close_all(void);
void set_mode(ipfunnel *capture, ipfunnel_mode mode);
ipfunnel_capture_info info_of(ipfunnel *capture);

/* ---- Sending to all that is open. */

void send_at(const struct packet *packet, enum rig_side side, int64_t time_ns);
void send_on(const struct packet *packet, enum rig_side side);
void send_in(const struct packet *packet);
struct super;
void send_left_to_hardware(const struct super *super, enum rig_side side);      /* one segment: only its checksum is */
void send_udp(int version, uint16_t number);                    /* received, 32 bytes of payload */
void send_many(uint16_t first, int count, uint32_t payload);    /* received UDP over IPv4, numbered */

/* ---- Receiving. */

int receive_now(ipfunnel *capture, const ipfunnel_datagram *out[], int max);    /* timeout 0 */
int receive(ipfunnel *capture, const ipfunnel_datagram *out[], int max);        /* at least one must come */
void expect_nothing(ipfunnel *capture);                                         /* within SOON_MS */

/* A datagram as it was, with its own copy of the bytes. */
struct record {
    uint8_t *bytes;
    uint32_t length, original_length, flags, interface_index;
    int64_t time_ns;
    uint64_t dropped_before;
    uint16_t vlan[2];
    uint8_t vlan_count, version, direction, direction_source, checksum;
    int number;
};
struct harvest {
    struct record *records;
    int count, room;
    uint64_t dropped;                   /* sum of what is known, the marker's included */
    int dropped_unsure;                 /* records where it is a lower bound or unknown */
    int batch;                          /* datagrams to ask for at once; 0: 64 */
};

/* Sends a last datagram, collects all before it, which is what was sent before it, and leaves the marker out. With more
 * than one capture: send_marker once, then harvest_marker on each. */
void harvest_all(ipfunnel *capture, struct harvest *harvest);
void send_marker(void);
void harvest_marker(ipfunnel *capture, struct harvest *harvest);
void harvest_to_end(ipfunnel *capture, struct harvest *harvest);        /* until IPFUNNEL_END */
void harvest_for(ipfunnel *capture, struct harvest *harvest, int quiet_ms);     /* until nothing comes any more */
void harvest_free(struct harvest *harvest);
void expect_numbers(const struct harvest *harvest, int first, int count);       /* these, in order, and no others */
void expect_bytes(const struct record *record, const struct packet *packet);    /* the datagram in the packet, whole */

/* Where the test's marker passes; RIG_IN unless the test captures something else. */
extern enum rig_side marker_side;
extern int marker_version;

/* ---- Counters. */

int is_known(const ipfunnel_statistics *stats, int counter);

/* Until the system handed over that many; where that cannot be seen, until there is something. */
void wait_for_frames(ipfunnel *capture, uint64_t frames);

/* The error says what failed and what to do, one line each. */
void expect_error(const ipfunnel_error *error, int status);
void expect_open_error(const ipfunnel_options *options, int status, ipfunnel_error *error);

#endif
