/* on_wire_round - what ipfunnel_recv costs for each datagram that it cuts out of a super-datagram of TCP, its checksum
 * included.
 *   on_wire_round fastest|portable */
#include "capture.h"
#include "super_datagrams.h"
#include <time.h>

enum { SUPERS = 128, SEGMENTS = 44, SEGMENT = 1448, ROUNDS = 20 };

int main(int argc, char **argv)
{
    static struct bytes bytes;
    static uint8_t room[SUPER_ROOM];
    const struct super super = { TCP4, .payload = SEGMENTS * SEGMENT, .size = SEGMENT, .tcp_options = 12 };
    ipfunnel_options options = IPFUNNEL_OPTIONS_INIT;
    ipfunnel_error error;
    ipfunnel *capture;
    uint64_t taken = 0, sum = 0;
    clock_t cpu = 0;
    if (argc != 2)
        return fprintf(stderr, "usage: on_wire_round fastest|portable\n"), 2;
    options.backend = "memory";
    options.start = IPFUNNEL_MODE_ON;
    options.flags = IPFUNNEL_OPEN_ON_WIRE;
    options.ring_bytes = (uint64_t)SUPERS * 70000;
    if (ipfunnel_open(&capture, &options, &error) < 0)
        return fprintf(stderr, "%s\n", error.text), 1;
    if (strcmp(argv[1], "portable") == 0)
        capture->cut.sum = ipfunnel__sum_portable;
    build_super(&bytes, &super);
    for (int round = 0; round < ROUNDS; round++) {
        const ipfunnel_datagram *d[128];
        ipfunnel_frame frame = super_frame(&super, &bytes, room);
        for (int i = 0; i < SUPERS; i++)
            CHECK_INT(ipfunnel_push(capture, &frame), 0);
        cpu -= clock();
        for (int n; (n = ipfunnel_recv(capture, d, 128, 0)) > 0; taken += (uint64_t)n)
            for (int i = 0; i < n; i++)
                sum += d[i]->length;
        cpu += clock();
    }
    ipfunnel_close(capture);
    CHECK_INT(taken, ROUNDS * SUPERS * SEGMENTS);
    CHECK_INT(sum, taken * (SEGMENT + 52));
    printf("recv_cpu ns/datagram %.3f\n", (double)cpu / CLOCKS_PER_SEC * 1e9 / (double)taken);
    return 0;
}
