/* traffic_path_posix.h - the devices that the traffic script is sent through, inside netns.sh. */
#ifndef IPFUNNEL_TESTS_TRAFFIC_PATH_POSIX_H
#define IPFUNNEL_TESTS_TRAFFIC_PATH_POSIX_H
#include "traffic_script.h"

/* Where frames go in, and the interface they are captured on. */
struct path {
    const char *send_on, *capture_on;
    int fd;
    int whole_frames;        /* 0: a tun device, which carries bare datagrams */
    int sees_other_host;     /* 0: frames we send ourselves are never "for another host" */
    int copies;              /* frames that a tap sees for each one sent */
    uint8_t direction;       /* what the kernel says of them */
    uint8_t mac[6];
};

/* veth-in (capture on vb what va sends), veth-out (on va itself), lo, tun. Ends the program with SKIP where there is no
 * such device. */
struct path path_open(const char *device);

/* Does the step pass this path at all? */
int path_carries(const struct path *path, const struct step *step);
void path_send(const struct path *path, const struct step *step);

/* A packet socket for frames that leave through this interface. */
int path_socket(const char *interface_name);

/* The calling thread runs on this CPU from now on, so that what it sends keeps its order. */
void run_on_cpu(unsigned cpu);

#endif
