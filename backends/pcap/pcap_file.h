/* pcap_file.h - a capture file read by libpcap, as the slots of core/backend.h need it. */
#ifndef IPFUNNEL_PCAP_PCAP_FILE_H
#define IPFUNNEL_PCAP_PCAP_FILE_H
#include "pcap_source.h"

struct ipfunnel__pcap_file {
    struct ipfunnel__pcap_source source;
    struct ipfunnel__facts *facts;
    const char *path;
    uint32_t reads;
    int status;                   /* of the end: IPFUNNEL_END or an error, for ever */
    ipfunnel_error error;
};

int ipfunnel__pcap_file_open(struct ipfunnel__pcap_file *file, const struct ipfunnel__request *request,
                             struct ipfunnel__facts *facts, ipfunnel_error *error);

/* The next frames, valid until the next call; IPFUNNEL_END; or EIO. Never waits. */
int ipfunnel__pcap_file_read(struct ipfunnel__pcap_file *file, struct ipfunnel__frame *frames, int max,
                             ipfunnel_error *error);

void ipfunnel__pcap_file_close(struct ipfunnel__pcap_file *file);

#endif
