/* control_code_table.c - the codes, what they mean to a capture, and what does their job. The names of functions and
 * options in these texts are held against the public headers by tests/integration/command_ioctl.sh. */
#include <ipfunnel_ioctl.h>
#include <stdbool.h>
#include <stddef.h>

#define I 0x80000000u
#define O 0x40000000u
#define V 0x20000000u
#define T(type) ((uint32_t)(type) << 27)

/* Numbers as the headers build them: Unix codes have an argument of 4 bytes, or none with V. */
#define UNIX(letter, count) (4u << 16 | (uint32_t)(letter) << 8 | (count))
#define WINSOCK(number) (T(1) | (number))
#define VENDOR(number) (T(3) | (number))

#define EVERYWHERE(how) .on_windows = how, .on_linux = how, .on_libpcap = how
#define NOWHERE(why) EVERYWHERE("none: " why)

#define NO_PORTS NOWHERE("a capture has no ports")
#define NO_PROVIDERS .on_linux = "none: sockets have no layered providers", .on_libpcap = "none: no Winsock socket"
#define NO_SENDING NOWHERE("a capture sends nothing")
#define NO_CONNECTION NOWHERE("a capture has no connection")

static const ipfunnel_ioctl table[] = {
    { .name = "FIONBIO", .code = I | UNIX('f', 126),
      .meaning = "calls do not wait",
      EVERYWHERE("ipfunnel_recv with timeout 0; ipfunnel_wait_handle tells when to call it") },
    { .name = "FIONREAD", .code = O | UNIX('f', 127),
      .meaning = "bytes that wait to be read; of datagrams all together, not the first one",
      EVERYWHERE("ipfunnel_wait with timeout 0 tells whether something waits, not how much") },
    { .name = "SIOCATMARK", .code = O | UNIX('s', 7),
      .meaning = "whether all urgent data of a stream was read",
      NOWHERE("a capture has datagrams, not a stream") },
    { .name = "SIO_ACQUIRE_PORT_RESERVATION", .code = I | VENDOR(100), .opcode_setting = I | T(3),
      .meaning = "reserves TCP or UDP ports for this process", NO_PORTS },
    { .name = "SIO_ADDRESS_LIST_CHANGE", .code = V | WINSOCK(23), .opcode_setting = T(1),
      .meaning = "tells that local addresses came or went",
      .on_windows = "IPFUNNEL_OPEN_EVENTS, then ipfunnel_next_event: IPFUNNEL_EVENT_ADDRESSES",
      .on_linux = "IPFUNNEL_OPEN_EVENTS, then ipfunnel_next_event: IPFUNNEL_EVENT_ADDRESSES",
      .on_libpcap = "none: libpcap does not tell; call ipfunnel_interfaces again" },
    { .name = "SIO_ADDRESS_LIST_QUERY", .code = O | WINSOCK(22), .opcode_setting = O | T(1),
      .meaning = "local addresses that a socket can be bound to, without loopback and those not ready for use",
      EVERYWHERE("ipfunnel_interfaces, which has loopback, too") },
    { .name = "SIO_ASSOCIATE_HANDLE", .code = I | WINSOCK(1), .opcode_setting = I | T(1),
      .meaning = "ties the handle of a companion interface (TAPI, ...) to a socket",
      NOWHERE("nothing of a capture has companion interfaces") },
    { .name = "SIO_ASSOCIATE_PORT_RESERVATION", .code = I | VENDOR(102), .opcode_setting = I | T(3),
      .meaning = "takes the port of a socket from a reservation", NO_PORTS },
    { .name = "SIO_BASE_HANDLE", .code = O | WINSOCK(34), .opcode_setting = O | T(1),
      .meaning = "the socket below all layered providers, which may delay or change what they pass on",
      .on_windows = "none: the raw socket is used as the system hands it out", NO_PROVIDERS },
    { .name = "SIO_BSP_HANDLE", .code = O | WINSOCK(27), .opcode_setting = O | T(1),
      .meaning = "the provider's socket behind WSASendMsg",
      .on_windows = "none: a capture sends nothing", NO_PROVIDERS },
    { .name = "SIO_BSP_HANDLE_SELECT", .code = O | WINSOCK(28), .opcode_setting = O | T(1),
      .meaning = "the provider's socket behind select",
      .on_windows = "none: ipfunnel_wait_handle is an event handle, not a socket for select", NO_PROVIDERS },
    { .name = "SIO_BSP_HANDLE_POLL", .code = O | WINSOCK(29), .opcode_setting = O | T(1),
      .meaning = "the provider's socket behind WSAPoll",
      .on_windows = "none: ipfunnel_wait_handle is an event handle, not a socket for WSAPoll", NO_PROVIDERS },
    /* The bits of the macro in <qossp.h>. The comment above it in the SDK speaks of _WSAIORW(IOC_VENDOR, 1), which has
     * owner 0 where the macro has 0x400. */
    { .name = "SIO_CHK_QOS", .code = I | O | VENDOR(1) | 0x400u << 16, .opcode_setting = I | O | T(3),
      .meaning = "how RSVP shapes what a flow sends", NO_SENDING },
    { .name = "SIO_ENABLE_CIRCULAR_QUEUEING", .code = V | WINSOCK(2), .opcode_setting = V | T(1),
      .meaning = "a full queue gives up its oldest datagram, not the one that arrives",
      .on_windows = "none: EOPNOTSUPP to IPFUNNEL_OPEN_NEWEST_WINS; a receive that completed cannot be undone",
      .on_linux = "none: EOPNOTSUPP to IPFUNNEL_OPEN_NEWEST_WINS; the ring drops what arrives",
      .on_libpcap = "none: EOPNOTSUPP to IPFUNNEL_OPEN_NEWEST_WINS; its buffers drop what arrives" },
    { .name = "SIO_FIND_ROUTE", .code = O | WINSOCK(3), .opcode_setting = O | T(1),
      .meaning = "looks for the route to an address anew (IPX)", NOWHERE("a capture finds no routes") },
    { .name = "SIO_FLUSH", .code = V | WINSOCK(4), .opcode_setting = V | T(1),
      .meaning = "discards what waits to be sent", NO_SENDING },
    { .name = "SIO_GET_BROADCAST_ADDRESS", .code = O | WINSOCK(5), .opcode_setting = O | T(1),
      .meaning = "an address for sending to everybody; IPv4 only",
      EVERYWHERE("ipfunnel_interfaces: an ipfunnel_address with all bits after its prefix_length set") },
    { .name = "SIO_GET_EXTENSION_FUNCTION_POINTER", .code = I | O | WINSOCK(6), .opcode_setting = I | O | T(1),
      .meaning = "a provider's extra functions, among them WSARecvMsg: destination and hop limit beside the data",
      .on_windows = "ipfunnel_recv: sio_rcvall asks for WSARecvMsg by itself",
      .on_linux = "none: the kernel hands over whole frames with their facts",
      .on_libpcap = "none: libpcap hands over whole frames" },
    { .name = "SIO_GET_GROUP_QOS", .code = I | O | WINSOCK(8), .opcode_setting = O | T(1),
      .meaning = "reserved", NO_SENDING },
    { .name = "SIO_GET_INTERFACE_LIST", .code = O | UNIX('t', 127), .opcode_setting = O | T(0),
      .meaning = "IPv4 addresses, masks and flags of the interfaces",
      EVERYWHERE("ipfunnel_interfaces, for IPv4 and IPv6") },
    { .name = "SIO_GET_INTERFACE_LIST_EX", .code = O | UNIX('t', 126), .opcode_setting = O | T(0),
      .meaning = "the same for any family, but Windows does not support it",
      EVERYWHERE("ipfunnel_interfaces, for IPv4 and IPv6") },
    { .name = "SIO_GET_QOS", .code = I | O | WINSOCK(7), .opcode_setting = O | T(1),
      .meaning = "the quality of service that a socket was promised", NO_SENDING },
    { .name = "SIO_IDEAL_SEND_BACKLOG_CHANGE", .code = V | 't' << 8 | 122, .opcode_setting = V | T(0),
      .meaning = "tells that TCP wants another amount of unacknowledged data", NO_CONNECTION },
    { .name = "SIO_IDEAL_SEND_BACKLOG_QUERY", .code = O | UNIX('t', 123), .opcode_setting = O | T(0),
      .meaning = "how much unacknowledged data suits a TCP connection", NO_CONNECTION },
    { .name = "SIO_KEEPALIVE_VALS", .code = I | VENDOR(4), .opcode_setting = I | T(3),
      .meaning = "when an idle TCP connection is probed", NO_CONNECTION },
    { .name = "SIO_MULTIPOINT_LOOPBACK", .code = I | WINSOCK(9), .opcode_setting = I | T(1),
      .meaning = "whether local members of a group get what this host sends to it",
      NOWHERE("it is up to the program that sends") },
    { .name = "SIO_MULTICAST_SCOPE", .code = I | WINSOCK(10), .opcode_setting = I | T(1),
      .meaning = "how many routers a multicast datagram may cross", NO_SENDING },
    { .name = "SIO_QUERY_RSS_SCALABILITY_INFO", .code = O | VENDOR(210), .opcode_setting = O | T(3),
      .meaning = "whether an interface spreads received traffic over several CPUs",
      .on_windows = "none: each raw socket gets all of it",
      .on_linux = "ipfunnel_options.fanout_group spreads an interface's traffic over several captures",
      .on_libpcap = "none: each capture gets all of it" },
    { .name = "SIO_QUERY_WFP_ALE_ENDPOINT_HANDLE", .code = O | VENDOR(205), .opcode_setting = O | T(3),
      .meaning = "what drivers of the Windows Filtering Platform call this socket",
      NOWHERE("it is for drivers") },
    { .name = "SIO_QUERY_PNP_TARGET_HANDLE", .other_name = "SIO_QUERY_TARGET_PNP_HANDLE", .code = O | WINSOCK(24),
      .opcode_setting = O | T(1), .meaning = "the next provider's socket, whose device may be unplugged",
      NOWHERE("Winsock asks it of layered providers; an interface that is gone is IPFUNNEL_EVENT_GONE, or ENODEV") },
    { .name = "SIO_RCVALL", .code = I | VENDOR(1), .opcode_setting = I | T(3),
      .meaning = "the capture itself: every datagram that passes the interface",
      EVERYWHERE("ipfunnel_set_mode, or ipfunnel_options.start; ipfunnel_mode has the numbers of RCVALL_VALUE") },
    { .name = "SIO_RELEASE_PORT_RESERVATION", .code = I | VENDOR(101), .opcode_setting = I | T(3),
      .meaning = "gives reserved ports back", NO_PORTS },
    { .name = "SIO_ROUTING_INTERFACE_CHANGE", .code = I | WINSOCK(21), .opcode_setting = I | T(1),
      .meaning = "tells that another interface now leads to an address",
      NOWHERE("a capture stays on the interface it was opened for") },
    { .name = "SIO_ROUTING_INTERFACE_QUERY", .code = I | O | WINSOCK(20), .opcode_setting = I | O | T(1),
      .meaning = "the local address from which an address is reached: where to capture what goes there",
      EVERYWHERE("ipfunnel_options.interface_name \"toward:ADDRESS\"") },
    { .name = "SIO_SET_COMPATIBILITY_MODE", .code = I | VENDOR(300), .opcode_setting = I | T(3),
      .meaning = "TCP buffers as an older Windows had them", NO_CONNECTION },
    { .name = "SIO_SET_GROUP_QOS", .code = I | WINSOCK(12), .opcode_setting = I | T(1),
      .meaning = "reserved", NO_SENDING },
    { .name = "SIO_SET_QOS", .code = I | WINSOCK(11), .opcode_setting = I | T(1),
      .meaning = "asks for a quality of service", NO_SENDING },
    { .name = "SIO_TRANSLATE_HANDLE", .code = I | O | WINSOCK(13), .opcode_setting = I | O | T(1),
      .meaning = "the socket's handle in a companion interface",
      NOWHERE("nothing of a capture has companion interfaces") },
    { .name = "SIO_UDP_CONNRESET", .code = I | VENDOR(12), .opcode_setting = I | T(3),
      .meaning = "whether \"port unreachable\" fails the next receive of a UDP socket",
      NOWHERE("a capture has the ICMP datagram itself") },
    /* Not on the LPWSPIOCTL page. */
    { .name = "SIO_LOOPBACK_FAST_PATH", .code = I | VENDOR(16), .opcode_setting = I | T(3),
      .meaning = "TCP over loopback without IP datagrams: no capture sees such a connection",
      .on_windows = "ipfunnel_loopback_fast_path, for the sockets of a program; a capture leaves it alone",
      .on_linux = "none: TCP over loopback is always IP datagrams (EOPNOTSUPP)",
      .on_libpcap = "none: it is up to the programs that are captured" },
    { .name = "SIO_RCVALL_MCAST", .code = I | VENDOR(2), .opcode_setting = I | T(3),
      .meaning = "every datagram to an IPv4 multicast address; documented for IPPROTO_UDP",
      EVERYWHERE("IPFUNNEL_MODE_ON with ipfunnel_options.filter \"dst net 224.0.0.0/4\"") },
    { .name = "SIO_RCVALL_IGMPMCAST", .code = I | VENDOR(3), .opcode_setting = I | T(3),
      .meaning = "every IGMP datagram and no other multicast",
      EVERYWHERE("IPFUNNEL_MODE_ON with ipfunnel_options.filter \"igmp\"") },
    /* mswsock.h of Windows XP gives the same number to SIO_SOCKET_CLOSE_NOTIFY. */
    { .name = "SIO_RCVALL_MCAST_IF", .code = I | VENDOR(13),
      .meaning = "by its name SIO_RCVALL_MCAST on an interface index; no page describes it",
      EVERYWHERE("as SIO_RCVALL_MCAST; ipfunnel_options.interface_name takes an index") },
    { .name = "SIO_RCVALL_IF", .code = I | VENDOR(14),
      .meaning = "by its name SIO_RCVALL on an interface index; no page describes it",
      EVERYWHERE("as SIO_RCVALL; ipfunnel_options.interface_name takes an index") },
    { .name = "SIO_TIMESTAMPING", .code = I | VENDOR(235),
      .meaning = "times from the system or the card; UDP sockets only, from build 20348",
      EVERYWHERE("ipfunnel_datagram.time_ns; ipfunnel_capture_info.clock says whose time it is") },
};

const ipfunnel_ioctl *ipfunnel_ioctl_at(int index)
{
    return index >= 0 && (size_t)index < sizeof table / sizeof *table ? &table[index] : NULL;
}

const ipfunnel_ioctl *ipfunnel_ioctl_by_code(uint32_t code)
{
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (table[i].code == code)
            return &table[i];
    return NULL;
}

static char upper(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

static bool is_name(const char *name, const char *given)
{
    while (*name && *name == upper(*given)) {
        name++;
        given++;
    }
    return *name == *given;
}

/* SIO_ may be left out, in `given` only: "ATMARK" names nothing. */
static bool names(const char *name, const char *given)
{
    static const char prefix[] = "SIO_";
    size_t n = 0;
    while (name[n] && name[n] == prefix[n])
        n++;
    return is_name(name, given) || (!prefix[n] && is_name(name + n, given));
}

const ipfunnel_ioctl *ipfunnel_ioctl_by_name(const char *given)
{
    for (size_t i = 0; given && i < sizeof table / sizeof *table; i++)
        if (names(table[i].name, given) || (table[i].other_name && names(table[i].other_name, given)))
            return &table[i];
    return NULL;
}
