/* interfaces_windows.c - the interfaces of a Windows machine through GetAdaptersAddresses. A record's name is the
 * friendly name ("Ethernet 2"), what people see everywhere in Windows, its GUID the name of the adapter. The tests run
 * this under Wine; it has not run on Windows itself. */
#include "os.h"
#include "error.h"
#include "interface.h"
#include <stdlib.h>
#include <string.h>
#include <winsock2.h>
#include <ws2tcpip.h>
#include <iphlpapi.h>

/* A copy in UTF-8 from malloc; NULL when out of memory. */
static char *utf8(const wchar_t *wide)
{
    int size = WideCharToMultiByte(CP_UTF8, 0, wide, -1, NULL, 0, NULL, NULL);
    char *text = malloc(size > 0 ? (size_t)size : 1);
    if (text && WideCharToMultiByte(CP_UTF8, 0, wide, -1, text, size, NULL, NULL) == 0)
        *text = '\0';
    return text;
}

/* Fills *out where the address is IPv4 or IPv6; says whether it is. */
static int read_address(const IP_ADAPTER_UNICAST_ADDRESS *unicast, ipfunnel_address *out)
{
    const struct sockaddr *socket_address = unicast->Address.lpSockaddr;
    if (socket_address->sa_family == AF_INET) {
        const struct sockaddr_in *v4 = (const struct sockaddr_in *)(const void *)socket_address;
        out->version = 4;
        memcpy(out->bytes, &v4->sin_addr, 4);
    } else if (socket_address->sa_family == AF_INET6) {
        const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)(const void *)socket_address;
        out->version = 6;
        memcpy(out->bytes, &v6->sin6_addr, 16);
    } else {
        return 0;
    }
    out->prefix_length = unicast->OnLinkPrefixLength;
    return 1;
}

static uint32_t flags_of(const IP_ADAPTER_ADDRESSES *adapter)
{
    /* Adapters that are switched off are not in the list at all. */
    uint32_t flags = IPFUNNEL_INTERFACE_UP;
    if (adapter->OperStatus == IfOperStatusUp)
        flags |= IPFUNNEL_INTERFACE_RUNNING;
    if (adapter->IfType == IF_TYPE_SOFTWARE_LOOPBACK)
        flags |= IPFUNNEL_INTERFACE_LOOPBACK;
    if (adapter->IfType == IF_TYPE_PPP || adapter->IfType == IF_TYPE_TUNNEL)
        flags |= IPFUNNEL_INTERFACE_POINT_TO_POINT;
    return flags;
}

static uint64_t frames_of(NET_IFINDEX index)
{
    MIB_IF_ROW2 row;
    memset(&row, 0, sizeof row);
    row.InterfaceIndex = index;
    if (GetIfEntry2(&row) != NO_ERROR)
        return IPFUNNEL_FRAMES_UNKNOWN;
    return row.InUcastPkts + row.InNUcastPkts + row.OutUcastPkts + row.OutNUcastPkts;
}

/* One record of one adapter; NULL when out of memory. */
static ipfunnel_interface *record_of(const IP_ADAPTER_ADDRESSES *adapter)
{
    uint32_t room = 0, count = 0;
    for (const IP_ADAPTER_UNICAST_ADDRESS *u = adapter->FirstUnicastAddress; u; u = u->Next)
        room++;
    ipfunnel_interface *record = NULL;
    ipfunnel_address *addresses = NULL;
    char *name = utf8(adapter->FriendlyName), *description = utf8(adapter->Description);
    if (name && description)
        record = ipfunnel__interface_make(&(struct ipfunnel__interface_texts){
            .name = name, .description = description, .guid = adapter->AdapterName }, room, &addresses);
    free(name);
    free(description);
    if (!record)
        return NULL;
    for (const IP_ADAPTER_UNICAST_ADDRESS *u = adapter->FirstUnicastAddress; u; u = u->Next)
        count += (uint32_t)read_address(u, &addresses[count]);
    record->address_count = count;
    record->index = adapter->IfIndex ? adapter->IfIndex : adapter->Ipv6IfIndex;
    record->flags = flags_of(adapter);
    record->frames = frames_of(record->index);
    record->mtu = adapter->Mtu == UINT32_MAX ? 0 : (uint32_t)adapter->Mtu;      /* loopback has none */
    if (adapter->PhysicalAddressLength <= sizeof record->hardware_address) {
        record->hardware_address_length = (uint32_t)adapter->PhysicalAddressLength;
        memcpy(record->hardware_address, adapter->PhysicalAddress, adapter->PhysicalAddressLength);
    }
    return record;
}

/* The system's list, for free(); NULL and *code when there is none. It may grow between two calls. */
static IP_ADAPTER_ADDRESSES *read_adapters(ULONG *code)
{
    const ULONG flags = GAA_FLAG_SKIP_ANYCAST | GAA_FLAG_SKIP_MULTICAST | GAA_FLAG_SKIP_DNS_SERVER;
    ULONG size = 16 * 1024;
    for (int attempt = 0; attempt < 8; attempt++) {
        IP_ADAPTER_ADDRESSES *list = malloc(size);
        *code = list ? GetAdaptersAddresses(AF_UNSPEC, flags, NULL, list, &size) : ERROR_NOT_ENOUGH_MEMORY;
        if (*code == ERROR_SUCCESS)
            return list;
        free(list);
        if (*code != ERROR_BUFFER_OVERFLOW)
            return NULL;
    }
    return NULL;
}

int ipfunnel__os_interfaces(ipfunnel_interface **chain, ipfunnel_error *error)
{
    ULONG code = ERROR_SUCCESS;
    IP_ADAPTER_ADDRESSES *list = read_adapters(&code);
    ipfunnel_interface *first = NULL;
    int status = 0;
    if (!list && code == ERROR_NOT_ENOUGH_MEMORY) {
        status = ipfunnel__fail(error, IPFUNNEL_ENOMEM, 0, "GetAdaptersAddresses", "out of memory");
    } else if (!list && code != ERROR_NO_DATA) {
        char text[128];
        status = ipfunnel__fail(error, IPFUNNEL_EIO, (int)code, "GetAdaptersAddresses",
                                "cannot list the interfaces: %s",
                                ipfunnel__os_error_text((int)code, text, sizeof text));
    }
    for (const IP_ADAPTER_ADDRESSES *adapter = list; adapter && status == 0; adapter = adapter->Next) {
        ipfunnel_interface *record = record_of(adapter);
        if (!record) {
            status = ipfunnel__fail(error, IPFUNNEL_ENOMEM, 0, "malloc", "out of memory");
        } else {
            record->next = first;
            first = record;
        }
    }
    free(list);
    if (status == 0)
        *chain = first;
    else
        ipfunnel_interfaces_free(first);
    return status;
}
