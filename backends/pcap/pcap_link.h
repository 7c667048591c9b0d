/* pcap_link.h - the link types of libpcap (DLT_, whose numbers depend on the system) as LINKTYPE numbers (which do
 * not). Pure. */
#ifndef IPFUNNEL_PCAP_PCAP_LINK_H
#define IPFUNNEL_PCAP_PCAP_LINK_H
#include <stdint.h>

uint32_t ipfunnel__pcap_link_type(int dlt);

#endif
