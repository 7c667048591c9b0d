#define _DEFAULT_SOURCE
#include "pcap_causes.h"
#include <errno.h>
#include <ipfunnel.h>
#include <pcap/pcap.h>
#include <string.h>

static const struct {
    int code;                     /* of libpcap */
    int status;
    const char *remedy;
} causes[] = {
    { .code = PCAP_ERROR_PERM_DENIED, .status = IPFUNNEL_EACCES },
    { .code = PCAP_ERROR_PROMISC_PERM_DENIED, .status = IPFUNNEL_EACCES },
    { .code = PCAP_ERROR_NO_SUCH_DEVICE, .status = IPFUNNEL_ENODEV,
      .remedy = "\"ipfunnel list\" shows the interfaces that are there" },
    { .code = PCAP_ERROR_IFACE_NOT_UP, .status = IPFUNNEL_ENETDOWN,
      .remedy = "bring the interface up first (ip link set NAME up, ifconfig NAME up)" },
};

/* What libpcap reports with its text only. */
static const struct {
    int code;                     /* errno */
    int status;
    const char *remedy;
} exhausted[] = {
    { .code = EMFILE, .status = IPFUNNEL_ENOBUFS, .remedy = "close other captures, or raise the limit (ulimit -n)" },
    { .code = ENFILE, .status = IPFUNNEL_ENOBUFS, .remedy = "the whole system has too many open files" },
    { .code = ENOBUFS, .status = IPFUNNEL_ENOBUFS, .remedy = "close other captures, or ask for a smaller ring_bytes" },
    { .code = ENOMEM, .status = IPFUNNEL_ENOMEM,
      .remedy = "ask for less: a smaller ring_bytes, or -B of the command" },
};

struct ipfunnel__pcap_cause ipfunnel__pcap_cause(int code, const char *text)
{
    for (size_t i = 0; i < sizeof causes / sizeof *causes; i++)
        if (causes[i].code == code)
            return (struct ipfunnel__pcap_cause){ .status = causes[i].status, .remedy = causes[i].remedy };
    for (size_t i = 0; i < sizeof exhausted / sizeof *exhausted; i++)
        if (strstr(text, strerror(exhausted[i].code)))
            return (struct ipfunnel__pcap_cause){ .status = exhausted[i].status, .os_code = exhausted[i].code,
                                                  .remedy = exhausted[i].remedy };
    return (struct ipfunnel__pcap_cause){
        .status = IPFUNNEL_EIO,
        .remedy = "this is what libpcap says; another backend may do better: \"ipfunnel backends\"",
    };
}
