/* filter_spelling.h - what libpcap compiles on Linux only, in words that it compiles everywhere. Pure. */
#ifndef IPFUNNEL_PCAP_FILTER_SPELLING_H
#define IPFUNNEL_PCAP_FILTER_SPELLING_H

/* The expression from malloc, with "inbound", "outbound" and "ifindex N" spelled as the loads that they mean on Linux,
 * which our interpreter serves. A syntax error stays one, at the same word. NULL: out of memory. */
char *ipfunnel__filter_spell(const char *expression);

#endif
