#define _GNU_SOURCE
#include "own_socket.h"
#include <netinet/in.h>
#include <sys/socket.h>

/* IPPROTO_RAW means: with the header. Connection tracking would put fragments together again before they leave. */
intptr_t own_socket_raw(int version)
{
    int s = socket(version == 4 ? AF_INET : AF_INET6, SOCK_RAW, IPPROTO_RAW), on = 1;

    if (s >= 0 && version == 4)
        setsockopt(s, IPPROTO_IP, IP_NODEFRAG, &on, sizeof on);
    return s;
}
