/* file_reader_libpcap - the same through libpcap, with the same work: is it IP, is its header usable, how long is the
 * datagram without the padding?
 *   file_reader_libpcap loop|next|alone FILE        alone: pcap_next_ex and no work */
#define _DEFAULT_SOURCE
#include "file_cost.h"
#include <pcap/pcap.h>
#include <string.h>

static unsigned be16(const uint8_t *p) { return (unsigned)(p[0] << 8 | p[1]); }

static void look(struct file_cost *cost, const struct pcap_pkthdr *header, const uint8_t *p)
{
    uint32_t left = header->caplen, length;
    if (left < 14)
        return;
    unsigned type = be16(p + 12);
    p += 14;
    left -= 14;
    while (type == 0x8100 || type == 0x88a8) {
        if (left < 4)
            return;
        type = be16(p + 2);
        p += 4;
        left -= 4;
    }
    if (type == 0x0800 && left >= 20 && p[0] >> 4 == 4 && (p[0] & 15u) >= 5 && (p[0] & 15u) * 4 <= left) {
        length = be16(p + 2);
        if (length > 0 && length < (p[0] & 15u) * 4)
            return;
    } else if (type == 0x86dd && left >= 40 && p[0] >> 4 == 6) {
        length = 40 + be16(p + 4);
    } else {
        return;
    }
    cost->datagrams++;
    cost->bytes += length > 0 && length < left ? length : left;
}

static void on_packet(u_char *user, const struct pcap_pkthdr *header, const u_char *bytes)
{
    look((struct file_cost *)(void *)user, header, bytes);
}

int main(int argc, char **argv)
{
    char text[PCAP_ERRBUF_SIZE];
    struct pcap_pkthdr *header;
    const u_char *bytes;
    if (argc != 3)
        return fprintf(stderr, "usage: file_reader_libpcap loop|next|alone FILE\n"), 2;
    struct file_cost cost = file_cost_begin();
    pcap_t *pcap = pcap_open_offline_with_tstamp_precision(argv[2], PCAP_TSTAMP_PRECISION_NANO, text);
    if (!pcap)
        return fprintf(stderr, "%s\n", text), 1;
    if (strcmp(argv[1], "loop") == 0)
        pcap_loop(pcap, -1, on_packet, (u_char *)&cost);
    else if (strcmp(argv[1], "next") == 0)
        while (pcap_next_ex(pcap, &header, &bytes) == 1)
            look(&cost, header, bytes);
    else
        for (; pcap_next_ex(pcap, &header, &bytes) == 1; cost.datagrams++)
            cost.bytes += header->caplen;
    pcap_close(pcap);
    file_cost_print(&cost);
    return 0;
}
