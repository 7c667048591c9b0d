/* on_wire_proof_posix.h - the two processes of the proof: on_wire_proof_posix.c sends and captures, and
 * on_wire_behind_posix.c receives and captures behind the bridge. */
#ifndef IPFUNNEL_TESTS_ON_WIRE_PROOF_POSIX_H
#define IPFUNNEL_TESTS_ON_WIRE_PROOF_POSIX_H
#include "check.h"
#include "wire_reference_posix.h"
#include <stdatomic.h>
#include <stdbool.h>
#include <sys/socket.h>

/* In memory that both see. */
struct shared {
    atomic_bool ready, over;
    atomic_size_t seen;                 /* datagrams behind the bridge, in this round */
    uint32_t drops;                     /* behind the bridge, when it is over */
};

socklen_t receiver_address(struct sockaddr_storage *to, int version);
bool is_ours(const uint8_t *datagram, uint32_t length);         /* by its source: sent by this test */

/* Receives in the network namespace of process `pid` until it is over; does not return. */
void receive_behind(const char *pid, struct shared *shared, struct fingerprints *behind);

#endif
