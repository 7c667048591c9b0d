/* idle_libpcap_linux.c - the same with libpcap: captures on vb, waited for with poll.
 *   idle_libpcap TIMEOUT_MS|immediate COUNT */
#define _DEFAULT_SOURCE
#include "idle_round_linux.h"
#include <pcap/pcap.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = 200 };

int main(int argc, char **argv)
{
    static pcap_t *captures[MOST];
    static struct pollfd descriptors[MOST];
    char text[PCAP_ERRBUF_SIZE] = "";
    int count = argc == 3 ? atoi(argv[2]) : -1;
    if (count < 0 || count > MOST)
        return 2;
    int immediate = strcmp(argv[1], "immediate") == 0;
    idle_begin();
    for (int i = 0; i < count; i++) {
        pcap_t *capture = pcap_create("vb", text);
        if (!capture) {
            fprintf(stderr, "%s\n", text);
            return 1;
        }
        pcap_set_snaplen(capture, 262144);
        pcap_set_promisc(capture, 1);
        pcap_set_timeout(capture, immediate ? 1 : atoi(argv[1]));
        pcap_set_immediate_mode(capture, immediate);
        pcap_set_buffer_size(capture, 1 << 20);
        if (pcap_activate(capture) < 0 || pcap_setnonblock(capture, 1, text) < 0) {
            fprintf(stderr, "%s\n", pcap_geterr(capture));
            return 1;
        }
        captures[i] = capture;
        descriptors[i] = (struct pollfd){ .fd = pcap_get_selectable_fd(capture), .events = POLLIN };
    }
    idle_opened(count);
    poll(descriptors, (nfds_t)count, IDLE_MS);
    idle_finish();
    for (int i = 0; i < count; i++)
        pcap_close(captures[i]);
    return 0;
}
