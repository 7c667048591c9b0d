/* write_posix.c - many pieces in one call: writev. Linux, macOS and the BSDs take 1024 at once. */
#define _DEFAULT_SOURCE
#include "os.h"
#include <errno.h>
#include <sys/uio.h>

bool ipfunnel__os_gathers(void) { return true; }

int ipfunnel__os_write(FILE *stream, const struct ipfunnel__piece *pieces, int count)
{
    struct iovec vector[IPFUNNEL__PIECES];
    const int fd = fileno(stream);
    int first = 0;
    for (int i = 0; i < count; i++)                       /* the type of iov_base knows no const */
        vector[i] = (struct iovec){ .iov_base = (void *)(uintptr_t)pieces[i].bytes, .iov_len = pieces[i].length };
    while (first < count) {
        ssize_t written = writev(fd, vector + first, count - first);
        if (written < 0 && errno != EINTR)
            return errno;
        if (written == 0)
            return EIO;
        for (; first < count && written >= (ssize_t)vector[first].iov_len; first++)
            written -= (ssize_t)vector[first].iov_len;
        if (first < count && written > 0) {
            vector[first].iov_base = (char *)vector[first].iov_base + written;
            vector[first].iov_len -= (size_t)written;
        }
    }
    return 0;
}
