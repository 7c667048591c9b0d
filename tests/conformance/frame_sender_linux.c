/* frame_sender_linux.c - sends frames on va, vb and lo for rig_live_windows.c, until its standard input ends.
 * In: struct order and the frame. Out: the order's number, when it was sent. */
#define _DEFAULT_SOURCE
#include <errno.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct order {
    uint32_t number;
    uint16_t length;
    char device, unused;            /* 'a', 'b' or 'l' */
};

static int fail(const char *what)
{
    perror(what);
    return 1;
}

int main(void)
{
    struct order order;
    uint8_t frame[UINT16_MAX];
    int sender = socket(AF_PACKET, SOCK_RAW, 0);
    if (sender < 0)
        return fail("socket(AF_PACKET)");
    while (fread(&order, sizeof order, 1, stdin) == 1) {
        const char *device = order.device == 'a' ? "va" : order.device == 'b' ? "vb" : "lo";
        if (order.length < 14 || fread(frame, order.length, 1, stdin) != 1)
            return fail("an incomplete frame");
        struct sockaddr_ll to = { .sll_family = AF_PACKET, .sll_ifindex = (int)if_nametoindex(device), .sll_halen = 6 };
        memcpy(to.sll_addr, frame, 6);
        memcpy(&to.sll_protocol, frame + 12, 2);
        ssize_t sent;
        do
            sent = sendto(sender, frame, order.length, 0, (const struct sockaddr *)&to, sizeof to);
        while (sent < 0 && (errno == EINTR || errno == ENOBUFS));
        if (sent != (ssize_t)order.length)
            return fail(device);
        if (write(STDOUT_FILENO, &order.number, sizeof order.number) != (ssize_t)sizeof order.number)
            return fail("write");
    }
    return 0;
}
