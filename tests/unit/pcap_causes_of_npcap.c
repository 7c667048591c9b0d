/* pcap_causes_of_npcap.c - what Npcap says when it fails, with the system's error number at the end of its text. */
#include "check.h"
#include "pcap/pcap_causes.h"
#include <ipfunnel.h>
#include <pcap/pcap.h>

static const struct {
    int code;
    const char *text;
    int status, os_code;
} rows[] = {
    { .code = PCAP_ERROR_PERM_DENIED, .text = "The helper program must be allowed", .status = IPFUNNEL_EACCES },
    { .code = PCAP_ERROR_NO_SUCH_DEVICE, .text = "", .status = IPFUNNEL_ENODEV },
    { .code = PCAP_ERROR_IFACE_NOT_UP, .text = "", .status = IPFUNNEL_ENETDOWN },
    { .code = PCAP_ERROR, .text = "Error opening adapter: Access is denied. (5)", .status = IPFUNNEL_EACCES,
      .os_code = 5 },
    { .code = PCAP_ERROR, .text = "Error opening adapter: The filename, directory name, or volume label syntax is "
                                  "incorrect. (123)", .status = IPFUNNEL_ENODEV, .os_code = 123 },
    { .code = PCAP_ERROR, .text = "Error opening adapter: something else. (1231)", .status = IPFUNNEL_EIO },
    { .code = PCAP_ERROR, .text = "driver error: not enough memory to allocate the kernel buffer",
      .status = IPFUNNEL_ENOMEM },
    { .code = PCAP_ERROR, .text = "PacketSetBuff: Insufficient system resources exist. (1450)",
      .status = IPFUNNEL_ENOBUFS, .os_code = 1450 },
    { .code = PCAP_ERROR, .text = "The interface disappeared (error code ERROR_DEVICE_REMOVED/STATUS_DEVICE_REMOVED)",
      .status = IPFUNNEL_EIO },
    { .code = PCAP_ERROR, .text = "Unable to open the adapter.", .status = IPFUNNEL_EIO },
};

int main(void)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct ipfunnel__pcap_cause cause = ipfunnel__pcap_cause(rows[i].code, rows[i].text);
        printf("  %d \"%s\"\n", rows[i].code, rows[i].text);
        CHECK_INT(cause.status, rows[i].status);
        CHECK_INT(cause.os_code, rows[i].os_code);
        CHECK((cause.remedy == NULL) == (cause.status == IPFUNNEL_EACCES));
    }
    return 0;
}
