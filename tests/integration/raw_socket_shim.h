/* raw_socket_shim.h - how a program that runs under Wine with raw_socket_shim_linux.c says SIO_RCVALL: as
 * setsockopt(IPPROTO_IP, IP_TTL) with this number and the mode in its last bits. */
#ifndef IPFUNNEL_TESTS_RAW_SOCKET_SHIM_H
#define IPFUNNEL_TESTS_RAW_SOCKET_SHIM_H

enum {
    SHIM_MODE = 0x49504600,
    SHIM_MODE_MASK = 0xff,
    SHIM_OFF = 0, SHIM_ON = 1, SHIM_SOCKETLEVELONLY = 2, SHIM_IPLEVEL = 3      /* RCVALL_VALUE */
};

#endif
