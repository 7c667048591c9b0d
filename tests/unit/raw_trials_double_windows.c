/* raw_trials_double_windows.c - the doctor's experiments on raw sockets, with a double in place of the raw sockets that
 * Wine lacks: a UDP socket that gets a whole datagram for each one that is sent. Proves that what a system would
 * deliver leads to the right verdicts; says nothing about what Windows delivers. The import pointers of the calls
 * (__imp_...) lead here first. */
#include "../../examples/ipfunnel/doctor/verify.h"
#include "check.h"
#include <winsock2.h>
#include <ws2tcpip.h>
#include <mstcpip.h>

enum { RAW_MOST = 4 };

/* What the imitated system does. */
static struct {
    int copies;                     /* of each datagram on loopback */
    bool ipv6_header, padding;
    int refuse_code;                /* for SIO_RCVALL on an address that is none, or none at all */
} as;

static struct raw {
    SOCKET s;
    int family;
    bool bound, any, on;
    SOCKADDR_STORAGE at;
    int at_size;
} raws[RAW_MOST];

static struct raw *raw_of(SOCKET s)
{
    for (int i = 0; i < RAW_MOST; i++)
        if (raws[i].s == s && raws[i].family)
            return &raws[i];
    return NULL;
}

static void *real(const char *name)
{
    FARPROC found = GetProcAddress(GetModuleHandleW(L"ws2_32.dll"), name);
    CHECK(found != NULL);
    return (void *)found;
}

static SOCKET WSAAPI double_WSASocketW(int family, int type, int protocol, LPWSAPROTOCOL_INFOW info, GROUP group,
                                       DWORD flags)
{
    SOCKET(WSAAPI *make)(int, int, int, LPWSAPROTOCOL_INFOW, GROUP, DWORD) = real("WSASocketW");
    if (type != SOCK_RAW)
        return make(family, type, protocol, info, group, flags);
    for (int i = 0; i < RAW_MOST; i++)
        if (!raws[i].family) {
            raws[i] = (struct raw){ .s = make(family, SOCK_DGRAM, IPPROTO_UDP, info, group, flags), .family = family };
            return raws[i].s;
        }
    WSASetLastError(WSAEMFILE);
    return INVALID_SOCKET;
}

static int WSAAPI double_bind(SOCKET s, const struct sockaddr *address, int size)
{
    int(WSAAPI *bind_it)(SOCKET, const struct sockaddr *, int) = real("bind");
    struct raw *r = raw_of(s);
    int result = bind_it(s, address, size);
    if (r && result == 0) {
        r->bound = true;
        r->any = r->family == AF_INET && ((const struct sockaddr_in *)(const void *)address)->sin_addr.s_addr == 0;
        r->at_size = sizeof r->at;
        CHECK_INT(getsockname(s, (struct sockaddr *)&r->at, &r->at_size), 0);
    }
    return result;
}

static int WSAAPI double_WSAIoctl(SOCKET s, DWORD code, LPVOID in, DWORD in_size, LPVOID out, DWORD out_size,
                                  LPDWORD returned, LPWSAOVERLAPPED overlapped,
                                  LPWSAOVERLAPPED_COMPLETION_ROUTINE routine)
{
    int(WSAAPI *control)(SOCKET, DWORD, LPVOID, DWORD, LPVOID, DWORD, LPDWORD, LPWSAOVERLAPPED,
                         LPWSAOVERLAPPED_COMPLETION_ROUTINE) = real("WSAIoctl");
    struct raw *r = raw_of(s);
    if (!r || (code != SIO_RCVALL && code != SIO_RCVALL_IF && code != SIO_ENABLE_CIRCULAR_QUEUEING))
        return control(s, code, in, in_size, out, out_size, returned, overlapped, routine);
    if (code == SIO_ENABLE_CIRCULAR_QUEUEING || !r->bound || r->any) {
        WSASetLastError(code == SIO_RCVALL ? as.refuse_code : WSAENOPROTOOPT);
        return SOCKET_ERROR;
    }
    r->on = *(const DWORD *)in == RCVALL_ON;
    return 0;
}

static int WSAAPI double_closesocket(SOCKET s)
{
    int(WSAAPI *close_it)(SOCKET) = real("closesocket");
    struct raw *r = raw_of(s);
    if (r)
        r->family = 0;
    return close_it(s);
}

/* The datagram that a capture would get: headers and payload. Returns its length. */
static int imitate(char *out, SOCKET from, const struct sockaddr *to, const char *payload, int size)
{
    struct sockaddr_in6 sender;
    int sender_size = sizeof sender, header = to->sa_family == AF_INET ? 20 : as.ipv6_header ? 40 : 0;
    uint8_t *h = (uint8_t *)out;
    memset(out, 0, 64);
    CHECK_INT(getsockname(from, (struct sockaddr *)&sender, &sender_size), 0);
    if (header) {
        const int says = header == 20 ? header + 8 + size : 8 + size;
        h[0] = header == 20 ? 0x45 : 0x60;
        h[header == 20 ? 2 : 4] = (uint8_t)(says >> 8);
        h[header == 20 ? 3 : 5] = (uint8_t)says;
    }
    memcpy(out + header, &sender.sin6_port, 2);
    memcpy(out + header + 2, &((const struct sockaddr_in6 *)(const void *)to)->sin6_port, 2);
    memcpy(out + header + 8, payload, (size_t)size);
    memset(out + header + 8 + size, 0, 6);
    return header + 8 + size + (as.padding ? 6 : 0);
}

static int WSAAPI double_sendto(SOCKET s, const char *bytes, int size, int flags, const struct sockaddr *to,
                                int to_size)
{
    int(WSAAPI *send_it)(SOCKET, const char *, int, int, const struct sockaddr *, int) = real("sendto");
    char datagram[2048];
    for (int i = 0; i < RAW_MOST; i++)
        for (int copy = 0; raws[i].family == to->sa_family && raws[i].on && copy < as.copies; copy++) {
            int length = imitate(datagram, s, to, bytes, size);
            CHECK_INT(send_it(s, datagram, length, 0, (struct sockaddr *)&raws[i].at, raws[i].at_size), length);
        }
    return send_it(s, bytes, size, flags, to, to_size);
}

#define DOUBLE(name) \
    extern const void *__imp_##name; \
    const void *__imp_##name = (const void *)double_##name;
DOUBLE(WSASocketW)
DOUBLE(bind)
DOUBLE(WSAIoctl)
DOUBLE(closesocket)
DOUBLE(sendto)

static struct report report;
static struct own_traffic traffic;

static void run_trials(void)
{
    struct bench b = { .report = &report, .traffic = &traffic };
    b.loopback[0] = (struct place){ .there = true, .at = { .version = 4, .bytes = { 127, 0, 0, 1 } } };
    b.loopback[1] = (struct place){ .there = true, .at = { .version = 6, .bytes = { [15] = 1 } } };
    report_start(&report);
    traffic_start(&traffic, 77);
    winsock_trials(&b);
}

static void check(enum point point, enum verdict verdict)
{
    const struct answer *a = &report.answers[point];
    if (a->verdict != verdict)
        report_print(&report, stderr);
    printf("  %s: %s (%s)\n", point_rows[point].id, verdict_name(a->verdict), a->why);
    CHECK_STR(verdict_name(a->verdict), verdict_name(verdict));
}

static int64_t observed(enum point point, const char *name)
{
    const struct answer *a = &report.answers[point];
    for (int i = 0; i < a->observed_count; i++)
        if (strcmp(a->observed[i].name, name) == 0)
            return a->observed[i].value;
    return -1;
}

static void as_the_rcvall_page_says(void)
{
    as.copies = 1;
    as.ipv6_header = true;
    as.padding = false;
    as.refuse_code = WSAEINVAL;
    run_trials();
    check(POINT_raw_loopback_v4, VERDICT_YES);
    check(POINT_raw_ipv6_protocol_0, VERDICT_YES);
    check(POINT_raw_ipv6_protocol_41, VERDICT_YES);
    check(POINT_raw_ipv6_protocol_17, VERDICT_YES);
    check(POINT_raw_pktinfo, VERDICT_YES);
    check(POINT_raw_any, VERDICT_YES);
    check(POINT_raw_unbound, VERDICT_YES);
    check(POINT_raw_circular_queueing, VERDICT_NO);
    check(POINT_raw_rcvall_if, VERDICT_YES);
    CHECK_INT(observed(POINT_raw_loopback_v4, "seen"), 5);
    CHECK_INT(observed(POINT_raw_circular_queueing, "code"), WSAENOPROTOOPT);
    CHECK(observed(POINT_raw_rcvbuf, "largest_accepted") > 0);
}

static void as_the_raw_socket_page_says(void)
{
    as.copies = 2;
    as.ipv6_header = false;
    as.refuse_code = WSAEACCES;
    run_trials();
    check(POINT_raw_loopback_v4, VERDICT_NO);
    check(POINT_raw_ipv6_protocol_0, VERDICT_NO);
    check(POINT_raw_any, VERDICT_NO);
    check(POINT_raw_unbound, VERDICT_NO);
    CHECK_INT(observed(POINT_raw_loopback_v4, "seen"), 10);
    CHECK_INT(observed(POINT_raw_ipv6_protocol_0, "with_udp_header_first"), 10);
    CHECK_INT(observed(POINT_raw_ipv6_protocol_0, "with_ip_header"), 0);
}

static void with_something_behind_the_datagram(void)
{
    as.copies = 1;
    as.padding = true;
    run_trials();
    check(POINT_raw_loopback_v4, VERDICT_NO);
    CHECK_INT(observed(POINT_raw_loopback_v4, "longer_than_header_says"), 5);
}

static void with_nothing_delivered(void)
{
    as.copies = 0;
    as.padding = false;
    run_trials();
    check(POINT_raw_loopback_v4, VERDICT_NO);
    check(POINT_raw_ipv6_protocol_0, VERDICT_INCONCLUSIVE);
    check(POINT_raw_pktinfo, VERDICT_INCONCLUSIVE);
}

int main(void)
{
    CHECK(own_sockets_start());
    CHECK_INT(winsock_trials_refused(), 0);
    RUN(as_the_rcvall_page_says);
    RUN(as_the_raw_socket_page_says);
    RUN(with_something_behind_the_datagram);
    RUN(with_nothing_delivered);
    own_sockets_stop();
    return 0;
}
