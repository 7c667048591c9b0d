/* ipfunnel.h - capture IP datagrams, the same bytes from every backend.
 *
 * A capture delivers IPv4 and IPv6 datagrams (or fragments) of one interface: no link header, no padding, nothing that
 * is not IP, one record each, both directions. The reference for "the same" is a Windows raw socket with SIO_RCVALL
 * (https://learn.microsoft.com/windows/win32/winsock/sio-rcvall).
 *
 * Conventions of this header
 *   Status     functions that return int return >= 0 for success and a negative ipfunnel_status otherwise. On failure
 *              no output but the error object is written.
 *   Threads    one thread at a time per capture; different captures are independent. ipfunnel_interrupt is the one
 *              exception: any thread, any signal handler. After fork only one of the two processes may use or close
 *              a capture: they share what is behind it.
 *   Lifetime   datagrams are views into memory of the library. They end at the next ipfunnel_recv, ipfunnel_release or
 *              ipfunnel_close of the same capture. Strings of a capture live until its ipfunnel_close.
 *   Sizes      a struct that the caller owns starts with its own size: initialise it with its ..._INIT macro. A struct
 *              that the library hands out as a pointer may grow at its end; never allocate or copy one by sizeof.
 *   Numbers    lengths are bytes, times are nanoseconds since 1970-01-01 UTC, multi-byte fields are in host byte order.
 *              Datagram bytes and IP addresses are in network byte order.
 *   Unknown    is told apart from every real value: an ..._UNKNOWN constant, a cleared bit in `available`, or 0 where 0
 *              cannot be real (said at the field). A count that is unknown is never reported as 0.
 * The library never prints, exits or installs signal handlers, and has no global state. */
#ifndef IPFUNNEL_H
#define IPFUNNEL_H
#include <stddef.h>
#include <stdint.h>

#if defined(_WIN32) && defined(IPFUNNEL_SHARED)
#  ifdef IPFUNNEL_BUILDING
#    define IPFUNNEL_API __declspec(dllexport)
#  else
#    define IPFUNNEL_API __declspec(dllimport)
#  endif
#elif defined(__GNUC__)
#  define IPFUNNEL_API __attribute__((visibility("default")))
#else
#  define IPFUNNEL_API
#endif

#define IPFUNNEL_VERSION_MAJOR 0
#define IPFUNNEL_VERSION_MINOR 1
#define IPFUNNEL_VERSION_PATCH 0

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Status and errors ------------------------------------------------------------------------------------------ */

typedef enum ipfunnel_status {
    IPFUNNEL_OK = 0,
    IPFUNNEL_END = -1,             /* mode is OFF and all that arrived before was read; or the file ended. Where its
                                      last record is cut, ipfunnel_last_error then has this status and says so */
    IPFUNNEL_INTERRUPTED = -2,     /* ipfunnel_interrupt was called */
    IPFUNNEL_EVENT = -3,           /* ipfunnel_next_event has something (only with IPFUNNEL_OPEN_EVENTS) */
    IPFUNNEL_EINVAL = -4,          /* an argument or option is wrong; WSAEINVAL, WSAEFAULT */
    IPFUNNEL_EACCES = -5,          /* no permission; WSAEACCES, EPERM */
    IPFUNNEL_EADDRNOTAVAIL = -6,   /* no interface has this address; WSAEADDRNOTAVAIL */
    IPFUNNEL_ENODEV = -7,          /* no such interface, or it is gone */
    IPFUNNEL_ENETDOWN = -8,        /* the network subsystem is down; WSAENETDOWN, WSASYSNOTREADY */
    IPFUNNEL_ENOBUFS = -9,         /* the system is out of buffers or descriptors; WSAENOBUFS, EMFILE */
    IPFUNNEL_ENOMEM = -10,         /* out of memory */
    IPFUNNEL_EOPNOTSUPP = -11,     /* this backend or build cannot do that; see the capability bits */
    IPFUNNEL_ENOBACKEND = -12,     /* the backend is not in this build, or no backend has this name */
    IPFUNNEL_EUNAVAILABLE = -13,   /* the backend is built but cannot run here */
    IPFUNNEL_EIO = -14             /* a file or the system failed; os_code and text say how */
} ipfunnel_status;

/* What failed. Owned by the caller; every function that takes one accepts NULL. One line each, no trailing newline. */
typedef struct ipfunnel_error {
    int32_t status;                /* the ipfunnel_status that was returned */
    int32_t os_code;               /* errno or Winsock code behind it; 0 when there is none */
    uint32_t column;               /* of a filter expression the byte, from 1, where it is wrong; 0: not about that */
    char where[64];                /* the call that failed, e.g. "setsockopt(PACKET_RX_RING)" */
    char text[320];                /* what failed, on what, and why */
    char remedy[320];              /* what to do about it */
} ipfunnel_error;

/* The name of a status, e.g. "EACCES"; "UNKNOWN" for a number that is none. Static string; any thread. */
IPFUNNEL_API const char *ipfunnel_status_text(int status);

/* Version of the library that runs, as (major << 16 | minor << 8 | patch). Any thread. */
IPFUNNEL_API uint32_t ipfunnel_version(void);

/* ---- Backends --------------------------------------------------------------------------------------------------- */

/* What a backend can do. A missing bit means the request is refused with EOPNOTSUPP or the fact is always "unknown". Of
 * a file a fact is known where the file tells it. */
enum {
    IPFUNNEL_CAN_LIVE = 1 << 0,            /* captures from interfaces */
    IPFUNNEL_CAN_READ_FILES = 1 << 1,      /* reads capture files */
    IPFUNNEL_CAN_PUSH = 1 << 2,            /* takes frames through ipfunnel_push */
    IPFUNNEL_CAN_NAME = 1 << 3,            /* opens by name or index; without it only by address, as Windows does */
    IPFUNNEL_CAN_PROMISCUOUS = 1 << 4,     /* MODE_ON asks the interface for promiscuous mode */
    IPFUNNEL_CAN_DIRECTION = 1 << 5,       /* the system itself tells sent from received */
    IPFUNNEL_CAN_NO_OUTGOING = 1 << 6,     /* IPFUNNEL_OPEN_NO_OUTGOING */
    IPFUNNEL_CAN_CHECKSUM = 1 << 7,        /* tells the checksum state */
    IPFUNNEL_CAN_SEGMENTATION = 1 << 8,    /* marks super-datagrams */
    IPFUNNEL_CAN_VLAN = 1 << 9,            /* sees VLAN tags */
    IPFUNNEL_CAN_COUNT_DROPS = 1 << 10,    /* knows how many frames the system lost */
    IPFUNNEL_CAN_EVENTS = 1 << 11,         /* IPFUNNEL_OPEN_EVENTS */
    IPFUNNEL_CAN_FANOUT = 1 << 12,         /* shares one interface's traffic among captures */
    IPFUNNEL_CAN_FILTER = 1 << 13,         /* filter expressions */
    IPFUNNEL_CAN_ZERO_COPY = 1 << 14,      /* datagram bytes lie where the system wrote them */
    IPFUNNEL_CAN_ON_WIRE = 1 << 15,        /* IPFUNNEL_OPEN_ON_WIRE */
    IPFUNNEL_CAN_FILL_CHECKSUMS = 1 << 16  /* of IPFUNNEL_OPEN_ON_WIRE the checksums, by what they look like; no cuts */
};

typedef struct ipfunnel_backend {          /* static, never freed */
    const char *name;                      /* "af_packet", "memory", ... */
    const char *description;               /* one line for people */
    uint32_t capabilities;                 /* IPFUNNEL_CAN_* ; 0 when not built */
    uint32_t built;                        /* 1 when this library contains it */
} ipfunnel_backend;

/* The backend number `index`, in the order automatic choice tries them; NULL past the last. Backends that are not in
 * this build are listed too. Any thread. */
IPFUNNEL_API const ipfunnel_backend *ipfunnel_backend_at(int index);

/* Can the backend `name` run here, now, for this user? 0 or the reason as status and error: ENOBACKEND, EUNAVAILABLE,
 * EACCES. Opens nothing that stays open. Any thread. */
IPFUNNEL_API int ipfunnel_probe(const char *name, ipfunnel_error *error);

/* ---- Interfaces ------------------------------------------------------------------------------------------------- */

typedef struct ipfunnel_address {          /* handed out by the library */
    uint8_t version;                       /* 4 or 6 */
    uint8_t prefix_length;                 /* bits of the network part */
    uint8_t bytes[16];                     /* network order; IPv4 uses the first 4 */
} ipfunnel_address;

enum {
    IPFUNNEL_INTERFACE_UP = 1 << 0,            /* administratively up */
    IPFUNNEL_INTERFACE_RUNNING = 1 << 1,       /* has carrier */
    IPFUNNEL_INTERFACE_LOOPBACK = 1 << 2,
    IPFUNNEL_INTERFACE_POINT_TO_POINT = 1 << 3,
    IPFUNNEL_INTERFACE_SUGGESTED = 1 << 4      /* the one a person most likely wants: what the name "default" opens */
};

typedef struct ipfunnel_interface {        /* handed out by the library */
    const struct ipfunnel_interface *next; /* NULL at the end */
    const char *name;                      /* "eth0"; on Windows the connection's, "Ethernet 2", in UTF-8 */
    const char *description;               /* text for people, "" when there is none. Linux: the alias that somebody
                                              gave it (ip link set dev NAME alias TEXT) */
    uint32_t index;                        /* the system's interface number */
    uint32_t flags;                        /* IPFUNNEL_INTERFACE_* */
    uint32_t mtu;                          /* bytes; 0 = unknown */
    uint32_t hardware_address_length;      /* 0 = none or unknown */
    uint8_t hardware_address[8];
    uint32_t address_count;
    const ipfunnel_address *addresses;     /* address_count of them */
    const char *suggestion;                /* why it is the suggested one; "" when it is not */
    const char *guid;                      /* Windows: "{...}"; "" where interfaces have none */
    uint32_t other_name_count;
    uint32_t default_route;                /* IPFUNNEL_UNKNOWN / NO / YES: datagrams to the Internet leave here */
    const char *const *other_names;        /* other_name_count of them. Linux: ip link property add dev NAME altname */
    uint64_t frames;                       /* received and sent since it exists, or IPFUNNEL_FRAMES_UNKNOWN */
} ipfunnel_interface;
#define IPFUNNEL_FRAMES_UNKNOWN UINT64_MAX

/* An interface can be called, first match first (also for the command's -i):
 *   NAME             its name. On Windows (where this is what Windows calls alias) in any case of the letters A to Z,
 *                    elsewhere as it is written; there also its GUID, with or without braces, or the device that Npcap
 *                    makes of it, \Device\NPF_{GUID} (\Device\NPF_Loopback)
 *   OTHER NAME       one of its other names, as it is written
 *   lo               the loopback interface, whatever it is called here
 *   toward:ADDRESS   the one by which the system would now send to this host: "toward:192.0.2.1"
 *   ADDRESS          an address that it has: "10.0.0.1", "fe80::1%eth0" (after the % a name or number). Also selects
 *                    the address's family
 *   ADDRESS/BITS     the one with an address in this network: "192.0.2.0/24", "2001:db8::/32". One that has this very
 *                    address with this prefix length goes before others. Also selects the family
 *   default          the suggested one
 *   NUMBER           its index
 *   DESCRIPTION      its description, all of it; on Windows in any case
 * Of several that have an address the one that is up is meant. Where that leaves several it is EINVAL, and where there
 * is none ENODEV or EADDRNOTAVAIL: the remedy then names those that it can be, the likeliest first. */

/* Lists the interfaces of this machine, as a chain ordered by index.
 * Returns the number of interfaces or ENOBUFS, ENOMEM, EIO. Free it with ipfunnel_interfaces_free. Any thread. */
IPFUNNEL_API int ipfunnel_interfaces(const ipfunnel_interface **out, ipfunnel_error *error);

/* Ends the chain and all its strings. NULL is allowed. */
IPFUNNEL_API void ipfunnel_interfaces_free(const ipfunnel_interface *chain);

/* ---- Opening a capture ------------------------------------------------------------------------------------------ */

/* The values of RCVALL_VALUE (mstcpip.h). */
typedef enum ipfunnel_mode {
    IPFUNNEL_MODE_OFF = 0,
    IPFUNNEL_MODE_ON = 1,                  /* all datagrams, promiscuous where the interface can */
    IPFUNNEL_MODE_SOCKETLEVELONLY = 2,     /* accepted and without effect, as on Windows */
    IPFUNNEL_MODE_IPLEVEL = 3              /* what the interface receives anyway: never a frame for another host */
} ipfunnel_mode;

enum { IPFUNNEL_IPV4 = 1, IPFUNNEL_IPV6 = 2 };                           /* families, as bits */

enum {                                                                   /* ipfunnel_options.flags */
    IPFUNNEL_OPEN_NO_OUTGOING = 1 << 0,    /* received datagrams only: the view of Windows Server 2008 and before */
    IPFUNNEL_OPEN_COUNT_ALL = 1 << 1,      /* decide everything in user space, so that every counter is known; slower */
    IPFUNNEL_OPEN_EVENTS = 1 << 2,         /* ipfunnel_recv returns IPFUNNEL_EVENT for interface events */
    IPFUNNEL_OPEN_ON_WIRE = 1 << 3,        /* datagrams as the wire carries them; see below */
    IPFUNNEL_OPEN_NEWEST_WINS = 1 << 4     /* a full ring gives up its oldest frames, not those that arrive, as
                                              SIO_ENABLE_CIRCULAR_QUEUEING asks of a socket. Always EOPNOTSUPP: the
                                              oldest may be in use, and no system takes them back */
};

enum {                                                                   /* ipfunnel_options.vlan; or a VID, 1..4094 */
    IPFUNNEL_VLAN_DEFAULT = 0,             /* OWN for interfaces, ALL for files */
    IPFUNNEL_VLAN_OWN = 0x10000,           /* untagged and priority-tagged: what the interface's IP layer sees */
    IPFUNNEL_VLAN_ALL = 0x20000            /* everything, tags removed and recorded */
};

enum {                                                                   /* ipfunnel_options.fanout_mode */
    IPFUNNEL_FANOUT_FLOW = 0,              /* one flow, one capture (packet hash) */
    IPFUNNEL_FANOUT_ROUND_ROBIN = 1,
    IPFUNNEL_FANOUT_CPU = 2,               /* by the CPU that received the frame */
    IPFUNNEL_FANOUT_ROLLOVER = 3           /* fill one, then the next */
};

/* Zero in any field is the default. Bytes beyond the version the library knows must be zero (else EINVAL). */
typedef struct ipfunnel_options {
    size_t size;                           /* sizeof(ipfunnel_options), set by the INIT macro */
    const char *interface_name;            /* what it can be called: see "Interfaces". The ANY address is EINVAL.
                                              Backend "memory": the addresses of the imitated interface,
                                              "10.0.0.1/24,fd00::1/64", or NULL */
    const char *file;                      /* capture file to read instead, or "-": standard input; see below.
                                              Exactly one of interface_name and file */
    const char *backend;                   /* NULL: environment IPFUNNEL_BACKEND, else the first that can run here */
    const char *filter;                    /* pcap-filter expression; NULL or "": everything */
    uint32_t start;                        /* ipfunnel_mode to start in; 0: start later with ipfunnel_set_mode */
    uint32_t families;                     /* IPFUNNEL_IPV4 | IPFUNNEL_IPV6; 0: those of the address, else both */
    uint32_t flags;                        /* IPFUNNEL_OPEN_* */
    uint32_t vlan;                         /* IPFUNNEL_VLAN_* or a VID: the outermost tag that is not 0 */
    uint32_t snap_length;                  /* deliver at most this many bytes of a datagram; 0: 262144 */
    uint32_t latency_us;                   /* longest delay between arrival and delivery, in microseconds; see below.
                                              0: 1000; at most 1000000 */
    uint64_t ring_bytes;                   /* memory for frames not yet read; 0: 16 MiB; rounded up */
    uint32_t fanout_group;                 /* captures with the same number 1..65535 share the traffic; 0: alone */
    uint32_t fanout_mode;                  /* IPFUNNEL_FANOUT_* */
} ipfunnel_options;
#define IPFUNNEL_OPTIONS_INIT { sizeof(ipfunnel_options), NULL, NULL, NULL, NULL, 0, 0, 0, 0, 0, 0, 0, 0, 0 }

/* Latency: how long a datagram may be kept from its arrival until an ipfunnel_recv that waits has it, or a wait handle
 * is ready for it. The time is used to hand over many at once, which costs far less than to wake somebody for each.
 * What a busy machine takes to let the reader run comes on top.
 *   af_packet   From 1000 on the kernel hands over what it has each so many whole milliseconds, by a timer that also
 *               runs when nothing arrives (before Linux 6.18 one of the system's ticks or two longer). Below 1000 it
 *               wakes the reader for each datagram, and nothing runs when nothing arrives; ipfunnel_recv pauses up to
 *               half of the latency where that spares wake-ups, from 100 on. With on_wire never below 1000.
 *   pcap        From 1000 on it is libpcap's timeout in whole milliseconds, below it is libpcap's immediate mode. Npcap
 *               is always used in immediate mode; where nothing announces frames it is looked every 10 ms or sooner.
 *   others      Deliver at once, whatever is asked for.
 * ipfunnel_info tells the one that was obtained: it can be less than was asked for, and more where a system has no such
 * short ones. */
#define IPFUNNEL_LATENCY_LOWEST 1          /* each datagram as soon as it is there */

/* Files: pcap (both byte orders, micro- and nanoseconds, some older variants) and pcapng, from a path or a pipe; also
 * gzip and zstd where the build has their libraries ("ipfunnel backends" shows it).
 *   Modes       A file waits: ON and IPLEVEL read on where it was left, OFF gives END at once. IPLEVEL leaves out
 *               frames that the file says are for other hosts.
 *   Pipes       Opened at once, read as they grow, waited for like an interface. Of a path that is no pipe
 *               ipfunnel_open reads the beginning and says what is wrong with it, of a pipe the first ipfunnel_recv.
 *   Errors      EIO names the byte at which a file is damaged; all before it was delivered. EACCES, ENOBUFS, ENOMEM.
 *               EOPNOTSUPP: compression or version not in this build, no link type of the file has a rule, or
 *               no_outgoing of a file whose first frame does not say which way it went.
 *   Losses      ipfunnel_statistics.dropped and dropped_before are what the file says, pcap says nothing.
 *   Memory      ring_bytes is the largest record that is accepted (at least 1 MiB).
 * With the backend "pcap" libpcap reads: regular files only, one link type in each, and one that is cut ends with EIO.
 * Losses and interfaces are unknown, and so is direction where the link header does not tell it. */
/* Backend "sio_rcvall": an address opens its family, a name both, each with a socket of its own, which needs an address
 * of the interface. Direction is by addresses, those that come later included; whether the interface is promiscuous and
 * what was dropped is unknown; what is longer than 128 KiB is SNAPPED; an IPv6 header that Windows withholds is rebuilt
 * (HEADER_REBUILT). What the firewall keeps from the program is not seen. Events: ADDRESSES, GONE, and DOWN and UP
 * where addresses change with them. */
/* Backend "pcap" on Windows: Npcap's wpcap.dll, loaded when it is first asked for, from System32\Npcap or System32
 * only; EUNAVAILABLE where it is not installed. Between ON and IPLEVEL one capture of Npcap's is ended and another
 * begun: what passes meanwhile is an unknown loss. While any program has a raw socket with SIO_RCVALL in mode ON on the
 * interface, Npcap records what is sent there twice, and nothing tells the copies apart. Filters need no Npcap. */

/* IPFUNNEL_OPEN_ON_WIRE. A system may leave work to the interface hardware: datagrams too long for the wire, which it
 * cuts (super-datagrams: TCP segmentation, UDP_SEGMENT, BIG TCP), and checksums, which it fills in. Without this flag
 * they are delivered as the system shows them, marked; with it as the hardware makes them:
 *   Sent        by this host, not in a tunnel: byte for byte what the wire carries.
 *   Received    A super-datagram was put together from several. It is cut again, where the sender may have cut it too,
 *               and each part is marked IPFUNNEL_RECONSTRUCTED. So it is where nobody says which way it went. (What
 *               this host forwards may have come in so: then the identification of IPv4 is a guess, and unmarked.)
 *   Not cut     One whose facts do not fit its own TCP or UDP header (they are those of a tunnel's inner datagram), of
 *               which bytes are missing, or whose segment size is unknown, is delivered as seen, IPFUNNEL_NOT_CUT.
 *   Checksums   of TCP, UDP and everything with the Internet checksum are filled in: IPFUNNEL_CHECKSUM_FILLED. One that
 *               cannot be stays IPFUNNEL_CHECKSUM_NOT_READY: SCTP's, or when bytes are missing.
 * Filters and snap_length apply to what comes out of it. A call of ipfunnel_recv returns at most one part of the same
 * super-datagram: each part is written over the end of the one before.
 *   af_packet   All of this. Since Linux 4.6. The kernel cannot show supers of other kinds (SCTP, UFO, ESP) together
 *               with the facts; it drops them for this capture and counts them in `dropped`.
 *   memory      What the frames' facts allow. Without ipfunnel_frame.checksum_start the place of a checksum is that of
 *               the TCP or UDP header, if that field holds what senders leave there for the hardware.
 *   savefile    The same, from what the file says: pcapng only, and only our own writer records segment sizes.
 *   pcap        libpcap does not tell what was left to the hardware, neither live nor of a file. A checksum that holds
 *               what senders leave there is filled in: one that was valid stays as it is, whatever it looks like.
 *               Nothing is cut, since no size is known; live, what is longer than the interface's MTU is NOT_CUT.
 *   sio_rcvall  EOPNOTSUPP. */
typedef struct ipfunnel ipfunnel;          /* one capture on one interface, or of one file */

/* Opens a capture. With options->start = 0 nothing is captured before ipfunnel_set_mode.
 * Returns 0 and *out, or a status; *error then says what to do.
 * Errors to act on: EINVAL (options, ANY address), EACCES, ENODEV / EADDRNOTAVAIL (no such interface), ENOMEM (ring too
 * large), EOPNOTSUPP (the backend lacks a capability), ENOBACKEND, EUNAVAILABLE.
 * Lifetime: until ipfunnel_close. The options and their strings may go after the call. */
IPFUNNEL_API int ipfunnel_open(ipfunnel **out, const ipfunnel_options *options, ipfunnel_error *error);

/* Switches the mode; the counterpart of the SIO_RCVALL ioctl. OFF: what arrives from now on is not captured, what
 * arrived before stays readable, then ipfunnel_recv returns END. Starting again afterwards is allowed. Promiscuous mode
 * is best effort: an interface that refuses is no error, ipfunnel_info tells. SOCKETLEVELONLY changes nothing.
 * Returns 0 or EINVAL (not a mode), ENODEV (interface gone). On failure the old mode stays in force. */
IPFUNNEL_API int ipfunnel_set_mode(ipfunnel *capture, ipfunnel_mode mode);

/* Replaces the filter by a pcap-filter expression ("" or NULL: everything). When it returns 0, only what the new filter
 * accepts is delivered, of what waits, too, and nothing of that is missing which arrives from then on; on failure the
 * old one stays. ipfunnel_filter.h says what a filter sees, and what a kernel may leave out.
 * Returns 0, EINVAL (bad expression: the error names the column), EOPNOTSUPP (build without IPFUNNEL_CAN_FILTER). */
IPFUNNEL_API int ipfunnel_set_filter(ipfunnel *capture, const char *expression);

/* Switches the mode OFF, gives everything back and frees the capture. NULL is allowed. Must not run at the same time
 * as ipfunnel_interrupt on the same capture. */
IPFUNNEL_API void ipfunnel_close(ipfunnel *capture);

/* ---- Receiving -------------------------------------------------------------------------------------------------- */

enum {                                                                   /* ipfunnel_datagram.flags */
    IPFUNNEL_SNAPPED = 1 << 0,             /* the capture cut it: length < original_length */
    IPFUNNEL_SHORT = 1 << 1,               /* the IP header claims more than the frame had */
    IPFUNNEL_LENGTH_ASSUMED = 1 << 2,      /* the header's length field is 0: length is "the bytes received" */
    IPFUNNEL_SEGMENTATION = 1 << 3,        /* super-datagram: the wire carries (or carried) several smaller ones */
    IPFUNNEL_DROPPED_AT_LEAST = 1 << 4,    /* dropped_before is a lower bound */
    IPFUNNEL_HEADER_REBUILT = 1 << 5,      /* the system withheld the IPv6 header; this one is made of what it told
                                              instead, and `unproven` says which fields that leaves open */
    /* With IPFUNNEL_OPEN_ON_WIRE, or of a file that was written so: */
    IPFUNNEL_RECONSTRUCTED = 1 << 6,       /* cut from a super-datagram that was not, as far as is known, sent here */
    IPFUNNEL_NOT_CUT = 1 << 7,             /* super-datagram as seen: its facts are not its own or not enough */
    IPFUNNEL_CHECKSUM_FILLED = 1 << 8      /* the transport checksum is not the sender's: it was computed here */
};

/* Fields of a rebuilt IPv6 header that nobody told. Each holds a value that claims nothing: next header 59, addresses
 * "::", else 0; payload_length is what was received, without the extension headers that may have been there. */
#define IPFUNNEL_UNPROVEN_FIELDS(X) \
    X(traffic_class) X(flow_label) X(payload_length) X(next_header) X(hop_limit) X(source) X(destination) \
    X(extension_headers)      /* and with them, whether it is a fragment */
#define IPFUNNEL_UNPROVEN_NUMBER(name) IPFUNNEL_UNPROVEN_##name,
enum { IPFUNNEL_UNPROVEN_FIELDS(IPFUNNEL_UNPROVEN_NUMBER) IPFUNNEL_UNPROVEN_COUNT };   /* bit numbers in `unproven` */

enum { IPFUNNEL_DIRECTION_UNKNOWN = 0, IPFUNNEL_DIRECTION_IN = 1, IPFUNNEL_DIRECTION_OUT = 2 };
enum {                                                                   /* who says so */
    IPFUNNEL_SAYS_NOBODY = 0,
    IPFUNNEL_SAYS_KERNEL = 1,              /* or the link header that the system gave the frame */
    IPFUNNEL_SAYS_FILE = 2,                /* what it records of the frame, or the link header */
    IPFUNNEL_SAYS_ADDRESSES = 3
};
enum {                                                                   /* transport checksum */
    IPFUNNEL_CHECKSUM_UNKNOWN = 0,         /* nobody checked */
    IPFUNNEL_CHECKSUM_VALID = 1,           /* the system or the interface verified it */
    IPFUNNEL_CHECKSUM_NOT_READY = 2        /* not filled in yet: the interface hardware will */
};
#define IPFUNNEL_TIME_UNKNOWN INT64_MIN
#define IPFUNNEL_LENGTH_UNKNOWN UINT32_MAX
#define IPFUNNEL_DROPS_UNKNOWN UINT64_MAX

typedef struct ipfunnel_datagram {         /* handed out by the library; new fields come at the end */
    const uint8_t *bytes;                  /* starts at the IP header */
    uint32_t length;                       /* bytes that are there */
    uint32_t original_length;              /* length by the IP header itself; IPFUNNEL_LENGTH_UNKNOWN only where that
                                              field is 0 and the capture was cut */
    int64_t time_ns;                       /* arrival, or IPFUNNEL_TIME_UNKNOWN */
    uint64_t dropped_before;               /* frames the system lost since the datagram before, or ..._DROPS_UNKNOWN */
    uint32_t flags;                        /* IPFUNNEL_SNAPPED ... */
    uint32_t interface_index;              /* the system's; of a file the number in it, from 1; 0 = none */
    uint16_t segment_size;                 /* payload bytes per segment of a super-datagram; 0 = unknown or none */
    uint16_t vlan[2];                      /* tag control information of the outer and the next tag that were removed */
    uint8_t vlan_count;                    /* tags that were removed; may exceed 2 */
    uint8_t version;                       /* 4 or 6 */
    uint8_t direction;                     /* IPFUNNEL_DIRECTION_* as seen by this host */
    uint8_t direction_source;              /* IPFUNNEL_SAYS_* */
    uint8_t checksum;                      /* IPFUNNEL_CHECKSUM_* */
    const char *interface_name;            /* lives as long as the capture */
    uint8_t unproven;                      /* with IPFUNNEL_HEADER_REBUILT: bits 1 << IPFUNNEL_UNPROVEN_x */
} ipfunnel_datagram;

/* Waits for datagrams and hands out up to `max` of them, in arrival order.
 * timeout_ms: the longest wait; 0 only looks, -1 waits without limit. Frames that carry no datagram for this capture
 * do not extend it. Returns the number in out[], 0 at the timeout, or IPFUNNEL_END, IPFUNNEL_INTERRUPTED,
 * IPFUNNEL_EVENT, or an error: ENODEV once the interface is gone and all was read; EINVAL (max < 1); those of files.
 * Lifetime: this call first ends the datagrams of the call before. */
IPFUNNEL_API int ipfunnel_recv(ipfunnel *capture, const ipfunnel_datagram *out[], int max, int timeout_ms);

/* Ends the datagrams of the last ipfunnel_recv now and gives their memory back to the system, which may need it for
 * what arrives. Worth a call before doing something slow. (Where a frame holds more datagrams than there was room for,
 * the memory goes back after the ipfunnel_recv that delivers the last of them.) */
IPFUNNEL_API void ipfunnel_release(ipfunnel *capture);

/* Ends exactly one ipfunnel_recv with IPFUNNEL_INTERRUPTED: the one that waits now, else the next one. Several calls
 * before that count as one. Returns 0. Any thread, any signal or console handler; not concurrent with close. */
IPFUNNEL_API int ipfunnel_interrupt(ipfunnel *capture);

/* Waits until at least one of n captures has something for ipfunnel_recv. Returns how many, 0 at the timeout, or
 * EINVAL, ENOMEM, EIO. A capture counted here may turn out to have nothing to deliver. No limit on n. Of many captures
 * that mostly wait, those with a latency below 1000 or of many milliseconds cost the least: see "Latency".
 * Waiting ends no datagrams, but a batch that is still held may look like something to read: release first. */
IPFUNNEL_API int ipfunnel_wait(ipfunnel *const captures[], int n, int timeout_ms);

/* A descriptor for poll, select or epoll (readable), or a Windows HANDLE for WaitForMultipleObjects. It may be ready
 * for nothing but is never unready with something to read. With EPOLLET, which tells only what is new, call
 * ipfunnel_recv until it returns 0 before waiting again. Owned by the capture; do not read, close or reset it. */
IPFUNNEL_API intptr_t ipfunnel_wait_handle(ipfunnel *capture);

/* ---- Events ----------------------------------------------------------------------------------------------------- */

enum {
    IPFUNNEL_EVENT_DOWN = 1,               /* the interface went down; capture resumes by itself when it comes up */
    IPFUNNEL_EVENT_UP = 2,
    IPFUNNEL_EVENT_GONE = 3,               /* deleted or moved away: nothing more will come from this capture */
    IPFUNNEL_EVENT_ADDRESSES = 4,          /* an address was added or removed */
    IPFUNNEL_EVENT_MISSED = 5,             /* the system dropped event messages: look at the interface yourself */
    IPFUNNEL_EVENT_APPEARED = 6,           /* of ipfunnel_watch: an interface that was not there; up or not */
    IPFUNNEL_EVENT_RENAMED = 7             /* of ipfunnel_watch: the same interface, with the same index */
};
typedef struct ipfunnel_event {
    size_t size;                           /* set by the INIT macro */
    int64_t time_ns;                       /* when it was noticed */
    uint32_t kind;                         /* IPFUNNEL_EVENT_* */
    uint32_t interface_index;
    const char *interface_name;            /* this and the next live until the next ipfunnel_recv */
    const char *former_name;               /* of RENAMED; else "" */
} ipfunnel_event;
#define IPFUNNEL_EVENT_INIT { sizeof(ipfunnel_event), 0, 0, 0, NULL, NULL }

/* Takes the oldest event. An event comes after every datagram that the system had handed over when it was noticed.
 * Returns 1, or 0 when there is none; EINVAL for a bad size. */
IPFUNNEL_API int ipfunnel_next_event(ipfunnel *capture, ipfunnel_event *event);

/* Watches all interfaces, those that come later included: a capture without datagrams, which has only events, kinds
 * DOWN, UP, GONE, ADDRESSES, APPEARED and RENAMED. It is waited for together with others (ipfunnel_wait,
 * ipfunnel_wait_handle), interrupted and closed as they are; ipfunnel_recv returns EVENT, 0, INTERRUPTED, or ENOBUFS,
 * ENOMEM, EIO when the interfaces cannot be listed, and goes on when it is called again.
 * Modes and filters mean nothing to it; ipfunnel_info calls its backend "watch".
 * What is there when this returns is no event: list the interfaces after it, and nothing falls between the two. UP is
 * up and with carrier. Of what is done and undone before anybody looks nothing is told, but one that is deleted and
 * made anew is GONE and APPEARED. An event is told when the system says that something changed (Linux), or within half
 * a second (elsewhere); it has no place among the datagrams of a capture: for that there is IPFUNNEL_OPEN_EVENTS.
 * Needs no privileges. Returns 0, ENOBUFS, ENOMEM or EIO. */
IPFUNNEL_API int ipfunnel_watch(ipfunnel **out, ipfunnel_error *error);

/* ---- Counters and facts ----------------------------------------------------------------------------------------- */

/* Two ledgers, exact at any time, counted since open:
 *   frames     what the system handed over:  frames = carrying_ip + not_ip + malformed + unknown_link + pending
 *   datagrams  carrying_ip + extra_from_cutting = delivered + filtered + other_family + excluded_*
 * The ledgers hold for the values as they are. A counter whose bit in `available` is clear is unknown: where a program
 * in the kernel rejects a class of frames they are never handed over. Its value is then no more than the part of that
 * class that was handed over, e.g. before the program was in force. IPFUNNEL_OPEN_COUNT_ALL makes all counters
 * available that the backend can know. */
#define IPFUNNEL_COUNTERS(X) \
    X(frames)                 /* the system handed over */ \
    X(carrying_ip)            /* frames with a usable IP header; one is enough where a frame has several parts */ \
    X(not_ip)                 /* ARP, LLC, ... */ \
    X(malformed)              /* too short, wrong version, impossible lengths, damaged on the air */ \
    X(unknown_link)           /* link type without a rule */ \
    X(pending)                /* handed over, not looked at yet */ \
    X(extra_from_cutting)     /* datagrams beyond the first that one frame gave (802.11 A-MSDU; super-datagrams that \
                                 IPFUNNEL_OPEN_ON_WIRE cut) */ \
    X(delivered)              /* given to the caller */ \
    X(filtered)               /* rejected by the filter */ \
    X(other_family)           /* of a family this capture was not opened for */ \
    X(excluded_vlan)          /* tag outside the VLAN option */ \
    X(excluded_other_host)    /* IPLEVEL: for another host's link address */ \
    X(excluded_outgoing)      /* IPFUNNEL_OPEN_NO_OUTGOING */ \
    X(excluded_loopback_copy) /* second copy on a loopback interface */ \
    X(dropped)                /* frames the system lost for lack of room */

#define IPFUNNEL_COUNTER_NUMBER(name) IPFUNNEL_COUNTER_##name,
enum { IPFUNNEL_COUNTERS(IPFUNNEL_COUNTER_NUMBER) IPFUNNEL_COUNTER_COUNT };   /* bit numbers in `available` */

#define IPFUNNEL_COUNTER_FIELD(name) uint64_t name;
typedef struct ipfunnel_statistics {
    size_t size;                           /* set by the INIT macro */
    uint64_t available;                    /* bit IPFUNNEL_COUNTER_x is set when x is known */
    IPFUNNEL_COUNTERS(IPFUNNEL_COUNTER_FIELD)
} ipfunnel_statistics;
#define IPFUNNEL_STATISTICS_INIT { sizeof(ipfunnel_statistics), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 }

/* Fills *out. Returns 0, or EINVAL for a bad size. Never resets anything, and nothing but `pending` ever decreases.
 * Systems count losses in 32 bits and are asked often; so `dropped` is exact unless 2^32 frames are lost, which takes
 * minutes, while nobody calls ipfunnel_recv, ipfunnel_release or ipfunnel_stats. It is unknown while they cannot be
 * asked. */
IPFUNNEL_API int ipfunnel_stats(ipfunnel *capture, ipfunnel_statistics *out);

enum { IPFUNNEL_UNKNOWN = 0, IPFUNNEL_NO = 1, IPFUNNEL_YES = 2, IPFUNNEL_PARTLY = 3 };
#define IPFUNNEL_LINK_TYPE_MIXED UINT32_MAX

typedef struct ipfunnel_capture_info {
    size_t size;                           /* set by the INIT macro */
    const char *backend;
    const char *interface_name;            /* as it was called at open; of a file its path; "" for "memory" */
    uint32_t interface_index;              /* 0 = none */
    uint32_t capabilities;                 /* IPFUNNEL_CAN_* of this capture */
    uint32_t mode;                         /* ipfunnel_mode in force */
    uint32_t promiscuous;                  /* IPFUNNEL_UNKNOWN / NO / YES: what this capture obtained */
    uint32_t families;                     /* families that are delivered */
    uint32_t families_failed;              /* families that were asked for and could not be opened */
    uint32_t link_type;                    /* LINKTYPE number of the frames, or IPFUNNEL_LINK_TYPE_MIXED */
    uint32_t snap_length;
    uint32_t latency_us;                   /* longest delay that this capture adds, as obtained; 0: none at all */
    uint32_t clock_resolution_ns;          /* 0 = unknown */
    uint64_t buffer_bytes;                 /* memory for frames not yet read, as really allocated */
    const char *clock;                     /* who stamps: "kernel", "caller", "file", "library" */
    uint64_t file_position, file_size;     /* bytes read of a file as it is stored, and all; size 0: unknown, a pipe */
    const char *filter;                    /* "" = none; lives until the next ipfunnel_set_filter */
    uint32_t filter_in_kernel;             /* IPFUNNEL_YES / PARTLY / NO: does the kernel leave out what it rejects?
                                              ipfunnel_filter.h says more; NO in mode OFF */
    uint32_t reserved;                     /* 0 */
} ipfunnel_capture_info;
#define IPFUNNEL_CAPTURE_INFO_INIT \
    { sizeof(ipfunnel_capture_info), NULL, NULL, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, NULL, 0, 0, NULL, 0, 0 }

/* Fills *out with what is in force now. Returns 0, or EINVAL for a bad size. Strings live as long as the capture. */
IPFUNNEL_API int ipfunnel_info(ipfunnel *capture, ipfunnel_capture_info *out);

/* The error of the last call on this capture that failed. Valid until the next failing call or close. */
IPFUNNEL_API const ipfunnel_error *ipfunnel_last_error(const ipfunnel *capture);

/* ---- Reading a datagram ----------------------------------------------------------------------------------------- */

enum {                                                                   /* ipfunnel_headers.flags */
    IPFUNNEL_HAS_PORTS = 1 << 0,           /* TCP, UDP, UDP-Lite, SCTP, DCCP with both ports in the bytes */
    IPFUNNEL_IS_FRAGMENT = 1 << 1,         /* more fragments follow, or the offset is not 0 */
    IPFUNNEL_MORE_FRAGMENTS = 1 << 2,
    IPFUNNEL_CHAIN_CUT = 1 << 3            /* IPv4 options or the IPv6 header chain go on where the bytes end */
};
typedef struct ipfunnel_headers {
    size_t size;                           /* set by the INIT macro */
    const uint8_t *source, *destination;   /* 4 or 16 bytes inside the datagram */
    uint32_t transport_offset;             /* from the start of the datagram; == length when nothing follows */
    uint32_t flags;
    uint32_t fragment_offset;              /* bytes */
    uint32_t identification;               /* of IPv4, or of the IPv6 fragment header; 0 without one */
    uint16_t source_port, destination_port;
    uint8_t version;                       /* 4 or 6 */
    uint8_t protocol;                      /* of what is at transport_offset (IANA protocol numbers) */
    uint8_t hop_limit;                     /* or time to live */
    uint8_t tcp_flags;                     /* 0 unless TCP with its flags byte present */
} ipfunnel_headers;
#define IPFUNNEL_HEADERS_INIT { sizeof(ipfunnel_headers), NULL, NULL, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 }

/* Reads the IP header (and the IPv6 extension headers) of a datagram. Returns 0, or EINVAL for a bad size or when the
 * delivered bytes are fewer than the fixed IP header (a very small snap_length). Any thread. */
IPFUNNEL_API int ipfunnel_read_headers(const ipfunnel_datagram *datagram, ipfunnel_headers *out);

/* Writes an address as text ("10.0.0.1", "fd00::1") into out and returns out. version: 4 or 6. size >= 46 always
 * suffices; less is cut, never overrun. Any thread. */
IPFUNNEL_API char *ipfunnel_address_text(int version, const uint8_t *bytes, char *out, size_t size);

/* One line about addresses, ports, protocol, length and flags:
 *   "10.9.0.1:4000 > 10.9.0.2:53 UDP 36"
 * Returns out; cut when size is too small. No newline. Any thread. */
IPFUNNEL_API char *ipfunnel_summary(const ipfunnel_datagram *datagram, char *out, size_t size);

/* Time of day (UTC), direction, interface and ipfunnel_summary in one line:
 *   "13:37:00.000000001Z in  eth0 10.9.0.1:4000 > 10.9.0.2:53 UDP 36" */
IPFUNNEL_API char *ipfunnel_format(const ipfunnel_datagram *datagram, char *out, size_t size);

/* ---- Backend "memory": frames from the caller -------------------------------------------------------------------- */

enum {                                                                   /* ipfunnel_frame.facts */
    IPFUNNEL_FRAME_IN = 1 << 0,            /* the system says: received */
    IPFUNNEL_FRAME_OUT = 1 << 1,           /* the system says: sent */
    IPFUNNEL_FRAME_OTHER_HOST = 1 << 2,    /* received, for another host's link address; not with OUT */
    IPFUNNEL_FRAME_LOOPBACK_COPY = 1 << 3, /* the copy of a loopback datagram that is not delivered */
    IPFUNNEL_FRAME_CHECKSUM_NOT_READY = 1 << 4,
    IPFUNNEL_FRAME_CHECKSUM_VALID = 1 << 5,
    IPFUNNEL_FRAME_SEGMENTATION = 1 << 6,
    IPFUNNEL_FRAME_TAGGED = 1 << 7         /* a VLAN tag was removed from the bytes; it is in vlan_tci */
};

enum {                                                                   /* ipfunnel_frame.segmentation */
    IPFUNNEL_SEGMENTS_UNKNOWN = 0,
    IPFUNNEL_SEGMENTS_TCP4 = 1,            /* TCP over IPv4 */
    IPFUNNEL_SEGMENTS_TCP6 = 4,
    IPFUNNEL_SEGMENTS_UDP = 5,             /* datagrams of the same flow, as of the socket option UDP_SEGMENT */
    IPFUNNEL_SEGMENTS_ECN = 0x80           /* with TCP: the flag CWR, where it is set, is the first segment's only */
};

/* Link types that give datagrams, by LINKTYPE number (https://www.tcpdump.org/linktypes.html); frames of others count
 * as unknown_link:
 *   any system   1 Ethernet; 101, 12, 14 raw IP; 228 IPv4; 229 IPv6
 *   systems' own 0 NULL; 108 LOOP; 109 ENC; 117 PFLOG; 226 IPNET; 258 PKTAP; 113 SLL; 276 SLL2; 239 NFLOG
 *   wireless     105 802.11; 119 Prism; 127 radiotap; 163 AVS; 192 PPI. Data frames that are not encrypted; of
 *                fragments the first; an A-MSDU gives several datagrams
 *   lines        8 SLIP; 9, 50, 166, 204 PPP; 104, 205 Cisco HDLC; 107, 206, 182 frame relay; 100, 11, 106, 123 ATM
 *   other LANs   6 Token Ring; 10 FDDI; 7, 129 ARCNET; 122 Fibre Channel; 138 IEEE 1394; 242 InfiniBand
 *   switch tags  281, 282 Broadcom; 284, 285 Marvell */
typedef struct ipfunnel_frame {
    size_t size;                           /* set by the INIT macro */
    const uint8_t *bytes;                  /* starts at the link header */
    uint32_t captured_length;              /* bytes that are there */
    uint32_t original_length;              /* bytes the frame had; 0: as captured; IPFUNNEL_LENGTH_UNKNOWN: cut, by an
                                              unknown number of bytes */
    uint32_t link_type;                    /* LINKTYPE number */
    uint32_t facts;                        /* IPFUNNEL_FRAME_* */
    int64_t time_ns;                       /* or IPFUNNEL_TIME_UNKNOWN */
    uint16_t vlan_tci;                     /* with IPFUNNEL_FRAME_TAGGED */
    uint16_t unused[3];                    /* not looked at */
    /* What is left to the interface hardware, as struct virtio_net_hdr (linux/virtio_net.h) has it: */
    uint32_t segmentation;                 /* IPFUNNEL_SEGMENTS_*, with IPFUNNEL_FRAME_SEGMENTATION */
    uint32_t segment_size;                 /* payload bytes per segment, at most 65535; 0: unknown */
    uint32_t checksum_start;               /* first byte of the frame that the checksum covers; 0: unknown */
    uint32_t checksum_offset;              /* of the checksum, from there */
} ipfunnel_frame;
#define IPFUNNEL_FRAME_INIT { sizeof(ipfunnel_frame), NULL, 0, 0, 0, 0, 0, 0, { 0, 0, 0 }, 0, 0, 0, 0 }

/* Gives a copy of one frame to a capture of a backend with IPFUNNEL_CAN_PUSH, as if it had passed the interface now:
 * while the mode is OFF it is not captured. Same thread as ipfunnel_recv.
 * Returns 0, EINVAL, EOPNOTSUPP, or ENOBUFS when the ring is full (counted as dropped). */
IPFUNNEL_API int ipfunnel_push(ipfunnel *capture, const ipfunnel_frame *frame);

#ifdef __cplusplus
}
#endif
#endif
