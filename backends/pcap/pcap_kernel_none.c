#define _DEFAULT_SOURCE
#include "pcap_kernel.h"
#include "error.h"

bool ipfunnel__pcap_kernel_switches(void)
{
    return false;
}

int ipfunnel__pcap_kernel_program(const struct ipfunnel__pcap_source *source, const struct ipfunnel__request *request,
                                  const struct ipfunnel__pcap_program *wish, struct ipfunnel__facts *facts,
                                  ipfunnel_error *error)
{
    (void)source, (void)request, (void)wish, (void)facts;
    return ipfunnel__fail(error, IPFUNNEL_EOPNOTSUPP, 0, "pcap", "this system changes no modes in place");
}

bool ipfunnel__pcap_kernel_promiscuous(const struct ipfunnel__pcap_source *source, uint32_t interface_index, bool want)
{
    (void)source, (void)interface_index, (void)want;
    return false;
}

bool ipfunnel__pcap_kernel_is_on(const struct ipfunnel__pcap_source *source, uint32_t interface_index)
{
    (void)source, (void)interface_index;
    return true;
}

bool ipfunnel__pcap_kernel_all_read(const struct pcap_stat *counters, uint32_t read)
{
    (void)counters, (void)read;
    return false;
}

bool ipfunnel__pcap_kernel_rest(int64_t ns)
{
    (void)ns;
    return false;
}
