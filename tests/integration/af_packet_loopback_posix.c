/* af_packet_loopback_posix.c - the kernel shows every datagram on lo twice; a capture delivers it once. */
#define _GNU_SOURCE
#include "live_posix.h"
#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

enum { SENT = 50 };

/* Real datagrams through the IP layer, to a port that is open so that no ICMP comes back. Returns what was delivered,
 * and checks the order. */
static int delivered_of_sent(ipfunnel *capture)
{
    struct sockaddr_in to = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t size = sizeof to;
    int receiver = socket(AF_INET, SOCK_DGRAM, 0), sender = socket(AF_INET, SOCK_DGRAM, 0);
    CHECK(bind(receiver, (const struct sockaddr *)&to, sizeof to) == 0);
    CHECK(getsockname(receiver, (struct sockaddr *)&to, &size) == 0);
    for (uint8_t i = 0; i < SENT; i++)
        CHECK_INT(sendto(sender, &i, 1, 0, (const struct sockaddr *)&to, sizeof to), 1);

    const ipfunnel_datagram *datagrams[64];
    int delivered = 0, count;
    while ((count = ipfunnel_recv(capture, datagrams, 64, 100)) > 0)
        for (int i = 0; i < count; i++, delivered++) {
            CHECK_INT(datagrams[i]->bytes[28], delivered);
            CHECK_INT(datagrams[i]->direction, IPFUNNEL_DIRECTION_IN);
        }
    close(receiver);
    close(sender);
    return delivered;
}

static void once_each(void)
{
    ipfunnel *capture = open_live(DEFAULTS, "lo", IPFUNNEL_MODE_ON);
    CHECK_INT(delivered_of_sent(capture), SENT);
    ipfunnel_statistics s = stats_of(capture);
    CHECK_INT(s.frames, SENT);
    CHECK(!AVAILABLE(s, excluded_loopback_copy));
    CHECK(AVAILABLE(s, excluded_other_host));
    ipfunnel_close(capture);
}

static void once_each_and_the_copies_counted_with_count_all(void)
{
    ipfunnel *capture = open_live(OPTIONS(.flags = IPFUNNEL_OPEN_COUNT_ALL), "lo", IPFUNNEL_MODE_ON);
    CHECK_INT(delivered_of_sent(capture), SENT);
    ipfunnel_statistics s = stats_of(capture);
    CHECK_INT(s.frames, 2 * SENT);
    CHECK(AVAILABLE(s, excluded_loopback_copy));
    CHECK_INT(s.excluded_loopback_copy, SENT);
    ipfunnel_close(capture);
}

static void once_each_without_outgoing(void)
{
    uint32_t flags[] = { IPFUNNEL_OPEN_NO_OUTGOING, IPFUNNEL_OPEN_NO_OUTGOING | IPFUNNEL_OPEN_COUNT_ALL };
    for (int i = 0; i < 2; i++) {
        ipfunnel *capture = open_live(OPTIONS(.flags = flags[i]), "lo", IPFUNNEL_MODE_IPLEVEL);
        CHECK_INT(delivered_of_sent(capture), SENT);
        ipfunnel_close(capture);
    }
}

int main(void)
{
    RUN(once_each);
    RUN(once_each_and_the_copies_counted_with_count_all);
    RUN(once_each_without_outgoing);
    return 0;
}
