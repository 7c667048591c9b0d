/* latency_libpcap_linux.c - the latency of pcap_dispatch.
 *   latency_libpcap TIMEOUT_MS|immediate PER_SECOND SECONDS */
#define _DEFAULT_SOURCE
#include "latency_round_linux.h"
#include <poll.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void take(u_char *user, const struct pcap_pkthdr *header, const u_char *frame)
{
    (void)user;
    if (header->caplen > 14)
        latency_note(frame + 14, header->caplen - 14, latency_clock());
}

int main(int argc, char **argv)
{
    enum { LOOK_MS = 50 };
    char text[PCAP_ERRBUF_SIZE] = "";
    if (argc != 4)
        return 2;
    bool immediate = strcmp(argv[1], "immediate") == 0;
    pcap_t *capture = pcap_create("vb", text);
    if (!capture) {
        fprintf(stderr, "%s\n", text);
        return 1;
    }
    pcap_set_snaplen(capture, 262144);
    pcap_set_promisc(capture, 1);
    pcap_set_timeout(capture, immediate ? 1 : atoi(argv[1]));
    pcap_set_immediate_mode(capture, immediate);
    pcap_set_buffer_size(capture, 16 << 20);
    if (pcap_activate(capture) < 0 || pcap_setnonblock(capture, 1, text) < 0) {
        fprintf(stderr, "%s\n", pcap_geterr(capture));
        return 1;
    }
    if (!latency_start(strtod(argv[2], NULL), strtod(argv[3], NULL)))
        return 1;
    struct pollfd descriptor = { .fd = pcap_get_selectable_fd(capture), .events = POLLIN };
    while (!latency_over())
        if (pcap_dispatch(capture, -1, take, NULL) == 0)
            poll(&descriptor, 1, LOOK_MS);
    int code = latency_finish();
    pcap_close(capture);
    return code;
}
