#include "pcap_causes.h"
#include <ipfunnel.h>
#include <pcap/pcap.h>
#include <string.h>

/* Npcap has its loopback interface by an option of its installer, and others where its driver is bound to them. */
static const char not_there[] = "\"ipfunnel list\" shows the interfaces; where it is among them, install Npcap again";
static const char less[] = "ask for less: a smaller ring_bytes, or -B of the command";

static const struct {
    int code;                     /* of libpcap; 0: any */
    const char *part;             /* of its text, which ends in the system's error number; NULL: any */
    int status, os_code;
    const char *remedy;
} causes[] = {
    { .code = PCAP_ERROR_PERM_DENIED, .status = IPFUNNEL_EACCES },
    { .code = PCAP_ERROR_PROMISC_PERM_DENIED, .status = IPFUNNEL_EACCES },
    { .code = PCAP_ERROR_NO_SUCH_DEVICE, .status = IPFUNNEL_ENODEV, .remedy = not_there },
    { .code = PCAP_ERROR_IFACE_NOT_UP, .status = IPFUNNEL_ENETDOWN, .remedy = "connect or enable the interface first" },
    { .part = " (5)", .status = IPFUNNEL_EACCES, .os_code = 5 },                      /* ERROR_ACCESS_DENIED */
    { .part = " (2)", .status = IPFUNNEL_ENODEV, .os_code = 2, .remedy = not_there },     /* ERROR_FILE_NOT_FOUND */
    { .part = " (20)", .status = IPFUNNEL_ENODEV, .os_code = 20, .remedy = not_there },   /* ERROR_BAD_UNIT */
    { .part = " (123)", .status = IPFUNNEL_ENODEV, .os_code = 123, .remedy = not_there }, /* ERROR_INVALID_NAME */
    { .part = " (8)", .status = IPFUNNEL_ENOMEM, .os_code = 8, .remedy = less },      /* ERROR_NOT_ENOUGH_MEMORY */
    { .part = " (14)", .status = IPFUNNEL_ENOMEM, .os_code = 14, .remedy = less },    /* ERROR_OUTOFMEMORY */
    { .part = "not enough memory", .status = IPFUNNEL_ENOMEM, .remedy = less },
    { .part = " (1450)", .status = IPFUNNEL_ENOBUFS, .os_code = 1450,                 /* ERROR_NO_SYSTEM_RESOURCES */
      .remedy = "close other captures, or ask for a smaller ring_bytes" },
    { .part = "interface disappeared", .status = IPFUNNEL_EIO,
      .remedy = "open it again: the machine has slept, or the driver of the interface was restarted" },
    { .status = IPFUNNEL_EIO,
      .remedy = "this is what Npcap says; another backend may do better: \"ipfunnel backends\"" },
};

struct ipfunnel__pcap_cause ipfunnel__pcap_cause(int code, const char *text)
{
    size_t i = 0;
    while ((causes[i].code && causes[i].code != code) || (causes[i].part && !strstr(text, causes[i].part)))
        i++;
    return (struct ipfunnel__pcap_cause){ .status = causes[i].status, .os_code = causes[i].os_code,
                                          .remedy = causes[i].remedy };
}
