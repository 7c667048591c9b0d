/* libpcap's numbers for link types become those that files have, whatever the system. */
#define _DEFAULT_SOURCE
#include "check.h"
#include "pcap/pcap_link.h"
#include <pcap/pcap.h>

static const struct {
    int dlt;
    uint32_t link_type;
} rows[] = {
    { .dlt = DLT_NULL, .link_type = 0 },          { .dlt = DLT_EN10MB, .link_type = 1 },
    { .dlt = DLT_SLIP, .link_type = 8 },          { .dlt = DLT_PPP, .link_type = 9 },
    { .dlt = DLT_ATM_RFC1483, .link_type = 100 }, { .dlt = DLT_RAW, .link_type = 101 },
    { .dlt = DLT_C_HDLC, .link_type = 104 },      { .dlt = DLT_IEEE802_11, .link_type = 105 },
    { .dlt = DLT_FRELAY, .link_type = 107 },      { .dlt = DLT_LOOP, .link_type = 108 },
    { .dlt = DLT_ENC, .link_type = 109 },         { .dlt = DLT_LINUX_SLL, .link_type = 113 },
    { .dlt = DLT_IPV4, .link_type = 228 },        { .dlt = DLT_IPV6, .link_type = 229 },
    { .dlt = DLT_LINUX_SLL2, .link_type = 276 },  { .dlt = 30000, .link_type = 30000 },
};

int main(void)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        printf("row %zu\n", i);
        CHECK_INT(ipfunnel__pcap_link_type(rows[i].dlt), rows[i].link_type);
    }
    return 0;
}
