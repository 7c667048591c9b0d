/* packet_capture.h - the state of a capture, and the slots of core/backend.h that have files of their own. */
#ifndef IPFUNNEL_AF_PACKET_PACKET_CAPTURE_H
#define IPFUNNEL_AF_PACKET_PACKET_CAPTURE_H
#include "backend.h"
#include "interface_events.h"
#include "os.h"
#include "pace.h"
#include "packet_ring.h"
#include "wakeup.h"

struct ipfunnel__packet_capture {
    bool made;                    /* the descriptors below are ours, or -1 */
    bool bound, in_fanout, promiscuous;
    int hardware;                 /* ARPHRD_* of the interface */
    bool down, gone;
    ipfunnel_mode mode;
    int64_t stopped_ns;           /* since when nothing more comes in; of interest in OFF, and once it is gone */
    uint32_t keep;                /* bytes of a datagram that the kernel must not cut off */
    const struct ipfunnel_filter *filter;         /* the core's */
    int fd;
    const struct ipfunnel__request *request;
    struct ipfunnel__facts *facts;
    struct ipfunnel__signal interrupt;
    struct ipfunnel__wakeup wakeup;
    struct ipfunnel__interface_events events;
    struct ipfunnel__packet_ring ring;
    struct ipfunnel__pace pace;
};

/* Slots of core/backend.h, where `state` is that struct. */

/* ---- packet_open.c: the descriptors and the ring, made and given back. */
int ipfunnel__packet_open(void *state, const struct ipfunnel__request *request, struct ipfunnel__facts *facts,
                          ipfunnel_error *error);
void ipfunnel__packet_close(void *state);

/* ---- packet_mode.c: what enters the ring. */
int ipfunnel__packet_set_mode(void *state, ipfunnel_mode mode, ipfunnel_error *error);
int ipfunnel__packet_set_filter(void *state, const struct ipfunnel_filter *filter, ipfunnel_error *error);

/* ---- packet_recv.c: what comes out of it, what recv has to say instead, and the waiting in between. */
int ipfunnel__packet_recv(void *state, struct ipfunnel__frame *frames, int max, int timeout_ms,
                          ipfunnel_error *error);

#endif
