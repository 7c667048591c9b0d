/* file_reader_ipfunnel - reads a capture file and adds up the lengths of its datagrams.
 *   file_reader_ipfunnel FILE|- [BACKEND] */
#include "file_cost.h"
#include <ipfunnel.h>

int main(int argc, char **argv)
{
    ipfunnel_options options = IPFUNNEL_OPTIONS_INIT;
    ipfunnel_error error;
    ipfunnel *capture;
    const ipfunnel_datagram *d[128];
    int n;
    if (argc < 2)
        return fprintf(stderr, "usage: file_reader_ipfunnel FILE|- [BACKEND]\n"), 2;
    struct file_cost cost = file_cost_begin();
    options.file = argv[1];
    options.backend = argc > 2 ? argv[2] : NULL;
    options.start = IPFUNNEL_MODE_ON;
    if (ipfunnel_open(&capture, &options, &error) < 0)
        return fprintf(stderr, "%s; %s\n", error.text, error.remedy), 1;
    while ((n = ipfunnel_recv(capture, d, 128, -1)) > 0) {
        for (int i = 0; i < n; i++)
            cost.bytes += d[i]->length;
        cost.datagrams += (uint64_t)n;
    }
    ipfunnel_close(capture);
    file_cost_print(&cost);
    return n == IPFUNNEL_END ? 0 : 1;
}
