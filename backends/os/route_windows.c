/* route_windows.c - the way to an address by SIO_ROUTING_INTERFACE_QUERY: the local address that a datagram would be
 * sent from. Wine answers for IPv4 only. */
#include "error.h"
#include "os.h"
#include <stdbool.h>
#include <string.h>
#include <winsock2.h>
#include <ws2tcpip.h>

union socket_address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
};

static int failed(ipfunnel_error *error, int version, const uint8_t *bytes, const char *where, int code)
{
    char why[128], text[46];
    bool exhausted = code == WSAEMFILE || code == WSAENOBUFS || code == WSA_NOT_ENOUGH_MEMORY;
    int status = exhausted ? IPFUNNEL_ENOBUFS : code == WSASYSNOTREADY ? IPFUNNEL_ENETDOWN : IPFUNNEL_ENODEV;
    ipfunnel__fail(error, status, code, where, "there is no way to %s: %s",
                   ipfunnel__os_address_text(version, bytes, text, sizeof text),
                   ipfunnel__os_error_text(code, why, sizeof why));
    return ipfunnel__remedy(error, "%s", exhausted ? "close programs that hold many sockets" : "start the network");
}

/* Asks an open socket; returns 0 or the system's error. */
static int ask(SOCKET s, int version, const uint8_t *bytes, struct ipfunnel__route *out)
{
    union socket_address to, from;
    int length = version == 4 ? (int)sizeof to.v4 : (int)sizeof to.v6;
    DWORD returned = 0;
    memset(&to, 0, sizeof to);
    memset(&from, 0, sizeof from);
    if (version == 4) {
        to.v4.sin_family = AF_INET;
        memcpy(&to.v4.sin_addr, bytes, 4);
    } else {
        to.v6.sin6_family = AF_INET6;
        memcpy(&to.v6.sin6_addr, bytes, 16);
    }
    if (WSAIoctl(s, SIO_ROUTING_INTERFACE_QUERY, &to, (DWORD)length, &from, sizeof from, &returned, NULL, NULL))
        return WSAGetLastError();
    *out = (struct ipfunnel__route){ .interface_index = version == 6 ? from.v6.sin6_scope_id : 0 };
    if (version == 4)
        memcpy(out->local, &from.v4.sin_addr, 4);
    else
        memcpy(out->local, &from.v6.sin6_addr, 16);
    return 0;
}

int ipfunnel__os_route(int version, const uint8_t *bytes, struct ipfunnel__route *out, ipfunnel_error *error)
{
    WSADATA data;
    int code = WSAStartup(MAKEWORD(2, 2), &data);
    if (code)
        return failed(error, version, bytes, "WSAStartup", code);
    SOCKET s = WSASocketW(version == 4 ? AF_INET : AF_INET6, SOCK_DGRAM, IPPROTO_UDP, NULL, 0, 0);
    code = s == INVALID_SOCKET ? WSAGetLastError() : ask(s, version, bytes, out);
    if (s != INVALID_SOCKET)
        closesocket(s);
    WSACleanup();
    return code ? failed(error, version, bytes, "WSAIoctl(SIO_ROUTING_INTERFACE_QUERY)", code) : IPFUNNEL_OK;
}
