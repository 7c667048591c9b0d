/* rcvall_double_faults_windows.c - each Winsock code, put in below the library's Winsock file (udp_double_windows.h),
 * has its status, text and remedy; and nothing stays open. */
#include "check.h"
#include "udp_double_windows.h"
#include <ipfunnel.h>
#include <winsock2.h>

enum { FOR_EVER = 1 << 30 };

static ipfunnel_options options_on(const char *address)
{
    ipfunnel_options o = IPFUNNEL_OPTIONS_INIT;
    o.backend = "sio_rcvall";
    o.interface_name = address;
    o.start = IPFUNNEL_MODE_ON;
    o.flags = IPFUNNEL_OPEN_EVENTS;
    return o;
}

struct expected {
    enum double_call call;
    enum double_how how;
    int code, status;
    const char *name;
};

static void expect_failure(const char *address, const struct expected *x)
{
    ipfunnel_options o = options_on(address);
    ipfunnel_error e = { .status = 0 };
    ipfunnel *h = NULL;
    double_reset();
    double_fail(x->call, x->how, x->code, FOR_EVER);
    int status = ipfunnel_open(&h, &o, &e);
    printf("  %s: %s\n", x->name, e.text);
    CHECK_STR(ipfunnel_status_text(status), ipfunnel_status_text(x->status));
    CHECK_INT(e.os_code, x->code);
    CHECK_CONTAINS(e.text, x->name);
    CHECK(e.where[0] && e.remedy[0]);
    CHECK_INT(double_open_sockets(), 0);
    CHECK_INT(double_starts(), 0);
}

static void each_code_has_its_outcome(void)
{
#define ROW(call, how, code, status) { DOUBLE_##call, how, code, IPFUNNEL_##status, #code }
    static const struct expected rows[] = {
        ROW(STARTUP, AT_ONCE, WSASYSNOTREADY, ENETDOWN),
        ROW(STARTUP, AT_ONCE, WSAVERNOTSUPPORTED, EUNAVAILABLE),
        ROW(STARTUP, AT_ONCE, WSAEPROCLIM, ENOBUFS),
        ROW(STARTUP, AT_ONCE, WSAEINPROGRESS, EIO),
        ROW(SOCKET, AT_ONCE, WSAEACCES, EACCES),
        ROW(SOCKET, AT_ONCE, WSAEAFNOSUPPORT, EINVAL),
        ROW(SOCKET, AT_ONCE, WSAEPROTONOSUPPORT, EOPNOTSUPP),
        ROW(SOCKET, AT_ONCE, WSAEMFILE, ENOBUFS),
        ROW(BIND, AT_ONCE, WSAEADDRNOTAVAIL, EADDRNOTAVAIL),
        ROW(BIND, AT_ONCE, WSAEACCES, EACCES),
        ROW(RCVALL, AT_ONCE, WSAEFAULT, EINVAL),
        ROW(RCVALL, AT_ONCE, WSAEINTR, INTERRUPTED),
        ROW(RCVALL, AT_ONCE, WSAEINVAL, EINVAL),
        ROW(RCVALL, AT_ONCE, WSAENETDOWN, ENETDOWN),
        ROW(RCVALL, AT_ONCE, WSAENOBUFS, ENOBUFS),
        ROW(RCVALL, AT_ONCE, WSAENOPROTOOPT, EOPNOTSUPP),
        ROW(RCVALL, AT_ONCE, WSAENOTSOCK, EINVAL),
        ROW(RCVALL, AT_ONCE, WSAEOPNOTSUPP, EOPNOTSUPP),
        ROW(RCVALL, AT_ONCE, WSAEMSGSIZE, EIO),
        ROW(RCVALL, AT_ONCE, WSA_OPERATION_ABORTED, EIO),
        ROW(RCVALL, WHEN_IT_ENDS, WSAEACCES, EACCES),
        ROW(RCVALL, WHEN_IT_ENDS, WSAENOBUFS, ENOBUFS),
        ROW(RCVALL, WHEN_IT_ENDS, WSAEINVAL, EINVAL),
        ROW(RCVALL, WHEN_IT_ENDS, WSA_OPERATION_ABORTED, EIO),
        ROW(WATCH, AT_ONCE, WSAEOPNOTSUPP, EOPNOTSUPP),
        ROW(RECEIVE, AT_ONCE, WSAENOBUFS, ENOBUFS),
        ROW(RECEIVE, AT_ONCE, WSAEINVAL, EINVAL),
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        expect_failure("127.0.0.1", &rows[i]);
}

static void an_ioctl_that_never_ends_is_cancelled(void)
{
    ipfunnel_options o = options_on("127.0.0.1");
    ipfunnel_error e = { .status = 0 };
    ipfunnel *h = NULL;
    double_reset();
    double_hold_rcvall();
    CHECK_INT(ipfunnel_open(&h, &o, &e), IPFUNNEL_EIO);
    CHECK_INT(e.os_code, WSA_IO_PENDING);
    CHECK_INT(double_open_sockets(), 0);
}

static void what_is_waited_for_is_never_seen(void)
{
    static const int codes[] = { WSAEWOULDBLOCK, WSAEINPROGRESS, WSA_OPERATION_ABORTED };
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        ipfunnel_options o = options_on("127.0.0.1");
        ipfunnel *h = NULL;
        double_reset();
        double_fail(DOUBLE_RCVALL, AT_ONCE, codes[i], 2);
        CHECK_INT(ipfunnel_open(&h, &o, NULL), 0);
        ipfunnel_close(h);
    }
}

/* Nothing of the double but UDP is left below it: on a system without SIO_RCVALL the call says so. */
static void probe_tells_why_not(void)
{
    ipfunnel_error e = { .status = 0 };
    double_reset();
    CHECK_INT(ipfunnel_probe("sio_rcvall", &e), 0);
    double_fail(DOUBLE_SOCKET, AT_ONCE, WSAEACCES, 1);
    CHECK_INT(ipfunnel_probe("sio_rcvall", &e), IPFUNNEL_EACCES);
    CHECK_CONTAINS(e.remedy, "administrator");
    CHECK_INT(double_open_sockets(), 0);
    CHECK_INT(double_starts(), 0);
}

int main(void)
{
    RUN(each_code_has_its_outcome);
    RUN(an_ioctl_that_never_ends_is_cancelled);
    RUN(what_is_waited_for_is_never_seen);
    RUN(probe_tells_why_not);
    return 0;
}
