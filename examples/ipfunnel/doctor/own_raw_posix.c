#include "own_socket.h"

/* Other systems want parts of the header in host order, not all the same ones: what would be sent is not known. */
intptr_t own_socket_raw(int version)
{
    (void)version;
    return NO_SOCKET;
}
