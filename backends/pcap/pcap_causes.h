/* pcap_causes.h - what it means on this system that libpcap fails. One file per system. Pure. */
#ifndef IPFUNNEL_PCAP_PCAP_CAUSES_H
#define IPFUNNEL_PCAP_PCAP_CAUSES_H

struct ipfunnel__pcap_cause {
    int status;
    int os_code;                  /* 0: libpcap tells none */
    const char *remedy;           /* NULL: how to get permission */
};

/* By libpcap's return value, else by its text, which always holds the system's own. */
struct ipfunnel__pcap_cause ipfunnel__pcap_cause(int code, const char *text);

#endif
