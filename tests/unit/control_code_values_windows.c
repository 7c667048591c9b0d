/* control_code_values_windows.c - the numbers of the table are those of the Windows headers. */
#undef _WIN32_WINNT
#define _WIN32_WINNT 0x0A00                 /* and every later build: the headers hide newer codes behind it */
#define NTDDI_VERSION 0xFFFFFFFF
#include "check.h"
#include <ipfunnel_ioctl.h>
#include <winsock2.h>
#include <ws2tcpip.h>
#include <mstcpip.h>
#include <mswsock.h>
#include <qos.h>
#include <qossp.h>

static int seen;

static void is(const char *name, uint32_t code)
{
    const ipfunnel_ioctl *row = ipfunnel_ioctl_by_name(name);
    if (!row || row->code != code) {
        fprintf(stderr, "%s is 0x%08x in the headers, 0x%08x in the table\n", name, (unsigned)code,
                row ? (unsigned)row->code : 0);
        exit(1);
    }
    seen++;
}
#define IS(name) is(#name, (uint32_t)(name))

static void as_the_headers_define_them(void)
{
    IS(FIONBIO);
    IS(FIONREAD);
    IS(SIOCATMARK);
    IS(SIO_ACQUIRE_PORT_RESERVATION);
    IS(SIO_ADDRESS_LIST_CHANGE);
    IS(SIO_ADDRESS_LIST_QUERY);
    IS(SIO_ASSOCIATE_HANDLE);
    IS(SIO_ASSOCIATE_PORT_RESERVATION);
    IS(SIO_BASE_HANDLE);
    IS(SIO_BSP_HANDLE);
    IS(SIO_BSP_HANDLE_SELECT);
    IS(SIO_BSP_HANDLE_POLL);
    IS(SIO_CHK_QOS);
    IS(SIO_ENABLE_CIRCULAR_QUEUEING);
    IS(SIO_FIND_ROUTE);
    IS(SIO_FLUSH);
    IS(SIO_GET_BROADCAST_ADDRESS);
    IS(SIO_GET_EXTENSION_FUNCTION_POINTER);
    IS(SIO_GET_GROUP_QOS);
    IS(SIO_GET_INTERFACE_LIST);
    IS(SIO_GET_INTERFACE_LIST_EX);
    IS(SIO_GET_QOS);
    IS(SIO_KEEPALIVE_VALS);
    IS(SIO_MULTIPOINT_LOOPBACK);
    IS(SIO_MULTICAST_SCOPE);
    IS(SIO_QUERY_TARGET_PNP_HANDLE);
    IS(SIO_RCVALL);
    IS(SIO_RELEASE_PORT_RESERVATION);
    IS(SIO_ROUTING_INTERFACE_CHANGE);
    IS(SIO_ROUTING_INTERFACE_QUERY);
    IS(SIO_SET_GROUP_QOS);
    IS(SIO_SET_QOS);
    IS(SIO_TRANSLATE_HANDLE);
    IS(SIO_UDP_CONNRESET);
    IS(SIO_LOOPBACK_FAST_PATH);
    IS(SIO_RCVALL_MCAST);
    IS(SIO_RCVALL_IGMPMCAST);
    IS(SIO_RCVALL_MCAST_IF);
    IS(SIO_RCVALL_IF);
    IS(SIO_TIMESTAMPING);
    CHECK_INT(seen, 40);
}

/* mingw-w64 10 does not have these. */
static void as_newer_headers_define_them(void)
{
#ifdef SIO_IDEAL_SEND_BACKLOG_CHANGE
    IS(SIO_IDEAL_SEND_BACKLOG_CHANGE);
#endif
#ifdef SIO_IDEAL_SEND_BACKLOG_QUERY
    IS(SIO_IDEAL_SEND_BACKLOG_QUERY);
#endif
#ifdef SIO_QUERY_RSS_SCALABILITY_INFO
    IS(SIO_QUERY_RSS_SCALABILITY_INFO);
#endif
#ifdef SIO_QUERY_WFP_ALE_ENDPOINT_HANDLE
    IS(SIO_QUERY_WFP_ALE_ENDPOINT_HANDLE);
#endif
#ifdef SIO_SET_COMPATIBILITY_MODE
    IS(SIO_SET_COMPATIBILITY_MODE);
#endif
    printf("%d of 45 codes are defined\n", seen);
}

int main(void)
{
    RUN(as_the_headers_define_them);
    RUN(as_newer_headers_define_them);
    return 0;
}
