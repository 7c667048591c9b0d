/* fuzz_link_messages.c - any bytes as a datagram of a netlink socket, in a heap block of their exact size. */
#include "af_packet/link_messages.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t *copy = malloc(size ? size : 1);
    if (!copy)
        return 0;
    if (size)
        memcpy(copy, data, size);
    struct ipfunnel__cursor datagram = ipfunnel__cursor_over(copy, size);
    while (ipfunnel__link_messages_next(&datagram, 5) != IPFUNNEL__LINK_NO_NEWS)
        if (datagram.at > datagram.end)
            abort();
    if (datagram.at > datagram.end)
        abort();
    free(copy);
    return 0;
}
