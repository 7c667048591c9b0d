/* fast_path_sockets_windows.c - ipfunnel_loopback_fast_path on real sockets. Windows 8 and later switch a TCP socket;
 * where the system has no fast path, as Wine, it must say so, and the socket must go on working. */
#include "check.h"
#include <ipfunnel_ioctl.h>
#include <winsock2.h>
#include <ws2tcpip.h>

static SOCKET tcp_socket(void)
{
    SOCKET s = WSASocketW(AF_INET, SOCK_STREAM, IPPROTO_TCP, NULL, 0, WSA_FLAG_OVERLAPPED);
    CHECK(s != INVALID_SOCKET);
    return s;
}

/* 0 or EOPNOTSUPP, as the system is; both ways alike. */
static void switches_or_says_that_there_is_none(SOCKET s)
{
    ipfunnel_error error = { .status = 0 };
    int on = ipfunnel_loopback_fast_path(s, 1, &error), off = ipfunnel_loopback_fast_path(s, 0, NULL);
    CHECK(on == IPFUNNEL_OK || on == IPFUNNEL_EOPNOTSUPP);
    CHECK_INT(off, on);
    printf("  %s\n", on == IPFUNNEL_OK ? "switched" : error.text);
    if (on == IPFUNNEL_OK)
        return;
    CHECK_INT(error.os_code, WSAEOPNOTSUPP);
    CHECK_CONTAINS(error.text, "(WSAEOPNOTSUPP)");
}

static void a_connection_works_either_way(void)
{
    struct sockaddr_in address = { .sin_family = AF_INET };
    int size = sizeof address;
    SOCKET server = tcp_socket(), client = tcp_socket();
    char got[4] = "";

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    switches_or_says_that_there_is_none(server);
    switches_or_says_that_there_is_none(client);
    CHECK_INT(bind(server, (struct sockaddr *)&address, size), 0);
    CHECK_INT(listen(server, 1), 0);
    CHECK_INT(getsockname(server, (struct sockaddr *)&address, &size), 0);
    CHECK_INT(connect(client, (struct sockaddr *)&address, size), 0);
    SOCKET accepted = accept(server, NULL, NULL);
    CHECK(accepted != INVALID_SOCKET);
    CHECK_INT(send(client, "abc", 3, 0), 3);
    CHECK_INT(recv(accepted, got, 3, MSG_WAITALL), 3);
    CHECK_STR(got, "abc");
    closesocket(accepted);
    closesocket(client);
    closesocket(server);
}

static void what_is_no_socket_is_refused(void)
{
    ipfunnel_error error = { .status = 0 };
    SOCKET s = tcp_socket();
    closesocket(s);
    int status = ipfunnel_loopback_fast_path(s, 1, &error);
    CHECK(status == IPFUNNEL_EINVAL || status == IPFUNNEL_EOPNOTSUPP);      /* which of the two is looked at first */
    CHECK(error.os_code == WSAENOTSOCK || error.os_code == WSAEOPNOTSUPP);
}

int main(void)
{
    WSADATA data;
    CHECK_INT(WSAStartup(MAKEWORD(2, 2), &data), 0);
    RUN(a_connection_works_either_way);
    RUN(what_is_no_socket_is_refused);
    WSACleanup();
    return 0;
}
