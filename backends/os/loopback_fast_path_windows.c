#include "os.h"
#include <winsock2.h>
#include <mstcpip.h>

int ipfunnel__os_loopback_fast_path(uintptr_t socket, bool on)
{
    const DWORD fast_path = 0x98000010;     /* SIO_LOOPBACK_FAST_PATH, which headers hide from Windows 7 */
    BOOL value = on;
    DWORD returned = 0;
    /* Not overlapped: a completion would arrive at the port that the caller has perhaps tied the socket to. */
    if (WSAIoctl((SOCKET)socket, fast_path, &value, sizeof value, NULL, 0, &returned, NULL, NULL) == 0)
        return 0;
    return WSAGetLastError();
}
