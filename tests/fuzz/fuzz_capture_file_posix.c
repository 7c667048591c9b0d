/* fuzz_capture_file_posix.c - any bytes through a pipe into a capture: the buffer, the decoders, the slots. */
#define _DEFAULT_SOURCE
#include "fuzz.h"
#include <fcntl.h>
#include <unistd.h>

enum { MOST = 32768, BATCH = 7, MOST_CALLS = 400000 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const ipfunnel_datagram *d[BATCH];
    ipfunnel_options o = IPFUNNEL_OPTIONS_INIT;
    ipfunnel_statistics s = IPFUNNEL_STATISTICS_INIT;
    ipfunnel *h = NULL;
    char path[32];
    int ends[2], n = 0, calls = 0;
    uint64_t delivered = 0;
    if (size > MOST)
        return 0;
    HOLDS(pipe(ends) == 0);
    HOLDS(write(ends[1], data, size) == (ssize_t)size);
    close(ends[1]);
    snprintf(path, sizeof path, "/dev/fd/%d", ends[0]);
    o.file = path;
    o.backend = "savefile";
    o.start = IPFUNNEL_MODE_ON;
    o.ring_bytes = 1;
    HOLDS(ipfunnel_open(&h, &o, NULL) == 0);
    close(ends[0]);
    while ((n = ipfunnel_recv(h, d, BATCH, -1)) > 0) {
        for (int i = 0; i < n; i++)
            check_datagram(d[i]);
        delivered += (uint64_t)n;
        HOLDS(++calls < MOST_CALLS);
    }
    if (n != IPFUNNEL_END)
        check_error(ipfunnel_last_error(h), n);
    HOLDS(ipfunnel_recv(h, d, BATCH, 0) == n);
    HOLDS(ipfunnel_stats(h, &s) == 0);
    HOLDS(s.frames == s.carrying_ip + s.not_ip + s.malformed + s.unknown_link + s.pending);
    HOLDS(s.delivered == delivered);
    ipfunnel_close(h);
    return 0;
}
