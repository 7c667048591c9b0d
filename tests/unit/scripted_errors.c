/* scripted_errors.c - every Winsock code that the documents name for SIO_RCVALL and the calls around it: provoked in
 * each call that may give it, over a scripted Winsock. */
#include "scripted_capture.h"

#define CODE(name) IPFUNNEL__##name, #name

struct expected {
    enum scripted_call call;
    int code;
    const char *name;
    int status;
    const char *where, *part;
};

static void expect_error(const ipfunnel_error *e, int status, const struct expected *x)
{
    printf("  %s by %s: %s | %s\n", x->name, x->where, e->text, e->remedy);
    CHECK_STR(ipfunnel_status_text(status), ipfunnel_status_text(x->status));
    CHECK_INT(e->status, x->status);
    CHECK_INT(e->os_code, x->code);
    CHECK_CONTAINS(e->where, x->where);
    CHECK_CONTAINS(e->text, x->part);
    CHECK_CONTAINS(e->text, x->name);
    CHECK(e->remedy[0]);
}

/* Calls that open makes. */
static void opening_fails_with_each_code(void)
{
    static const struct expected rows[] = {
        { SCRIPT_STARTUP, CODE(WSASYSNOTREADY), IPFUNNEL_ENETDOWN, "WSAStartup", "not ready" },
        { SCRIPT_STARTUP, CODE(WSAEPROCLIM), IPFUNNEL_ENOBUFS, "WSAStartup", "too many programs" },
        { SCRIPT_STARTUP, CODE(WSAVERNOTSUPPORTED), IPFUNNEL_EUNAVAILABLE, "WSAStartup", "older than" },
        { SCRIPT_STARTUP, CODE(WSAEINPROGRESS), IPFUNNEL_EIO, "WSAStartup", "another call" },
        { SCRIPT_STARTUP, CODE(WSAEFAULT), IPFUNNEL_EINVAL, "WSAStartup", "memory" },
        { SCRIPT_SOCKET, CODE(WSAEACCES), IPFUNNEL_EACCES, "WSASocket", "administrators only" },
        { SCRIPT_SOCKET, CODE(WSAEAFNOSUPPORT), IPFUNNEL_EINVAL, "WSASocket", "not installed" },
        { SCRIPT_SOCKET, CODE(WSAEPROTONOSUPPORT), IPFUNNEL_EOPNOTSUPP, "WSASocket", "for this protocol" },
        { SCRIPT_SOCKET, CODE(WSAESOCKTNOSUPPORT), IPFUNNEL_EOPNOTSUPP, "WSASocket", "no raw sockets" },
        { SCRIPT_SOCKET, CODE(WSAEMFILE), IPFUNNEL_ENOBUFS, "WSASocket", "no more sockets" },
        { SCRIPT_SOCKET, CODE(WSAENOBUFS), IPFUNNEL_ENOBUFS, "WSASocket", "out of memory for sockets" },
        { SCRIPT_SOCKET, CODE(WSAEINVAL), IPFUNNEL_EINVAL, "WSASocket", "an argument" },
        { SCRIPT_SOCKET, CODE(WSAENETDOWN), IPFUNNEL_ENETDOWN, "WSASocket", "has failed" },
        { SCRIPT_SOCKET, CODE(WSAEPROVIDERFAILEDINIT), IPFUNNEL_EUNAVAILABLE, "WSASocket", "does not start" },
        { SCRIPT_SOCKET, CODE(WSA_NOT_ENOUGH_MEMORY), IPFUNNEL_ENOMEM, "WSASocket", "out of memory" },
        { SCRIPT_BIND, CODE(WSAEADDRNOTAVAIL), IPFUNNEL_EADDRNOTAVAIL, "bind", "10.0.0.1" },
        { SCRIPT_BIND, CODE(WSAEACCES), IPFUNNEL_EACCES, "bind", "SO_EXCLUSIVEADDRUSE" },
        { SCRIPT_BIND, CODE(WSAEADDRINUSE), IPFUNNEL_EACCES, "bind", "for itself alone" },
        { SCRIPT_BIND, CODE(WSAEINVAL), IPFUNNEL_EINVAL, "bind", "bound already" },
        { SCRIPT_BIND, CODE(WSAEFAULT), IPFUNNEL_EINVAL, "bind", "memory" },
        { SCRIPT_BIND, CODE(WSAENOTSOCK), IPFUNNEL_EINVAL, "bind", "behind the capture's back" },
        { SCRIPT_RCVALL, CODE(WSAEFAULT), IPFUNNEL_EINVAL, "SIO_RCVALL", "memory" },
        { SCRIPT_RCVALL, CODE(WSAEINTR), IPFUNNEL_INTERRUPTED, "SIO_RCVALL", "interrupted" },
        { SCRIPT_RCVALL, CODE(WSAEINVAL), IPFUNNEL_EINVAL, "SIO_RCVALL", "neither this mode nor this socket" },
        { SCRIPT_RCVALL, CODE(WSAENETDOWN), IPFUNNEL_ENETDOWN, "SIO_RCVALL", "has failed" },
        { SCRIPT_RCVALL, CODE(WSAENOBUFS), IPFUNNEL_ENOBUFS, "SIO_RCVALL", "out of memory for sockets" },
        { SCRIPT_RCVALL, CODE(WSAENOPROTOOPT), IPFUNNEL_EOPNOTSUPP, "SIO_RCVALL", "does not know" },
        { SCRIPT_RCVALL, CODE(WSAENOTSOCK), IPFUNNEL_EINVAL, "SIO_RCVALL", "behind the capture's back" },
        { SCRIPT_RCVALL, CODE(WSAEOPNOTSUPP), IPFUNNEL_EOPNOTSUPP, "SIO_RCVALL", "has no SIO_RCVALL" },
        { SCRIPT_RCVALL, CODE(WSAEACCES), IPFUNNEL_EACCES, "SIO_RCVALL", "firewall" },
        { SCRIPT_RCVALL, CODE(WSAEMSGSIZE), IPFUNNEL_EIO, "SIO_RCVALL", "longer" },
        { SCRIPT_RCVALL, CODE(WSA_OPERATION_ABORTED), IPFUNNEL_EIO, "SIO_RCVALL", "each time" },
        { SCRIPT_WATCH, CODE(WSAEOPNOTSUPP), IPFUNNEL_EOPNOTSUPP, "ADDRESS_LIST_CHANGE", "does not tell" },
        { SCRIPT_RECEIVE, CODE(WSAEINVAL), IPFUNNEL_EINVAL, "WSARecv", "not bound" },
        { SCRIPT_RECEIVE, CODE(WSAENOBUFS), IPFUNNEL_ENOBUFS, "WSARecv", "out of memory for sockets" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (int under_way = 0; under_way < (rows[i].call == SCRIPT_RCVALL ? 2 : 1); under_way++) {
            ipfunnel_options o = options_on("10.0.0.1");
            ipfunnel_error e = { .status = 0 };
            ipfunnel *h = NULL;
            o.flags = IPFUNNEL_OPEN_EVENTS;
            scripted_reset();
            (under_way ? scripted_end : scripted_fail)(rows[i].call, 0, ANY_PROTOCOL, rows[i].code, FOR_EVER);
            int status = ipfunnel_open(&h, &o, &e);
            expect_error(&e, status, &rows[i]);
            CHECK(!h);
            CHECK_INT(scripted_open_sockets(), 0);
            CHECK_INT(scripted_starts(), 0);
        }
}

static void ipv6_has_meanings_of_its_own(void)
{
    static const struct expected rows[] = {
        { SCRIPT_RCVALL, CODE(WSAEINVAL), IPFUNNEL_EOPNOTSUPP, "SIO_RCVALL", "for IPv4 only" },
        { SCRIPT_MESSAGE, CODE(WSAEOPNOTSUPP), IPFUNNEL_EOPNOTSUPP, "EXTENSION_FUNCTION", "WSARecvMsg" },
        { SCRIPT_BIND, CODE(WSAEADDRNOTAVAIL), IPFUNNEL_EADDRNOTAVAIL, "bind", "fd00::1" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ipfunnel_options o = options_on("fd00::1");
        ipfunnel_error e = { .status = 0 };
        ipfunnel *h = NULL;
        scripted_reset();
        scripted_fail(rows[i].call, 6, ANY_PROTOCOL, rows[i].code, FOR_EVER);
        expect_error(&e, ipfunnel_open(&h, &o, &e), &rows[i]);
        CHECK_INT(scripted_open_sockets(), 0);
    }
}

/* The interface disappears between open and start: then the same code says something else. */
static void wsaeinval_of_an_interface_that_is_gone_is_enodev(void)
{
    static const struct expected x = { SCRIPT_RCVALL, CODE(WSAEINVAL), IPFUNNEL_ENODEV, "SIO_RCVALL", "gone" };
    scripted_reset();
    ipfunnel_options o = options_on("10.0.0.1");
    o.start = 0;
    ipfunnel *h = open_with(&o);
    scripted_interface(false, false);
    scripted_fail(SCRIPT_RCVALL, 0, ANY_PROTOCOL, x.code, FOR_EVER);
    int status = ipfunnel_set_mode(h, IPFUNNEL_MODE_ON);
    expect_error(ipfunnel_last_error(h), status, &x);
    CHECK_INT(info_of(h).mode, IPFUNNEL_MODE_OFF);
    close_and_check(h);
}

static void off_of_an_interface_that_is_gone_is_no_error(void)
{
    scripted_reset();
    ipfunnel *h = open_on("10.0.0.1");
    scripted_interface(false, false);
    scripted_fail(SCRIPT_RCVALL, 0, ANY_PROTOCOL, IPFUNNEL__WSAEINVAL, FOR_EVER);
    CHECK_INT(ipfunnel_set_mode(h, IPFUNNEL_MODE_OFF), 0);
    close_and_check(h);
}

/* A code without a row: the number is told, nothing is invented. */
static void an_unknown_code_is_eio_with_its_number(void)
{
    ipfunnel_options o = options_on("10.0.0.1");
    ipfunnel_error e = { .status = 0 };
    ipfunnel *h = NULL;
    scripted_reset();
    scripted_fail(SCRIPT_BIND, 0, ANY_PROTOCOL, 12345, 1);
    CHECK_INT(ipfunnel_open(&h, &o, &e), IPFUNNEL_EIO);
    CHECK_INT(e.os_code, 12345);
    CHECK_CONTAINS(e.text, "12345");
    CHECK_CONTAINS(e.remedy, "12345");
}

/* Codes that say "not now", or "once more": the caller never hears of them. */
static void codes_that_are_waited_for_are_never_seen(void)
{
    static const struct { enum scripted_call call; int code, times; } rows[] = {
        { SCRIPT_STARTUP, IPFUNNEL__WSAEINPROGRESS, 2 }, { SCRIPT_SOCKET, IPFUNNEL__WSAEINPROGRESS, 2 },
        { SCRIPT_BIND, IPFUNNEL__WSAEINPROGRESS, 2 },    { SCRIPT_RCVALL, IPFUNNEL__WSAEINPROGRESS, 2 },
        { SCRIPT_RCVALL, IPFUNNEL__WSAEWOULDBLOCK, 2 },  { SCRIPT_RCVALL, IPFUNNEL__WSA_OPERATION_ABORTED, 3 },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        scripted_reset();
        scripted_fail(rows[i].call, 0, ANY_PROTOCOL, rows[i].code, rows[i].times);
        ipfunnel *h = open_on("10.0.0.1");
        deliver_v4(3);
        expect_numbers(h, 3, 1);
        close_and_check(h);
    }
}

static void receives_that_end_for_no_reason_are_posted_again(void)
{
    static const int codes[] = { IPFUNNEL__WSA_OPERATION_ABORTED, IPFUNNEL__WSAEINTR, IPFUNNEL__WSAENETRESET,
                                 IPFUNNEL__WSAECONNRESET };
    scripted_reset();
    ipfunnel *h = open_on("10.0.0.1");
    int outstanding = scripted_outstanding(4);
    for (uint32_t i = 0; i < 4; i++) {
        deliver_v4(i);
        scripted_end_receive(4, codes[i]);
    }
    scripted_abort_receives();
    deliver_v4(4);                                /* into the system's buffer */
    expect_numbers(h, 0, 5);
    CHECK_INT(scripted_outstanding(4), outstanding);
    close_and_check(h);
}

static void a_system_that_cancels_each_receive_is_an_error_in_the_end(void)
{
    static const struct expected x = { SCRIPT_RECEIVE, CODE(WSA_OPERATION_ABORTED), IPFUNNEL_EIO, "WSARecv",
                                       "each time" };
    scripted_reset();
    ipfunnel *h = open_on("10.0.0.1");
    const ipfunnel_datagram *d = NULL;
    scripted_abort_receives();
    scripted_end(SCRIPT_RECEIVE, 0, ANY_PROTOCOL, x.code, FOR_EVER);
    int status = ipfunnel_recv(h, &d, 1, -1);
    expect_error(ipfunnel_last_error(h), status, &x);
    close_and_check(h);
}

/* Behind what arrived before it; told once for each time it happens, and the capture goes on. */
static void a_receive_that_fails_is_told_in_its_place(void)
{
    static const struct expected rows[] = {
        { SCRIPT_RECEIVE, CODE(WSAENETDOWN), IPFUNNEL_ENETDOWN, "WSARecv", "has failed" },
        { SCRIPT_RECEIVE, CODE(WSAENOBUFS), IPFUNNEL_ENOBUFS, "WSARecv", "out of memory" },
        { SCRIPT_RECEIVE, CODE(WSAENOTSOCK), IPFUNNEL_EINVAL, "WSARecv", "behind" },
        { SCRIPT_RECEIVE, CODE(WSAEFAULT), IPFUNNEL_EINVAL, "WSARecv", "memory" },
        { SCRIPT_RECEIVE, CODE(WSAEINVAL), IPFUNNEL_EINVAL, "WSARecv", "not bound" },
        { SCRIPT_RECEIVE, CODE(WSAEOPNOTSUPP), IPFUNNEL_EOPNOTSUPP, "WSARecv", "cannot do that" },
    };
    scripted_reset();
    ipfunnel *h = open_on("10.0.0.1");
    const ipfunnel_datagram *d = NULL;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        deliver_v4(8);
        scripted_end_receive(4, rows[i].code);
        deliver_v4(9);
        CHECK_INT(number_in(next_of(h)), 8);
        CHECK_INT(ready(h), 1);
        int status = ipfunnel_recv(h, &d, 1, -1);
        expect_error(ipfunnel_last_error(h), status, &rows[i]);
        expect_numbers(h, 9, 1);
    }
    close_and_check(h);
}

static void a_receive_that_ends_with_the_interface_is_enodev_for_good(void)
{
    scripted_reset();
    ipfunnel *h = open_on("10.0.0.1");
    const ipfunnel_datagram *d = NULL;
    deliver_v4(1);
    scripted_end_receive(4, IPFUNNEL__WSAEINVAL);
    scripted_interface(false, false);
    CHECK_INT(number_in(next_of(h)), 1);
    for (int i = 0; i < 3; i++) {
        CHECK_INT(ipfunnel_recv(h, &d, 1, -1), IPFUNNEL_ENODEV);
        CHECK_CONTAINS(ipfunnel_last_error(h)->text, "gone");
        CHECK_INT(ready(h), 1);
    }
    close_and_check(h);
}

/* No receive can be posted for a while: nothing is lost that the system keeps. */
static void posting_is_tried_again_until_it_works(void)
{
    static const int codes[] = { IPFUNNEL__WSAEWOULDBLOCK, IPFUNNEL__WSAEINPROGRESS, IPFUNNEL__WSAEINTR };
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        scripted_reset();
        ipfunnel *h = open_on("10.0.0.1");
        const ipfunnel_datagram *d = NULL;
        scripted_abort_receives();
        scripted_fail(SCRIPT_RECEIVE, 0, ANY_PROTOCOL, codes[i], 5);
        deliver_v4(77);
        CHECK_INT(ipfunnel_recv(h, &d, 1, 10000), 1);
        CHECK_INT(number_in(d), 77);
        close_and_check(h);
    }
}

/* None is under way, and none can be posted: nobody would be woken. */
static void a_receive_that_cannot_be_posted_at_all_is_told(void)
{
    static const struct expected x = { SCRIPT_RECEIVE, CODE(WSAENOBUFS), IPFUNNEL_ENOBUFS, "WSARecv", "out of memory" };
    scripted_reset();
    ipfunnel *h = open_on("10.0.0.1");
    const ipfunnel_datagram *d = NULL;
    scripted_abort_receives();
    scripted_fail(SCRIPT_RECEIVE, 0, ANY_PROTOCOL, x.code, 1);
    int status = ipfunnel_recv(h, &d, 1, -1);
    expect_error(ipfunnel_last_error(h), status, &x);
    deliver_v4(4);
    expect_numbers(h, 4, 1);
    close_and_check(h);
}

/* Some are under way: fewer than wanted are no error. */
static void fewer_receives_than_wanted_are_enough(void)
{
    scripted_reset();
    ipfunnel *h = open_on("10.0.0.1");
    for (uint32_t i = 0; i < 10; i++)
        deliver_v4(i);
    int before = scripted_outstanding(4);
    for (uint32_t i = 0; i < 10; i++)
        CHECK_INT(number_in(next_of(h)), i);
    scripted_fail(SCRIPT_RECEIVE, 0, ANY_PROTOCOL, IPFUNNEL__WSAENOBUFS, 1);
    ipfunnel_release(h);
    CHECK(scripted_outstanding(4) > before);
    deliver_v4(10);
    expect_numbers(h, 10, 1);
    close_and_check(h);
}

static void an_ioctl_that_never_ends_is_cancelled(void)
{
    static const struct expected x = { SCRIPT_RCVALL, CODE(WSA_IO_PENDING), IPFUNNEL_EIO, "SIO_RCVALL",
                                       "does not finish" };
    ipfunnel_options o = options_on("10.0.0.1");
    ipfunnel_error e = { .status = 0 };
    ipfunnel *h = NULL;
    scripted_reset();
    scripted_hold(false);
    expect_error(&e, ipfunnel_open(&h, &o, &e), &x);
    CHECK_INT(scripted_open_sockets(), 0);
}

/* Memory that the system may still write to is not given back, and no second call is made with it. */
static void an_ioctl_that_cannot_even_be_cancelled_keeps_its_memory(void)
{
    scripted_reset();
    ipfunnel_options o = options_on("10.0.0.1");
    o.start = 0;
    ipfunnel *h = open_with(&o);
    scripted_hold(true);
    CHECK_INT(ipfunnel_set_mode(h, IPFUNNEL_MODE_ON), IPFUNNEL_EIO);
    int calls = scripted_calls(SCRIPT_RCVALL);
    CHECK_INT(ipfunnel_set_mode(h, IPFUNNEL_MODE_ON), IPFUNNEL_EIO);
    CHECK_INT(scripted_calls(SCRIPT_RCVALL), calls);
    close_and_check(h);
    scripted_let_go();                            /* writes to it now */
}

static void probe_tells_why_not(void)
{
    ipfunnel_error e = { .status = 0 };
    scripted_reset();
    CHECK_INT(ipfunnel_probe("sio_rcvall", &e), 0);
    scripted_fail(SCRIPT_SOCKET, 4, ANY_PROTOCOL, IPFUNNEL__WSAEACCES, 1);
    CHECK_INT(ipfunnel_probe("sio_rcvall", &e), IPFUNNEL_EACCES);
    CHECK_CONTAINS(e.remedy, "administrator");
    scripted_fail(SCRIPT_SOCKET, 4, ANY_PROTOCOL, IPFUNNEL__WSAEPROTONOSUPPORT, 1);
    CHECK_INT(ipfunnel_probe("sio_rcvall", &e), IPFUNNEL_EUNAVAILABLE);
    CHECK_INT(e.status, IPFUNNEL_EUNAVAILABLE);
    scripted_fail(SCRIPT_SOCKET, 4, ANY_PROTOCOL, IPFUNNEL__WSAEAFNOSUPPORT, 1);
    CHECK_INT(ipfunnel_probe("sio_rcvall", &e), 0);       /* a machine with IPv6 only */
    scripted_fail(SCRIPT_STARTUP, 0, ANY_PROTOCOL, IPFUNNEL__WSASYSNOTREADY, 1);
    CHECK_INT(ipfunnel_probe("sio_rcvall", &e), IPFUNNEL_ENETDOWN);
    CHECK_INT(scripted_open_sockets(), 0);
    CHECK_INT(scripted_starts(), 0);
}

int main(void)
{
    RUN(opening_fails_with_each_code);
    RUN(ipv6_has_meanings_of_its_own);
    RUN(wsaeinval_of_an_interface_that_is_gone_is_enodev);
    RUN(off_of_an_interface_that_is_gone_is_no_error);
    RUN(an_unknown_code_is_eio_with_its_number);
    RUN(codes_that_are_waited_for_are_never_seen);
    RUN(receives_that_end_for_no_reason_are_posted_again);
    RUN(a_system_that_cancels_each_receive_is_an_error_in_the_end);
    RUN(a_receive_that_fails_is_told_in_its_place);
    RUN(a_receive_that_ends_with_the_interface_is_enodev_for_good);
    RUN(posting_is_tried_again_until_it_works);
    RUN(a_receive_that_cannot_be_posted_at_all_is_told);
    RUN(fewer_receives_than_wanted_are_enough);
    RUN(an_ioctl_that_never_ends_is_cancelled);
    RUN(an_ioctl_that_cannot_even_be_cancelled_keeps_its_memory);
    RUN(probe_tells_why_not);
    return 0;
}
