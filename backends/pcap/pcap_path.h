/* pcap_path.h - what the system knows of a file that libpcap opens by its path. One file per system. */
#ifndef IPFUNNEL_PCAP_PCAP_PATH_H
#define IPFUNNEL_PCAP_PCAP_PATH_H
#include <ipfunnel.h>
#include <stdio.h>

/* Is it a regular file that may be read? 0 and its size, or EIO, EACCES, ENOBUFS, ENOMEM, EOPNOTSUPP (a pipe or the
 * like). */
int ipfunnel__pcap_path_check(const char *path, uint64_t *size, ipfunnel_error *error);

/* How far it has been read; 0 when that cannot be known. */
uint64_t ipfunnel__pcap_path_position(FILE *file);

#endif
