/* packet_socket.h - the packet socket outside its ring: creation, binding, modes, and its errors in words. */
#ifndef IPFUNNEL_AF_PACKET_PACKET_SOCKET_H
#define IPFUNNEL_AF_PACKET_PACKET_SOCKET_H
#include "backend.h"

/* Fills *error for errno code `code`: "cannot <what> on <interface>: <errno text>", with the remedy where there is one.
 * interface_name may be NULL. Returns the status. */
int ipfunnel__packet_fail(ipfunnel_error *error, int code, const char *where, const char *what,
                          const char *interface_name);

/* A packet socket that receives nothing: no protocol, and a program that rejects everything. Returns its descriptor or
 * a status. */
int ipfunnel__packet_socket(ipfunnel_error *error);

/* Makes the kernel say in front of each frame what is left to the hardware. Before the ring is made. Frames whose kind
 * of segmentation cannot be said there are dropped from now on, and leave an empty entry. */
int ipfunnel__packet_tell_offloads(int fd, const char *interface_name, ipfunnel_error *error);

/* Starts delivery of all protocols of the interface, as far as the attached program accepts them. An interface that is
 * down is no error. */
int ipfunnel__packet_bind(int fd, const struct ipfunnel__request *request, ipfunnel_error *error);

/* Joins the fanout group of the request; the socket must be bound. */
int ipfunnel__packet_fanout(int fd, const struct ipfunnel__request *request, ipfunnel_error *error);

struct ipfunnel__packet_wish {
    ipfunnel_mode mode;
    int hardware;                             /* ARPHRD_* of the interface */
    uint32_t keep;                            /* bytes of a datagram that must not be cut off */
    const struct ipfunnel_filter *filter;     /* what it rejects may be left out; NULL: nothing */
};

/* Puts the program for this wish in force, at once and between two frames. Adds to facts->hidden the counters it hides,
 * and says in facts->preselects whether it does some of the filter's work: where the kernel takes no such program
 * (net.core.optmem_max), it does none. On failure the program before stays. */
int ipfunnel__packet_program(int fd, const struct ipfunnel__packet_wish *wish, const struct ipfunnel__request *request,
                             struct ipfunnel__facts *facts, ipfunnel_error *error);

/* Waits until no receive path is past a program that was just replaced: what it accepted is in the ring and counted.
 * Takes some milliseconds. */
void ipfunnel__packet_settle(void);

/* Asks for promiscuous mode or takes the request back. Returns whether it is in force for this socket. */
bool ipfunnel__packet_promiscuous(int fd, uint32_t interface_index, bool want);

/* ARPHRD_* of an interface, or -1. */
int ipfunnel__packet_hardware(int fd, const char *interface_name);

/* What became of the interface of a bound socket. */
enum ipfunnel__packet_interface { IPFUNNEL__PACKET_UP, IPFUNNEL__PACKET_DOWN, IPFUNNEL__PACKET_GONE };
enum ipfunnel__packet_interface ipfunnel__packet_interface_state(int fd);

#endif
