/* ipfunnel_file.h - write datagrams to a pcapng or pcap file that every tool opens.
 *
 *     ipfunnel_writer_options o = IPFUNNEL_WRITER_OPTIONS_INIT;
 *     ipfunnel_writer_interface port = IPFUNNEL_WRITER_INTERFACE_INIT;
 *     o.path = "out.pcapng";
 *     port.name = "eth0";
 *     if (ipfunnel_writer_open(&w, &o, &error) < 0) ...
 *     number = ipfunnel_writer_add_interface(w, &port);
 *     while ((n = ipfunnel_recv(capture, d, 64, -1)) > 0 && ipfunnel_writer_write(w, number, d, n) == 0) { }
 *     ipfunnel_writer_statistics(w, number, &statistics, started_ns, ended_ns);
 *     if (ipfunnel_writer_close(w, &error) < 0) ...          // a failed last write is heard here
 *
 * The conventions of ipfunnel.h hold: status values, sizes, lifetimes; one thread at a time per writer.
 *
 * What survives     Everything is written in whole records, from one buffer of its own that goes to the system when it
 *                   holds 256 KiB, with ipfunnel_writer_flush, or after each batch (IPFUNNEL_WRITER_FLUSH_EACH). On
 *                   POSIX systems a batch of 32 KiB and more is written before the call returns: large datagrams in
 *                   it go to the system from where they are. Of a process that is killed, the file keeps every record
 *                   that went to the system; at most the last one is cut. A power failure is another matter: nothing
 *                   here waits for the disk.
 * After an error    of the file (disk full, broken pipe) nothing more is written, every later call returns the same
 *                   status, and close returns it once more. EINVAL writes nothing and ends nothing.
 * Pipes             When the reader of a pipe goes away, POSIX systems end the process by SIGPIPE. A program that
 *                   ignores SIGPIPE gets IPFUNNEL_EIO instead; the library does not touch signals.
 *
 * pcapng (https://datatracker.ietf.org/doc/draft-ietf-opsawg-pcapng), always little-endian:
 *   Section      shb_os, shb_userappl, opt_comment.
 *   Interface    link type 101 (raw IP), snap length, if_name, if_description, if_IPv4addr, if_IPv6addr, if_MACaddr or
 *                if_EUIaddr, if_tsresol = nanoseconds, if_filter (as pcap-filter text), if_os.
 *   Datagram     Enhanced Packet Block: epb_flags with direction (bits 0-1), checksum not ready (9) and valid (10),
 *                segmentation (11), written when not 0; epb_dropcount.
 *                  dropped_before     0 needs no option; where the interface said dropped_unknown, epb_dropcount is
 *                                     written for every known value, 0 too.
 *                  length             Cut at the interface's snap_length and at 262144 bytes: readers (libpcap,
 *                                     Wireshark) take a longer record for a damaged file.
 *                  original_length    Where it is unknown the block has the length before any cut by the writer.
 *                  time               Where it is unknown or before 1970 the block has 0, since its field is unsigned.
 *   Statistics   isb_starttime and isb_endtime where known. Only from counters that are available:
 *                  isb_usrdeliv       delivered
 *                  isb_filteraccept   delivered, when dropped is 0: of what was lost nobody knows the verdict
 *                  isb_osdrop         dropped
 *                  isb_ifrecv         frames + dropped, when not_ip, filtered and all excluded_* are available, too:
 *                                     otherwise a program in the kernel may have rejected frames uncounted
 *
 * Facts that have no field in pcapng follow in one opt_comment of their block:
 *     comment = "ipfunnel: " item *( ", " item )          item = word / name "=" value
 *   Numbers are decimal, or hexadecimal after "0x". Skip items you do not know. No item, no comment.
 *   Datagram
 *     time=unknown, time=-N              time_ns, when the block cannot say it
 *     original_length=unknown
 *     snapped                            IPFUNNEL_SNAPPED; only with `short` or an unknown original length. Otherwise
 *                                        captured < original means just that
 *     short, length_assumed              IPFUNNEL_SHORT, IPFUNNEL_LENGTH_ASSUMED
 *     reconstructed, not_cut, checksum_filled    what IPFUNNEL_OPEN_ON_WIRE did, or did not: the flags of those names
 *     segment_size=N
 *     dropped=unknown                    unless the interface says it for all its datagrams
 *     dropped_at_least                   IPFUNNEL_DROPPED_AT_LEAST
 *     direction_by=addresses             IPFUNNEL_SAYS_ADDRESSES
 *     vlan=0xTTTT, vlan=0xTTTT/0xTTTT    tag control information, outer tag first
 *     vlan_count=N                       when more tags were removed than `vlan` has
 *     header_rebuilt=NAME/NAME/...       IPFUNNEL_HEADER_REBUILT, and the unproven fields by their names
 *   Interface
 *     clock_resolution=N                 nanoseconds
 *     dropped=counted, dropped=unknown   always one of them: before a datagram without epb_dropcount none were dropped,
 *                                        or nobody knows
 *   Statistics
 *     NAME=N                             every available counter of ipfunnel_statistics by its name
 *
 * One interface per file is what every reader opens. libpcap (tcpdump -r, seen in 1.10) mistakes a second interface of
 * link type 101 for one of another type, and refuses differing snap lengths; Wireshark reads all.
 *
 * pcap (https://datatracker.ietf.org/doc/draft-ietf-opsawg-pcap), little-endian, magic a1b23c4d (nanoseconds) or
 * a1b2c3d4 (microseconds), link type 101: bytes, lengths and times, no facts, no statistics, and several interfaces
 * become indistinguishable. A time that is unknown or before 1970 becomes 0, one after 2106 the last one that fits. */
#ifndef IPFUNNEL_FILE_H
#define IPFUNNEL_FILE_H
#include <ipfunnel.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {                                                                   /* ipfunnel_writer_options.format */
    IPFUNNEL_FILE_PCAPNG = 0,
    IPFUNNEL_FILE_PCAP_NS = 1,
    IPFUNNEL_FILE_PCAP_US = 2
};

enum {                                                                   /* ipfunnel_writer_options.flags */
    IPFUNNEL_WRITER_FLUSH_EACH = 1 << 0    /* hand over to the system before each call returns */
};

/* Zero in any field is the default. Bytes beyond the version the library knows must be zero (else EINVAL). Text is
 * UTF-8, at most 65535 bytes. */
typedef struct ipfunnel_writer_options {
    size_t size;                           /* set by the INIT macro */
    const char *path;                      /* file to create or overwrite; "-": standard output. On Windows in the code
                                              page of the process */
    const char *application;               /* who writes; NULL: name and version of this library; "": nobody */
    const char *comment;                   /* about the whole file; NULL or "": none */
    uint32_t format;                       /* IPFUNNEL_FILE_* */
    uint32_t flags;                        /* IPFUNNEL_WRITER_* */
} ipfunnel_writer_options;
#define IPFUNNEL_WRITER_OPTIONS_INIT { sizeof(ipfunnel_writer_options), NULL, NULL, NULL, 0, 0 }

/* An interface that datagrams come from. Same rules as the options. */
typedef struct ipfunnel_writer_interface {
    size_t size;                           /* set by the INIT macro */
    const char *name;                      /* NULL or "": none, here and in the next two */
    const char *description;
    const char *filter;                    /* the expression that was in force */
    const char *os;                        /* system of the interface; NULL: this one; "": unknown, e.g. from a file */
    const ipfunnel_address *addresses;     /* address_count of them */
    const uint8_t *hardware_address;       /* hardware_address_length bytes; written when these are 6 or 8 */
    uint32_t address_count;
    uint32_t hardware_address_length;
    uint32_t snap_length;                  /* longer datagrams are cut; 0: 262144, which is also the most */
    uint32_t clock_resolution_ns;          /* 0: unknown */
    uint32_t dropped_unknown;              /* 1: the capture cannot count what the system lost */
} ipfunnel_writer_interface;
#define IPFUNNEL_WRITER_INTERFACE_INIT \
    { sizeof(ipfunnel_writer_interface), NULL, NULL, NULL, NULL, NULL, NULL, 0, 0, 0, 0, 0 }

typedef struct ipfunnel_writer ipfunnel_writer;

/* Creates the file and hands its header over to the system, so that a full disk is heard at once.
 * Returns 0 and *out, or a status; *error then says what to do: EINVAL (options), EACCES, ENOBUFS (too many open
 * files), ENOMEM, EIO (no such folder, a folder itself, disk full, ...). A FIFO is opened when somebody reads it.
 * Lifetime: until ipfunnel_writer_close. The options and their strings may go after the call. */
IPFUNNEL_API int ipfunnel_writer_open(ipfunnel_writer **out, const ipfunnel_writer_options *options,
                                      ipfunnel_error *error);

/* Adds an interface, at any time, and hands its block over to the system: a file without an interface is one that
 * libpcap does not open. The description and its strings may go after the call.
 * Returns its number, 0 for the first, or EINVAL (also: texts and addresses of more than 256 KiB), ENOMEM, EIO. */
IPFUNNEL_API int ipfunnel_writer_add_interface(ipfunnel_writer *writer, const ipfunnel_writer_interface *description);

/* Writes datagrams of one interface, in this order. Allocates nothing. `interface_number` is what add_interface
 * returned. Returns 0, or EINVAL (no such interface, count < 0), EIO. */
IPFUNNEL_API int ipfunnel_writer_write(ipfunnel_writer *writer, int interface_number,
                                       const ipfunnel_datagram *const datagrams[], int count);

/* Writes the counters of an interface, as they are at end_ns, for a capture that began at start_ns; either may be
 * IPFUNNEL_TIME_UNKNOWN. Meant for the end of a file: before close and before rotate. Several for one interface are
 * allowed, the last counts. pcap has no place for them. Returns 0, EINVAL, EIO. */
IPFUNNEL_API int ipfunnel_writer_statistics(ipfunnel_writer *writer, int interface_number,
                                            const ipfunnel_statistics *statistics, int64_t start_ns, int64_t end_ns);

/* Bytes of the current file, those still in the buffer included. */
IPFUNNEL_API uint64_t ipfunnel_writer_bytes(const ipfunnel_writer *writer);

/* Hands everything over to the system. Worth a call when no datagrams come for a while. Returns 0 or EIO. */
IPFUNNEL_API int ipfunnel_writer_flush(ipfunnel_writer *writer);

/* Ends the current file and goes on in another one, which begins with the same section and interfaces; numbers stay.
 * The path may be that of the current file, which is then overwritten.
 * Returns 0, or EINVAL, EACCES, ENOBUFS, ENOMEM, EIO. When the new file cannot be created, writing goes on in the
 * current one; any other failure of a file is final, as for every call. */
IPFUNNEL_API int ipfunnel_writer_rotate(ipfunnel_writer *writer, const char *path);

/* Writes what is left, closes the file and frees the writer, whatever it returns: 0, or the status of the first failure
 * of a file, with *error. NULL is allowed. Standard output is flushed and stays open. */
IPFUNNEL_API int ipfunnel_writer_close(ipfunnel_writer *writer, ipfunnel_error *error);

/* The error of the last call on this writer that failed. Valid until the next failing call or close. */
IPFUNNEL_API const ipfunnel_error *ipfunnel_writer_last_error(const ipfunnel_writer *writer);

#ifdef __cplusplus
}
#endif
#endif
