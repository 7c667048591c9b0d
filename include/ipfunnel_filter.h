/* ipfunnel_filter.h - filter expressions apart from a capture: compile one, look at it, ask it about datagrams.
 *
 *     ipfunnel_filter *filter;
 *     if (ipfunnel_filter_compile(&filter, "udp port 53", &error) == 0) {
 *         if (ipfunnel_filter_match(filter, datagram)) ...
 *         ipfunnel_filter_free(filter);
 *     }
 *
 * A capture needs none of this: ipfunnel_options.filter and ipfunnel_set_filter take the expression itself. Only they
 * know what "ip broadcast" refers to: the network of the address that named the interface, else of its first IPv4 one.
 * The conventions of ipfunnel.h hold.
 *
 * In the kernel. Of a capture the library decides, datagram by datagram. Where the kernel runs programs on frames
 * (af_packet, and pcap on Linux), it is given one as well that leaves out frames of which nothing would be delivered:
 * those cost the reader nothing, no copy, no room in the ring, no wake-up. What is delivered is the same with and
 * without. ipfunnel_capture_info.filter_in_kernel says how much of the work it does:
 *   YES         All that the filter asks of a datagram right behind its link header. Frames with tags in their bytes,
 *               of other protocols, malformed ones and those with a length of 0 (BIG TCP) are handed over; so may be
 *               those where the filter asks for bytes past the end of the datagram, and finds padding.
 *   PARTLY      Some questions are left to the library, e.g. "protochain"; with IPFUNNEL_OPEN_ON_WIRE those about what
 *               cutting changes: lengths, sequence numbers, TCP flags, payload (of ports and addresses, nothing);
 *               "inbound" and "outbound" on pcap, where direction follows from addresses.
 *   NO          All are: other systems, other backends, files; devices other than Ethernet, loopback, tun and its like;
 *               programs that the kernel finds too long; filters of which it can know nothing.
 * What the kernel leaves out is not counted by anybody: `filtered` is then unknown, and `other_family` and
 * `excluded_vlan` where the capture has such. IPFUNNEL_OPEN_COUNT_ALL leaves everything to the library. `dropped` is
 * about what the kernel let pass: where it does all of the work, what was sent and matches is what was delivered and
 * what was dropped. */
#ifndef IPFUNNEL_FILTER_H
#define IPFUNNEL_FILTER_H
#include <ipfunnel.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ipfunnel_filter ipfunnel_filter;

/* Compiles an expression of pcap-filter(7) for datagrams in their normal form; "" or NULL accepts everything.
 * Returns 0 and *out; EINVAL: the expression is wrong, error->column says where; EOPNOTSUPP: this build has no
 * compiler; ENOMEM. Names of hosts are looked up, which takes as long as the system's
 * resolver does; several hundred ports in one expression take seconds, "portrange" and "net" do not.
 * Lifetime: until ipfunnel_filter_free; the expression may go after the call. Any thread. */
IPFUNNEL_API int ipfunnel_filter_compile(ipfunnel_filter **out, const char *expression, ipfunnel_error *error);

/* Returns 1 when the filter accepts the datagram, else 0. It sees the bytes that are there: a question about bytes that
 * are not (short, snapped) has no answer, and a datagram without an answer is not accepted. The same goes for the
 * direction when that is unknown. Any thread, also several at once with one filter. */
IPFUNNEL_API int ipfunnel_filter_match(const ipfunnel_filter *filter, const ipfunnel_datagram *datagram);

/* Writes instruction number `index` of the classic BPF program as text, as tcpdump -d shows it, into out and returns
 * out; NULL past the last one. size >= 80 always suffices. Any thread. */
IPFUNNEL_API char *ipfunnel_filter_line(const ipfunnel_filter *filter, uint32_t index, char *out, size_t size);

/* NULL is allowed. */
IPFUNNEL_API void ipfunnel_filter_free(ipfunnel_filter *filter);

#ifdef __cplusplus
}
#endif
#endif
