#include "rcvall_errors.h"
#include "error.h"
#include "winsock_calls.h"

struct row {
    int code;
    const char *name;
    enum ipfunnel__rcvall_call call;
    enum ipfunnel__rcvall_state state;
    enum ipfunnel__rcvall_outcome outcome;
    int status;
    const char *why, *remedy;
};

#define CODE(c) .code = IPFUNNEL__##c, .name = #c
#define AT(c) .call = IPFUNNEL__CALL_##c

static const char run_as_administrator[] = "run the program as administrator (\"Run as administrator\")";
static const char close_others[] =
    "end other captures and programs with many sockets, or open with a smaller ring_bytes";
static const char no_such_thing[] =
    "use a Windows that supports SIO_RCVALL, or another backend: \"ipfunnel backends\" shows what can run here";
static const char defect[] =
    "this is a defect, of ipfunnel or of a program that changes Winsock: report it with this text";

/* The first row that fits counts: the narrow ones of a code stand before the wide one. */
static const struct row rows[] = {
    { CODE(WSAEACCES), AT(SOCKET), .status = IPFUNNEL_EACCES,
      .why = "raw sockets are for administrators only", .remedy = run_as_administrator },
    { CODE(WSAEACCES), AT(BIND), .status = IPFUNNEL_EACCES,
      .why = "another program holds the address for itself alone (SO_EXCLUSIVEADDRUSE)",
      .remedy = "end that program, or open by another address of the interface" },
    { CODE(WSAEACCES), .status = IPFUNNEL_EACCES,
      .why = "the system does not let this program receive everything: it is not an administrator's, or a rule of a "
             "firewall forbids it",
      .remedy = "run the program as administrator; if it is, allow it in the firewall or security software" },
    { CODE(WSAEADDRNOTAVAIL), .status = IPFUNNEL_EADDRNOTAVAIL,
      .why = "no interface has this address, or not yet",
      .remedy = "a new address needs a moment; \"ipfunnel list\" shows what there is" },
    { CODE(WSAEADDRINUSE), .status = IPFUNNEL_EACCES,
      .why = "another program holds the address for itself alone",
      .remedy = "end that program, or open by another address of the interface" },
    { CODE(WSAEINVAL), AT(RCVALL), .state = IPFUNNEL__STATE_GONE, .status = IPFUNNEL_ENODEV,
      .why = "the interface is gone", .remedy = "open again when it is back; \"ipfunnel list\" shows what there is" },
    { CODE(WSAEINVAL), AT(RECEIVE), .state = IPFUNNEL__STATE_GONE, .status = IPFUNNEL_ENODEV,
      .why = "the interface is gone", .remedy = "open again when it is back; \"ipfunnel list\" shows what there is" },
    { CODE(WSAEINVAL), AT(RCVALL), .state = IPFUNNEL__STATE_IPV6, .status = IPFUNNEL_EOPNOTSUPP,
      .why = "this system has SIO_RCVALL for IPv4 only", .remedy = "open for IPv4 (families, or an IPv4 address)" },
    { CODE(WSAEINVAL), AT(RCVALL), .status = IPFUNNEL_EINVAL,
      .why = "the system takes neither this mode nor this socket for SIO_RCVALL", .remedy = no_such_thing },
    { CODE(WSAEINVAL), AT(BIND), .status = IPFUNNEL_EINVAL,
      .why = "the socket was bound already, or the address names no interface", .remedy = defect },
    { CODE(WSAEINVAL), AT(RECEIVE), .status = IPFUNNEL_EINVAL,
      .why = "the socket is not bound any more", .remedy = "close the capture and open it again" },
    { CODE(WSAEINVAL), .status = IPFUNNEL_EINVAL,
      .why = "the system does not take an argument of the call", .remedy = defect },
    { CODE(WSAEFAULT), .status = IPFUNNEL_EINVAL,
      .why = "the system cannot reach memory that the call gave it", .remedy = defect },
    { CODE(WSAENOTSOCK), .status = IPFUNNEL_EINVAL,
      .why = "the socket was closed behind the capture's back",
      .remedy = "find what closes handles that are not its own; close the capture and open it again" },
    { CODE(WSAEAFNOSUPPORT), .status = IPFUNNEL_EINVAL,
      .why = "this IP version is not installed here", .remedy = "install it, or open for the other one (families)" },
    { CODE(WSAENETDOWN), .status = IPFUNNEL_ENETDOWN,
      .why = "the network subsystem has failed", .remedy = "wait until the network is back and try again" },
    { CODE(WSASYSNOTREADY), .status = IPFUNNEL_ENETDOWN,
      .why = "the network subsystem is not ready", .remedy = "wait until the network is back and try again" },
    { CODE(WSAENOBUFS), .status = IPFUNNEL_ENOBUFS,
      .why = "the system is out of memory for sockets", .remedy = close_others },
    { CODE(WSAEMFILE), .status = IPFUNNEL_ENOBUFS,
      .why = "no more sockets are available", .remedy = close_others },
    { CODE(WSAEPROCLIM), .status = IPFUNNEL_ENOBUFS,
      .why = "too many programs use Winsock", .remedy = "end some of them and try again" },
    { CODE(WSA_NOT_ENOUGH_MEMORY), .status = IPFUNNEL_ENOMEM,
      .why = "the system is out of memory", .remedy = "free memory and try again" },
    { CODE(WSAENOPROTOOPT), .status = IPFUNNEL_EOPNOTSUPP,
      .why = "this kind of socket does not know the option", .remedy = no_such_thing },
    { CODE(WSAEOPNOTSUPP), AT(RCVALL), .status = IPFUNNEL_EOPNOTSUPP,
      .why = "the system has no SIO_RCVALL", .remedy = no_such_thing },
    { CODE(WSAEOPNOTSUPP), AT(WATCH), .status = IPFUNNEL_EOPNOTSUPP,
      .why = "the system does not tell when addresses change", .remedy = "open without events (IPFUNNEL_OPEN_EVENTS)" },
    { CODE(WSAEOPNOTSUPP), .status = IPFUNNEL_EOPNOTSUPP,
      .why = "the system cannot do that with this kind of socket", .remedy = no_such_thing },
    { CODE(WSAEPROTONOSUPPORT), .status = IPFUNNEL_EOPNOTSUPP,
      .why = "the system has no raw sockets for this protocol", .remedy = no_such_thing },
    { CODE(WSAESOCKTNOSUPPORT), .status = IPFUNNEL_EOPNOTSUPP,
      .why = "the system has no raw sockets", .remedy = no_such_thing },
    { CODE(WSAVERNOTSUPPORTED), .status = IPFUNNEL_EUNAVAILABLE,
      .why = "this Winsock is older than version 2.2", .remedy = no_such_thing },
    { CODE(WSAEPROVIDERFAILEDINIT), .status = IPFUNNEL_EUNAVAILABLE,
      .why = "a program that changes Winsock does not start",
      .remedy = "remove it; \"netsh winsock show catalog\" lists what is installed" },
    { CODE(WSAEINTR), AT(RECEIVE), .outcome = IPFUNNEL__REPEATS, .status = IPFUNNEL_INTERRUPTED,
      .why = "the call was interrupted", .remedy = "try again" },
    { CODE(WSAEINTR), .status = IPFUNNEL_INTERRUPTED,
      .why = "the call was interrupted", .remedy = "try again" },
    { CODE(WSAENETRESET), AT(RECEIVE), .outcome = IPFUNNEL__REPEATS, .status = IPFUNNEL_EIO,
      .why = "the system ends every receive", .remedy = "close the capture and open it again" },
    { CODE(WSAECONNRESET), AT(RECEIVE), .outcome = IPFUNNEL__REPEATS, .status = IPFUNNEL_EIO,
      .why = "the system ends every receive", .remedy = "close the capture and open it again" },
    { CODE(WSA_OPERATION_ABORTED), .outcome = IPFUNNEL__REPEATS, .status = IPFUNNEL_EIO,
      .why = "the system cancels the call each time it is made",
      .remedy = "close the capture and open it again, from a thread that lives as long as the capture" },
    { CODE(WSA_IO_PENDING), .outcome = IPFUNNEL__WAITS, .status = IPFUNNEL_EIO,
      .why = "the system does not finish the call",
      .remedy = "try again; if it happens each time, the interface's driver or security software holds the call up" },
    { CODE(WSAEWOULDBLOCK), .outcome = IPFUNNEL__WAITS, .status = IPFUNNEL_EIO,
      .why = "the system keeps putting the call off", .remedy = "try again" },
    { CODE(WSAEINPROGRESS), .outcome = IPFUNNEL__WAITS, .status = IPFUNNEL_EIO,
      .why = "another call of Winsock keeps this one waiting", .remedy = "try again" },
    { CODE(WSAEMSGSIZE), .outcome = IPFUNNEL__CUTS, .status = IPFUNNEL_EIO,
      .why = "a datagram is longer than the room for it", .remedy = defect },
};

static const struct row *find(int code, enum ipfunnel__rcvall_call call, enum ipfunnel__rcvall_state state)
{
    for (const struct row *row = rows; row < rows + sizeof rows / sizeof *rows; row++)
        if (row->code == code && (row->call == call || row->call == IPFUNNEL__CALL_ANY)
            && (row->state == state || row->state == IPFUNNEL__STATE_ANY))
            return row;
    return NULL;
}

enum ipfunnel__rcvall_outcome ipfunnel__rcvall_outcome(int code, enum ipfunnel__rcvall_call call)
{
    const struct row *row = find(code, call, IPFUNNEL__STATE_ANY);
    return row ? row->outcome : IPFUNNEL__FAILS;
}

int ipfunnel__rcvall_fail(ipfunnel_error *error, int code, enum ipfunnel__rcvall_call call,
                          enum ipfunnel__rcvall_state state, const char *on)
{
    static const struct { const char *where, *what; } calls[IPFUNNEL__CALLS] = {
        [IPFUNNEL__CALL_STARTUP] = { .where = "WSAStartup", .what = "start Winsock" },
        [IPFUNNEL__CALL_SOCKET] = { .where = "WSASocket(SOCK_RAW)", .what = "make a raw socket" },
        [IPFUNNEL__CALL_BIND] = { .where = "bind", .what = "bind a raw socket" },
        [IPFUNNEL__CALL_MESSAGE] = { .where = "WSAIoctl(SIO_GET_EXTENSION_FUNCTION_POINTER)",
                                     .what = "find WSARecvMsg" },
        [IPFUNNEL__CALL_RCVALL] = { .where = "WSAIoctl(SIO_RCVALL)", .what = "switch the mode" },
        [IPFUNNEL__CALL_RECEIVE] = { .where = "WSARecv", .what = "receive" },
        [IPFUNNEL__CALL_WATCH] = { .where = "WSAIoctl(SIO_ADDRESS_LIST_CHANGE)", .what = "watch the addresses" },
    };
    const struct row *row = find(code, call, state);
    if (row) {
        ipfunnel__fail(error, row->status, code, calls[call].where, "cannot %s%s%s: %s (%s)", calls[call].what,
                       *on ? " on " : "", on, row->why, row->name);
        return ipfunnel__remedy(error, "%s", row->remedy);
    }
    char text[160];
    ipfunnel__fail(error, IPFUNNEL_EIO, code, calls[call].where, "cannot %s%s%s: %s", calls[call].what,
                   *on ? " on " : "", on, ipfunnel__os_error_text(code, text, sizeof text));
    return ipfunnel__remedy(error, "look the Winsock code %d up; closing the capture and opening it again may help",
                            code);
}
