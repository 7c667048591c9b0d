/* live_posix.h - what the live tests share: captures on real interfaces, and numbered frames sent through them. The
 * programs run inside netns.sh, which also says what va and vb are. */
#ifndef IPFUNNEL_TESTS_LIVE_POSIX_H
#define IPFUNNEL_TESTS_LIVE_POSIX_H
#include "check.h"
#include <ipfunnel.h>

enum { NOBODY = 0xff, VA = 0x0a, VB = 0x0b };  /* last byte of a destination MAC; NOBODY has no such interface */

/* The backend under test; af_packet unless the test says otherwise. */
extern const char *live_backend;

/* Opens a capture, or ends the test with the error. Its latency, unless the test says so, is that of the environment,
 * LIVE_LATENCY_US. */
ipfunnel *open_live(ipfunnel_options options, const char *interface_name, ipfunnel_mode start);
#define DEFAULTS (ipfunnel_options){ .file = NULL }
#define OPTIONS(...) (ipfunnel_options){ __VA_ARGS__ }

/* Opens a capture, which must fail; prints the error. */
int open_error(ipfunnel_options options, ipfunnel_error *error);

/* Runs a test without any capability, as any user's program has none; in a child, because there is no way back. */
void without_capabilities(void (*test)(void));

/* Makes vc and vd, the ends of a pair on which the kernel says nothing by itself. */
void a_fresh_pair(void);

/* A socket that sends frames on one interface. */
int sender_on(const char *interface_name);

/* Sends an Ethernet frame with a UDP datagram of `size` bytes that carries `number`; on lo it is seen twice. Returns
 * 0 or errno. */
int send_number(int sender, uint8_t destination_mac, uint32_t number, uint32_t size);
enum { SMALLEST = 36 };

/* The number of a datagram that send_number sent; UINT32_MAX for any other. */
uint32_t number_of(const ipfunnel_datagram *datagram);

/* Sends the numbers first .. last and checks that each send worked. */
void send_numbers(int sender, uint8_t destination_mac, uint32_t first, uint32_t last);

/* Receives until nothing came for wait_ms or recv answered a status, which is returned (0: time over). Numbered
 * datagrams must come in order without gaps from *next on; *next ends behind the last one. */
int expect_numbers(ipfunnel *capture, uint32_t *next, int wait_ms);

/* Runs a shell command that must succeed. */
void run(const char *command);

ipfunnel_statistics stats_of(ipfunnel *capture);
#define AVAILABLE(statistics, name) ((statistics).available >> IPFUNNEL_COUNTER_##name & 1)

#endif
