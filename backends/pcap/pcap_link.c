#define _DEFAULT_SOURCE
#include "pcap_link.h"
#include <pcap/pcap.h>
#include <stddef.h>

/* Only those with two numbers, or with one that differs from system to system; see pcap-linktype(7). All others are the
 * same in both lists. */
static const struct {
    int dlt;
    uint32_t link_type;
} rows[] = {
    { .dlt = DLT_ATM_RFC1483, .link_type = 100 },
    { .dlt = DLT_RAW, .link_type = 101 },                  /* 12, on OpenBSD 14 */
    { .dlt = DLT_SLIP_BSDOS, .link_type = 102 },
    { .dlt = DLT_PPP_BSDOS, .link_type = 103 },
    { .dlt = DLT_ATM_CLIP, .link_type = 106 },
    { .dlt = DLT_LOOP, .link_type = 108 },                 /* 108, on OpenBSD 12 */
    { .dlt = DLT_ENC, .link_type = 109 },                  /* 109, on OpenBSD 13 */
    { .dlt = DLT_PFSYNC, .link_type = 246 },
    { .dlt = DLT_PKTAP, .link_type = 258 },                /* 258, on macOS 149 */
};

uint32_t ipfunnel__pcap_link_type(int dlt)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rows[i].dlt == dlt)
            return rows[i].link_type;
    return (uint32_t)dlt;
}
